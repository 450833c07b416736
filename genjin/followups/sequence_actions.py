"""Sequences of customers: begun, stopped, taken up again, their date set; what the rules begin and end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.followups.models import SequenceRun
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules.duties import BeginSequence, EndSequence, SequenceEnd
from genjin.rules.plans import plan_of
from genjin.rules.policy import Step
from genjin.rules.sequences import run_key

State = SequenceRun.State
REOPEN_WITHIN = timedelta(days=1)
"""How long what was stopped can be taken up again; after that it begins anew."""
MOST_YEARS = 5


@transaction.atomic
def begin(
    *, customer_id: int, sequence: str, by: User, at: datetime, about_on: date | None = None
) -> SequenceRun:
    """Begin a sequence for a customer, on the steps that stand in its owner's policy now (004-40).

    Refused where it runs already, where nobody works with the customer, or without the date that it is about.
    """
    customer = _locked(customer_id)
    plan = plan_of(effective(customer.owner_id), sequence)
    if plan is None or not plan.is_offered or not plan.steps:
        raise Refused({"sequence": _("Choose one of the list.")})
    if customer.owner_id is None or not customer.is_confirmed:
        raise Refused(_("Nobody works with this customer yet: claim or accept it first."))
    if SequenceRun.objects.running().filter(customer=customer, sequence=sequence).exists():
        raise Refused({"sequence": _("This sequence runs for the customer already.")})
    if plan.needs_date and about_on is None:
        raise Refused({"about_on": _("Its steps count from a date: say which.")})
    _check_date(about_on, at)
    run = SequenceRun.objects.create(
        customer=customer,
        key=run_key(sequence, customer.pk, at),
        sequence=sequence,
        steps=[_plain(step) for step in plan.steps],
        exits=sorted(plan.exits),
        began_at=at,
        began_by=by,
        about_on=about_on if plan.needs_date else None,
    )
    _tell(run, "begin", {"about_on": (None, run.about_on)} if run.about_on else {}, by=by, at=at)
    return run


@transaction.atomic
def stop(*, run_id: int, reason: str, by: User, at: datetime) -> SequenceRun:
    """End a sequence early, with a reason; what was done stays."""
    run = _taken(run_id)
    if run.state != State.RUNNING:
        raise Refused(_("This sequence is over already."))
    if not reason.strip():
        raise Refused({"reason": _("Say why it is stopped.")})
    _end(run, State.STOPPED, by=by, at=at, ended_at=at, reason=reason)
    _tell(run, "stop", {}, by=by, at=at, note=run.reason)
    return run


@transaction.atomic
def reopen(*, run_id: int, by: User, at: datetime) -> SequenceRun:
    """Take up again what was stopped within the last day, as if it had never been."""
    run = _taken(run_id)
    if run.state != State.STOPPED:
        raise Refused(_("Only what was stopped can be taken up again."))
    if run.ended_at is None or at - run.ended_at > REOPEN_WITHIN:
        raise Refused(_("It was stopped more than a day ago: begin it anew."))
    if SequenceRun.objects.running().filter(customer=run.customer_id, sequence=run.sequence).exists():
        raise Refused(_("This sequence runs for the customer already."))
    run.state, run.turn, run.ended_at, run.ended_by, run.reason = State.RUNNING, "", None, None, ""
    run.version += 1
    run.save()
    _tell(run, "reopen", {}, by=by, at=at)
    return run


@transaction.atomic
def set_date(*, run_id: int, about_on: date, by: User, at: datetime) -> SequenceRun:
    """Move the date that a sequence is about; the steps that are not done move with it."""
    run = _taken(run_id)
    if run.state != State.RUNNING:
        raise Refused(_("This sequence is over already."))
    _check_date(about_on, at)
    if run.about_on == about_on:
        return run
    change = {"about_on": (run.about_on, about_on)}
    run.about_on = about_on
    run.version += 1
    run.save(update_fields=["about_on", "version"])
    _tell(run, "change", change, by=by, at=at)
    return run


@transaction.atomic
def begin_by_rule(change: BeginSequence, *, at: datetime) -> SequenceRun:
    """Write down what the rules begin; nobody's doing, and it leaves no mark: who executes decides again."""
    given = change.run
    run, is_new = SequenceRun.objects.get_or_create(
        key=given.key,
        defaults={
            "customer_id": change.customer_id,
            "sequence": given.sequence,
            "steps": [_plain(step) for step in given.steps],
            "exits": sorted(given.exits),
            "began_at": given.began_at,
            "began_because": change.because_of,
            "about_on": given.about_on,
        },
    )
    if is_new:
        _tell(run, "begin", {}, by=None, at=at, mark=False)
    return run


@transaction.atomic
def end_by_rule(change: EndSequence, *, at: datetime) -> None:
    """Write down that nothing is left to do, or that the rest is needless; it leaves no mark."""
    run = SequenceRun.objects.select_for_update().filter(key=change.key, state=State.RUNNING).first()
    if run is None:
        return
    completed = change.how is SequenceEnd.COMPLETED
    because = "LEFT" if change.how is SequenceEnd.LEFT else change.because_of or ""
    _end(
        run, State.COMPLETED if completed else State.EXITED, by=None, at=at,
        ended_at=change.ended_at or at, because=because,
    )  # fmt: skip
    _tell(run, "finish" if completed else "close", {}, by=None, at=at, mark=False)


def _end(
    run: SequenceRun,
    state: State,
    *,
    by: User | None,
    at: datetime,
    ended_at: datetime,
    reason: str = "",
    because: str = "",
) -> None:
    run.state, run.turn = state, str(run.pk)
    run.ended_at, run.ended_by, run.ended_because = ended_at, by, because
    run.reason = reason.strip()[:200]
    run.version += 1
    run.save()


def _locked(customer_id: int) -> Customer:
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is not None and customer.merged_into_id is not None:
        # Merged away this moment: what is begun is begun for the kept one.
        return _locked(customer.merged_into_id)
    if customer is None or customer.deleted_at is not None:
        raise Refused(_("This customer is not there any more."))
    return customer


def _taken(run_id: int) -> SequenceRun:
    """The run, its customer locked before it, as everywhere."""
    customer_id = SequenceRun.objects.values_list("customer_id", flat=True).get(pk=run_id)
    _locked(customer_id)
    return SequenceRun.objects.select_for_update().get(pk=run_id)


def _check_date(about_on: date | None, at: datetime) -> None:
    if about_on is not None and abs(about_on.year - at.year) > MOST_YEARS:
        raise Refused({"about_on": _("Choose a day within five years.")})


def _plain(step: Step) -> dict[str, Any]:
    """A step as the JSON that `rules.policy.steps_from` reads."""
    return {name: str(value) if name == "anchor" else value for name, value in asdict(step).items()}


def _tell(
    run: SequenceRun,
    verb: str,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    mark: bool = True,
) -> None:
    written = journal.Written(
        verb=verb,
        kind=run._meta.label_lower,
        object_id=run.pk,
        customer_id=run.customer_id,
        changes={"sequence": (None, run.sequence), **changes},
        note=note,
    )
    journal.record(by=by, at=at, written=[written])
    if mark:
        journal.mark_customers([run.customer_id], at=at)
