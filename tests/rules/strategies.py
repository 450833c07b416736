"""Facts, settings and moments of every kind, for the properties that hold of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from genjin.rules.dues import LetterFact, PaymentFact
from genjin.rules.duties import Duty, WorkClass
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
    ReceivedMail,
    ThreadFact,
    ValueClass,
    WaitingFact,
)
from genjin.rules.offered import OfferFact
from genjin.rules.order_facts import DeclineFact, ReorderFact
from genjin.rules.ordered import OrderNodeFact
from genjin.rules.policy import Layer, Level, Policy
from genjin.rules.setting import Absence, Colleague, Setting
from genjin.rules.worktime import Hours, WorkCalendar, weekly
from tests.rules.chain_strategies import (
    CUSTOMER,
    OWN_SEQUENCE,
    PEOPLE,
    chains,
    days,
    keys_of_chains,
    moments,
    people,
    turns,
)

ZONES = ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]

dues = moments | days
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
        "wake_up_begins_itself": draw(st.booleans()),
        "own_sequences": draw(st.sampled_from([[], [OWN_SEQUENCE]])),
        "short_transit_days": draw(st.sampled_from([0, 7])),
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
        tuple(draw(st.lists(turns, max_size=2))),
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
waitings = st.builds(
    WaitingFact,
    thread_id=st.integers(11, 13),
    mails=st.lists(
        st.builds(ReceivedMail, st.integers(1, 10_000), moments),
        min_size=1,
        max_size=3,
        unique_by=lambda mail: mail.message_id,
    ).map(tuple),
    contact_id=st.none() | st.integers(1, 3),
    owner_id=st.none() | people,
)
payments = st.builds(
    PaymentFact,
    id=st.integers(1, 9),
    order_id=st.just(9),
    order=st.just("SC2026-0009"),
    owner_id=people,
    kind=st.sampled_from(["DEPOSIT", "PART", "BALANCE"]),
    due_on=days,
    open=st.just(Decimal("7000.00")),
    currency=st.just("USD"),
    holds_release=st.booleans(),
    is_shipped=st.booleans(),
    contact_id=st.none() | st.integers(1, 3),
)
letters = st.builds(
    LetterFact,
    id=st.integers(1, 9),
    order_id=st.just(9),
    order=st.just("SC2026-0009"),
    number=st.just("LC-77"),
    owner_id=people,
    expiry=days,
    latest_shipment=st.none() | days,
    presentation_days=st.none() | st.integers(0, 30),
    shipped_on=st.none() | days,
)
calls = st.builds(CallFact, id=st.integers(1, 9), at=moments, logged_at=moments, by_id=st.none() | people)


fallen = st.builds(
    DeclineFact,
    order_id=st.integers(1, 3),
    number=short,
    level=st.integers(1, 4),
    opened_at=moments,
    measure=st.sampled_from(["KINDS", "QUANTITY", "AMOUNT"]),
    percent=st.just("-30.00"),
    has_cause=st.booleans(),
    has_measure=st.booleans(),
    explained_at=st.none() | moments,
)
reorders = st.builds(
    ReorderFact,
    order_id=st.integers(1, 3),
    last_on=days,
    moment_on=days,
    expected_on=st.none() | days,
    from_on=st.none() | days,
    until_on=st.none() | days,
    lead_days=st.integers(0, 90),
    why=st.sampled_from(["BY_RHYTHM", "LOW_STOCK", "NOW_SOLD", "STILL_COMING"]),
)


@st.composite
def outcomes(draw: st.DrawFn, keys: list[str]) -> Outcome:
    kind = draw(st.sampled_from(OutcomeKind))
    until = draw(dues) if kind is OutcomeKind.POSTPONED else None
    to_id = draw(people) if kind is OutcomeKind.DELEGATED else None
    return Outcome(
        draw(st.sampled_from(keys)), kind, draw(moments), draw(st.none() | people), until, draw(short), to_id
    )


@st.composite
def several_waiting(draw: st.DrawFn) -> tuple[WaitingFact, ...]:
    """Conversations of which each has mails of its own."""
    found = draw(st.lists(waitings, max_size=2, unique_by=lambda one: one.thread_id))
    return tuple(
        replace(one, mails=tuple(replace(mail, message_id=2 * mail.message_id + n) for mail in one.mails))
        for n, one in enumerate(found)
    )


order_nodes = st.builds(
    OrderNodeFact,
    id=st.integers(1, 9),
    order_id=st.integers(1, 9),
    number=st.just("SC2026-0001"),
    kind=st.sampled_from(["MATERIAL", "PRODUCTION", "ETD"]),
    planned_on=days,
    owner_id=people,
)


sent_offers = st.builds(
    OfferFact,
    id=st.integers(1, 9),
    number=st.just("QT2026-0001"),
    kind=st.sampled_from(["QUOTATION", "PROFORMA"]),
    owner_id=people,
    sent_at=moments,
    valid_until=days,
    contact_id=st.none() | st.integers(1, 3),
    message_id=st.none() | st.integers(1, 9),
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
        **draw(chains()),
        waiting=draw(several_waiting()),
        spoken_at=draw(st.none() | moments),
        graded_at=draw(st.none() | moments),
        intake_rank=draw(st.integers(0, 60)),
        order_nodes=tuple(draw(st.lists(order_nodes, max_size=3, unique_by=lambda one: one.id))),
        daily_pick=draw(st.none() | st.builds(DailyPick, people, days, st.sampled_from(Half))),
        payments=tuple(draw(st.lists(payments, max_size=2, unique_by=lambda one: one.id))),
        letters=tuple(draw(st.lists(letters, max_size=2, unique_by=lambda one: one.id))),
        reminded_at=draw(st.none() | moments),
        declines=tuple(draw(st.lists(fallen, max_size=2, unique_by=lambda one: one.order_id))),
        reorder=draw(st.none() | reorders),
        offers=tuple(draw(st.lists(sent_offers, max_size=2, unique_by=lambda one: one.id))),
    )
    keys = [step.key for step in planned] + [f"first-contact:{CUSTOMER}"] + keys_of_chains(facts)
    keys += [one.key(what) for one in facts.declines for what in ("cause", "measure")]
    keys += [facts.reorder.key] if facts.reorder else []
    for thread in facts.threads:
        keys += [f"tracking:thread-{thread.thread_id}:{which}" for which in (1, 2, "call")]
    keys += [node.key for node in facts.order_nodes]
    keys += [key for offer in facts.offers for key in offer.keys]
    keys += [f"answer:message-{mail.message_id}" for one in facts.waiting for mail in one.mails]
    if facts.last_call is not None:
        keys.append(f"recap:interaction-{facts.last_call.id}")
    for part in facts.payments:
        keys.append(f"{part.prefix}:{CUSTOMER}:{part.due_on.isoformat()}")
    for letter in facts.letters:
        keys.append(f"{letter.prefix}:expiry:{letter.expiry.isoformat()}")
    if facts.daily_pick is not None:
        keys.append(f"daily:{CUSTOMER}:{facts.daily_pick.day.isoformat()}")
    for moment in (facts.last_follow_up_at, facts.owned_since, facts.created_at):
        if moment is not None:
            on = moment.date().isoformat()
            keys += [f"{which}:{CUSTOMER}:{on}" for which in ("rhythm", "no-next-step", "contact-data")]
    return replace(facts, outcomes=tuple(draw(st.lists(outcomes(keys), max_size=4))))


MIXED = (
    "next_steps", "outcomes", "contacts", "attempts", "sequences", "begun", "evidence", "events",
    "shipments", "promises", "payments", "letters", "declines", "order_nodes", "offers",
)  # fmt: skip


def shuffled(facts: CustomerFacts, seed: int) -> CustomerFacts:
    random = Random(seed)
    parts = {name: tuple(random.sample(getattr(facts, name), len(getattr(facts, name)))) for name in MIXED}
    asked = [replace(one, mails=tuple(random.sample(one.mails, len(one.mails)))) for one in facts.waiting]
    parts["waiting"] = tuple(random.sample(asked, len(asked)))
    mixed = [replace(one, mails=tuple(random.sample(one.mails, len(one.mails)))) for one in facts.threads]
    return replace(facts, **parts, threads=tuple(random.sample(mixed, len(mixed))))


FREE = {"REMINDER", "RECAP", "CONTACT_DATA", "PROMISE", "ANSWER", "PAYMENT", "LETTER_OF_CREDIT"}
"""What a pause does not hold: no contact, what belongs to one that took place or they began, promises."""


def is_free(duty: Duty) -> bool:
    """Whether a pause does not hold it; goods on their way do not wait either."""
    return duty.rule in FREE or duty.work_class is WorkClass.ORDER_NODE


many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
