"""Bringing back to mind what a run that was interrupted had written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from genjin.exchange.importing import companies
from genjin.exchange.importing.companies import all_keys
from genjin.exchange.importing.memory import Memory
from genjin.exchange.importing.register import Line, Run
from genjin.exchange.importing.writing import CONTACT, CUSTOMER
from genjin.exchange.models import Verdict


def recall(run: Run, lines: Sequence[Line], rows: Mapping[int, Any]) -> None:
    """Remember rows that were written before the run was interrupted, as if it had not been."""
    memory: Memory = run.memory
    for line in lines:
        row = rows.get(line.number)
        if row is None or row.customer_id is None or row.verdict in (Verdict.ERROR, Verdict.DUPLICATE):
            continue
        ref = memory.refs.get(row.customer_id) or line.number
        memory.bind(ref, row.customer_id)
        made: defaultdict[str, list[int]] = defaultdict(list)
        for kind, pk in row.made:
            made[kind].append(pk)
        if row.customer_id in made[CUSTOMER]:
            memory.made.add(ref)
        memory.people |= set(made[CONTACT])
        keys = companies.row_keys(line)
        for key in all_keys(keys):
            memory.note(key, ref)
        if row.customer_id in made[CUSTOMER]:
            memory.near.note(keys, ref)
