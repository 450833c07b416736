"""Sent mail that awaits an answer: when to try again, how, and when it ends (000-08 to 000-26, 000-39)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, EndTracking, Reason, Rule, TrackingEnd, WorkClass, because
from genjin.rules.facts import Attempt, Channel, FollowGrade, ThreadFact
from genjin.rules.senders import silent_sender
from genjin.rules.worktime import ONE_DAY

CALLED = (FollowGrade.TOP, FollowGrade.UPPER_MID)
"""Who must be called when a mail stays unanswered (000-26), and is tried on several channels."""
VISIT_EVERY = 3
"""A visit is proposed once for so many rounds of the other channels."""
REQUIREMENTS = {
    FollowGrade.TOP: "000-23",
    FollowGrade.UPPER_MID: "000-22",
    FollowGrade.MID: "000-21",
    FollowGrade.LOWER_MID: "000-20",
    FollowGrade.LOW: "000-19",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the attempts to get an answer in one conversation have come.

    What happens on one day is one attempt, so that the mail after a call is no other; what happens on the
    day of the first mail belongs to that.
    """

    made: Mapping[Channel, int]
    """Attempts by the channel that counts for them."""
    used: Mapping[Channel, int]
    """How often each channel was used, on the day of the first mail as well."""
    last_on: date
    """The day of the last attempt, from which days are counted."""
    vain: tuple[date, ...]
    """Days since the last call that was answered on which nobody did."""
    unanswered_on: date | None
    """The day of the mail after which a call is compulsory."""
    skipped: int
    """Attempts that were dismissed since the last one."""
    planned: int | None

    @property
    def done(self) -> int:
        """How many attempts were made."""
        return sum(self.made.values())


def tracking(case: Case) -> Iterator[Duty]:
    """One duty for each conversation that awaits an answer: the next attempt, or the compulsory call."""
    if not case.facts.is_worked:
        return
    for thread in case.facts.threads:
        if thread.bounced_at is not None:
            yield from _bounced(case, thread, thread.bounced_at)
            continue
        if heard_since(case, thread):
            continue
        progress = progress_of(case, thread)
        if _owes_call(case, progress):
            yield _call(case, thread, progress)
        elif not _is_exhausted(case, progress):
            yield _attempt(case, thread, progress)


def end_of_tracking(case: Case) -> Iterator[EndTracking]:
    """A conversation ends when the customer was heard otherwise, or the last attempt stayed unanswered."""
    for thread in case.facts.threads:
        ended = _ended(case, thread)
        if ended is not None:
            yield ended


def is_tracked(case: Case) -> bool:
    """Whether an answer of the customer is awaited, so that it is known what comes next."""
    waiting = [thread for thread in case.facts.threads if thread.bounced_at is None]
    return case.facts.is_worked and any(_ended(case, thread) is None for thread in waiting)


def tracking_ended_at(case: Case) -> datetime | None:
    """When the last conversation ended to await an answer, as stored or by the clock."""
    ends = [case.facts.last_tracking_ended_at, *(change.ended_at for change in end_of_tracking(case))]
    return max((moment for moment in ends if moment is not None), default=None)


def _ended(case: Case, thread: ThreadFact) -> EndTracking | None:
    facts = case.facts
    if thread.bounced_at is not None:
        return None
    if facts.heard_at is not None and heard_since(case, thread):
        return EndTracking(facts.customer_id, thread.tracking_id, TrackingEnd.HEARD, facts.heard_at)
    progress = progress_of(case, thread)
    if not facts.is_worked or not _is_exhausted(case, progress) or _owes_call(case, progress):
        return None
    ends = case.setting.calendar(owner_of(case, thread)).start_of_day(_waits_until(thread, progress))
    if not case.clock.has_reached(ends):
        return None
    return EndTracking(facts.customer_id, thread.tracking_id, TrackingEnd.COMPLETED, ends)


def heard_since(case: Case, thread: ThreadFact) -> bool:
    """Whether the customer called or wrote otherwise after the newest mail (A.8)."""
    return case.facts.heard_at is not None and case.facts.heard_at > thread.sent_at


def owner_of(case: Case, thread: ThreadFact) -> int:
    """Whose list it is on; whoever got the customer after it began takes it over."""
    facts = case.facts
    if facts.owner_id is not None and facts.owned_since is not None and facts.owned_since > thread.began_at:
        return facts.owner_id
    return thread.owner_id


def progress_of(case: Case, thread: ThreadFact) -> Progress:
    """Count the attempts since the first tracked mail, or since the customer was last heard."""
    calendar = case.setting.calendar(owner_of(case, thread))
    policy = case.setting.policy
    began = thread.started_at
    if case.facts.heard_at is not None:
        began = max(began, case.facts.heard_at)
    start_on = calendar.local_date(began)
    made = [attempt for attempt in (*thread.mails, *case.facts.attempts) if attempt.at > began]
    days = [(calendar.local_date(attempt.at), attempt) for attempt in made]
    tally = _Tally(start_on, policy.number("tracking_call_days"))
    for day, of_day in groupby(sorted(days, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        tally.count(day, [attempt for _, attempt in of_day])
    skipped, last_on = 0, tally.last_on
    while skip := case.last_closed({_key(thread, tally.made.total() + skipped + 1)}):
        skipped += 1
        last_on = max(last_on, calendar.local_date(skip))
    required = policy.number("call_required_after_unanswered")
    return Progress(
        made=tally.made,
        used=tally.used,
        last_on=last_on,
        vain=tuple(tally.vain),
        unanswered_on=tally.mails_on[required - 1] if len(tally.mails_on) >= required else None,
        skipped=skipped,
        planned=_planned(case),
    )


class _Tally:
    """Attempts counted day by day."""

    def __init__(self, start_on: date, call_days: int) -> None:
        self.start_on = self.last_on = start_on
        self.call_days = call_days
        self.made: Counter[Channel] = Counter()
        self.used: Counter[Channel] = Counter()
        self.vain: list[date] = []
        self.mails_on: list[date] = []

    def count(self, day: date, attempts: list[Attempt]) -> None:
        """One more day: what reached the customer is an attempt, calls in vain on several days are one."""
        channels = sorted({attempt.channel for attempt in attempts if attempt.reached})
        others = [channel for channel in channels if channel is not Channel.EMAIL]
        if day == self.start_on:
            self.used.update(others)
        elif channels:
            self._made(day, others[0] if others else Channel.EMAIL)
        if any(channel.is_call for channel in others):
            self.vain = []
        elif any(not attempt.reached for attempt in attempts):
            self.vain.append(day)
            if len(self.vain) >= self.call_days:
                self._made(day, Channel.AUDIO_CALL)
                self.vain = []

    def _made(self, day: date, channel: Channel) -> None:
        self.made[channel] += 1
        self.used[channel] += 1
        self.last_on = day
        if channel is Channel.EMAIL:
            self.mails_on.append(day)


def _planned(case: Case) -> int | None:
    """How often to try; whoever tracks a customer of grade 下 by hand is reminded once (000-19)."""
    grade = case.facts.follow_grade or FollowGrade.MID
    limit = case.setting.policy.limit(f"tracking_attempts.{grade}")
    return None if limit is None else max(limit, 1)


def _is_exhausted(case: Case, progress: Progress) -> bool:
    """Whether all planned attempts were made, of 中上 with a video or one that was refused (000-22)."""
    if progress.planned is None or _counted(case, progress) < progress.planned:
        return False
    return not _lacks_video(case, progress)


def _counted(case: Case, progress: Progress) -> int:
    """How much of the plan is done with; what was dismissed is none of the at least 8 of 中上 (000-22)."""
    is_least = case.facts.follow_grade is FollowGrade.UPPER_MID
    return progress.done if is_least else progress.done + progress.skipped


def _lacks_video(case: Case, progress: Progress) -> bool:
    grade = case.facts.follow_grade
    if grade is not FollowGrade.UPPER_MID or not case.has_phone or progress.skipped:
        return False
    channels = case.setting.policy.names(f"tracking_channels.{grade}")
    return Channel.VIDEO_CALL in channels and not progress.used.get(Channel.VIDEO_CALL, 0)


def _waits_until(thread: ThreadFact, progress: Progress) -> date:
    """The day on which the last attempt counts as unanswered."""
    day = progress.last_on + timedelta(days=thread.days)
    return max(day, thread.paused_until or day)


def _owes_call(case: Case, progress: Progress) -> bool:
    """上 and 中上 are called after the first unanswered mail, if there is a number (000-26)."""
    if case.facts.follow_grade not in CALLED or progress.unanswered_on is None or not case.has_phone:
        return False
    return not any(count for channel, count in progress.used.items() if channel.is_call)


def _call(case: Case, thread: ThreadFact, progress: Progress) -> Duty:
    """The compulsory call; a mail in its place does not move it, nobody answering does."""
    assert progress.unanswered_on is not None
    due = progress.unanswered_on + timedelta(days=thread.days)
    return case.owe(
        _plan(case, thread, progress, f"{_prefix(thread)}:call", due, Channel.AUDIO_CALL),
        rule=Rule.TRACKING_CALL,
        work_class=WorkClass.TRACKING,
        reason=because(
            "CALL_REQUIRED",
            thread_id=thread.thread_id,
            message_id=thread.message_id,
            sent_on=progress.unanswered_on,
            mails=case.setting.policy.number("call_required_after_unanswered"),
            most=progress.planned,
            made=_made(case, progress),
        ),
        requirement="000-26",
        is_dismissable=False,
    )


def _attempt(case: Case, thread: ThreadFact, progress: Progress) -> Duty:
    grade = case.facts.follow_grade or FollowGrade.MID
    number = progress.done + progress.skipped + 1
    channel = _channel(case, progress)
    due = progress.last_on + timedelta(days=thread.days)
    return case.owe(
        _plan(case, thread, progress, _key(thread, number), due, channel),
        rule=Rule.TRACKING,
        work_class=WorkClass.TRACKING,
        reason=because(
            "NO_ANSWER",
            thread_id=thread.thread_id,
            message_id=thread.message_id,
            sent_on=case.setting.calendar(owner_of(case, thread)).local_date(thread.sent_at),
            attempt=_counted(case, progress) + 1,
            most=progress.planned,
            made=_made(case, progress),
        ),
        requirement=REQUIREMENTS[grade],
        is_proactive=True,
    )


def _plan(case: Case, thread: ThreadFact, progress: Progress, key: str, due: date, channel: Channel) -> Plan:
    notes: list[Reason] = []
    if channel.is_call and progress.vain:
        due = max(due, progress.vain[-1] + ONE_DAY)
        notes.append(because("CALLED_IN_VAIN", last_on=progress.vain[-1], count=len(progress.vain)))
    if channel is Channel.EMAIL:
        notes += _notes_on_mailing(case, thread)
    if thread.paused_until is not None and thread.paused_until > due:
        due = thread.paused_until
        notes.append(because("AWAY", until=due))
    return Plan(
        key=key,
        owner_id=owner_of(case, thread),
        due=due,
        channel=channel,
        contact_id=thread.contact_id,
        notes=tuple(notes),
    )


def _notes_on_mailing(case: Case, thread: ThreadFact) -> Iterator[Reason]:
    """That there is no number to call (000-38), and that another mailbox may help (000-39)."""
    if case.facts.follow_grade in CALLED and not case.has_phone:
        yield because("NO_NUMBER")
    senders = [mail.sender for mail in sorted(thread.mails, key=lambda mail: (mail.at, mail.sender))]
    most = case.setting.policy.number("other_sender_after_unanswered")
    if (sender := silent_sender(senders, most)) is not None:
        yield because("CHANGE_SENDER", sender=sender, count=most)


def _channels(case: Case) -> list[Channel]:
    """Those in which a customer of this grade is tried."""
    grade = case.facts.follow_grade
    if grade not in CALLED:
        return [Channel.EMAIL]
    return [Channel(name) for name in case.setting.policy.names(f"tracking_channels.{grade}")]


def _made(case: Case, progress: Progress) -> str:
    """The attempts by channel, also those of the plan with none: `EMAIL:2,AUDIO_CALL:1,VIDEO_CALL:0`."""
    shown = dict.fromkeys([*_channels(case), *sorted(progress.made)])
    return ",".join(f"{channel}:{progress.made.get(channel, 0)}" for channel in shown)


def _channel(case: Case, progress: Progress) -> Channel:
    """The possible channel of the grade that was used least, a visit more rarely (000-22, 000-23)."""
    possible = [channel for channel in _channels(case) if case.has_phone or not channel.is_call]

    def turn(channel: Channel) -> int:
        return (progress.used.get(channel, 0) + 1) * (VISIT_EVERY if channel is Channel.VISIT else 1)

    return min(possible, key=turn, default=Channel.EMAIL)


def _bounced(case: Case, thread: ThreadFact, bounced_at: datetime) -> Iterator[Duty]:
    """A mail that nobody got: another address is to be found, or the customer called; any contact ends it."""
    owner_id = owner_of(case, thread)
    bounced_on = case.setting.calendar(owner_id).local_date(bounced_at)
    key = f"bounce:thread-{thread.thread_id}:{bounced_on.isoformat()}"
    last = case.facts.last_follow_up_at
    if case.is_closed(key) or (last is not None and last > bounced_at):
        return
    yield case.owe(
        Plan(
            key=key,
            owner_id=owner_id,
            due=bounced_on,
            channel=Channel.AUDIO_CALL if case.has_phone else Channel.OTHER,
            contact_id=thread.contact_id,
        ),
        rule=Rule.BOUNCE,
        work_class=WorkClass.TRACKING,
        reason=because(
            "BOUNCED", thread_id=thread.thread_id, bounced_on=bounced_on, contact_id=thread.contact_id
        ),
        requirement="000-15",
    )


def _prefix(thread: ThreadFact) -> str:
    return f"tracking:thread-{thread.thread_id}"


def _key(thread: ThreadFact, number: int) -> str:
    """`tracking:thread-8123:2` is the second attempt in that conversation."""
    return f"{_prefix(thread)}:{number}"
