"""Sent mail that awaits an answer (000-11 to 000-26, 000-39), each grade day by day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import Duty, EndTracking, TrackingEnd
from genjin.rules.facts import (
    Attempt,
    Channel,
    ContactPause,
    CustomerFacts,
    DormancyState,
    FollowGrade,
    ThreadFact,
)
from genjin.rules.setting import Absence, Setting
from genjin.rules.worktime import WorkCalendar, daily, weekly
from tests.rules.build import (
    CUSTOMER,
    FIRST_MAIL,
    LIN,
    NOW,
    SHANGHAI,
    WANG,
    at,
    codes,
    contact,
    customer,
    day,
    dismissed,
    mail,
    postponed,
    setting,
    thread,
)

E, A, V, VISIT = Channel.EMAIL, Channel.AUDIO_CALL, Channel.VIDEO_CALL, Channel.VISIT
KEY = "tracking:thread-8123"
MINE = {"TRACKING", "TRACKING_CALL", "BOUNCE"}


def tracked(
    *threads: ThreadFact, grade: FollowGrade | None = FollowGrade.MID, **fields: Any
) -> CustomerFacts:
    values: dict[str, Any] = {"contacts": (contact(),), "last_follow_up_at": FIRST_MAIL}
    return customer(threads=threads or (thread(),), follow_grade=grade, **(values | fields))


def owed(facts: CustomerFacts, given: Setting | None = None, now: datetime = NOW) -> list[Duty]:
    return [duty for duty in decide(facts, given or setting(), now).duties if duty.rule in MINE]


def the_duty(facts: CustomerFacts, given: Setting | None = None, now: datetime = NOW) -> Duty:
    (duty,) = owed(facts, given, now)
    return duty


def tried(facts: CustomerFacts, channel: Channel, when: datetime, **fields: Any) -> CustomerFacts:
    """The facts after somebody tried again in that way."""
    if channel is E:
        (known,) = facts.threads
        return replace(facts, threads=(replace(known, mails=(*known.mails, mail(when))),))
    return replace(facts, attempts=(*facts.attempts, Attempt(when, channel, **fields)))


def silence(
    facts: CustomerFacts, given: Setting, most: int = 12
) -> tuple[list[tuple[str, Channel]], date | None]:
    """What is owed day by day if everything is done when due and nobody ever answers; and the end."""
    seen: list[tuple[str, Channel]] = []
    while len(seen) < most and (found := owed(facts, given, FIRST_MAIL)):
        (duty,) = found
        seen.append((f"{duty.due_on:%m-%d}", duty.channel))
        facts = tried(facts, duty.channel, duty.due)
    ends = decide(facts, given, at("2026-12-01 09:00")).changes
    return seen, ends[0].ended_at.astimezone(SHANGHAI).date() if ends else None  # type: ignore[union-attr]


def days_of(text: str) -> list[tuple[str, Channel]]:
    """Days and channels written side by side."""
    words = text.split()
    names = {"E": E, "A": A, "V": V, "VISIT": VISIT}
    return [(on, names[how]) for on, how in zip(words[::2], words[1::2], strict=True)]


DAY_BY_DAY = [
    # grade, days chosen, what is owed on which day, the day on which it ends; 7 and 8 March are a weekend
    (FollowGrade.LOWER_MID, 3, days_of("03-05 E"), "03-08"),
    (FollowGrade.MID, 2, days_of("03-04 E 03-06 E"), "03-08"),
    (None, 2, days_of("03-04 E 03-06 E"), "03-08"),
    (
        FollowGrade.UPPER_MID,
        1,
        days_of("03-03 E 03-04 A 03-05 V 03-06 E 03-09 A 03-10 V 03-11 E 03-12 A"),
        "03-13",
    ),
    (
        FollowGrade.TOP,
        1,
        days_of(
            "03-03 E 03-04 A 03-05 V 03-06 E 03-09 A 03-10 V "
            "03-11 E 03-12 A 03-13 V 03-16 VISIT 03-17 E 03-18 A"
        ),
        None,
    ),
    (FollowGrade.LOW, 2, days_of("03-04 E"), "03-06"),
]


@pytest.mark.parametrize(("grade", "days", "expected", "ends"), DAY_BY_DAY)
def test_each_grade_is_tried_so_often_in_such_ways(
    grade: FollowGrade | None, days: int, expected: list[tuple[str, Channel]], ends: str | None
) -> None:
    facts = tracked(thread(days=days), grade=grade)
    assert silence(facts, setting()) == (expected, day(ends) if ends else None)


def test_the_key_names_conversation_and_attempt_and_the_reason_its_progress() -> None:
    duty = the_duty(tracked(thread(FIRST_MAIL, at("2026-03-04 10:00"), days=2)))
    assert (duty.key, duty.requirement, duty.is_proactive) == (f"{KEY}:2", "000-21", True)
    assert duty.reason.params == {
        "thread_id": 8123,
        "message_id": 8125,
        "sent_on": "2026-03-04",
        "attempt": 2,
        "most": 2,
        "made": "EMAIL:1",
    }


def test_days_are_calendar_days_moved_on_to_the_next_working_day() -> None:
    """From Friday 13 February, one working Saturday and the festival follow."""
    duty = the_duty(tracked(thread(at("2026-02-13 17:00"), days=1)))
    assert duty.due_on == day("02-14")
    duty = the_duty(tracked(thread(at("2026-02-13 17:00"), days=2)))
    assert (duty.due_on, codes(duty)) == (day("02-24"), ["MOVED_TO_WORKDAY"])


def test_two_conversations_are_two_duties() -> None:
    keys = [duty.key for duty in owed(tracked(thread(), thread(number=9, days=3)))]
    assert keys == [f"{KEY}:1", "tracking:thread-9:1"]


def test_two_mails_on_one_day_are_one_attempt() -> None:
    facts = tracked(
        thread(FIRST_MAIL, at("2026-03-02 17:00"), at("2026-03-04 10:00"), at("2026-03-04 10:05"))
    )
    assert the_duty(facts).key == f"{KEY}:2"


@pytest.mark.parametrize(
    "fields",
    [{"owner_id": None, "in_pool": True}, {"is_confirmed": False}, {"dormancy_state": DormancyState.LOST}],
)
def test_nothing_is_owed_to_whom_nobody_looks_after(fields: dict[str, Any]) -> None:
    assert owed(tracked(**fields)) == []


# the call


def called(*days: str, reached: bool = False) -> tuple[Attempt, ...]:
    return tuple(Attempt(at(f"2026-{one} 15:00"), A, reached) for one in days)


ONE_MAIL = thread(FIRST_MAIL, at("2026-03-03 10:00"))


@pytest.mark.parametrize("grade", [FollowGrade.TOP, FollowGrade.UPPER_MID])
def test_the_call_after_an_unanswered_mail_is_neither_dismissed_nor_replaced_by_a_mail(
    grade: FollowGrade,
) -> None:
    duty = the_duty(tracked(ONE_MAIL, grade=grade))
    assert (duty.rule, duty.key, duty.is_dismissable) == ("TRACKING_CALL", f"{KEY}:call", False)
    assert duty.due_on == day("03-04")
    mailed = tracked(thread(FIRST_MAIL, at("2026-03-03 10:00"), at("2026-03-06 10:00")), grade=grade)
    assert the_duty(mailed).due_on == day("03-04"), "it does not move away"


@pytest.mark.parametrize("grade", [FollowGrade.MID, FollowGrade.LOWER_MID, FollowGrade.LOW, None])
def test_lower_grades_need_not_be_called(grade: FollowGrade | None) -> None:
    assert all(duty.rule != "TRACKING_CALL" for duty in owed(tracked(ONE_MAIL, grade=grade)))


IN_VAIN = [
    # days with calls that nobody answered, and with one that was; rule, channel and day of what follows
    ((), (), "TRACKING_CALL", A, "03-04"),
    (("03-04",), (), "TRACKING_CALL", A, "03-05"),
    (("03-04", "03-05"), (), "TRACKING_CALL", A, "03-06"),
    (("03-04", "03-04", "03-04"), (), "TRACKING_CALL", A, "03-05"),
    (("03-04", "03-06"), (), "TRACKING_CALL", A, "03-09"),
    (("03-04", "03-05", "03-06"), (), "TRACKING", V, "03-09"),
    (("03-04",), ("03-05",), "TRACKING", V, "03-06"),
    ((), ("03-02",), "TRACKING", V, "03-04"),
]


@pytest.mark.parametrize(("vain", "answered", "rule", "channel", "due"), IN_VAIN)
def test_a_call_nobody_answers_moves_on_and_after_three_days_another_way_is_tried(
    vain: tuple[str, ...], answered: tuple[str, ...], rule: str, channel: Channel, due: str
) -> None:
    attempts = called(*vain) + called(*answered, reached=True)
    duty = the_duty(tracked(ONE_MAIL, grade=FollowGrade.UPPER_MID, attempts=attempts))
    assert (duty.rule, duty.channel, duty.due_on) == (rule, channel, day(due))
    still = rule == "TRACKING_CALL" and vain
    assert [note.params["count"] for note in duty.notes if note.code == "CALLED_IN_VAIN"] == (
        [len(set(vain))] if still else []
    )


def test_the_call_is_due_when_somebody_there_can_be_reached() -> None:
    """Berlin is seven hours behind: nine in the morning there is four in the afternoon here."""
    person = contact(timezone="Europe/Berlin", country="DE")
    germany = WorkCalendar(SHANGHAI, weekly(range(5), daily(9 * 60, 17 * 60)))
    given = setting(markets={"DE": germany})
    duty = the_duty(tracked(ONE_MAIL, grade=FollowGrade.TOP, contacts=(person,)), given)
    assert duty.due == at("2026-03-04 16:00")


def test_without_a_number_a_mail_takes_the_place_of_the_call() -> None:
    facts = tracked(ONE_MAIL, grade=FollowGrade.TOP, contacts=(contact(has_phone=False),))
    duty = the_duty(facts)
    assert (duty.rule, duty.channel, codes(duty)) == ("TRACKING", E, ["NO_NUMBER", "CHANGE_SENDER"])


def test_after_two_mails_from_one_mailbox_another_is_proposed() -> None:
    sent = (FIRST_MAIL, at("2026-03-03 10:00"), at("2026-03-04 10:00"))
    facts = tracked(thread(*sent), grade=FollowGrade.TOP, contacts=(contact(has_phone=False),))
    (note,) = [note for note in the_duty(facts).notes if note.code == "CHANGE_SENDER"]
    assert note.params == {"sender": "lin@firm.example", "count": 2}
    mails = (mail(sent[0]), mail(sent[1]), mail(sent[2], "sales@firm.example"))
    changed = replace(facts, threads=(replace(facts.threads[0], mails=mails),))
    assert "CHANGE_SENDER" not in codes(the_duty(changed))


# what ends, pauses and moves it


def test_hearing_from_the_customer_otherwise_ends_it_and_an_earlier_word_does_not() -> None:
    heard = at("2026-03-03 09:30")
    decision = decide(tracked(heard_at=heard), setting(), NOW)
    assert decision.changes == (EndTracking(CUSTOMER, 81230, TrackingEnd.HEARD, heard),)
    assert owed(tracked(heard_at=heard)) == []
    assert the_duty(tracked(heard_at=at("2026-03-01 09:30"))).due_on == day("03-03")


def test_after_the_last_attempt_it_waits_for_an_answer_before_it_ends() -> None:
    facts = tracked(thread(FIRST_MAIL, at("2026-03-05 10:00"), days=3), grade=FollowGrade.LOWER_MID)
    waiting = decide(facts, setting(), at("2026-03-07 23:59"))
    assert ([d for d in waiting.duties if d.rule in MINE], waiting.changes) == ([], ())
    assert waiting.wake_at == at("2026-03-08 00:00")
    ended = decide(facts, setting(), at("2026-03-08 00:00"))
    assert ended.changes == (EndTracking(CUSTOMER, 81230, TrackingEnd.COMPLETED, at("2026-03-08 00:00")),)


@pytest.mark.parametrize(("grade", "ends"), [(FollowGrade.LOW, True), (FollowGrade.TOP, False)])
def test_a_changed_grade_counts_from_now_on(grade: FollowGrade, ends: bool) -> None:
    facts = tracked(thread(FIRST_MAIL, at("2026-03-04 10:00"), days=2), grade=grade)
    assert bool(decide(facts, setting(), at("2026-03-09 09:00")).changes) == ends
    assert bool(owed(facts)) != ends


def test_an_automatic_answer_pauses_until_its_writer_is_back() -> None:
    duty = the_duty(tracked(thread(paused_until=day("03-14"))))  # a Saturday
    assert (duty.due_on, codes(duty)) == (day("03-16"), ["AWAY", "MOVED_TO_WORKDAY"])
    last = tracked(
        thread(FIRST_MAIL, at("2026-03-05 10:00"), paused_until=day("03-20")), grade=FollowGrade.LOWER_MID
    )
    assert decide(last, setting(), at("2026-03-19 23:00")).changes == ()
    assert decide(last, setting(), at("2026-03-20 00:00")).changes


def test_a_pause_of_the_customer_holds_it() -> None:
    duty = the_duty(tracked(contact_pause=ContactPause(day("03-20"))))
    assert (duty.due_on, codes(duty)) == (day("03-20"), ["HELD_BY_PAUSE"])


def test_a_new_owner_takes_over_what_began_before() -> None:
    assert the_duty(tracked(owner_id=WANG, owned_since=at("2026-03-02 15:00"))).owner_id == WANG
    assert the_duty(tracked(owner_id=WANG, owned_since=at("2026-01-05 10:00"))).owner_id == LIN


def test_the_deputy_follows_up_while_its_owner_is_away() -> None:
    away = setting(absences=(Absence(day("03-03"), day("03-06"), WANG),))
    duty = the_duty(tracked(), away)
    assert (duty.owner_id, codes(duty)) == (WANG, ["STANDS_IN_FOR"])


def test_a_dismissed_attempt_is_skipped_and_the_next_comes_after_the_same_days() -> None:
    skip = dismissed(f"{KEY}:1", at("2026-03-04 10:00"))
    duty = the_duty(tracked(thread(days=2), outcomes=(skip,)))
    assert (duty.key, duty.due_on) == (f"{KEY}:2", day("03-06"))
    assert owed(tracked(thread(days=2), grade=FollowGrade.LOWER_MID, outcomes=(skip,))) == []


EIGHT = {
    # attempts of 中上 by day and channel, numbers dismissed: number and key of what is owed, none if it ended
    "seven made": ((*"EAVEAVE",), (), (8, 8)),
    "seven made, one dismissed": ((*"EAVEAVE",), (8,), (8, 9)),
    "seven made, two dismissed": ((*"EAVEAVE",), (8, 9), (8, 10)),
    "two made, six dismissed": ((*"EA",), (3, 4, 5, 6, 7, 8), (3, 9)),
    "eight made": ((*"EAVEAVEA",), (), None),
    "eight made, no video": ((*"EAEAEAEA",), (), (9, 9)),
    "eight made, the video dismissed": ((*"EAEAEAEA",), (9,), None),
}


@pytest.mark.parametrize(("made", "skipped", "expected"), EIGHT.values(), ids=EIGHT)
def test_what_was_dismissed_is_none_of_the_at_least_eight(
    made: tuple[str, ...], skipped: tuple[int, ...], expected: tuple[int, int] | None
) -> None:
    facts = tracked(thread(days=1), grade=FollowGrade.UPPER_MID)
    ways = {"E": E, "A": A, "V": V}
    for number, way in enumerate(made):
        facts = tried(facts, ways[way], at(f"2026-03-{3 + number:02} 10:00"))
    rows = tuple(dismissed(f"{KEY}:{number}", at("2026-03-12 10:00")) for number in skipped)
    found = owed(replace(facts, outcomes=rows))
    assert [(duty.reason.params["attempt"], duty.key) for duty in found] == (
        [(expected[0], f"{KEY}:{expected[1]}")] if expected else []
    )


MADE = [
    # grade, what was done day by day from the day of the first mail; how it is told
    (FollowGrade.TOP, "E", "EMAIL:1,AUDIO_CALL:0,VIDEO_CALL:0,VISIT:0"),
    (FollowGrade.UPPER_MID, "EAV", "EMAIL:1,AUDIO_CALL:1,VIDEO_CALL:1"),
    (FollowGrade.UPPER_MID, "EAC", "EMAIL:1,AUDIO_CALL:1,VIDEO_CALL:0,CHAT:1"),
    (FollowGrade.MID, "A", "EMAIL:0,AUDIO_CALL:1"),
]


@pytest.mark.parametrize(("grade", "ways", "expected"), MADE)
def test_the_reason_tells_the_attempts_by_channel(grade: FollowGrade, ways: str, expected: str) -> None:
    facts = tracked(thread(days=1), grade=grade)
    channels = {"E": E, "A": A, "V": V, "C": Channel.CHAT}
    for number, way in enumerate(ways):
        facts = tried(facts, channels[way], at(f"2026-03-{3 + number:02} 10:00"))
    assert the_duty(facts).reason.params["made"] == expected


def test_a_postponed_attempt_returns_on_its_day() -> None:
    later = postponed(f"{KEY}:1", day("03-10"))
    assert the_duty(tracked(outcomes=(later,))).due_on == day("03-10")


# beside other rules


def test_who_is_tracked_has_a_next_step_until_it_ends() -> None:
    facts = tracked(thread(FIRST_MAIL, at("2026-03-05 10:00"), days=3), grade=FollowGrade.LOWER_MID)
    rules = {duty.rule.value: duty for duty in decide(facts, setting(), at("2026-03-07 12:00")).duties}
    assert "NO_NEXT_STEP" not in rules
    after = {duty.rule.value: duty for duty in decide(facts, setting(), at("2026-03-08 12:00")).duties}
    assert after["NO_NEXT_STEP"].due_on == day("03-09")


# a bounce


def test_a_bounce_stops_it_and_asks_for_another_way() -> None:
    back = at("2026-03-02 10:01")
    duty = the_duty(tracked(thread(bounced_at=back)))
    assert (duty.rule, duty.channel, duty.due_on) == ("BOUNCE", A, day("03-02"))
    assert the_duty(tracked(thread(bounced_at=back), contacts=())).channel is Channel.OTHER
    assert owed(tracked(thread(bounced_at=back), last_follow_up_at=back + timedelta(hours=1))) == []
    assert owed(tracked(thread(bounced_at=back), outcomes=(dismissed(duty.key),))) == []
    assert decide(tracked(thread(bounced_at=back), heard_at=NOW), setting(), NOW).changes == ()
