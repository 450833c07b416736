"""Next steps and reminders, the pause, the customer's own rhythm, and the summary that the brain writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import (
    batches,
    changed,
    check_fields,
    keep,
    locked,
    take_changes,
    tell,
    today_of,
)
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer, Interaction, NextStep
from genjin.customers.models.interaction import Channel
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.records import bulk
from genjin.records.prepared import Given, Prepared

CADENCE_MAX_DAYS = 365


@dataclass(frozen=True)
class NextStepDraft:
    """What comes next as a person wrote it: a day (`due_on`) or a fixed moment (`due_at`), not both."""

    purpose: str
    due_on: date | None = None
    due_at: datetime | None = None
    channel: str = Channel.EMAIL
    contact_id: int | None = None
    kind: str = NextStep.Kind.NEXT_STEP


@transaction.atomic
def add_next_step(
    *,
    customer_id: int,
    draft: NextStepDraft,
    by: User | None,
    at: datetime,
    owner_id: int | None = None,
    written_in: Interaction | None = None,
) -> NextStep:
    """Promise something to a customer on a date; its owner is the doer unless named (000-10, B-10)."""
    customer = locked(Customer.objects.all(), customer_id)
    if customer.merged_into_id is not None:
        # Merged away this moment: whatever is promised is promised to the kept one.
        customer = locked(Customer.objects.all(), customer.merged_into_id)
    step = new_step(customer, draft, by=by, at=at, owner_id=owner_id, written_in=written_in)
    step.save(force_insert=True)
    told = {"purpose": ("", step.purpose), "due": (None, step.due_on or step.due_at)}
    tell([changed(step, "create", told)], by=by, at=at)
    return step


def new_step(
    customer: Customer,
    draft: NextStepDraft,
    *,
    by: User | None,
    at: datetime,
    owner_id: int | None = None,
    written_in: Interaction | None = None,
    people: Mapping[int, Contact] | None = None,
) -> NextStep:
    """A next step that may be saved; `people` are contacts read before, among whom it looks for its own."""
    owner = owner_id or (by.pk if by else customer.owner_id)
    if owner is None:
        raise Refused(_("A customer without owner needs somebody named for the next step."))
    step = NextStep(
        customer=customer,
        kind=draft.kind,
        owner_id=owner,
        channel=draft.channel,
        purpose=draft.purpose.strip(),
        contact_id=draft.contact_id,
        due_on=draft.due_on,
        due_at=draft.due_at,
        written_in=written_in,
        created_at=at,
        created_by=by,
    )
    check_due(due_on=draft.due_on, due_at=draft.due_at, by=by, at=at)
    if draft.contact_id and not _belongs(draft.contact_id, customer, people):
        raise Refused({"contact": _("This person does not belong to the customer.")})
    check_fields(step)
    return step


def _belongs(contact_id: int, customer: Customer, people: Mapping[int, Contact] | None) -> bool:
    if people is None:
        return Contact.objects.filter(pk=contact_id, customer=customer).exists()
    return contact_id in people and people[contact_id].customer_id == customer.pk


def check_due(
    *, due_on: date | None, due_at: datetime | None, by: User | None, at: datetime, today: date | None = None
) -> None:
    """Refuse a next step without a date, with two, or in the past; `today` is the doer's, if known."""
    if (due_on is None) == (due_at is None):
        raise Refused({"due_on": _("Give either a day or an exact time.")})
    if due_at is not None and due_at < at:
        raise Refused({"due_at": _("This time has already passed.")})
    if due_on is not None and due_on < (today or today_of(by, at)):
        raise Refused({"due_on": _("This day has already passed.")})
    if (due_on or due_at.date()).year > at.year + 10:  # type: ignore[union-attr]
        raise Refused({"due_on": _("This is more than ten years ahead.")})


@transaction.atomic
def close_next_step(
    *,
    step_id: int,
    by: User | None,
    at: datetime,
    state: str = NextStep.State.DONE,
    interaction: Interaction | None = None,
    reason: str = "",
) -> NextStep:
    """Say that a next step is done, or cancelled with a reason; refused with who was faster when closed."""
    step = locked(NextStep.objects.all(), step_id)
    if step.state != NextStep.State.OPEN:
        raise Refused(_already_closed(step))
    if state == NextStep.State.CANCELLED and not reason.strip():
        raise Refused({"reason": _("Say why it is cancelled.")})
    _close([step], by=by, at=at, state=state, interaction=interaction, reason=reason)
    return step


def _already_closed(step: NextStep) -> str:
    what = {
        "who": step.closed_by or _("the system"),
        "when": date_format(step.closed_at, "SHORT_DATETIME_FORMAT") if step.closed_at else "",
    }
    if step.state == NextStep.State.CANCELLED:
        return _("%(who)s already cancelled this on %(when)s.") % what
    return _("%(who)s already did this on %(when)s.") % what


@transaction.atomic
def close_next_steps(
    *,
    customer_id: int,
    ids: Sequence[int],
    by: User | None,
    at: datetime,
    state: str = NextStep.State.DONE,
    interaction: Interaction | None = None,
    reason: str = "",
) -> list[NextStep]:
    """Close those of the customer's next steps that are still open; others are left as they are."""
    rows = NextStep.objects.filter(customer_id=customer_id, pk__in=list(ids), state=NextStep.State.OPEN)
    steps = list(rows.select_for_update().order_by("pk"))
    _close(steps, by=by, at=at, state=state, interaction=interaction, reason=reason)
    return steps


def _close(
    steps: Sequence[NextStep],
    *,
    by: User | None,
    at: datetime,
    state: str,
    interaction: Interaction | None,
    reason: str,
) -> None:
    for step in steps:
        step.state, step.closed_at, step.closed_by = state, at, by
        step.closed_in, step.closing_reason = interaction, reason.strip()[:200]
        step.version += 1
    fields = ["state", "closed_at", "closed_by", "closed_in", "closing_reason", "version"]
    NextStep.objects.bulk_update(steps, fields, batch_size=500)
    written = [changed(s, "close", {"state": (NextStep.State.OPEN, state)}, note=reason) for s in steps]
    tell(written, by=by, at=at)


@transaction.atomic
def reopen_next_step(*, step_id: int, by: User | None, at: datetime) -> NextStep:
    """Take back that a next step was closed; one that is open already is left as it is."""
    step = locked(NextStep.objects.all(), step_id)
    if step.state == NextStep.State.OPEN:
        return step
    change = {"state": (step.state, NextStep.State.OPEN)}
    step.state, step.closed_at, step.closed_by = NextStep.State.OPEN, None, None
    step.closed_in, step.closing_reason = None, ""
    step.version += 1
    fields = ["state", "closed_at", "closed_by", "closed_in", "closing_reason", "version"]
    step.save(update_fields=fields)
    tell([changed(step, "reopen", change)], by=by, at=at)
    return step


@transaction.atomic
def change_next_step(
    *,
    step_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    why: str = "",
    expected_version: int | None = None,
) -> NextStep:
    """Change purpose, channel, contact, owner or date of an open next step."""
    step = locked(NextStep.objects.all(), step_id)
    if step.state != NextStep.State.OPEN:
        raise Refused(_already_closed(step))
    difference = take_changes(step, changes, expected=expected_version)
    if not difference:
        return step
    if "due_on" in difference or "due_at" in difference:
        check_due(due_on=step.due_on, due_at=step.due_at, by=by, at=at)
    check_fields(step)
    keep(step, difference, by=by, at=at, note=why)
    return step


@transaction.atomic
def set_not_before(
    *,
    customer_id: int,
    until: date | None,
    by: User | None,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Customer:
    """Leave a customer in peace until a day, with a reason; None ends the pause (000-13)."""
    if until is not None:
        if not reason.strip():
            raise Refused({"not_before_reason": _("Say why this customer is not to be contacted.")})
        days = (until - today_of(by, at)).days
        if days < 1:
            raise Refused({"not_before": _("The day must lie in the future.")})
        most = effective(by.pk if by else None).number("not_before_max_days")
        if days > most:
            raise Refused({"not_before": _("At most %(days)d days ahead.") % {"days": most}})
    changes = {
        "not_before": until,
        "not_before_reason": reason.strip()[:200] if until else "",
        "not_before_set_at": at if until else None,
    }
    verb = "pause" if until else "resume"
    return _change_rhythm(customer_id, changes, verb, by=by, at=at, expected=expected_version)


@transaction.atomic
def set_cadence(
    *,
    customer_id: int,
    days: int | None,
    by: User | None,
    at: datetime,
    reason: str = "",
    until: date | None = None,
    expected_version: int | None = None,
    mark: bool = True,
) -> Customer:
    """Give a customer its own longest gap between follow-ups, with a reason; None ends it (001-36).

    Without `mark` the caller decides the customer again itself.
    """
    if days is not None:
        if not 1 <= days <= CADENCE_MAX_DAYS:
            raise Refused({"cadence_days": _("Between 1 and %(days)d days.") % {"days": CADENCE_MAX_DAYS}})
        if not reason.strip():
            raise Refused({"cadence_reason": _("Say why this customer needs another rhythm.")})
        if until is not None and until <= today_of(by, at):
            raise Refused({"cadence_until": _("The day must lie in the future.")})
    changes = {
        "cadence_days": days,
        "cadence_reason": reason.strip()[:200] if days else "",
        "cadence_until": until if days else None,
    }
    return _change_rhythm(customer_id, changes, "change", by=by, at=at, expected=expected_version, mark=mark)


def _change_rhythm(
    customer_id: int,
    changes: Mapping[str, Any],
    verb: str,
    *,
    by: User | None,
    at: datetime,
    expected: int | None,
    mark: bool = True,
) -> Customer:
    customer = locked(Customer.objects.alive(), customer_id)
    difference = take_changes(customer, changes, expected=expected)
    if difference:
        keep(customer, difference, by=by, at=at, verb=verb, mark=mark)
    return customer


SUMMARY = (
    "next_step_at", "next_step_purpose", "next_step_channel", "lacks_next_step", "returns_on", "return_code",
)  # fmt: skip


@dataclass(frozen=True)
class NextStepSummary:
    """What lists show of a customer's next step and return to the pool; all empty when there is none.

    `is_missing` says that there should be one: not in the pool, nor for customers exempt by the policy.
    """

    customer_id: int
    at: datetime | None = None
    purpose: str = ""
    channel: str = ""
    is_missing: bool = False
    returns_on: date | None = None
    return_code: str = ""


@transaction.atomic
def write_summaries(*, summaries: Sequence[NextStepSummary]) -> int:
    """Write the summary columns of next steps, as the brain found them; how many customers differed.

    It leaves no mark, no journal entry and no new version: nobody did anything.
    """
    stored = {row.pk: row for row in _SUMMARIES(ids=[summary.customer_id for summary in summaries])}
    differing = []
    for summary in summaries:
        row = stored.get(summary.customer_id)
        new = (
            summary.at, summary.purpose[:200], summary.channel, summary.is_missing, summary.returns_on,
            summary.return_code,
        )  # fmt: skip
        if row is None or tuple(getattr(row, name) for name in SUMMARY) == new:
            continue
        for name, value in zip(SUMMARY, new, strict=True):
            setattr(row, name, value)
        differing.append(row)
    if connection.features.has_select_for_update:
        # Locked in the order of ids, as everywhere, so that no two can wait for each other.
        _LOCKED(ids=[row.pk for row in differing])
    bulk.update(differing, SUMMARY)
    return len(differing)


_SUMMARIES = Prepared(lambda: Customer.objects.filter(pk__among=Given("ids")).only(*SUMMARY))
_LOCKED = Prepared(
    lambda: (
        Customer.objects.filter(pk__among=Given("ids")).order_by("pk").select_for_update().values_list("pk")
    )
)


@transaction.atomic
def hand_over_steps(
    *, customer_ids: Sequence[int], from_id: int | None, to_id: int | None, by: User | None, at: datetime
) -> None:
    """Give the open next steps of a former owner to the next one; without a next one they are cancelled.

    It journals the closing only: the change of owner is told by the verb that calls this.
    """
    for part in batches(customer_ids):
        rows = NextStep.objects.filter(customer_id__in=part, state=NextStep.State.OPEN)
        if from_id is not None:
            rows = rows.filter(owner_id=from_id)
        if to_id is not None:
            rows.update(owner_id=to_id, version=F("version") + 1)
            continue
        steps = list(rows.select_for_update().order_by("pk"))
        reason = _("The customer returned to the public pool.")
        _close(steps, by=by, at=at, state=NextStep.State.CANCELLED, interaction=None, reason=reason)
