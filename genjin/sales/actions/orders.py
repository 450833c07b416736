"""Placing orders: many at once, each with lines, charges, nodes, rate and number (B-16, 002-43, 003-30)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import batches, changed, tell
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.models import Contact, Customer
from genjin.fields import value_actions as fields
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.order_plan import default_nodes, next_node
from genjin.sales.actions.declines import look_at
from genjin.sales.actions.lifecycle import see_to_lifecycle
from genjin.sales.actions.numbers import next_numbers
from genjin.sales.actions.order_drafts import (
    Draft,
    NewCharge,
    NewLine,
    NewOrder,
    amount_of,
    amount_problem,
    draft_charges,
    draft_lines,
    draft_sample,
    order_problems,
    share_problems,
)
from genjin.sales.actions.plans import plan_from_terms
from genjin.sales.models import (
    ExecutionState,
    NumberKind,
    Offer,
    Order,
    OrderKind,
    OrderNode,
    OrderShare,
    Product,
)
from genjin.sales.models.order import OPEN_STATES, ORDER_KIND
from genjin.sales.rates import KnownRates

NUMBER_LENGTH = 40
__all__ = ["NewCharge", "NewLine", "NewOrder", "place_order", "place_orders"]


def place_order(*, item: NewOrder, by: User | None, at: datetime) -> Order:
    """Place one order; raises `Refused` by field (`lines-<index>-<field>` for a line)."""
    try:
        return place_orders(items=[item], by=by, at=at)[0]
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None


@transaction.atomic
def place_orders(*, items: Sequence[NewOrder], by: User | None, at: datetime) -> list[Order]:
    """Place orders in their order. Raises `RowsRefused` by index; then nothing is written."""
    customers = _customers({item.customer_id for item in items})
    drafts = _drafted(items, customers, by=by, at=at)
    problems = {index: draft.problems for index, draft in enumerate(drafts) if draft.problems}
    if problems:
        raise RowsRefused(problems)
    _give_numbers([draft.order for draft in drafts])
    _store(drafts, by=by, at=at)
    _tell(drafts, by=by, at=at)
    plan_from_terms(order_ids=[draft.order.pk for draft in drafts], by=by, at=at)
    see_to_lifecycle(customer_ids=list(customers), by=by, at=at)
    look_at(order_ids=[draft.order.pk for draft in drafts], by=by, at=at)
    return [draft.order for draft in drafts]


def _customers(ids: Collection[int]) -> dict[int, Customer]:
    """Locked, so that nobody merges or recycles one meanwhile."""
    found: dict[int, Customer] = {}
    for part in batches(list(ids)):
        rows = Customer.objects.alive().filter(pk__in=part).only("owner_id", "name")
        found |= {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    return found


def _drafted(
    items: Sequence[NewOrder], customers: Mapping[int, Customer], *, by: User | None, at: datetime
) -> list[Draft]:
    products = known_products(line.product_id for item in items for line in item.lines)
    currencies = {str(item.terms.get("currency", "USD")) for item in items}
    currencies |= {product.cost_currency for product in products.values()}
    days = [item.ordered_on for item in items]
    rates = KnownRates(currencies, max(days, default=at.date()))
    contacts = dict(
        Contact.objects.alive()
        .filter(pk__in={item.contact_id for item in items if item.contact_id})
        .values_list("pk", "customer_id")
    )
    custom, wrong = fields.cleaned(ORDER_KIND, [item.custom for item in items])
    drafts = []
    for index, item in enumerate(items):
        draft = _draft(item, customers.get(item.customer_id), products, rates, by=by, at=at)
        draft.problems |= wrong.get(index, {})
        fields.put_all(draft.order, custom[index])
        if item.contact_id is not None and contacts.get(item.contact_id) != item.customer_id:
            draft.problems["contact"] = _("This person does not belong to the customer.")
        drafts.append(draft)
    _check_offers(items, drafts)
    _check_given_numbers(drafts)
    return drafts


def known_products(ids: Any) -> dict[int, Product]:
    """The products of these ids that are not in the recycle bin."""
    wanted = [pk for pk in ids if pk is not None]
    return {row.pk: row for part in batches(wanted) for row in Product.objects.alive().filter(pk__in=part)}


def _draft(
    item: NewOrder,
    customer: Customer | None,
    products: Mapping[int, Product],
    rates: KnownRates,
    *,
    by: User | None,
    at: datetime,
) -> Draft:
    lines, problems = draft_lines(item.lines, products, rates, item.ordered_on)
    charges, wrong = draft_charges(item.charges)
    problems |= wrong
    order = _order(item, customer, rates, by=by, at=at)
    sample = None
    if item.kind == OrderKind.SAMPLE:
        sample, wrong = draft_sample(item.sample)
        problems |= wrong
    problems |= order_problems(order) | share_problems(item.shares)
    if customer is None:
        problems["customer"] = _("There is no such customer.")
    elif order.owner_id is None or order.created_by_id is None:
        problems["owner"] = _("A customer without owner needs somebody named for the order.")
    if not item.lines:
        problems["lines"] = _("An order needs at least one line.")
    if not problems:
        order.amount = amount_of(order, lines, charges)
        order.base_amount = rates.in_base(order.amount, order.exchange_rate)
        problems |= amount_problem(order)
    return Draft(order, lines, charges, sample, item.shares, problems)


def _order(
    item: NewOrder, customer: Customer | None, rates: KnownRates, *, by: User | None, at: datetime
) -> Order:
    owner_id = item.owner_id or (customer and customer.owner_id) or (by and by.pk)
    is_open = item.state in OPEN_STATES
    order = bulk.fresh(
        Order,
        number=item.number.strip(),
        customer_id=item.customer_id,
        contact_id=item.contact_id,
        owner_id=owner_id,
        kind=item.kind,
        offer_id=item.offer_id,
        customer_po_no=item.customer_po_no.strip(),
        ordered_on=item.ordered_on,
        delivery_on=item.delivery_on,
        state=item.state,
        downstream_state=item.downstream_state,
        downstream_since=item.ordered_on,
        is_open=is_open,
        closed_at=None if is_open else at,
        checklist=dict(item.checklist),
        created_at=at,
        created_by_id=by.pk if by else owner_id,
        **{name: v.strip() if isinstance(v, str) else v for name, v in item.terms.items()},
    )
    order.exchange_rate = item.exchange_rate or rates.on(order.currency, item.ordered_on)
    return order


def _check_offers(items: Sequence[NewOrder], drafts: Sequence[Draft]) -> None:
    """An offer belongs to the same customer."""
    wanted = {item.offer_id for item in items if item.offer_id is not None}
    of = dict(Offer.objects.filter(pk__in=wanted).values_list("pk", "customer_id")) if wanted else {}
    for item, draft in zip(items, drafts, strict=True):
        if item.offer_id is not None and of.get(item.offer_id) != item.customer_id:
            draft.problems["offer"] = _("This offer does not belong to the customer.")


def _check_given_numbers(drafts: Sequence[Draft]) -> None:
    """A number that somebody gives is nobody else's."""
    given: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.order.number:
            given[draft.order.number].append(draft)
    taken = taken_numbers(given)
    for number, same in given.items():
        for draft in same if number in taken else same[1:]:
            draft.problems["number"] = _("There is already an order with this number.")
        if len(number) > NUMBER_LENGTH:
            same[0].problems["number"] = _("At most %(count)d characters.") % {"count": NUMBER_LENGTH}


def taken_numbers(numbers: Collection[str]) -> set[str]:
    """Those among these numbers that an order has."""
    rows, known = Order.objects.alive(), sorted(numbers)
    parts = [known[start : start + 500] for start in range(0, len(known), 500)]
    return {n for part in parts for n in rows.filter(number__in=part).values_list("number", flat=True)}


def _give_numbers(orders: Sequence[Order]) -> None:
    """Draw numbers by kind and year in the order of the orders; one that was given by hand is passed over."""
    waiting: dict[tuple[NumberKind, int], list[Order]] = defaultdict(list)
    for order in orders:
        if not order.number:
            kind = NumberKind.SAMPLE if order.kind == OrderKind.SAMPLE else NumberKind.ORDER
            waiting[kind, order.ordered_on.year].append(order)
    given = {order.number for order in orders if order.number}
    for (kind, year), group in sorted(waiting.items()):
        free: list[str] = []
        while len(free) < len(group):
            drawn = next_numbers(kind, date(year, 1, 1), len(group) - len(free))
            taken = taken_numbers(drawn) | given
            free += [number for number in drawn if number not in taken]
        for order, number in zip(group, free, strict=True):
            order.number = number


def _store(drafts: Sequence[Draft], *, by: User | None, at: datetime) -> None:
    nodes = [_nodes(draft.order) for draft in drafts]
    bulk.insert([draft.order for draft in drafts])
    for draft, mine in zip(drafts, nodes, strict=True):
        rows: list[Any] = [*draft.lines, *draft.charges, *mine, *([draft.sample] if draft.sample else [])]
        for row in rows:
            row.order_id = draft.order.pk
    bulk.insert([line for draft in drafts for line in draft.lines])
    bulk.insert([charge for draft in drafts for charge in draft.charges])
    bulk.insert([node for mine in nodes for node in mine])
    bulk.insert([draft.sample for draft in drafts if draft.sample])
    bulk.insert(
        [
            bulk.fresh(OrderShare, order_id=draft.order.pk, user_id=user_id, percent=percent)
            for draft in drafts
            for user_id, percent in draft.shares.items()
        ]
    )


def _nodes(order: Order) -> list[OrderNode]:
    """The nodes an open order begins with; the next of them is written on it."""
    if not order.is_open or order.state == ExecutionState.DELIVERED:
        return []
    delivery_on = order.delivery_on
    planned = default_nodes(
        is_sample=order.kind == OrderKind.SAMPLE, ordered_on=order.ordered_on, delivery_on=delivery_on
    )
    following = next_node(planned)
    if following is not None:
        order.next_node_kind, order.next_node_on = following.kind, following.planned_on
    return [
        bulk.fresh(OrderNode, kind=node.kind, position=node.position, planned_on=node.planned_on)
        for node in planned
    ]


def _tell(drafts: Sequence[Draft], *, by: User | None, at: datetime) -> None:
    written = []
    for draft in drafts:
        order = draft.order
        told: dict[str, tuple[Any, Any]] = {
            "kind": (None, order.kind),
            "ordered_on": (None, order.ordered_on),
            "amount": (None, order.amount),
            "currency": (None, order.currency),
            "state": (None, order.state),
            "lines": (0, len(draft.lines)),
        }
        if order.delivery_on:
            told["delivery_on"] = (None, order.delivery_on)
        written.append(changed(order, "create", told | fields.told(order)))
    tell(written, by=by, at=at, made=[draft.order for draft in drafts])
