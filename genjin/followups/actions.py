"""What people do with tasks: complete, postpone, dismiss, take back.

Each writes a fact and marks the customer; what is owed now follows from deciding again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.interactions import LogDraft, log_interaction, recycle_interaction
from genjin.customers.actions.next_steps import NextStepDraft, close_next_steps, reopen_next_step
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, Interaction, NextStep
from genjin.followups import kept_promises
from genjin.followups.chain_duties import STEPS as CHAINS
from genjin.followups.chain_duties import can_wait, fulfils, is_by_hand, stays_done
from genjin.followups.models import CustomerDecision, DayPick, Outcome, Seen, Task
from genjin.journal import actions as journal
from genjin.notifications.actions import notify
from genjin.people import access
from genjin.people.models import User
from genjin.rules import interactions as rules
from genjin.rules.duties import Rule

POSTPONE_MAX = timedelta(days=366)
UNDO_WITHIN = timedelta(minutes=10)
STEPS = {"next-step", "reminder"}
DELEGATED, GIVEN_BACK = "followups.delegated", "followups.given_back"
"""The kinds of notices about what was handed over."""


class Overtaken(Refused):
    """Somebody was faster with this task; the sentence says who, what and when."""


def locked_task(task: Task, seen: datetime | None) -> Task:
    """The task as stored now, its customer locked against deciding; refused when it is not what was shown."""
    CustomerDecision.objects.select_for_update().filter(pk=task.customer_id).first()
    now = Task.objects.filter(key=task.key).first()
    if now is None or (seen is not None and now.decided_at != seen):
        raise Overtaken(overtaken(task.key, task.customer_id))
    # done or put off a moment ago, and not yet decided anew
    acted = Q(is_live=True) | Q(kind=Outcome.Kind.DONE)
    since = Outcome.objects.filter(acted, duty_key=task.key, at__gte=now.decided_at)
    gone = Interaction.objects.filter(customer=task.customer_id, deleted_at__isnull=False)
    if since.exclude(interaction_id__in=gone.values("pk")).exists():
        raise Overtaken(overtaken(task.key, task.customer_id))
    return now


def overtaken(key: str, customer_id: int) -> str:
    """Who was faster with a task that is gone or has changed, as a sentence."""
    last = Outcome.objects.filter(customer=customer_id, duty_key=key).order_by("-id").first()
    closed = _closed_step(key)
    if closed is not None and closed.closed_at and (last is None or last.at < closed.closed_at):
        return _("%(who)s already closed this at %(when)s.") % _who_when(closed.closed_by, closed.closed_at)
    if last is None:
        return _("This task has changed meanwhile. Look again before you decide.")
    sentence = {
        Outcome.Kind.DONE: _("%(who)s already did this at %(when)s."),
        Outcome.Kind.POSTPONED: _("%(who)s already postponed this at %(when)s."),
        Outcome.Kind.DISMISSED: _("%(who)s already dismissed this at %(when)s."),
        Outcome.Kind.DELEGATED: _("%(who)s already handed this over at %(when)s."),
    }[Outcome.Kind(last.kind)]
    return sentence % _who_when(last.by, last.at)


def _who_when(who: User | None, when: datetime) -> dict[str, str]:
    return {"who": str(who) if who else _("The system"), "when": date_format(timezone.localtime(when), "H:i")}


def _closed_step(key: str) -> NextStep | None:
    kind, _separator, pk = key.partition(":")
    if kind not in STEPS:
        return None
    return NextStep.objects.filter(pk=int(pk)).exclude(state=NextStep.State.OPEN).first()


def steps_of(task: Task) -> list[int]:
    """The next steps and reminders that a task is about, by id."""
    return _step_ids(task.duties)


def _step_ids(duties: Iterable[dict[str, Any]]) -> list[int]:
    return [int(duty["key"].partition(":")[2]) for duty in duties if duty["key"].partition(":")[0] in STEPS]


@transaction.atomic
def postpone(
    *, task: Task, until: date, by: User, at: datetime, reason: str = "", seen: datetime | None = None
) -> list[Outcome]:
    """Have a task come back on a later day (000-13); all of its duties move.

    `seen` is the `decided_at` that was shown; it is refused when the task has changed since.
    """
    task = locked_task(task, seen)
    today = at.astimezone(timezone.get_current_timezone()).date()
    if until <= today:
        raise Refused({"until": _("Choose a day after today.")})
    if until - today > POSTPONE_MAX:
        raise Refused({"until": _("At most one year ahead.")})
    duties = [duty for duty in task.duties if can_wait(duty)]
    if not duties:
        raise Refused(_("This was promised to the customer: it cannot be put off."))
    return _write(task, duties, Outcome.Kind.POSTPONED, by=by, at=at, until=until, reason=reason)


@transaction.atomic
def dismiss(
    *, task: Task, reason: str, by: User, at: datetime, seen: datetime | None = None
) -> list[Outcome]:
    """Drop those duties of a task that may be dropped, with a reason; next steps in it are cancelled."""
    task = locked_task(task, seen)
    if not reason.strip():
        raise Refused({"reason": _("Say why this is not needed.")})
    duties = [duty for duty in task.duties if duty["is_dismissable"]]
    if not duties:
        raise Refused(_("This has to be done; it can only be postponed."))
    close_next_steps(
        customer_id=task.customer_id,
        ids=_step_ids(duties),
        by=by,
        at=at,
        state=NextStep.State.CANCELLED,
        reason=reason,
    )
    return _write(task, duties, Outcome.Kind.DISMISSED, by=by, at=at, reason=reason)


@transaction.atomic
def finish(*, task: Task, by: User, at: datetime, seen: datetime | None = None) -> list[Outcome]:
    """Say that reminders, and steps that nothing proves, are done, without a contact to log (000-10)."""
    task = locked_task(task, seen)
    reminders = [duty for duty in task.duties if duty["rule"] == Rule.REMINDER]
    steps = [duty for duty in task.duties if is_by_hand(duty)]
    if not reminders and not steps:
        raise Refused(_("Log the contact instead; it completes this task."))
    close_next_steps(customer_id=task.customer_id, ids=_step_ids(reminders), by=by, at=at)
    done = _write(task, reminders, Outcome.Kind.DONE, by=by, at=at, is_live=False)
    return [*done, *_write(task, steps, Outcome.Kind.DONE, by=by, at=at)]


@transaction.atomic
def complete(
    *,
    task: Task,
    draft: LogDraft,
    by: User,
    at: datetime,
    next_step: NextStepDraft | None = None,
    closes: Sequence[int] | None = None,
    seen: datetime | None = None,
) -> Interaction:
    """Log a contact and what comes next, which fulfils the task's duties as far as it counts for them.

    `closes` names the next steps that it fulfils, those of the task when it is not given. A call that nobody
    answered fulfils nothing, unless the next step says when to try again.
    """
    task = locked_task(task, seen)
    reached = draft.outcome in ("", Interaction.Outcome.CONNECTED)
    if closes is None:
        closes = _step_ids(task.duties) if reached or next_step is not None else []
    interaction = log_interaction(
        customer_id=task.customer_id, draft=draft, by=by, at=at, next_step=next_step, closes=closes
    )
    fulfilled = [duty for duty in task.duties if _fulfils(interaction, duty, next_step, closes)]
    for is_live in (False, True):
        duties = [duty for duty in fulfilled if stays_done(duty) is is_live]
        _write(
            task, duties, Outcome.Kind.DONE, by=by, at=at, is_live=is_live, interaction_id=interaction.pk,
            journalled=False,
        )  # fmt: skip
    kept_promises.keep((duty["key"] for duty in fulfilled), by=by, at=at)
    return interaction


@transaction.atomic
def delegate(
    *, task: Task, to: User, by: User, at: datetime, reason: str = "", seen: datetime | None = None
) -> list[Outcome]:
    """Hand a task to a colleague who may work with the customer; it stays as it is, on his list (000-37)."""
    task = locked_task(task, seen)
    check_delegate(customer_id=task.customer_id, to=to, at=at)
    if to.pk == task.owner_id:
        raise Refused({"to": _("This task is already with %(name)s.") % {"name": to}})
    _delegations(task.customer_id, [duty["key"] for duty in task.duties]).update(is_live=False)
    rows = _write(task, task.duties, Outcome.Kind.DELEGATED, by=by, at=at, reason=reason, to=to)
    if to.pk != by.pk:
        tell_delegate(rows[0])
    return rows


def check_delegate(*, customer_id: int, to: User, at: datetime) -> None:
    """Refuse a colleague who is not there any more or may not work with the customer."""
    if not to.is_active:
        raise Refused({"to": _("This person does not work here (any more).")})
    access.of(to, today=today_of(to, at))
    if not Customer.objects.editable_by(to).filter(pk=customer_id).exists():
        text = _("%(name)s may not work with this customer. Share it first, or choose somebody else.")
        raise Refused({"to": text % {"name": to}})


def tell_delegate(outcome: Outcome) -> None:
    """Tell a colleague what was handed to him."""
    assert outcome.to_id is not None
    notify(
        kind=DELEGATED, user_ids=[outcome.to_id], key=f"delegated:{outcome.pk}", at=outcome.at,
        customer_id=outcome.customer_id, params={"by": str(outcome.by), "why": outcome.reason},
    )  # fmt: skip


@transaction.atomic
def give_back(*, task: Task, by: User, at: datetime) -> int:
    """Give what was handed over back to whose it was; returns how many duties went back."""
    task = locked_task(task, None)
    rows = list(_delegations(task.customer_id, [duty["key"] for duty in task.duties]).order_by("pk"))
    if not rows:
        raise Refused(_("This was already taken back."))
    Outcome.objects.filter(pk__in=[row.pk for row in rows]).update(is_live=False)
    _tell(rows[0], "give_back", until=None, reason="", by=by, at=at)
    journal.mark_customers([task.customer_id], at=at)
    others = {row.by_id for row in rows if row.by_id is not None} - {by.pk}
    if others:
        notify(
            kind=GIVEN_BACK, user_ids=others, key=f"given-back:{rows[0].pk}", at=at,
            customer_id=task.customer_id, params={"by": str(by)},
        )  # fmt: skip
    return len(rows)


def forget_delegations(keys: Mapping[int, Sequence[str]]) -> None:
    """What was handed over and is settled is no fact any more; nobody's doing, so nothing is journalled."""
    for customer_id, settled in sorted(keys.items()):
        _delegations(customer_id, settled).update(is_live=False)


def _delegations(customer_id: int, keys: Sequence[str]) -> QuerySet[Outcome]:
    return Outcome.objects.filter(
        customer=customer_id, kind=Outcome.Kind.DELEGATED, is_live=True, duty_key__in=list(keys)
    )


def _fulfils(
    interaction: Interaction, duty: dict[str, Any], next_step: NextStepDraft | None, closes: Sequence[int]
) -> bool:
    rule = duty["rule"]
    if rule in (Rule.NEXT_STEP, Rule.REMINDER):
        return _step_ids([duty])[0] in closes
    if rule == Rule.NO_NEXT_STEP:
        return next_step is not None
    if rule == Rule.FIRST_CONTACT:
        return interaction.counts_as_contact
    if rule == Rule.RECAP:
        return interaction.kind == Interaction.Kind.EMAIL
    if rule == Rule.TRACKING_CALL and not rules.Kind(interaction.kind).is_call:
        return False
    if rule in CHAINS:
        return interaction.counts_as_follow_up and fulfils(interaction.kind, duty)
    if rule == Rule.PROMISE:
        return kept_promises.is_kept(duty["key"], interaction)
    if rule == Rule.ORDER_NODE:
        return False
    return interaction.counts_as_follow_up


def _write(
    task: Task,
    duties: Sequence[dict[str, Any]],
    kind: Outcome.Kind,
    *,
    by: User,
    at: datetime,
    until: date | None = None,
    reason: str = "",
    is_live: bool = True,
    interaction_id: int | None = None,
    journalled: bool = True,
    to: User | None = None,
) -> list[Outcome]:
    """One outcome for each duty. What is done is no fact for deciding: the closed step, the log are."""
    rows = Outcome.objects.bulk_create(
        Outcome(
            customer_id=task.customer_id,
            duty_key=duty["key"],
            rule=duty["rule"],
            kind=kind,
            at=at,
            by=by,
            until=until,
            reason=reason.strip()[:300],
            interaction_id=interaction_id,
            is_live=is_live,
            to=to,
        )
        for duty in duties
    )
    if kind in (Outcome.Kind.DONE, Outcome.Kind.DISMISSED):
        # Who handed it over and settled it himself need not be told.
        _delegations(task.customer_id, [duty["key"] for duty in duties]).filter(by=by).update(is_live=False)
    if rows and journalled:
        _tell(rows[0], _VERBS[kind], until=until, reason=reason, by=by, at=at, to=to)
    journal.mark_customers([task.customer_id], at=at)
    return rows


_VERBS = {
    Outcome.Kind.DONE: "finish",
    Outcome.Kind.POSTPONED: "postpone",
    Outcome.Kind.DISMISSED: "dismiss",
    Outcome.Kind.DELEGATED: "delegate",
}


def _tell(
    outcome: Outcome, verb: str, *, until: date | None, reason: str, by: User, at: datetime,
    to: User | None = None,
) -> None:  # fmt: skip
    changes: dict[str, tuple[Any, Any]] = {"task": (None, outcome.duty_key)}
    if to is not None:
        changes["to"] = (None, str(to))
    if until is not None:
        changes["until"] = (None, until)
    written = journal.Written(
        verb=verb,
        kind="followups.outcome",
        object_id=outcome.pk,
        title=outcome.duty_key,
        customer_id=outcome.customer_id,
        changes=changes,
        note=reason.strip(),
    )
    journal.record(by=by, at=at, written=[written])


@transaction.atomic
def undo(*, outcomes: Sequence[Outcome], by: User, at: datetime) -> int:
    """Take back what one just postponed or dismissed, within ten minutes; how many duties came back."""
    ids = [outcome.pk for outcome in outcomes]
    rows = list(Outcome.objects.select_for_update().filter(pk__in=ids, by=by, is_live=True).order_by("pk"))
    if not rows:
        raise Refused(_("This was already taken back."))
    if at - min(row.at for row in rows) > UNDO_WITHIN:
        raise Refused(_("This can be taken back for ten minutes only."))
    Outcome.objects.filter(pk__in=[row.pk for row in rows]).update(is_live=False)
    for row in rows:
        if row.kind == Outcome.Kind.DISMISSED:
            _reopen(row, by=by, at=at)
    _tell(rows[0], "undo", until=None, reason="", by=by, at=at)
    journal.mark_customers({row.customer_id for row in rows}, at=at)
    _mark_picks(rows, at)
    return len(rows)


@transaction.atomic
def undo_completing(*, interaction_id: int, by: User, at: datetime) -> Interaction:
    """Take back what one just logged, within ten minutes: as if the task had not been completed.

    The log goes to the recycle bin, the next steps that it closed are open again, the one that it set is
    cancelled, and the duties that it fulfilled are owed as before.
    """
    customer_id = Interaction.objects.values_list("customer_id", flat=True).get(pk=interaction_id)
    CustomerDecision.objects.select_for_update().filter(pk=customer_id).first()
    log = Interaction.objects.alive().filter(pk=interaction_id, person=by).first()
    if log is None:
        raise Refused(_("This was already taken back."))
    if at - log.logged_at > UNDO_WITHIN:
        raise Refused(_("This can be taken back for ten minutes only."))
    recycle_interaction(interaction_id=log.pk, by=by, at=at)
    for pk in NextStep.objects.filter(closed_in=log).order_by("pk").values_list("pk", flat=True):
        reopen_next_step(step_id=pk, by=by, at=at)
    close_next_steps(
        customer_id=log.customer_id,
        ids=[step.pk for step in NextStep.objects.filter(written_in=log)],
        by=by,
        at=at,
        state=NextStep.State.CANCELLED,
        reason=_("The log was taken back."),
    )
    rows = list(Outcome.objects.filter(customer=log.customer_id, interaction_id=log.pk))
    Outcome.objects.filter(pk__in=[row.pk for row in rows]).update(is_live=False)
    _hand_over_again(rows, by)
    kept_promises.take_back((row.duty_key for row in rows), kept_at=log.logged_at, by=by, at=at)
    if rows:
        _tell(rows[0], "undo", until=None, reason="", by=by, at=at)
    journal.mark_customers([log.customer_id], at=at)
    _mark_picks(rows, at)
    return log


def _hand_over_again(rows: Sequence[Outcome], by: User) -> None:
    """What a colleague had handed to the person stays with him, although it counted as settled."""
    for row in rows:
        handed = Outcome.objects.filter(
            customer=row.customer_id, duty_key=row.duty_key, kind=Outcome.Kind.DELEGATED, pk__lt=row.pk
        )
        last = handed.order_by("-pk").first()
        if last is not None and last.to_id == by.pk:
            Outcome.objects.filter(pk=last.pk).update(is_live=True)


def _mark_picks(rows: Sequence[Outcome], at: datetime) -> None:
    """Plan the days anew of those for whom the customers were picked."""
    picked = [row.customer_id for row in rows if row.rule == Rule.DAILY]
    if picked:
        lately = DayPick.objects.filter(customer__in=picked, closed_at__gte=at - UNDO_WITHIN)
        journal.mark_people(lately.values_list("user_id", flat=True), at=at)


def _reopen(outcome: Outcome, *, by: User, at: datetime) -> None:
    step = _closed_step(outcome.duty_key)
    if step is not None and step.closed_at == outcome.at:
        reopen_next_step(step_id=step.pk, by=by, at=at)


def see_first(parts: Mapping[str, str]) -> None:
    """In a new instance nothing has changed yet: what holds now counts as carried to everybody."""
    Seen.objects.bulk_create(
        [Seen(part=part, stamp=stamp, is_carried=True) for part, stamp in parts.items()],
        ignore_conflicts=True,
    )


def note_seen(row: Seen) -> None:
    """Keep how far a change has been carried; nobody's doing, so nothing is journalled."""
    row.save()


def forget_seen(row: Seen) -> None:
    """A part of the setting that is no more, and of which everybody concerned has been told."""
    row.delete()
