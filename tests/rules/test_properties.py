"""What holds for any customer, any setting and any moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.ahead import ahead, applied
from genjin.rules.decide import decide
from genjin.rules.duties import REASONS, BeginSequence, Duty, EndSequence, EndTracking, Rule
from genjin.rules.facts import (
    Channel,
    ContactPause,
    CustomerFacts,
    FollowGrade,
)
from genjin.rules.setting import Setting
from genjin.rules.worklist import merge
from tests.rules.chain_strategies import (
    START,
    days,
    moments,
)
from tests.rules.strategies import (
    customers,
    is_free,
    many,
    settings_of_firms,
    shuffled,
)


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
    held = [duty for duty in decision.duties if not is_free(duty)]
    assert all(duty.due >= ends for duty in held)
    items = merge(decision.duties, firm)
    assert all(item.due >= ends for item in items if not all(is_free(duty) for duty in item.duties))


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
    closed = {outcome.key for outcome in facts.outcomes if outcome.kind.closes}
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
def test_every_sequence_says_what_comes_next_or_waits_for_its_date_or_is_over(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    decision = decide(facts, firm, now)
    begin = [change.run for change in decision.changes if isinstance(change, BeginSequence)]
    ended = {change.key for change in decision.changes if isinstance(change, EndSequence)}
    for run in (*facts.sequences, *begin):
        owed = any(duty.key.startswith(f"{run.key}:") for duty in decision.duties)
        assert not (owed and run.key in ended)
        if facts.is_worked and run.about_on is not None:
            assert owed or run.key in ended


@given(customers(), settings_of_firms(), moments)
@many
def test_of_the_open_promises_about_one_thing_the_earliest_is_owed_and_none_can_be_put_off(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    owed = [duty for duty in decide(facts, firm, now).duties if duty.rule == "PROMISE"]
    by_key = {promise.key: promise for promise in facts.promises}
    subjects = Counter((by_key[duty.key].kind, by_key[duty.key].subject) for duty in owed)
    assert max(subjects.values(), default=1) == 1
    for duty in owed:
        assert by_key[duty.key].kept_at is None
        assert not duty.is_dismissable
        assert "POSTPONED" not in {note.code for note in duty.notes}


@given(customers(), settings_of_firms(), moments)
@many
def test_every_mail_that_waits_is_owed_once_until_it_was_settled_or_lapsed(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    owed = Counter(
        duty.reason.params["thread_id"] for duty in decide(facts, firm, now).duties if duty.rule == "ANSWER"
    )
    closed = {outcome.key for outcome in facts.outcomes if outcome.kind.closes}
    for one in facts.waiting:
        assert owed[one.thread_id] <= 1
        newest = max(mail.at for mail in one.mails)
        is_fresh = now < newest + timedelta(days=30) and (facts.spoken_at or START) < newest
        untouched = not closed & {f"answer:message-{mail.message_id}" for mail in one.mails}
        if facts.has_owner and is_fresh and untouched:
            assert owed[one.thread_id] == 1, "nobody who wrote is forgotten"


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
