"""What is known of one person and day, for `rules.day`: a bounded number of queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from genjin.customers.models import Customer, Interaction
from genjin.customers.models.dimension import DormancyState, FollowGrade
from genjin.followups.candidates import first_of, half_of, has_ordered
from genjin.followups.models import DayPick, Outcome, PersonDay, Task
from genjin.mail.models import Filing, MailAccount, Message, OutgoingMail, Tracking
from genjin.records.prepared import Given, Prepared
from genjin.rules.daily import DAILY
from genjin.rules.day import CallMade, Candidate, PersonFacts, Pick
from genjin.rules.duties import Rule
from genjin.rules.facts import Half
from genjin.rules.setting import Setting
from genjin.rules.worktime import ONE_DAY, WorkCalendar

CALLS = (Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL)
SPARE = 2
"""So many times as many candidates as are picked, from which the rule takes the first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The picks that may count today: those of today, and the open ones of days before."""

    rows: tuple[DayPick, ...]
    postponed: dict[int, date]
    """Until when, by pick."""

    def of_today(self, today: date) -> list[DayPick]:
        """Those of today and those that were postponed to it."""
        return [row for row in self.rows if row.day == today or self._until(row) == today]

    def waiting(self, today: date) -> set[int]:
        """Customers whose pick was postponed to a day after today."""
        return {row.customer_id for row in self.rows if (until := self._until(row)) and until > today}

    def over(self, today: date) -> list[DayPick]:
        """Open picks whose day has passed."""
        return [
            row
            for row in self.rows
            if row.closed_at is None and max(row.day, self._until(row) or row.day) < today
        ]

    def _until(self, row: DayPick) -> date | None:
        return self.postponed.get(row.pk)


def kept_picks(user_id: int, calendar: WorkCalendar, now: datetime) -> Kept:
    """The person's picks of today, and the open ones of days before with what became of them."""
    today = calendar.local_date(now)
    wanted = Q(day=today) | Q(day__lt=today, closed_at__isnull=True)
    rows = tuple(DayPick.objects.filter(wanted, user=user_id).order_by("day", "pk"))
    keys = {key_of(row): row.pk for row in rows}
    found = Outcome.objects.filter(
        customer__in=[row.customer_id for row in rows],
        duty_key__in=keys,
        kind=Outcome.Kind.POSTPONED,
        is_live=True,
    )
    postponed = {
        keys[key]: calendar.next_workday(until) or until
        for key, until in found.order_by("pk").values_list("duty_key", "until")
        if until is not None
    }
    return Kept(rows, postponed)


def key_of(pick: DayPick) -> str:
    """The key of the duty that a pick makes (`rules.daily`)."""
    return f"{DAILY}:{pick.customer_id}:{pick.day.isoformat()}"


def gather_person(user_id: int, setting: Setting, now: datetime, kept: Kept) -> PersonFacts:
    """The facts of the person's day on which `now` lies."""
    calendar = setting.calendar(user_id)
    today = calendar.local_date(now)
    picks = kept.of_today(today)
    followed = _followed(user_id, {row.customer_id for row in picks}, calendar, today, now)
    gone = _gone(user_id, picks, kept, today, {one.customer_id for one in followed}, calendar)
    closed = has_ordered(user_id)
    opened = (
        PersonDay.objects.filter(user=user_id, day=today).values_list("list_opened_at", flat=True).first()
    )
    return PersonFacts(
        user_id=user_id,
        candidates=_candidates(user_id, setting, calendar, today, kept, picks, gone, closed),
        closed_count=int(closed),
        picked=tuple(Pick(row.customer_id, Half(row.half)) for row in picks),
        gone=frozenset(gone),
        followed=tuple(followed),
        calls=_calls(user_id, setting, now, calendar.start_of_day(today)),
        list_opened_at=opened,
        list_due=_list_due(user_id, today, calendar),
    )


def _candidates(
    user_id: int,
    setting: Setting,
    calendar: WorkCalendar,
    today: date,
    kept: Kept,
    picks: Collection[DayPick],
    gone: Collection[int],
    closed: bool,
) -> tuple[Candidate, ...]:
    """Only while somebody is to be picked: on most changes of the day the four are there already."""
    policy = setting.policy
    in_all = policy.number("daily_followups.closed") + policy.number("daily_followups.prospect")
    wanted = in_all if closed else policy.number("daily_followups.prospect_without_closed")
    stays = {row.customer_id for row in picks} - set(gone)
    if len(stays) >= wanted:
        return ()
    rests = _dismissed(user_id, policy.number("daily_rest_days"), calendar.start_of_day(today))
    without = {row.customer_id for row in picks} | kept.waiting(today) | rests
    halves = (Half.CLOSED, Half.PROSPECT) if closed else (Half.PROSPECT,)
    return tuple(
        one
        for half in halves
        for one in first_of(
            half, user_id, most=SPARE * wanted, without=without, policy=policy, calendar=calendar, today=today
        )
    )


def _dismissed(user_id: int, rest_days: int, begins: datetime) -> set[int]:
    """Whom the person dismissed lately: they rest as if they had been followed up."""
    rows = Outcome.objects.filter(
        by=user_id,
        at__gte=begins - timedelta(days=rest_days),
        rule=Rule.DAILY,
        kind=Outcome.Kind.DISMISSED,
        is_live=True,
    )
    return set(rows.values_list("customer_id", flat=True))


def _gone(
    user_id: int,
    picks: Collection[DayPick],
    kept: Kept,
    today: date,
    followed: Collection[int],
    calendar: WorkCalendar,
) -> set[int]:
    """Picked customers who cannot be contacted today any more, or need not."""
    ids = {row.customer_id for row in picks}
    if not ids:
        return set()
    replaced = {row.customer_id for row in picks if row.closed_as == DayPick.Closed.REPLACED}
    dismissed = Outcome.objects.filter(
        customer__in=ids,
        duty_key__in=[key_of(row) for row in picks],
        kind=Outcome.Kind.DISMISSED,
        is_live=True,
    )
    begins = calendar.start_of_day(today)
    possible = (
        Customer.objects.alive()
        .filter(pk__in=ids, owner=user_id, is_confirmed=True)
        .filter(Q(not_before__isnull=True) | Q(not_before__lte=today))
        .exclude(Q(dormancy_state=DormancyState.LOST) | Q(follow_grade=FollowGrade.LOW))
        .exclude(last_follow_up_at__gte=begins)
    )
    stays = set(possible.values_list("pk", flat=True)) | set(followed)
    waits = kept.waiting(today)
    return (ids - stays) | replaced | waits | set(dismissed.values_list("customer_id", flat=True))


def _followed(
    user_id: int, picked: set[int], calendar: WorkCalendar, today: date, now: datetime
) -> list[Pick]:
    """Whom the person followed up of his own accord today: what was logged, and mails (A.8, "2 + 2").

    A mail that answers one of theirs counts only for a customer who was picked.
    """
    begins, ends = calendar.start_of_day(today), calendar.start_of_day(today + ONE_DAY)
    logged = Interaction.objects.alive().filter(
        person=user_id, counts_as_follow_up=True, happened_at__gte=begins, happened_at__lt=ends
    )
    ids = set(logged.values_list("customer_id", flat=True))
    ids |= _written_to(user_id, picked, begins, ends)
    rows = Customer.objects.filter(pk__in=ids).only("pk", "lifecycle_stage", "value_class")
    return [Pick(row.pk, half_of(row)) for row in rows.order_by("pk")]


def _written_to(user_id: int, picked: set[int], begins: datetime, ends: datetime) -> set[int]:
    sent = sent_mails(user_id, begins, ends)
    if not sent:
        return set()
    theirs = Message.objects.filter(
        message_id=OuterRef("message__in_reply_to"), direction=Message.Direction.IN
    ).exclude(message_id="")
    filed = Filing.objects.filter(message__in=sent, counts_as_contact=True).annotate(is_answer=Exists(theirs))
    return {
        pk for pk, is_answer in filed.values_list("customer_id", "is_answer") if not is_answer or pk in picked
    }


_OWN_ADDRESSES = Prepared(
    lambda: MailAccount.objects.filter(owner=Given("user"), is_shared=False).values_list("address")
)


def _sent() -> QuerySet[Any, Any]:
    period = {"date__gte": Given("begins"), "date__lt": Given("ends")}
    written = OutgoingMail.objects.filter(
        author=Given("user"),
        changed_at__gte=Given("begins"),
        **{f"sent_as__{name}": at for name, at in period.items()},
    ).exclude(kind=OutgoingMail.Kind.AUTOMATIC)
    found = Message.objects.filter(
        from_address__among=Given("own"), direction=Message.Direction.OUT, **period
    ).exclude(verdict=Message.Verdict.AUTO_REPLY)
    return written.order_by().values_list("sent_as").union(found.order_by().values_list("pk"))


_SENT = Prepared(_sent)


def sent_mails(user_id: int, begins: datetime, ends: datetime) -> set[int]:
    """Ids of what the person sent in that time: written here, or found among what his own mailbox sent."""
    own = [address.lower() for (address,) in _OWN_ADDRESSES(user=user_id)]
    return {pk for (pk,) in _SENT(user=user_id, own=own, begins=begins, ends=ends)}


def _calls(user_id: int, setting: Setting, now: datetime, begins: datetime) -> tuple[CallMade, ...]:
    month = setting.company.start_of_day(setting.company.local_date(now).replace(day=1))
    rows = Interaction.objects.alive().filter(
        person=user_id,
        kind__in=CALLS,
        direction=Interaction.Direction.OUT,
        outcome=Interaction.Outcome.CONNECTED,
        happened_at__gte=min(month, begins),
        happened_at__lte=now,
    )
    return tuple(CallMade(pk, at) for pk, at in rows.order_by("pk").values_list("customer_id", "happened_at"))


def _list_due(user_id: int, today: date, calendar: WorkCalendar) -> int:
    """Tasks of the tracking list that are due, and mails to strangers that await an answer."""
    tasks = Task.objects.filter(owner=user_id, on_tracking_list=True, due_on__lte=today).count()
    strangers = Tracking.objects.filter(
        owner=user_id, state=Tracking.State.ACTIVE, customer__isnull=True
    ).values_list("message__date", "days", "paused_until")
    due = [
        max(calendar.local_date(sent) + timedelta(days=days), paused or date.min)
        for sent, days, paused in strangers
    ]
    return tasks + sum(day <= today for day in due)
