"""Changing orders: head and lines, cancelling all or a part, closing, the recycle bin (D-18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import require
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact
from genjin.fields import value_actions as fields
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.actions import credits
from genjin.sales.actions.lifecycle import see_to_lifecycle
from genjin.sales.actions.order_basis import (
    Told,
    follow_lines,
    follow_nodes,
    follow_state,
    locked_order,
    put,
    require_open,
    save,
)
from genjin.sales.actions.order_drafts import (
    TERMS,
    NewCharge,
    NewLine,
    draft_charges,
    draft_lines,
    order_problems,
    share_problems,
)
from genjin.sales.actions.orders import known_products, taken_numbers
from genjin.sales.actions.shipped import follow_orders
from genjin.sales.models import (
    ExecutionState,
    Order,
    OrderCharge,
    OrderLine,
    OrderShare,
)
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.rates import KnownRates

HEAD = (
    "contact_id", "owner_id", "kind", "customer_po_no", "ordered_on", "delivery_on", "exchange_rate",
    "number", "checklist", *TERMS,
)  # fmt: skip
_TOLD_LINES = 20
_LINE = (
    "position", "product_id", "code", "description", "spec", "model", "colour", "quantity", "unit",
    "unit_price", "cost", "spec_sheet",
)  # fmt: skip


@dataclass(frozen=True)
class EditedLine:
    """One line as it is to be; without an id it is a new one."""

    line: NewLine
    id: int | None = None


@transaction.atomic
def change_order(
    *,
    order_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    lines: Sequence[EditedLine] | None = None,
    charges: Sequence[NewCharge] | None = None,
    shares: Mapping[int, Decimal] | None = None,
    expected_version: int | None = None,
) -> Order:
    """Change values of `HEAD` and custom fields; lines, charges and shares as a whole where they are given.

    Raises `Refused` by field, `Conflict` by version.
    """
    order = locked_order(order_id, expected_version, changes)
    require_open(order)
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items() if k in HEAD}
    custom, wrong = fields.cleaned(ORDER_KIND, [changes])
    told = put(order, _with_rate(order, wanted))
    for name, value in custom[0].items():
        if getattr(order, name) != value:
            told[name] = (getattr(order, name), value)
            fields.put(order, name, value)
    problems = order_problems(order) | _head_problems(order, told) | wrong.get(0, {})
    if shares is not None:
        problems |= share_problems(shares)
    if problems:
        raise Refused(problems)
    beside: Told = {}
    if lines is not None:
        beside |= _replace_lines(order, lines)
    if charges is not None:
        beside |= _replace_charges(order, charges, by=by, at=at)
    if shares is not None:
        beside |= _replace_shares(order, shares)
    told |= follow_lines(order)
    save(order, told, by=by, at=at, beside=beside)
    return order


def _with_rate(order: Order, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Another currency has another rate, unless one is given with it."""
    values = dict(wanted)
    currency = values.get("currency", order.currency)
    same = values.get("exchange_rate", order.exchange_rate) == order.exchange_rate
    if currency != order.currency and same:
        day = values.get("ordered_on", order.ordered_on)
        values["exchange_rate"] = KnownRates({currency}, day).on(currency, day)
    return values


def _head_problems(order: Order, told: Told) -> dict[str, str]:
    problems = {}
    if "currency" in told and order.paid_amount:
        problems["currency"] = _("Money was received for this order; its currency can no longer change.")
    if "owner_id" in told and order.owner_id is None:
        problems["owner"] = _("Choose who sees to the order.")
    if "contact_id" in told and order.contact_id is not None:
        people = Contact.objects.alive().filter(pk=order.contact_id, customer=order.customer_id)
        if not people.exists():
            problems["contact"] = _("This person does not belong to the customer.")
    if "number" in told and (not order.number or taken_numbers([order.number])):
        problems["number"] = _("There is already an order with this number.")
        if not order.number:
            problems["number"] = _("An order needs a number.")
    if "kind" in told and "SAMPLE" in told["kind"]:
        problems["kind"] = _("A sample order stays one; make the bulk order from it.")
    return problems


def _replace_lines(order: Order, wanted: Sequence[EditedLine]) -> Told:
    stored = {line.pk: line for line in order.lines.select_for_update()}
    products = known_products(one.line.product_id for one in wanted)
    currencies = {product.cost_currency for product in products.values()}
    rates = KnownRates(currencies, order.ordered_on)
    made, problems = draft_lines([one.line for one in wanted], products, rates, order.ordered_on)
    if not wanted:
        problems["lines"] = _("An order needs at least one line.")
    before = {pk: _said(line) for pk, line in stored.items()}
    fresh, moved = [], []
    for index, (one, line) in enumerate(zip(wanted, made, strict=False)):
        old = stored.pop(one.id, None) if one.id is not None else None
        if old is None:
            line.order_id = order.pk
            fresh.append(line)
            continue
        if line.quantity < old.shipped_quantity + old.cancelled_quantity:
            problems[f"lines-{index}-quantity"] = _("Of this line %(count)s are shipped or cancelled.") % {
                "count": _plain(old.shipped_quantity + old.cancelled_quantity)
            }
        if line.cost is None or old.product_id == line.product_id:
            line.cost = old.cost if one.line.cost is None else one.line.cost
        for name in _LINE:
            setattr(old, name, getattr(line, name))
        moved.append(old)
    gone = list(stored.values())
    if any(line.shipped_quantity for line in gone):
        problems["lines"] = _("A line of which something was shipped cannot be taken away.")
    if problems:
        raise Refused(problems)
    OrderLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
    bulk.update(moved, _LINE)
    bulk.insert(fresh)
    changed = [line for line in moved if before[line.pk] != _said(line)]
    old_words = [before[line.pk] for line in (*changed, *gone)]
    new_words = [_said(line) for line in (*changed, *fresh)]
    if not old_words and not new_words:
        return {}
    return {"lines": (old_words[:_TOLD_LINES], new_words[:_TOLD_LINES])}


def _said(line: OrderLine) -> str:
    """A line as the journal tells it, without what it costs us."""
    name = " ".join(filter(None, (line.code, line.description[:60], line.colour)))
    return f"{name}: {_plain(line.quantity)} {line.unit} × {_plain(line.unit_price)}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _replace_charges(order: Order, wanted: Sequence[NewCharge], *, by: User | None, at: datetime) -> Told:
    made, problems = draft_charges(wanted)
    if problems:
        raise Refused(problems)

    def said(rows: Sequence[OrderCharge]) -> list[str]:
        return [f"{row.label or row.get_kind_display()}: {_plain(row.amount)}" for row in rows]

    stored = list(order.charges.all())
    _keep_credits(stored, made)
    before, after = said(stored), said(made)
    if before == after and [c.kind for c in stored] == [c.kind for c in made]:
        return {}
    order.charges.all().delete()
    for charge in made:
        charge.order_id = order.pk
    bulk.insert(made)
    credits.give_back(
        order_id=order.pk, by=by, at=at, but_for={c.credit_id for c in made if c.credit_id is not None}
    )
    return {"charges": (before, after)}


def _keep_credits(stored: Sequence[OrderCharge], made: Sequence[OrderCharge]) -> None:
    """A credit stays one when its line was typed anew: as long as kind, label and amount are the same."""
    known = [charge for charge in stored if charge.credit_id is not None]
    for charge in made:
        same = (one for one in known if _charge_said(one) == _charge_said(charge))
        if charge.credit_id is None and (old := next(same, None)) is not None:
            charge.credit_id = old.credit_id
            known.remove(old)


def _charge_said(charge: OrderCharge) -> tuple[str, str, Decimal]:
    return charge.kind, charge.label, charge.amount


def _replace_shares(order: Order, wanted: Mapping[int, Decimal]) -> Told:
    stored = dict(order.shares.values_list("user_id", "percent"))
    if stored == dict(wanted):
        return {}
    if User.objects.filter(pk__in=list(wanted), is_active=True).count() != len(wanted):
        raise Refused({"shares": _("This person does not work here (any more).")})
    order.shares.all().delete()
    bulk.insert([bulk.fresh(OrderShare, order_id=order.pk, user_id=u, percent=p) for u, p in wanted.items()])
    names = dict(User.objects.filter(pk__in={*stored, *wanted}).values_list("pk", "email"))

    def said(shares: Mapping[int, Decimal]) -> list[str]:
        return [f"{names[user]}: {_plain(percent)} %" for user, percent in sorted(shares.items())]

    return {"shares": (said(stored), said(wanted))}


@transaction.atomic
def cancel_quantity(
    *,
    line_id: int,
    quantity: Decimal,
    reason: str,
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> Order:
    """Cancel a part of a line, or all of it: it stays visible and is netted from amounts (D-18)."""
    line = OrderLine.objects.get(pk=line_id)
    order = locked_order(line.order_id, expected_version)
    require_open(order)
    line.refresh_from_db()
    left = line.quantity - line.cancelled_quantity - line.shipped_quantity
    if quantity <= 0:
        raise Refused({"quantity": _("The quantity must be more than 0.")})
    if quantity > left:
        raise Refused({"quantity": _("At most %(count)s can be cancelled.") % {"count": _plain(left)}})
    if not reason.strip():
        raise Refused({"reason": _("Say why it is cancelled.")})
    others = any(
        one.quantity > one.cancelled_quantity
        for one in order.lines.exclude(pk=line.pk).only("quantity", "cancelled_quantity")
    )
    if not others and quantity == line.quantity - line.cancelled_quantity:
        raise Refused({"quantity": _("Nothing would be left. Cancel the order instead.")})
    before = line.cancelled_quantity
    line.cancelled_quantity = before + quantity
    line.save(update_fields=["cancelled_quantity"])
    beside: Told = {"cancelled_quantity": (before, line.cancelled_quantity)}
    note = f"{line.code or line.description}: {reason.strip()}"
    save(order, follow_lines(order), by=by, at=at, beside=beside, note=note)
    if order.lines.filter(shipped_quantity__gt=0).exists():
        moved = follow_orders(order_ids=[order.pk], by=by, at=at)  # perhaps nothing is left to go
        return moved[0] if moved else order
    return order


@transaction.atomic
def cancel_order(
    *, order_id: int, reason: str, by: User | None, at: datetime, expected_version: int | None = None
) -> Order:
    """Cancel an order of which nothing was shipped, with a reason: it no longer counts."""
    order = locked_order(order_id, expected_version)
    require_open(order)
    if not reason.strip():
        raise Refused({"reason": _("Say why it is cancelled.")})
    if order.lines.filter(shipped_quantity__gt=0).exists():
        raise Refused(_("Part of it was shipped. Cancel what is left line by line."))
    told = put(
        order,
        {
            "state": ExecutionState.CANCELLED,
            "is_open": False,
            "cancelled_reason": reason.strip()[:300],
            "closed_at": at,
        },
    )
    save(order, told | follow_nodes(order), by=by, at=at, verb="cancel", note=reason)
    credits.give_back(order_id=order.pk, by=by, at=at)
    return order


@transaction.atomic
def close_order(
    *, order_id: int, by: User | None, at: datetime, expected_version: int | None = None
) -> Order:
    """Say that an order is done: it leaves the board and counts as completed (003-03)."""
    order = locked_order(order_id, expected_version)
    require_open(order)
    told = put(order, {"state": ExecutionState.CLOSED, "is_open": False, "closed_at": at})
    told |= follow_nodes(order) | follow_state(order, by=by, at=at)
    save(order, told, by=by, at=at, verb="close")
    see_to_lifecycle(customer_ids=[order.customer_id], by=by, at=at)
    return order


@transaction.atomic
def reopen(*, order_id: int, by: User | None, at: datetime, expected_version: int | None = None) -> Order:
    """Take back that an order was closed or cancelled: it is as far as its nodes and shipments say."""
    order = locked_order(order_id, expected_version)
    if order.is_open:
        return order
    told = put(
        order,
        {"state": state_by_lines(order), "is_open": True, "closed_at": None, "cancelled_reason": ""},
    )
    credits.use_again(order=order, by=by, at=at)
    save(order, told | follow_nodes(order), by=by, at=at, verb="reopen")
    return order


def state_by_lines(order: Order) -> str:
    """How far an order is by what was shipped of its lines."""
    lines = list(order.lines.only("quantity", "cancelled_quantity", "shipped_quantity"))
    if not any(line.shipped_quantity for line in lines):
        return ExecutionState.CONFIRMED
    if all(line.shipped_quantity >= line.quantity - line.cancelled_quantity for line in lines):
        return ExecutionState.SHIPPED
    return ExecutionState.PARTLY_SHIPPED


@transaction.atomic
def recycle(*, order_id: int, by: User | None, at: datetime) -> Order:
    """Put an order into the recycle bin; refused once goods or money moved."""
    require(by, "recycle", at)
    order = locked_order(order_id)
    if order.paid_amount or order.allocations.exists():
        raise Refused(_("Money was received for this order. Cancel it instead."))
    if order.lines.filter(shipped__isnull=False, shipped__shipment__deleted_at__isnull=True).exists():
        raise Refused(_("Goods of this order are in a shipment. Cancel it instead."))
    save(order, put(order, {"deleted_at": at}), by=by, at=at, verb="recycle")
    credits.give_back(order_id=order.pk, by=by, at=at)
    return order


@transaction.atomic
def restore(*, order_id: int, by: User | None, at: datetime) -> Order:
    """Take an order out of the recycle bin; refused when its number was given to another one."""
    require(by, "recycle", at)
    order: Order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    if order.deleted_at is None:
        return order
    try:
        with transaction.atomic():
            if order.state != ExecutionState.CANCELLED:
                credits.use_again(order=order, by=by, at=at)
            save(order, put(order, {"deleted_at": None}), by=by, at=at, verb="restore")
    except IntegrityError:
        sentence = _("Another order has the number %(number)s by now.") % {"number": order.number}
        raise Refused(sentence) from None
    return order
