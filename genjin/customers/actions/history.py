"""Writing down many interactions at once, each by its own person at its own moment, as imports need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed
from genjin.customers.actions.interactions import (
    EDITABLE,
    LogDraft,
    _check,
    _deepen,
    _interaction,
    _take_custom,
    refresh_summaries,
)
from genjin.customers.actions.next_steps import NextStepDraft, new_step
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.log_limits import limits_for
from genjin.customers.models import Contact, Customer, Interaction, NextStep
from genjin.fields import value_actions as fields
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules import interactions as rules


@dataclass(frozen=True)
class LogEntry:
    """One interaction with who wrote it when, the next steps it fulfils and the one it promises."""

    customer_id: int
    draft: LogDraft
    by: User
    at: datetime
    next_step: NextStepDraft | None = None
    closes: Sequence[int] = field(default=())
    told_by: User | None = None
    """Who wrote it down in this person's name; none means the person."""


@dataclass
class _Row:
    entry: LogEntry
    interaction: Interaction
    people: list[Contact]
    step: NextStep | None = None


@transaction.atomic
def log_interactions(*, entries: Sequence[LogEntry], is_history: bool = False) -> list[Interaction]:
    """What `log_interaction` does, for many: in their order, with few queries however many they are.

    Next steps to close that are not open are left as they are. Raises `RowsRefused`; then nothing is written.
    """
    rows = _checked(entries, is_history=is_history)
    bulk.insert([row.interaction for row in rows])
    through = Interaction.contacts.through
    links = [through(interaction=row.interaction, contact=person) for row in rows for person in row.people]
    bulk.insert(links)
    closed = _close(rows)
    bulk.insert([row.step for row in rows if row.step is not None])
    _tell(rows, closed)
    refresh_summaries({row.entry.customer_id for row in rows})
    for row in rows:
        _deepen(row.interaction, row.people, by=row.entry.by, at=row.entry.at)
    return [row.interaction for row in rows]


@transaction.atomic
def check_interactions(*, entries: Sequence[LogEntry]) -> Mapping[int, Mapping[str, str]]:
    """What `log_interactions` would refuse of these entries of times past, by their index; writes nothing."""
    try:
        _checked(entries, is_history=True)
    except RowsRefused as refused:
        return refused.rows
    return {}


def _checked(entries: Sequence[LogEntry], *, is_history: bool) -> list[_Row]:
    """Unsaved rows; the customers are locked from here on."""
    ids = {entry.customer_id for entry in entries}
    alive = Customer.objects.alive().filter(pk__in=ids).select_for_update().order_by("pk")
    customers = {customer.pk: customer for customer in alive}
    contacts = {person.pk: person for person in Contact.objects.alive().filter(customer__in=ids)}
    limits = {} if is_history else limits_for({entry.by.pk for entry in entries})
    rows, problems = [], {}
    for index, entry in enumerate(entries):
        try:
            rows.append(_row(entry, customers, contacts, limits.get(entry.by.pk)))
        except Refused as refused:
            named = hasattr(refused, "error_dict")
            problems[index] = (
                {name: str(texts[0]) for name, texts in refused.message_dict.items()}
                if named
                else {"": " ".join(refused.messages)}
            )
    if problems:
        raise RowsRefused(problems)
    try:
        _take_custom([row.interaction for row in rows], [row.entry.draft for row in rows])
    except Refused as refused:
        raise RowsRefused({0: {n: str(texts[0]) for n, texts in refused.message_dict.items()}}) from None
    return rows


def _row(
    entry: LogEntry,
    customers: Mapping[int, Customer],
    contacts: Mapping[int, Contact],
    limits: rules.LogLimits | None,
) -> _Row:
    """The unsaved row of one entry; without limits it tells of times long past."""
    customer = customers.get(entry.customer_id)
    if customer is None:
        raise Refused({"customer": _("There is no such customer.")})
    interaction = _interaction(customer, entry.draft, by=entry.by, at=entry.at)
    _check(interaction, by=entry.by, at=entry.at, limits=limits)
    people = [contacts[pk] for pk in dict.fromkeys(entry.draft.contact_ids) if pk in contacts]
    strangers = len(people) != len(set(entry.draft.contact_ids))
    if strangers or any(person.customer_id != customer.pk for person in people):
        raise Refused({"contacts": _("This person does not belong to the customer.")})
    interaction.is_late = limits is not None and rules.is_late(interaction.happened_at, entry.at, limits)
    return _Row(entry, interaction, people, _promised(entry, interaction, contacts))


def _promised(entry: LogEntry, interaction: Interaction, people: Mapping[int, Contact]) -> NextStep | None:
    """The next step of an entry, unsaved."""
    if entry.next_step is None:
        return None
    return new_step(
        interaction.customer, entry.next_step, by=entry.by, at=entry.at, written_in=interaction, people=people
    )


def _close(rows: Sequence[_Row]) -> dict[int, list[NextStep]]:
    """Close what the entries fulfil; the steps closed, by position of the entry."""
    wanted = {pk: place for place, row in enumerate(rows) for pk in row.entry.closes}
    steps = NextStep.objects.filter(pk__in=list(wanted), state=NextStep.State.OPEN).select_for_update()
    closed: dict[int, list[NextStep]] = {}
    for step in steps.order_by("pk"):
        row = rows[wanted[step.pk]]
        if step.customer_id != row.entry.customer_id:
            continue
        step.state, step.closed_at, step.closed_by = NextStep.State.DONE, row.entry.at, row.entry.by
        step.closed_in = row.interaction
        step.version += 1
        closed.setdefault(wanted[step.pk], []).append(step)
    fields = ["state", "closed_at", "closed_by", "closed_in", "version"]
    NextStep.objects.bulk_update([s for part in closed.values() for s in part], fields, batch_size=100)
    return closed


def _tell(rows: Sequence[_Row], closed: Mapping[int, Sequence[NextStep]]) -> None:
    told: list[journal.Told] = []
    for place, row in enumerate(rows):
        said: dict[str, tuple[Any, Any]] = {
            name: (None, value)
            for name in EDITABLE
            if (value := getattr(row.interaction, name)) not in ("", None, False)
        } | fields.told(row.interaction)
        if row.people:
            said["contacts"] = ([], [person.pk for person in row.people])
        written = [changed(row.interaction, "log", said)]
        for step in closed.get(place, ()):
            written.append(changed(step, "close", {"state": (NextStep.State.OPEN, step.state)}))
        if row.step is not None:
            promised = {"purpose": ("", row.step.purpose), "due": (None, row.step.due_on or row.step.due_at)}
            written.append(changed(row.step, "create", promised))
        doer = row.entry.told_by or row.entry.by
        told += [journal.Told(doer, row.entry.at, one) for one in written]
    journal.record_each(told)
    if rows:
        journal.mark_customers({row.entry.customer_id for row in rows}, at=rows[-1].entry.at)
