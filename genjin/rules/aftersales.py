"""After the shipment: advice, then steps around the arrival, one chain for each shipment (000-47 to 000-65).

| step       | counts from | passed over                         | besides                          |
|------------|-------------|-------------------------------------|----------------------------------|
| advice     | shipping    | never                               | with the balance, if it is due   |
| ETA-7      | ETA         | short transit, or the advice late   | balance due: a compulsory call   |
| ETA+10, 30 | ETA         |                                     | damage opens a complaint         |
| ETA+60     | ETA         | a new order runs                    | then the mail is tracked         |
| praise     | feedback    | asked for already                   | a testimonial is asked for       |

While the goods are not known to be in stock, or something is complained about, nobody presses for the next
order (003-19, C-09): ETA+60 asks how the goods do instead, and the prices wait until they may go.

When the ETA moves, what is not done moves with it. A step whose time is over, because the ETA moved or the
next one has come, is shown as overtaken and may be skipped, whatever it is. What was due before go-live is
never owed, and nothing is any more a year after the arrival. "Do not contact before" holds care, not what
the goods on their way demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from genjin.rules.case import Case
from genjin.rules.duties import Duty, Reason, Rule, WorkClass, because
from genjin.rules.facts import Channel
from genjin.rules.policy import Anchor, Policy, Step
from genjin.rules.runs import SequenceRun, ShipmentFact, StepDone
from genjin.rules.sequences import PlannedStep, open_steps, owe_step, planned_steps

ADVICE, ETA_NOTICE, BALANCE_CALL = "SHIPPING_ADVICE", "ETA_NOTICE", "BALANCE_CALL"
ARRIVAL, FEEDBACK, PRICES, CARE = "ARRIVAL", "FEEDBACK", "PRICE_LIST", "AFTER_ARRIVAL"
STOCK, TESTIMONIAL = "STOCK_CHECK", "TESTIMONIAL"
REQUIREMENTS = {
    ADVICE: "000-47",
    ETA_NOTICE: "000-50",
    BALANCE_CALL: "000-51",
    ARRIVAL: "000-55",
    FEEDBACK: "000-57",
    PRICES: "000-61",
    STOCK: "003-19",
    TESTIMONIAL: "000-58",
}
NODES = (ADVICE, ETA_NOTICE, BALANCE_CALL)
"""What comes before the arrival: nodes of the order; what comes after is care."""
LONG_TRANSIT, LONG_AND_UNPAID = "LONG_TRANSIT", "LONG_AND_UNPAID"
STATED = (ADVICE, PRICES, TESTIMONIAL)
"""Steps that their own mail does, or somebody who says so; not any mail to the customer."""
MAY_PRESS, MAY_NOT_PRESS = "MAY_PRESS", "MAY_NOT_PRESS"
LAPSES_AFTER = timedelta(days=365)
"""So long after shipping and arrival nobody asks about them any more."""
PREFIX = "aftersales:shipment-"
"""How the keys of its duties begin."""


def after_shipments(case: Case) -> Iterator[Duty]:
    """What is owed after all shipments of a customer."""
    for shipment in case.facts.shipments:
        yield from aftersales(case, shipment)


def aftersales(case: Case, shipment: ShipmentFact) -> Iterator[Duty]:
    """What is owed to a customer after a shipment; see the table above."""
    if has_lapsed(case, shipment):
        return
    run = run_of(case, shipment)
    go_live_on = case.setting.go_live_on
    calendar = case.setting.calendar(shipment.owner_id)
    ends = _ends(case, shipment, run)
    for planned in open_steps(case, run):
        assert planned.due_on is not None
        if go_live_on is not None and planned.due_on < go_live_on:
            continue
        end = ends.get(planned.key)
        is_overtaken = end is not None and case.clock.has_reached(calendar.start_of_day(end))
        duty = _duty(case, shipment, run, planned, is_overtaken)
        yield replace(duty, is_dismissable=True) if is_overtaken else duty


def _duty(
    case: Case, shipment: ShipmentFact, run: SequenceRun, planned: PlannedStep, is_overtaken: bool
) -> Duty:
    """One step as a duty, with what is to be said of it."""
    purpose = planned.step.purpose
    notes: list[Reason] = []
    if is_overtaken:
        notes.append(because("OVERTAKEN", planned=planned.due_on))
    if purpose == BALANCE_CALL and (shipment.free_days is not None or shipment.demurrage):
        notes.append(because("FREE_TIME", days=shipment.free_days, rate=shipment.demurrage))
    if purpose == STOCK:
        notes.append(because("NOT_TO_PRESS"))
    shipped_on = case.setting.calendar(shipment.owner_id).local_date(shipment.shipped_at)
    return owe_step(
        case,
        run,
        planned,
        rule=Rule.AFTERSALES,
        work_class=WorkClass.ORDER_NODE if purpose in NODES else WorkClass.CADENCE,
        requirement=REQUIREMENTS.get(purpose, "000-48"),
        reason=because(
            "STEP_AFTER_SHIPMENT",
            step=purpose,
            eta=shipment.eta,
            shipped_on=shipped_on,
            shipment_id=shipment.id,
            template=_template(case, shipment, purpose),
            message_id=shipment.message_id,
        ),
        is_proactive=purpose != ADVICE,
        obeys_pause=purpose not in NODES,
        notes=tuple(notes),
    )


def _template(case: Case, shipment: ShipmentFact, purpose: str) -> str:
    """The purpose of the wording: with the balance, if it is due, and for a short transit one of its own."""
    name = purpose
    if purpose in (ADVICE, ETA_NOTICE) and shipment.is_balance_due:
        name = f"{purpose}_BALANCE"
    elif purpose == ADVICE and shipment.eta is not None and not _is_long(case, shipment):
        name = f"{purpose}_SHORT"
    return f"aftersales.{name}"


def has_lapsed(case: Case, shipment: ShipmentFact) -> bool:
    """Whether it left and arrived so long ago that nobody asks about it any more."""
    calendar = case.setting.calendar(shipment.owner_id)
    shipped_on = calendar.local_date(shipment.shipped_at)
    last = max(shipped_on, shipment.eta or shipped_on)
    return case.clock.has_reached(calendar.start_of_day(last + LAPSES_AFTER))


def _ends(case: Case, shipment: ShipmentFact, run: SequenceRun) -> dict[str, date]:
    """The day on which each step's time is over, by its key: the arrival for what comes before it, else the
    day of the next step. The shipping advice stays owed.
    """
    steps = [
        one
        for one in planned_steps(case, run)
        if one.due_on is not None and one.step.purpose not in (ADVICE, TESTIMONIAL)
    ]
    ends: dict[str, date] = {}
    for one in steps:
        assert one.due_on is not None
        later = [other.due_on for other in steps if other.due_on is not None and other.due_on > one.due_on]
        if one.step.purpose in NODES and shipment.eta is not None:
            later.append(shipment.eta)
        if later:
            ends[one.key] = min(later)
    return ends


def run_of(case: Case, shipment: ShipmentFact) -> SequenceRun:
    """The shipment's chain as a run of a sequence."""
    policy = case.setting.policy
    conditions = set()
    if _is_long(case, shipment):
        conditions.add(LONG_TRANSIT)
        if shipment.is_balance_due:
            conditions.add(LONG_AND_UNPAID)
    if not shipment.has_new_order:
        conditions.add(MAY_PRESS if shipment.may_press else MAY_NOT_PRESS)
    advised = (StepDone("advice", shipment.advised_at),) if shipment.advised_at else ()
    steps = steps_of(policy)
    if shipment.praised_at is not None:
        days = (shipment.praised_at - shipment.shipped_at).days
        steps = (*steps, Step(TESTIMONIAL, Channel.EMAIL.value, max(days, 0), key="testimonial"))
    return SequenceRun(
        key=f"{PREFIX}{shipment.id}",
        sequence="aftersales",
        steps=steps,
        began_at=shipment.shipped_at,
        owner_id=shipment.owner_id,
        contact_id=shipment.contact_id,
        about_on=shipment.eta,
        done=(*advised, *shipment.done),
        stated=frozenset(step.name for step in steps if step.purpose in STATED),
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
        if purpose == PRICES:
            steps.append(Step(STOCK, email, days, Anchor.DATE, MAY_NOT_PRESS, key=f"{name}-stock"))
        guard = MAY_PRESS if purpose == PRICES else ""
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
    said_at = shipment.advised_at or case.last_closed({f"{PREFIX}{shipment.id}:advice"})
    told = case.setting.calendar(shipment.owner_id).local_date(said_at or shipment.shipped_at)
    return shipment.eta - told > timedelta(days=case.setting.policy.number("short_transit_days"))
