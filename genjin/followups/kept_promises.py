"""Promises that are kept by what is logged from their own row: the first answer to a complaint (003-46)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from genjin.customers.models import Interaction
from genjin.people.models import User
from genjin.sales.actions import complaints

_COMPLAINT = re.compile(r"promise:complaint-reply:complaint-(\d{1,18}):")


def is_kept(key: str, interaction: Interaction) -> bool:
    """Whether what was logged from its row keeps it: a mail, talk or chat; no note, no call in vain."""
    return interaction.counts_as_follow_up and _COMPLAINT.match(key) is not None


def keep(keys: Iterable[str], *, by: User, at: datetime) -> None:
    """Note in the records they come from that these promises were kept."""
    for found in filter(None, map(_COMPLAINT.match, keys)):
        complaints.answer_complaint(complaint_id=int(found[1]), by=by, at=at)


def take_back(keys: Iterable[str], *, kept_at: datetime, by: User, at: datetime) -> None:
    """As if what kept them at that moment had not been logged."""
    for found in filter(None, map(_COMPLAINT.match, keys)):
        complaints.take_back_answer(complaint_id=int(found[1]), answered_at=kept_at, by=by, at=at)
