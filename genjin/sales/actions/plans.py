"""What is to be paid when: the parts of an order's price, and what they follow (B-17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_version, tell
from genjin.customers.actions.refusal import Refused
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.payment_terms import (
    Milestones,
    Part,
    PartKind,
    PlanFault,
    Standing,
    Trigger,
    amounts_of,
    due_on,
    fault_of,
    parse,
    re_spread,
)
from genjin.sales.actions.following import Follower, waits
from genjin.sales.actions.money_basis import NOTHING, amount_problem, locked_orders, require_order
from genjin.sales.milestones import milestones_of
from genjin.sales.models import Order, PaymentMethod, PaymentPlanLine
from genjin.sales.money_words import money

MOST_PARTS = 12
BY_METHOD = {
    PaymentMethod.TT_ADVANCE: "T/T in advance",
    PaymentMethod.LC: "L/C at sight",
    PaymentMethod.DP: "D/P at sight",
}
"""What a way of payment means by itself, where the terms say nothing."""


@dataclass(frozen=True)
class PlannedPart:
    """One part as somebody wants it; without an id it is a new one."""

    part: Part
    id: int | None = None


def terms_of(order: Order) -> tuple[Part, ...]:
    """The parts that an order's terms of payment mean; none when they do not say it plainly."""
    if order.payment_terms.strip():
        return parse(order.payment_terms)
    return parse(BY_METHOD.get(PaymentMethod(order.payment_method), ""))


@transaction.atomic
def plan_from_terms(*, order_ids: Collection[int], by: User | None, at: datetime) -> list[int]:
    """Give orders without a plan the one that their terms of payment mean; the ids of those that got one.

    Terms that are not understood are left to a person: nothing is guessed.
    """
    orders = locked_orders(order_ids)
    planned = set(PaymentPlanLine.objects.filter(order__in=orders).values_list("order_id", flat=True))
    wanted = {
        pk: terms
        for pk, order in orders.items()
        if pk not in planned and order.amount > 0 and (terms := terms_of(order))
    }
    known = milestones_of(orders[pk] for pk in wanted)
    made = [line for pk, parts in wanted.items() for line in _lines(orders[pk], parts, known[pk])]
    PaymentPlanLine.objects.bulk_create(made)
    texts = _texts(made, orders)
    tell([changed(orders[pk], "plan", {"plan": ([], texts[pk])}) for pk in wanted], by=by, at=at)
    return list(wanted)


def _lines(order: Order, parts: Sequence[Part], known: Milestones) -> list[PaymentPlanLine]:
    amounts = amounts_of(parts, order.amount, order.currency)
    return [
        _filled(bulk.fresh(PaymentPlanLine, order_id=order.pk), part, amount, place, known)
        for place, (part, amount) in enumerate(zip(parts, amounts, strict=True))
    ]


def planned_line(order: Order, part: Part) -> PaymentPlanLine:
    """The only part of an order's price, unsaved; its day follows from the part alone."""
    line = bulk.fresh(PaymentPlanLine, order_id=order.pk)
    return _filled(line, part, order.amount, 0, Milestones(ordered_on=order.ordered_on))


def _filled(
    line: PaymentPlanLine, part: Part, amount: Decimal, place: int, known: Milestones
) -> PaymentPlanLine:
    line.position = place
    line.kind = part.kind
    line.percent = part.percent
    line.amount = amount
    line.trigger = part.trigger
    line.days = part.days
    line.on_date = part.on_date
    line.holds_release = part.holds_release
    line.due_on = due_on(part, known)
    return line


@transaction.atomic
def set_plan(
    *,
    order_id: int,
    parts: Sequence[PlannedPart],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> Order:
    """Set the parts of an order's price as a whole. Raises `Refused` by field, `Conflict` by version.

    A part to which money was allocated stays, and is never less than that.
    """
    order = locked_orders([order_id]).get(order_id)
    if order is None:
        raise Order.DoesNotExist
    check_version(order, expected_version, {})
    require_order(order, by, at)
    stored = {line.pk: line for line in order.plan.select_for_update()}
    _check(order, [one.part for one in parts])
    before = _texts(stored.values(), {order.pk: order})[order.pk]
    known = milestones_of([order])[order.pk]
    amounts = amounts_of([one.part for one in parts], order.amount, order.currency)
    kept: list[PaymentPlanLine] = []
    for place, (one, amount) in enumerate(zip(parts, amounts, strict=True)):
        line = stored.pop(one.id, None) if one.id is not None else None
        line = line or PaymentPlanLine(order=order)
        if amount < line.paid_amount:
            raise Refused(
                {f"parts-{place}-amount": _("%(paid)s of this part were paid; it cannot become less.") % {
                    "paid": money(line.paid_amount, order.currency)
                }}
            )  # fmt: skip
        kept.append(_filled(line, one.part, amount, place, known))
    for line in stored.values():
        if line.paid_amount:
            raise Refused(
                _("%(paid)s of a part were paid: it stays in the plan.")
                % {"paid": money(line.paid_amount, order.currency)}
            )
        line.delete()
    for line in kept:
        line.save()
    after = _texts(kept, {order.pk: order})[order.pk]
    if before != after:
        order.version += 1
        order.save(update_fields=["version"])
        tell([changed(order, "plan", {"plan": (before, after)})], by=by, at=at)
    return order


def _check(order: Order, parts: Sequence[Part]) -> None:
    """Refuse a plan that does not make the price."""
    if len(parts) > MOST_PARTS:
        raise Refused(_("A plan has at most %(count)d parts.") % {"count": MOST_PARTS})
    for place, part in enumerate(parts):
        if part.amount is not None and (problem := amount_problem(part.amount, order.currency)):
            raise Refused({f"parts-{place}-amount": problem})
    fault = fault_of(parts, order.amount, order.currency)
    if fault is not None:
        raise Refused(fault_text(fault, order))


def fault_text(fault: PlanFault, order: Order) -> str:
    """What is said of a plan that does not make the price."""
    texts = {
        PlanFault.EMPTY: _("A plan needs at least one part."),
        PlanFault.PERCENTS: _("The percentages must make 100 % together."),
        PlanFault.AMOUNTS: _("The parts must make %(amount)s together, the amount of the order.")
        % {"amount": money(order.amount, order.currency)},
        PlanFault.NOT_POSITIVE: _("Every part must be more than zero."),
        PlanFault.NO_DATE: _("Give the date on which the part is due."),
    }
    return texts[fault]


@transaction.atomic
def follow_plans(*, order_ids: Collection[int], at: datetime) -> None:
    """Let the plans follow their orders: a new amount moves open parts only, new dates move due days.

    Called by whoever changes an order, its nodes, shipments, documents or letters of credit; what it writes
    follows from that and is not told of by itself.
    """
    if waits(Follower.PLANS, order_ids):
        return
    orders = locked_orders(order_ids)
    plans: dict[int, list[PaymentPlanLine]] = defaultdict(list)
    for line in (
        PaymentPlanLine.objects.filter(order__in=orders).select_for_update().order_by("position", "pk")
    ):
        plans[line.order_id].append(line)
    if not plans:
        return
    known = milestones_of(orders[pk] for pk in plans)
    moved: list[PaymentPlanLine] = []
    for pk, parts in plans.items():
        moved += _followed(orders[pk], parts, known[pk])
    PaymentPlanLine.objects.bulk_update(moved, ["amount", "due_on"])
    journal.mark_customers({orders[line.order_id].customer_id for line in moved}, at=at)


def _followed(order: Order, lines: Sequence[PaymentPlanLine], known: Milestones) -> list[PaymentPlanLine]:
    """The parts that are not any more what they were."""
    amounts = [line.amount for line in lines]
    if sum(amounts, NOTHING) != order.amount:
        percents = [line.percent for line in lines if line.percent is not None]
        weights = percents if len(percents) == len(lines) else amounts
        standing = [
            Standing(weight, line.amount, line.paid_amount)
            for weight, line in zip(weights, lines, strict=True)
        ]
        amounts = re_spread(standing, order.amount, order.currency)
    moved = []
    for line, amount in zip(lines, amounts, strict=True):
        due = due_on(part_of(line), known)
        if (amount, due) != (line.amount, line.due_on):
            line.amount, line.due_on = amount, due
            moved.append(line)
    return moved


def part_of(line: PaymentPlanLine) -> Part:
    """A stored part as the rules know it."""
    return Part(
        trigger=Trigger(line.trigger),
        percent=line.percent,
        amount=line.amount if line.percent is None else None,
        days=line.days,
        on_date=line.on_date,
        kind=PartKind(line.kind),
        holds_release=line.holds_release,
    )


def _texts(lines: Iterable[PaymentPlanLine], orders: Mapping[int, Order]) -> dict[int, list[str]]:
    """The parts by order, as the journal keeps them."""
    texts: dict[int, list[str]] = defaultdict(list)
    for line in sorted(lines, key=lambda one: one.position):
        days = f" {line.days}" if line.days else ""
        day: date | str = line.on_date or ""
        text = f"{line.kind} {money(line.amount, orders[line.order_id].currency)} {line.trigger}{days} {day}"
        texts[line.order_id].append(text.strip())
    return texts
