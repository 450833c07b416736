"""Any sequences, shipments and promises, for the properties of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from genjin.rules.facts import Attempt, Channel, CustomerFacts
from genjin.rules.plans import BUILT_IN
from genjin.rules.policy import Anchor, Step
from genjin.rules.promised import Pause, PromiseFact, PromiseKind
from genjin.rules.runs import Begun, Event, EventKind, SequenceRun, ShipmentFact, StepDone
from genjin.rules.sequences import CONDITIONS, expanded
from genjin.rules.setting import DutyTurn

CUSTOMER, PEOPLE = 42, (1, 2, 3, 4)
START = datetime(2026, 1, 1, tzinfo=UTC)

moments = st.integers(0, 400 * 24 * 4).map(lambda quarters: START + timedelta(minutes=15 * quarters))
days = st.dates(date(2026, 1, 1), date(2027, 2, 1))
people = st.sampled_from(PEOPLE)

turns = st.builds(
    lambda user_id, begins, length: DutyTurn(user_id, begins, begins + timedelta(days=length)),
    people,
    moments,
    st.integers(1, 30),
)
OWN_SEQUENCE = {
    "key": "own-1",
    "name_zh": "新询盘",
    "name_en": "New inquiry",
    "steps": [
        {"key": "S1", "purpose": "Answer", "channel": "EMAIL", "after_days": 0},
        {"key": "S2", "purpose": "Call", "channel": "AUDIO_CALL", "after_days": 3, "anchor": "STEP"},
    ],
    "exits": ["ORDER"],
    "starts_on": "INQUIRY",
    "is_offered": True,
}

chain_steps = st.builds(
    Step,
    purpose=st.sampled_from(["MAIL", "CALL", "MEET"]),
    channel=st.sampled_from(["EMAIL", "AUDIO_CALL", "VISIT", "MEETING", "OTHER"]),
    after_days=st.integers(-5, 20),
    anchor=st.sampled_from(Anchor),
    only_if=st.sampled_from(["", "", "", *CONDITIONS, "UNKNOWN"]),
    repeats=st.integers(1, 2),
    every_days=st.just(7),
    is_compulsory=st.booleans(),
)
runs = st.builds(
    SequenceRun,
    key=st.none(),
    sequence=st.sampled_from([*BUILT_IN, "own-1"]),
    steps=st.lists(chain_steps, max_size=4).map(tuple),
    began_at=moments,
    owner_id=people,
    about_on=st.none() | days,
    exits=st.frozensets(st.sampled_from(["REPLY", "ORDER", "STATUS", "AWAKE"]).map(EventKind), max_size=2),
).map(lambda run: replace(run, key=f"sequence:{run.sequence}:{CUSTOMER}:1"))
events = st.builds(Event, st.sampled_from(EventKind), moments)
begun = st.builds(Begun, st.sampled_from([*BUILT_IN, "own-1"]), moments)
shipments = st.builds(
    ShipmentFact,
    id=st.integers(1, 9),
    shipped_at=moments,
    owner_id=people,
    eta=st.none() | days,
    advised_at=st.none() | moments,
    is_balance_due=st.booleans(),
    has_new_order=st.booleans(),
    done=st.lists(st.builds(StepDone, st.sampled_from(["eta-7", "eta+10"]), moments), max_size=2).map(tuple),
    message_id=st.none() | st.integers(1, 9),
    may_press=st.booleans(),
    praised_at=st.none() | moments,
    free_days=st.none() | st.integers(0, 30),
    demurrage=st.sampled_from(["", "USD 120"]),
)
pauses = st.builds(
    lambda begins, hours: Pause(begins, hours and begins + timedelta(hours=hours)),
    moments,
    st.none() | st.integers(1, 90),
)
promises = st.builds(
    PromiseFact,
    id=st.integers(1, 9),
    kind=st.sampled_from(PromiseKind),
    subject=st.sampled_from(["inquiry-1", "inquiry-2"]),
    began_at=moments,
    owner_id=people,
    kept_at=st.none() | moments,
    pauses=st.lists(pauses, max_size=2).map(tuple),
)
evidence = st.builds(
    Attempt,
    moments,
    st.sampled_from([Channel.EMAIL, Channel.AUDIO_CALL, Channel.VIDEO_CALL, Channel.MEETING, Channel.VISIT]),
)


@st.composite
def chains(draw: st.DrawFn) -> dict[str, Any]:
    """Sequences, shipments and promises of one customer."""
    return {
        "sequences": tuple(draw(st.lists(runs, max_size=2, unique_by=lambda run: run.sequence))),
        "begun": tuple(draw(st.lists(begun, max_size=2, unique_by=lambda one: one.sequence))),
        "last_run_ended_at": draw(st.none() | moments),
        "evidence": tuple(draw(st.lists(evidence, max_size=5))),
        "events": tuple(draw(st.lists(events, max_size=3, unique_by=lambda event: event.kind))),
        "shipments": tuple(draw(st.lists(shipments, max_size=2, unique_by=lambda one: one.id))),
        "promises": tuple(draw(st.lists(promises, max_size=3, unique_by=lambda one: one.id))),
    }


def keys_of_chains(facts: CustomerFacts) -> list[str]:
    keys = [one.key for one in facts.promises]
    keys += [f"{run.key}:{step.name}" for run in facts.sequences for step in expanded(run.steps)]
    return keys + [f"aftersales:shipment-{one.id}:eta-7" for one in facts.shipments]
