"""Send-tracking (发送追踪): the newest sent mail of a conversation awaits an answer (000-08 to 000-25)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.refusal import Refused
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail.arrivals import Stored
from genjin.mail.models import Filing, MailAccount, Message, OutgoingMail, Participant, Tracking
from genjin.people import access
from genjin.people.models import User
from genjin.rules.duplicates.contacts import company_domain

KIND = "mail.tracking"
MOST_DAYS = 3
AT_ONCE = 50
"""As many as a page of the list shows: more are never ended in one go (000-17)."""
UNDO_WITHIN = timedelta(hours=24)
AWAY_UNTOLD = timedelta(days=14)
"""How long an automatic reply pauses that does not say when its writer is back."""

Direction = Message.Direction
Verdict = Message.Verdict
State = Tracking.State


@transaction.atomic
def track(*, message_id: int, days: int, by: User | None, at: datetime) -> Tracking:
    """Let this sent mail await an answer, written here or elsewhere, HTML or plain (000-12).

    A tracking that its conversation has already moves to the newest sent mail with these days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Refused({"days": _("Choose 1, 2 or 3 days.")})
    rows = Message.objects.all() if by is None else Message.objects.visible_to(by)
    message = rows.select_related("thread").filter(pk=message_id, direction=Direction.OUT).first()
    if message is None:
        raise Refused(_("Only a sent mail can be tracked."))
    newest = _newest_sent(message.thread_id) or message
    tracking = _active([message.thread_id]).first()
    if tracking is not None:
        changes = {"days": (tracking.days, days), "message_id": (tracking.message_id, newest.pk)}
        tracking.days, tracking.message, tracking.paused_until = days, newest, None
        tracking.save(update_fields=["days", "message", "paused_until"])
        _tell([tracking], "change", by=by, at=at, changes=changes)
        return tracking
    filing = Filing.objects.filter(message=newest).order_by("pk").first()
    tracking = Tracking(
        thread_id=message.thread_id, customer_id=filing.customer_id if filing else None,
        contact_id=filing.contact_id if filing else None, message=newest, started_with=newest,
        owner_id=_owner(newest, by), days=days, began_at=at, began_by=by,
    )  # fmt: skip
    tracking.save(force_insert=True)
    _tell([tracking], "track", by=by, at=at)
    return tracking


@transaction.atomic
def track_many(*, message_ids: Sequence[int], days: int, by: User, at: datetime) -> int:
    """Let sent mails await an answer, those on a page at once (000-12); returns how many."""
    if len(set(message_ids)) > AT_ONCE:
        raise Refused(_("At most %(count)d at a time: those on the page.") % {"count": AT_ONCE})
    return len({track(message_id=pk, days=days, by=by, at=at).pk for pk in sorted(set(message_ids))})


@transaction.atomic
def cancel_trackings(*, ids: Sequence[int], by: User, at: datetime, reason: str = "") -> int:
    """End trackings that need not go on (000-15); returns how many. Never more than a page (000-17)."""
    return len(_end(active_of(ids, by), State.CANCELLED, by=by, at=at, reason=reason, verb="untrack"))


def active_of(ids: Sequence[int], by: User) -> QuerySet[Tracking]:
    """The active ones among these that the person may end, never more than a page (000-17)."""
    if len(set(ids)) > AT_ONCE:
        raise Refused(_("At most %(count)d at a time: those on the page.") % {"count": AT_ONCE})
    return _own(ids, by)


@transaction.atomic
def end_with_consent(*, tracking_id: int, by: User, at: datetime) -> int:
    """End a tracking of somebody else with the reason that stands with it; the caller judged who may."""
    rows = Tracking.objects.select_for_update(of=("self",)).filter(pk=tracking_id, state=State.ACTIVE)
    return len(_end(list(rows), State.CANCELLED, by=by, at=at, verb="untrack"))


@transaction.atomic
def end_by_rule(*, tracking_id: int, is_answered: bool, ended_at: datetime, at: datetime) -> int:
    """End an active tracking as the rules say: the customer was heard otherwise, or the last attempt failed.

    It leaves no mark: whoever has it done decides again. Returns 0 when it had ended already.
    """
    rows = Tracking.objects.select_for_update().filter(pk=tracking_id, state=State.ACTIVE)
    state = State.ANSWERED if is_answered else State.COMPLETED
    ended = _end(rows, state, by=None, at=at, verb="finish", ended_at=ended_at, mark=False)
    return len(ended)


@transaction.atomic
def take_back_ended(*, ids: Sequence[int], by: User, at: datetime) -> int:
    """Let trackings go on that were ended by hand within 24 hours; returns how many.

    One whose conversation has another active tracking meanwhile, or was answered meanwhile, stays ended.
    """
    rows = Tracking.objects.select_for_update().filter(
        pk__in=ids, owner__in=access.of(by).covers, state__in=[State.CANCELLED, State.COMPLETED],
        ended_by__isnull=False, ended_at__gte=at - UNDO_WITHIN,
    )  # fmt: skip
    ended = list(rows.order_by("pk"))
    threads = [tracking.thread_id for tracking in ended]
    taken = set(_active(threads).values_list("thread_id", flat=True))
    back: list[Tracking] = []
    for tracking in ended:
        answered = Message.objects.filter(
            thread=tracking.thread_id, direction=Direction.IN, verdict=Verdict.HUMAN,
            arrived_at__gt=tracking.ended_at,
        )  # fmt: skip
        if tracking.thread_id in taken or answered.exists():
            continue
        taken.add(tracking.thread_id)
        _reopen(tracking)
        back.append(tracking)
    _tell(back, "take_back", by=by, at=at)
    return len(back)


@transaction.atomic
def add_note(*, tracking_id: int, note: str, by: User, at: datetime) -> Tracking:
    """Keep a remark with an active tracking; an empty one removes it."""
    tracking = _own([tracking_id], by).first()
    if tracking is None:
        raise Refused(_("This tracking has ended already."))
    text = _line(note)
    change = {"reason": (tracking.reason, text)}
    tracking.reason = text
    tracking.save(update_fields=["reason"])
    _tell([tracking], "change", by=by, at=at, changes=change, mark=False)
    return tracking


def arrived(*, stored: Sequence[Stored], at: datetime) -> None:
    """What messages that were just stored mean for trackings; called in the transaction that stores them.

    A person's answer ends, an automatic one pauses, a permanent bounce to all ends as bounced, and a newer
    sent mail of the conversation takes the tracking over, also one sent from elsewhere (000-15, 000-25).
    """
    fresh = [one for one in stored if one.is_new]
    if not fresh:
        return
    trackings = {row.thread_id: row for row in _active({one.thread_id for one in fresh})}
    if not trackings:
        return
    for one in sorted(fresh, key=lambda each: (each.date, each.message_id)):
        tracking = trackings.get(one.thread_id)
        if tracking is None:
            continue
        _take(tracking, one, at=at)
        if tracking.state != State.ACTIVE:
            del trackings[one.thread_id]


def _take(tracking: Tracking, one: Stored, *, at: datetime) -> None:
    """What one message means for the tracking of its conversation."""
    if one.direction == Direction.OUT:
        if one.date >= tracking.message.date:
            _move(tracking, one.message_id, at=at)
    elif one.verdict == Verdict.HUMAN:
        if one.date >= tracking.started_with.date and not _is_ours(one.from_address):
            _close(tracking, State.ANSWERED, one.message_id, at=at)
    elif one.verdict == Verdict.AUTO_REPLY:
        _pause(tracking, one.returns_on, at=at)
    elif one.verdict == Verdict.BOUNCE and _nobody_left(tracking, one.bounced):
        _close(tracking, State.BOUNCED, one.message_id, at=at)


@transaction.atomic
def verdict_changed(*, message_id: int, at: datetime) -> None:
    """Think again after a verdict was corrected by hand: what no person wrote ended nothing."""
    message = Message.objects.get(pk=message_id)
    ended = Tracking.objects.select_for_update().filter(
        ended_with=message, state__in=[State.ANSWERED, State.BOUNCED]
    )
    for tracking in ended:
        if not _active([tracking.thread_id]).exists():
            _reopen(tracking)
            _tell([tracking], "reopen", by=None, at=at)
    arrived(stored=[_as_stored(message)], at=at)


def _as_stored(message: Message) -> Stored:
    return Stored(
        message_id=message.pk, thread_id=message.thread_id, is_new=True, direction=message.direction,
        verdict=message.verdict, date=message.date, arrived_at=message.arrived_at,
        from_address=message.from_address, header_id=message.message_id, in_reply_to=message.in_reply_to,
        returns_on=message.returns_on, bounced=message.bounce,
    )  # fmt: skip


def sent(*, mail: OutgoingMail, message: Message, at: datetime) -> Tracking | None:
    """Start the tracking that the writer of a mail asked for, or move the one of its conversation to it."""
    if mail.track_days is not None:
        return track(message_id=message.pk, days=mail.track_days, by=None, at=at)
    tracking = _active([message.thread_id]).first()
    if tracking is not None and message.date >= tracking.message.date:
        _move(tracking, message.pk, at=at)
    return tracking


def _owner(message: Message, by: User | None) -> int:
    """Whose list it stands on: of whoever adds it, else of the mail's author, else of the mailbox's owner."""
    if by is not None:
        return by.pk
    author = OutgoingMail.objects.filter(message_id=message.message_id).values_list("author_id", flat=True)
    if (found := author.first()) is not None:
        return found
    account = MailAccount.objects.filter(address=message.from_address, owner__isnull=False).first()
    if account is None or account.owner_id is None:
        raise Refused(_("Nobody is known to whom this mail belongs."))
    return account.owner_id


def _active(threads: Iterable[int]) -> QuerySet[Tracking]:
    """The active trackings of these conversations, locked."""
    rows = Tracking.objects.select_for_update(of=("self",)).filter(
        thread__in=sorted(set(threads)), state=State.ACTIVE
    )
    return rows.select_related("message", "started_with").order_by("pk")


def _own(ids: Sequence[int], by: User) -> QuerySet[Tracking]:
    """The active ones among these that stand on the list of the person, or of whom he deputises for."""
    rows = Tracking.objects.select_for_update(of=("self",))
    return rows.filter(pk__in=ids, owner__in=access.of(by).covers, state=State.ACTIVE).order_by("pk")


def _newest_sent(thread_id: int) -> Message | None:
    rows = Message.objects.filter(thread=thread_id, direction=Direction.OUT)
    return rows.order_by("-date", "-pk").first()


def _move(tracking: Tracking, message_id: int, *, at: datetime) -> None:
    """To the newest sent mail of the conversation, from which the days count anew (000-25)."""
    change = {"message_id": (tracking.message_id, message_id)}
    tracking.message_id = message_id
    tracking.save(update_fields=["message"])
    _tell([tracking], "change", by=None, at=at, changes=change)


def _pause(tracking: Tracking, returns_on: date | None, *, at: datetime) -> None:
    """Until the writer is back; a notice without a day, or with one long past, pauses for two weeks."""
    today = today_of(tracking.owner, at)
    until = returns_on if returns_on is not None and returns_on > today else today + AWAY_UNTOLD
    change = {"paused_until": (tracking.paused_until, until)}
    tracking.paused_until = until
    tracking.save(update_fields=["paused_until"])
    _tell([tracking], "change", by=None, at=at, changes=change)


def _is_ours(address: str) -> bool:
    """Whether a colleague wrote it: from a mailbox of ours, or from a domain that is only ours."""
    accounts = MailAccount.objects.alive()
    if accounts.filter(address=address).exists():
        return True
    own = {company_domain(each) for each in accounts.values_list("address", flat=True)} - {""}
    return company_domain(address) in own


def _nobody_left(tracking: Tracking, bounced: Sequence[Mapping[str, str]]) -> bool:
    """Whether everybody to whom the mail was addressed is out of reach for good."""
    gone = {one.get("address", "").lower() for one in bounced if one.get("kind") == "HARD"}
    rows = Participant.objects.filter(message=tracking.message_id, role=Participant.Role.TO)
    addressed = set(rows.values_list("address", flat=True))
    return bool(addressed) and addressed <= gone


def _close(tracking: Tracking, state: str, message_id: int, *, at: datetime) -> None:
    """End it by what arrived."""
    tracking.ended_with_id = message_id
    _end([tracking], state, by=None, at=at, verb="finish")


def _end(
    trackings: Iterable[Tracking],
    state: str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    verb: str,
    ended_at: datetime | None = None,
    mark: bool = True,
) -> list[Tracking]:
    ended = list(trackings)
    for tracking in ended:
        tracking.state, tracking.ended_at, tracking.ended_by = State(state), ended_at or at, by
        tracking.reason = _line(reason) or tracking.reason
    fields = ["state", "ended_at", "ended_by", "ended_with", "reason"]
    Tracking.objects.bulk_update(ended, fields, batch_size=100)
    changes = {"state": (State.ACTIVE, state)}
    _tell(ended, verb, by=by, at=at, changes=changes, note=_line(reason), mark=mark)
    return ended


def _line(text: str) -> str:
    """A remark as it is kept: one line of signs that can be shown."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]


def _reopen(tracking: Tracking) -> None:
    tracking.state, tracking.ended_at = State.ACTIVE, None
    tracking.ended_by, tracking.ended_with = None, None
    tracking.save(update_fields=["state", "ended_at", "ended_by", "ended_with"])


def _tell(
    trackings: Sequence[Tracking],
    verb: str,
    *,
    by: User | None,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    note: str = "",
    mark: bool = True,
) -> None:
    """Journal it and have the customers decided again."""
    written = [
        Written(
            verb, KIND, row.pk, title=row.message.subject, customer_id=row.customer_id,
            changes=changes or {}, note=note, personal_title=True, personal_note=True,
        )
        for row in trackings
    ]  # fmt: skip
    if not written:
        return
    journal.record(by=by, at=at, written=written)
    if mark:
        journal.mark_customers({row.customer_id for row in trackings if row.customer_id}, at=at)
