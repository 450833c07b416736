"""Short ways to write down customers, settings and moments of the rules' tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from genjin.rules.decide import decide
from genjin.rules.duties import Duty
from genjin.rules.facts import (
    Attempt,
    CallFact,
    Channel,
    ContactFact,
    CustomerFacts,
    Due,
    FollowGrade,
    NextStepFact,
    NextStepKind,
    Outcome,
    OutcomeKind,
    ReceivedMail,
    ThreadFact,
    WaitingFact,
)
from genjin.rules.policy import Layer, Level, Policy
from genjin.rules.setting import Absence, Colleague, Setting
from genjin.rules.worktime import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LIN, WANG, CHEN = 1, 2, 9
CUSTOMER = 42

CHINA = WorkCalendar(
    SHANGHAI,
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)),
    makeup_workdays=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
)
"""Spring Festival 2026: off from Sunday 15 to Monday 23 February, worked on Saturday 14 and 28."""


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """`at("2026-03-02 09:00")` is that time in Shanghai, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def day(text: str) -> date:
    """A day of 2026 as "03-02"."""
    return date.fromisoformat(f"2026-{text}")


NOW = at("2026-03-02 09:00")
"""A Monday."""


def setting(
    *,
    go_live: date | None = date(2026, 1, 1),
    absences: tuple[Absence, ...] = (),
    calendar: WorkCalendar = CHINA,
    markets: dict[str, WorkCalendar] | None = None,
    people: dict[int, Colleague] | None = None,
    **policy: Any,
) -> Setting:
    """Lin and Wang sell, Chen leads; policy values by key with "__" for the dot."""
    values = {key.replace("__", "."): value for key, value in policy.items()}
    cast = {
        LIN: Colleague(LIN, calendar, CHEN, absences),
        WANG: Colleague(WANG, calendar, CHEN),
        CHEN: Colleague(CHEN, calendar),
    }
    return Setting(
        Policy.from_layers([Layer(Level.COMPANY, values)]),
        CHINA,
        go_live,
        cast | (people or {}),
        markets or {},
    )


def customer(**fields: Any) -> CustomerFacts:
    """A confirmed customer of Lin's, long known, with nothing planned."""
    values: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "created_at": at("2026-01-05 10:00"),
        "owner_id": LIN,
        "owned_since": at("2026-01-05 10:00"),
        "follow_grade": FollowGrade.MID,
        "first_contact_at": at("2026-01-06 10:00"),
        "last_contact_at": at("2026-02-26 10:00"),
        "last_follow_up_at": at("2026-02-26 10:00"),
    }
    return CustomerFacts(**(values | fields))


def step(due: Due, number: int = 1, **fields: Any) -> NextStepFact:
    """A next step written by Lin on 26 February."""
    values: dict[str, Any] = {
        "kind": NextStepKind.NEXT_STEP,
        "purpose": "Ask for the drawing",
        "written_at": at("2026-02-26 10:00"),
        "written_by_id": LIN,
        "owner_id": LIN,
        "channel": Channel.EMAIL,
    }
    return NextStepFact(id=number, due=due, **(values | fields))


def reminder(due: Due, number: int = 1, **fields: Any) -> NextStepFact:
    """A reminder written by Lin on 26 February."""
    return step(due, number, **({"kind": NextStepKind.REMINDER, "channel": Channel.OTHER} | fields))


THREAD = 8123
FIRST_MAIL = at("2026-03-02 10:00")


def mail(when: datetime, sender: str = "lin@firm.example") -> Attempt:
    """A mail that Lin sent then."""
    return Attempt(when, Channel.EMAIL, sender=sender)


def thread(*mails: datetime, number: int = THREAD, **fields: Any) -> ThreadFact:
    """A conversation of Lin's that awaits an answer to what was sent then, on Monday 2 March else."""
    sent = mails or (FIRST_MAIL,)
    values: dict[str, Any] = {
        "tracking_id": 10 * number,
        "owner_id": LIN,
        "days": 1,
        "began_at": sent[0],
        "message_id": number + len(sent),
        "mails": tuple(mail(when) for when in sent),
    }
    return ThreadFact(thread_id=number, **(values | fields))


def received(number: int, when: datetime) -> ReceivedMail:
    """A mail of the customer."""
    return ReceivedMail(number, when)


def waiting(*mails: ReceivedMail | datetime, **fields: Any) -> WaitingFact:
    """A conversation in which the customer wrote last; a mail by its moment alone is number one."""
    known = tuple(mail if isinstance(mail, ReceivedMail) else received(1, mail) for mail in mails)
    return WaitingFact(**({"thread_id": 500, "mails": known} | fields))


def call(when: datetime, **fields: Any) -> CallFact:
    """A call of Lin's that somebody answered, logged a quarter of an hour later."""
    values: dict[str, Any] = {"id": 77, "at": when, "logged_at": when + timedelta(minutes=15), "by_id": LIN}
    return CallFact(**(values | fields))


def contact(number: int = 5, **fields: Any) -> ContactFact:
    """A main contact with address and number."""
    values: dict[str, Any] = {"name": "Ann", "has_email": True, "has_phone": True, "is_primary": True}
    return ContactFact(number, **(values | fields))


def postponed(key: str, until: Due, when: datetime = NOW) -> Outcome:
    """Lin postponed that duty."""
    return Outcome(key, OutcomeKind.POSTPONED, when, LIN, until, "Travelling")


def dismissed(key: str, when: datetime = NOW) -> Outcome:
    """Lin dismissed that duty."""
    return Outcome(key, OutcomeKind.DISMISSED, when, LIN, reason="Not needed")


def done(key: str, when: datetime = NOW) -> Outcome:
    """Lin did that duty."""
    return Outcome(key, OutcomeKind.DONE, when, LIN)


def duties(facts: CustomerFacts, given: Setting | None = None, now: datetime = NOW) -> dict[str, Duty]:
    """What is owed, by the name of its rule; each rule makes one at most in these tests."""
    found = decide(facts, given or setting(), now).duties
    by_rule = {duty.rule.value: duty for duty in found}
    assert len(by_rule) == len(found)
    return by_rule


def codes(duty: Duty) -> list[str]:
    """The codes of what moved a duty."""
    return [note.code for note in duty.notes]
