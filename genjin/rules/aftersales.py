"""After the shipment: advice, then steps around the arrival, one chain for each shipment (000-47 to 000-65).

| step       | counts from | passed over                         | besides                          |
|------------|-------------|-------------------------------------|----------------------------------|
| advice     | shipping    | never                               | with the balance, if it is due   |
| ETA-7      | ETA         | short transit, or the advice late   | balance due: a compulsory call   |
| ETA+10, 30 | ETA         |                                     | damage opens a complaint         |
| ETA+60     | ETA         | a new order runs                    | then the mail is tracked         |

When the ETA moves, what is not done moves with it. What was due before go-live is never owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from genjin.rules.case import Case
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel
from genjin.rules.policy import Anchor, Policy, Step
from genjin.rules.sequences import PlannedStep, SequenceRun, StepDone, open_steps, owe_step

ADVICE, ETA_NOTICE, BALANCE_CALL = "SHIPPING_ADVICE", "ETA_NOTICE", "BALANCE_CALL"
ARRIVAL, FEEDBACK, PRICES, CARE = "ARRIVAL", "FEEDBACK", "PRICE_LIST", "AFTER_ARRIVAL"
REQUIREMENTS = {
    ADVICE: "000-47",
    ETA_NOTICE: "000-50",
    BALANCE_CALL: "000-51",
    ARRIVAL: "000-55",
    FEEDBACK: "000-57",
    PRICES: "000-61",
}
LONG_TRANSIT, LONG_AND_UNPAID, NO_NEW_ORDER = "LONG_TRANSIT", "LONG_AND_UNPAID", "NO_NEW_ORDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFact:
    """What is known of a shipment that left."""

    id: int
    shipped_at: datetime
    owner_id: int
    eta: date | None = None
    """A date at the destination; unknown until somebody tells."""
    advised_at: datetime | None = None
    """When the shipping advice was sent, from here or elsewhere."""
    contact_id: int | None = None
    is_balance_due: bool = False
    """Money is open that must be paid before the goods are released; not so with L/C or open account."""
    has_new_order: bool = False
    done: tuple[StepDone, ...] = ()
    """The steps after the advice that were done, by their names: "eta-7", "eta+10"."""


def aftersales(case: Case, shipment: ShipmentFact) -> Iterator[Duty]:
    """What is owed to a customer after a shipment; see the table above."""
    run = run_of(case, shipment)
    go_live_on = case.setting.go_live_on
    calendar = case.setting.calendar(shipment.owner_id)
    for planned in open_steps(case, run):
        assert planned.due_on is not None
        if go_live_on is not None and planned.due_on < go_live_on:
            continue
        yield owe_step(
            case,
            run,
            planned,
            rule=Rule.AFTERSALES,
            work_class=_work_class(planned),
            requirement=REQUIREMENTS.get(planned.step.purpose, "000-48"),
            reason=because(
                "STEP_AFTER_SHIPMENT",
                step=planned.step.purpose,
                eta=shipment.eta,
                shipped_on=calendar.local_date(shipment.shipped_at),
            ),
            is_proactive=planned.step.purpose != ADVICE,
        )


def run_of(case: Case, shipment: ShipmentFact) -> SequenceRun:
    """The shipment's chain as a run of a sequence."""
    policy = case.setting.policy
    conditions = set()
    if _is_long(case, shipment):
        conditions.add(LONG_TRANSIT)
        if shipment.is_balance_due:
            conditions.add(LONG_AND_UNPAID)
    if not shipment.has_new_order:
        conditions.add(NO_NEW_ORDER)
    advised = (StepDone("advice", shipment.advised_at),) if shipment.advised_at else ()
    return SequenceRun(
        key=f"aftersales:shipment-{shipment.id}",
        sequence="aftersales",
        steps=steps_of(policy),
        began_at=shipment.shipped_at,
        owner_id=shipment.owner_id,
        contact_id=shipment.contact_id,
        about_on=shipment.eta,
        done=(*advised, *shipment.done),
        conditions=frozenset(conditions),
    )


def steps_of(policy: Policy) -> tuple[Step, ...]:
    """The steps of the chain by the offsets of the policy, in their order."""
    email, call = Channel.EMAIL.value, Channel.AUDIO_CALL.value
    steps = [Step(ADVICE, email, 0, is_compulsory=True, key="advice")]
    later = iter((ARRIVAL, FEEDBACK, PRICES))
    for days in policy.numbers("aftersales_offsets"):
        name = f"eta{days:+d}"
        if days < 0:
            steps.append(Step(ETA_NOTICE, email, days, Anchor.DATE, LONG_TRANSIT, key=name))
            steps.append(
                Step(
                    BALANCE_CALL,
                    call,
                    days,
                    Anchor.DATE,
                    LONG_AND_UNPAID,
                    is_compulsory=True,
                    key=f"{name}-call",
                )
            )
            continue
        purpose = next(later, CARE)
        guard = NO_NEW_ORDER if purpose == PRICES else ""
        steps.append(Step(purpose, email, days, Anchor.DATE, guard, key=name))
    return tuple(steps)


def enters_tracking(case: Case, shipment: ShipmentFact) -> bool:
    """Whether the mail with the prices is to await an answer: the pre-sales circle begins anew (000-64)."""
    if shipment.has_new_order or not case.facts.is_worked:
        return False
    names = {step.name for step in steps_of(case.setting.policy) if step.purpose == PRICES}
    return any(one.name in names for one in shipment.done)


def _is_long(case: Case, shipment: ShipmentFact) -> bool:
    """More than a week between advice and arrival; exactly a week is short, a late advice too (000-53)."""
    if shipment.eta is None:
        return False
    told = case.setting.calendar(shipment.owner_id).local_date(shipment.advised_at or shipment.shipped_at)
    return shipment.eta - told > timedelta(days=case.setting.policy.number("short_transit_days"))


def _work_class(planned: PlannedStep) -> WorkClass:
    """Advice and what comes before the arrival are nodes of the order, what comes after is care."""
    if planned.step.purpose in (ADVICE, ETA_NOTICE, BALANCE_CALL):
        return WorkClass.ORDER_NODE
    return WorkClass.CADENCE
