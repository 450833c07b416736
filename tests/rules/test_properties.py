"""What holds for any customer, any setting and any moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.rules.ahead import ahead, applied
from genjin.rules.decide import decide
from genjin.rules.duties import REASONS, Duty, EndTracking, Rule
from genjin.rules.facts import (
    Attempt,
    CadenceOverride,
    CallFact,
    Channel,
    ContactFact,
    ContactPause,
    CustomerFacts,
    DailyPick,
    DormancyState,
    FollowGrade,
    Half,
    NextStepFact,
    NextStepKind,
    Outcome,
    OutcomeKind,
    PreferredWindow,
    ThreadFact,
    ValueClass,
)
from genjin.rules.policy import Layer, Level, Policy
from genjin.rules.setting import Absence, Colleague, Setting
from genjin.rules.worklist import merge
from genjin.rules.worktime import Hours, WorkCalendar, weekly

CUSTOMER, PEOPLE = 42, (1, 2, 3, 4)
START = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]

moments = st.integers(0, 400 * 24 * 4).map(lambda quarters: START + timedelta(minutes=15 * quarters))
days = st.dates(date(2026, 1, 1), date(2027, 2, 1))
dues = moments | days
people = st.sampled_from(PEOPLE)
short = st.sampled_from(["", "Travelling"])

calendars = st.builds(
    WorkCalendar,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    week=st.sampled_from(
        [
            weekly(range(5), (Hours.parse("09:00-12:00"), Hours.parse("13:00-18:00"))),
            weekly((6, 0, 1, 2, 3), (Hours.parse("08:30-17:00"),)),
            weekly(range(7), (Hours.parse("00:00-24:00"),)),
            weekly((2,), (Hours.parse("01:30-04:15"),)),
        ]
    ),
    holidays=st.frozensets(days, max_size=6),
)


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    begins = draw(days)
    return Absence(begins, begins + timedelta(days=draw(st.integers(0, 40))), draw(st.none() | people))


@st.composite
def settings_of_firms(draw: st.DrawFn) -> Setting:
    values = {
        "cadence.A": draw(st.integers(1, 15)),
        "merge_window_days": draw(st.integers(0, 5)),
        "no_next_step.grace_workdays": draw(st.integers(0, 3)),
        "not_before_max_days": draw(st.sampled_from([10, 90])),
        "tracking_attempts.UPPER_MID": draw(st.sampled_from([1, 3, 8])),
    }
    cast = {
        number: Colleague(
            number,
            draw(calendars),
            draw(st.none() | people),
            tuple(draw(st.lists(absences(), max_size=2))),
            draw(st.booleans()),
        )
        for number in PEOPLE[:3]
    }
    return Setting(
        Policy.from_layers([Layer(Level.COMPANY, values)]),
        draw(calendars),
        draw(st.none() | days),
        cast,
        {"DE": draw(calendars)},
    )


steps = st.builds(
    NextStepFact,
    id=st.integers(1, 10_000),
    kind=st.sampled_from(NextStepKind),
    due=dues,
    purpose=st.just("Ask"),
    written_at=moments,
    written_by_id=st.none() | people,
    owner_id=st.none() | people,
    channel=st.sampled_from(Channel),
    contact_id=st.none() | st.integers(1, 3),
)

contacts = st.builds(
    ContactFact,
    id=st.integers(1, 3),
    name=st.just("Ann"),
    timezone=st.none() | st.sampled_from(ZONES),
    country=st.sampled_from([None, "DE", "FR"]),
    preferred=st.none()
    | st.builds(PreferredWindow, st.integers(0, 1439), st.integers(0, 1439), st.booleans()),
    has_phone=st.booleans(),
    has_email=st.booleans(),
    is_primary=st.booleans(),
)


mails = st.builds(
    Attempt,
    moments,
    st.just(Channel.EMAIL),
    sender=st.sampled_from(["", "lin@firm.example", "sales@x.example"]),
)
attempts = st.builds(
    Attempt, moments, st.sampled_from([Channel.AUDIO_CALL, Channel.VIDEO_CALL, Channel.VISIT]), st.booleans()
)
threads = st.builds(
    ThreadFact,
    thread_id=st.integers(1, 3),
    tracking_id=st.integers(1, 3),
    owner_id=people,
    days=st.integers(1, 3),
    began_at=moments,
    message_id=st.integers(1, 99),
    mails=st.lists(mails, min_size=1, max_size=5).map(tuple),
    contact_id=st.none() | st.integers(1, 3),
    paused_until=st.none() | days,
    bounced_at=st.sampled_from([None, None, None]) | moments,
)
calls = st.builds(CallFact, id=st.integers(1, 9), at=moments, logged_at=moments, by_id=st.none() | people)


@st.composite
def outcomes(draw: st.DrawFn, keys: list[str]) -> Outcome:
    kind = draw(st.sampled_from(OutcomeKind))
    until = draw(dues) if kind is OutcomeKind.POSTPONED else None
    return Outcome(
        draw(st.sampled_from(keys)), kind, draw(moments), draw(st.none() | people), until, draw(short)
    )


@st.composite
def customers(draw: st.DrawFn) -> CustomerFacts:
    planned = tuple(draw(st.lists(steps, max_size=4, unique_by=lambda step: step.id)))
    owner_id = draw(st.none() | people)
    facts = CustomerFacts(
        customer_id=CUSTOMER,
        created_at=draw(moments),
        owner_id=owner_id,
        owned_since=draw(st.none() | moments),
        is_confirmed=draw(st.booleans()),
        in_pool=owner_id is None,
        follow_grade=draw(st.none() | st.sampled_from(FollowGrade)),
        value_class=draw(st.none() | st.sampled_from(ValueClass)),
        dormancy_state=draw(
            st.sampled_from([DormancyState.ACTIVE, DormancyState.ACTIVE, DormancyState.LOST])
        ),
        is_key_account=draw(st.booleans()),
        contact_pause=draw(st.none() | st.builds(ContactPause, days, short, st.none() | moments)),
        cadence_override=draw(
            st.none() | st.builds(CadenceOverride, st.integers(1, 60), st.none() | days, short)
        ),
        next_steps=planned,
        contacts=tuple(draw(st.lists(contacts, max_size=3, unique_by=lambda contact: contact.id))),
        first_contact_at=draw(st.none() | moments),
        last_follow_up_at=draw(st.none() | moments),
        last_step_closed_at=draw(st.none() | moments),
        threads=tuple(
            draw(
                st.lists(
                    threads, max_size=3, unique_by=(lambda one: one.thread_id, lambda one: one.tracking_id)
                )
            )
        ),
        attempts=tuple(draw(st.lists(attempts, max_size=4))),
        heard_at=draw(st.none() | moments),
        last_tracking_ended_at=draw(st.none() | moments),
        last_call=draw(st.none() | calls),
        triage_rank=draw(st.integers(0, 60)),
        intake_rank=draw(st.integers(0, 60)),
        daily_pick=draw(st.none() | st.builds(DailyPick, people, days, st.sampled_from(Half))),
    )
    keys = [step.key for step in planned] + [f"first-contact:{CUSTOMER}"]
    for thread in facts.threads:
        keys += [f"tracking:thread-{thread.thread_id}:{which}" for which in (1, 2, "call")]
    if facts.last_call is not None:
        keys.append(f"recap:interaction-{facts.last_call.id}")
    if facts.daily_pick is not None:
        keys.append(f"daily:{CUSTOMER}:{facts.daily_pick.day.isoformat()}")
    for moment in (facts.last_follow_up_at, facts.owned_since, facts.created_at):
        if moment is not None:
            on = moment.date().isoformat()
            keys += [f"{which}:{CUSTOMER}:{on}" for which in ("rhythm", "no-next-step", "contact-data")]
    return replace(facts, outcomes=tuple(draw(st.lists(outcomes(keys), max_size=4))))


def shuffled(facts: CustomerFacts, seed: int) -> CustomerFacts:
    random = Random(seed)
    parts = {
        name: tuple(random.sample(getattr(facts, name), len(getattr(facts, name))))
        for name in ("next_steps", "outcomes", "contacts", "attempts")
    }
    mixed = [replace(one, mails=tuple(random.sample(one.mails, len(one.mails)))) for one in facts.threads]
    return replace(facts, **parts, threads=tuple(random.sample(mixed, len(mixed))))


FREE = {"REMINDER", "RECAP", "CONTACT_DATA"}
"""What a pause does not hold: what is no contact, and what belongs to a contact that took place."""
many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(customers(), settings_of_firms(), moments, st.integers())
@many
def test_deciding_twice_and_in_any_order_of_facts_gives_the_same(
    facts: CustomerFacts, firm: Setting, now: datetime, seed: int
) -> None:
    assert decide(shuffled(facts, seed), firm, now) == decide(facts, firm, now)


@given(customers(), settings_of_firms(), moments, st.floats(0, 1, exclude_max=True))
@many
def test_nothing_changes_before_the_decision_asks_to_be_woken(
    facts: CustomerFacts, firm: Setting, now: datetime, share: float
) -> None:
    decision = decide(facts, firm, now)
    end = decision.wake_at or now + timedelta(days=900)
    assert end > now
    later = min(now + (end - now) * share, end - timedelta(microseconds=1))
    for moment in (later, end - timedelta(microseconds=1)):
        assert decide(facts, firm, moment) == decision


@given(customers(), settings_of_firms(), moments)
@many
def test_waking_again_and_again_comes_to_an_end(facts: CustomerFacts, firm: Setting, now: datetime) -> None:
    wake_at: datetime | None = now
    for _ in range(100):
        if wake_at is None:
            return
        wake_at = decide(facts, firm, wake_at).wake_at
    raise AssertionError("the decision never rests")


@given(customers(), settings_of_firms(), moments, st.integers(0, 90))
@many
def test_looking_ahead_tells_what_deciding_on_that_day_would(
    facts: CustomerFacts, firm: Setting, now: datetime, days_ahead: int
) -> None:
    until = now + timedelta(days=days_ahead)
    steps = list(ahead(facts, firm, now, until))
    assert steps[0] == (now, decide(facts, firm, now))
    changed = [change for _, decision in steps for change in decision.changes]
    last = decide(applied(facts, changed), firm, until)
    assert (steps[-1][1].duties, steps[-1][1].notices) == (last.duties, last.notices)


@given(customers(), settings_of_firms(), moments)
@many
def test_after_the_changes_are_applied_there_are_none(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    decision = decide(facts, firm, now)
    again = decide(applied(facts, decision.changes), firm, now)
    assert again.changes == ()
    assert (again.duties, again.notices) == (decision.duties, decision.notices)


@given(customers(), settings_of_firms(), moments)
@many
def test_every_key_is_owed_once(facts: CustomerFacts, firm: Setting, now: datetime) -> None:
    decision = decide(facts, firm, now)
    assert max(Counter(duty.key for duty in decision.duties).values(), default=1) == 1
    assert max(Counter(notice.key for notice in decision.notices).values(), default=1) == 1


@given(customers(), settings_of_firms(), moments)
@many
def test_what_has_no_fixed_time_is_due_when_its_owner_works(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    for duty in decide(facts, firm, now).duties:
        calendar = firm.calendar(duty.owner_id)
        assert duty.due_on == calendar.local_date(duty.due)
        if duty.is_due_date_only:
            assert calendar.in_hours(duty.due)


@given(customers(), settings_of_firms(), moments, days)
@many
def test_a_pause_is_respected_by_all_that_means_contact(
    facts: CustomerFacts, firm: Setting, now: datetime, not_before: date
) -> None:
    calendar = firm.company if facts.owner_id is None else firm.calendar(facts.owner_id)
    ends = calendar.start_of_day(not_before)
    decision = decide(replace(facts, contact_pause=ContactPause(not_before)), firm, now)
    held = [duty for duty in decision.duties if duty.rule not in FREE]
    assert all(duty.due >= ends for duty in held)
    items = merge(decision.duties, firm)
    assert all(item.due >= ends for item in items if not all(duty.rule in FREE for duty in item.duties))


@given(customers(), settings_of_firms(), moments, days)
@many
def test_nothing_is_due_before_go_live(
    facts: CustomerFacts, firm: Setting, now: datetime, go_live_on: date
) -> None:
    for duty in decide(facts, replace(firm, go_live_on=go_live_on), now).duties:
        if duty.is_due_date_only:
            assert duty.due_on >= go_live_on
        else:  # whoever stands in may work where it is still the day before
            assert duty.due >= firm.calendar(duty.owner_id).start_of_day(go_live_on - timedelta(days=1))


@given(customers(), settings_of_firms(), moments)
@many
def test_every_open_step_is_owed_exactly_once(facts: CustomerFacts, firm: Setting, now: datetime) -> None:
    closed = {outcome.key for outcome in facts.outcomes if outcome.kind is not OutcomeKind.POSTPONED}
    owed = {duty.key for duty in decide(facts, firm, now).duties}
    for step in facts.next_steps:
        has_person = step.owner_id is not None or facts.owner_id is not None
        assert (step.key in owed) == (has_person and step.key not in closed)


@given(customers(), settings_of_firms(), moments)
@many
def test_every_conversation_that_awaits_an_answer_is_owed_once_or_waits_or_ends(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    decision = decide(facts, firm, now)
    owed = Counter(duty.reason.params.get("thread_id") for duty in decision.duties)
    ended = {change.tracking_id for change in decision.changes if isinstance(change, EndTracking)}
    for thread in facts.threads:
        assert owed[thread.thread_id] <= 1
        assert not (owed[thread.thread_id] and thread.tracking_id in ended)
        if facts.is_worked and facts.follow_grade is FollowGrade.TOP and thread.bounced_at is None:
            assert owed[thread.thread_id] or thread.tracking_id in ended, "nobody forgets a top customer"


@given(customers(), settings_of_firms(), moments)
@many
def test_only_declared_reasons_are_given_and_they_are_plain_data(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    decision = decide(facts, firm, now)
    reasons = [duty.reason for duty in decision.duties] + [notice.reason for notice in decision.notices]
    reasons += [note for duty in decision.duties for note in duty.notes]
    for reason in reasons:
        assert set(reason.params) == set(REASONS[reason.code])
        assert all(value is None or type(value) in (str, int) for value in reason.params.values())


@st.composite
def heaps_of_duties(draw: st.DrawFn) -> tuple[list[Duty], Setting]:
    """Duties of several customers as different moments of deciding would give them."""
    firm = draw(settings_of_firms())
    found: list[Duty] = []
    for number in range(draw(st.integers(1, 3))):
        decision = decide(replace(draw(customers()), customer_id=number), firm, draw(moments))
        for duty in decision.duties:
            change = {"is_proactive": draw(st.booleans()), "channel": draw(st.sampled_from(Channel))}
            found.append(replace(duty, key=f"{number}:{duty.key}", customer_id=number, **change))
    return found, firm


@given(heaps_of_duties(), st.integers())
@many
def test_merging_drops_nothing_and_does_not_depend_on_order(
    heap: tuple[list[Duty], Setting], seed: int
) -> None:
    found, firm = heap
    items = merge(found, firm)
    assert Counter(duty.key for item in items for duty in item.duties) == Counter(duty.key for duty in found)
    assert merge(Random(seed).sample(found, len(found)), firm) == items
    assert len({item.key for item in items}) == len(items)


@given(heaps_of_duties())
@many
def test_merging_keeps_customer_person_window_and_appointments(heap: tuple[list[Duty], Setting]) -> None:
    found, firm = heap
    window = firm.policy.number("merge_window_days")
    for item in merge(found, firm):
        assert {(duty.customer_id, duty.owner_id) for duty in item.duties} == {
            (item.customer_id, item.owner_id)
        }
        assert sum(not duty.is_due_date_only for duty in item.duties) <= 1
        for duty in item.duties:
            if not duty.is_due_date_only and not duty.is_proactive_mail:
                assert item.due == duty.due
            if duty.earliest_on is not None:
                assert item.due_on >= duty.earliest_on
            assert (duty.due_on - item.due_on).days <= window or duty.rule is Rule.DAILY


@given(heaps_of_duties())
@many
def test_a_customer_gets_one_proactive_mail_a_day(heap: tuple[list[Duty], Setting]) -> None:
    found, firm = heap
    mails = Counter((item.customer_id, item.due_on) for item in merge(found, firm) if item.has_proactive_mail)
    assert max(mails.values(), default=0) <= 1


@given(heaps_of_duties())
@many
def test_only_a_second_proactive_mail_comes_later_than_it_is_due(heap: tuple[list[Duty], Setting]) -> None:
    found, firm = heap
    for item in merge(found, firm):
        for duty in item.duties:
            assert item.due_on <= duty.due_on or duty.is_proactive_mail
