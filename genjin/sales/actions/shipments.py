"""Every write to shipments: making them from orders' lines, changing, shipping, moving, recycling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import (
    changed,
    check_fields,
    check_version,
    keep,
    locked,
    take_changes,
    tell,
    today_of,
)
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.models import Contact, Customer
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules import shipping
from genjin.rules.shipping import Downstream, Journey
from genjin.sales.actions.numbers import next_numbers
from genjin.sales.actions.plans import follow_plans
from genjin.sales.actions.shipment_drafts import (
    DATES,
    PACKING,
    VALUES,
    NewShipment,
    ShippedLine,
    allotted,
    check_dates,
    check_lines,
    locked_lines,
)
from genjin.sales.actions.shipped import follow_orders
from genjin.sales.models import NumberKind, OrderLine, ScheduleChange, Shipment, ShipmentLine
from genjin.sales.voyage_notices import tell_owner


@transaction.atomic
def create_shipments(*, items: Sequence[NewShipment], by: User | None, at: datetime) -> list[Shipment]:
    """Make shipments of customers' order lines, each partly or whole; all or none.

    Raises `RowsRefused`, or of one `Refused` by field: too much, another customer's line, an arrival before
    the departure.
    """
    known = locked_lines(line.order_line_id for item in items for line in item.lines)
    taken = dict(allotted(known))
    made: list[Shipment] = []
    wrong: dict[int, dict[str, str]] = {}
    customers = Customer.objects.alive().in_bulk({item.customer_id for item in items})
    numbers = _taken_numbers(item.number.strip() for item in items)
    for place, item in enumerate(items):
        try:
            made.append(_draft(item, customers, numbers, known, taken, by=by, at=at))
            numbers |= {made[-1].number} - {""}
        except Refused as error:
            if len(items) == 1:
                raise
            wrong[place] = _sentences(error)
    if wrong:
        raise RowsRefused(wrong)
    _store(made, items, by=by, at=at)
    follow_orders(order_ids={line.order_id for line in known.values()}, by=by, at=at)
    return made


def create_shipment(*, item: NewShipment, by: User | None, at: datetime) -> Shipment:
    """One shipment; see `create_shipments`."""
    return create_shipments(items=[item], by=by, at=at)[0]


def _sentences(error: Refused) -> dict[str, str]:
    if hasattr(error, "error_dict"):
        return {name: messages[0] for name, messages in error.message_dict.items()}
    return {"": error.messages[0]}


def _draft(
    item: NewShipment,
    customers: Mapping[int, Customer],
    numbers: set[str],
    known: Mapping[int, OrderLine],
    taken: dict[int, Decimal],
    *,
    by: User | None,
    at: datetime,
) -> Shipment:
    """An unsaved shipment, checked; what it takes is taken for those after it."""
    customer = customers.get(item.customer_id)
    if customer is None:
        raise Refused({"customer": _("This customer is not there any more.")})
    check_lines(customer.pk, item.lines, known, taken)
    owner_id = item.owner_id or known[item.lines[0].order_line_id].order.owner_id
    shipment = Shipment(
        customer=customer,
        contact_id=_contact(customer.pk, item.contact_id),
        owner_id=owner_id,
        number=item.number.strip(),
        shipped_at=item.shipped_at,
        advised_at=item.advised_at,
        created_at=at,
        **{name: value for name, value in item.values.items() if name in VALUES},
    )
    if shipment.number in numbers:
        raise Refused({"number": _("There is a shipment %(number)s already.") % {"number": shipment.number}})
    if shipment.shipped_at is not None and shipment.shipped_at > at:
        raise Refused({"shipped_at": _("This lies in the future.")})
    check_fields(shipment, VALUES)
    check_dates(shipment)
    _set_state(shipment)
    for one in item.lines:
        taken[one.order_line_id] = taken.get(one.order_line_id, Decimal(0)) + one.quantity
    return shipment


def _contact(customer_id: int, contact_id: int | None) -> int | None:
    if contact_id is None:
        return None
    if not Contact.objects.alive().filter(pk=contact_id, customer=customer_id).exists():
        raise Refused({"contact": _("This contact is not one of the customer's.")})
    return contact_id


def _set_state(shipment: Shipment) -> None:
    journey = Journey(
        shipped_at=shipment.shipped_at,
        arrived_on=shipment.ata,
        cleared_on=shipment.cleared_on,
        received_on=shipment.received_on,
        warehoused_on=shipment.warehoused_on,
    )
    shipment.downstream_state = shipping.where(journey, Downstream(shipment.downstream_state)).value


def _store(made: Sequence[Shipment], items: Sequence[NewShipment], *, by: User | None, at: datetime) -> None:
    today = today_of(by, at)
    written = []
    lines: list[ShipmentLine] = []
    _give_numbers(made, today)
    bulk.insert(made)
    for shipment, item in zip(made, items, strict=True):
        lines += [_line(shipment, one) for one in item.lines]
        told: dict[str, tuple[Any, Any]] = {
            name: (None, value)
            for name in ("number", *VALUES)
            if (value := getattr(shipment, name)) not in ("", None)
        }
        if shipment.shipped_at is not None:
            told["shipped_at"] = (None, shipment.shipped_at)
        told["lines"] = (0, len(item.lines))
        written.append(changed(shipment, "create", told))
    for line in lines:
        check_fields(line)
    bulk.insert(lines)
    tell(written, by=by, at=at, made=made)
    orders = OrderLine.objects.filter(pk__in={line.order_line_id for line in lines})
    follow_plans(order_ids=set(orders.values_list("order_id", flat=True)), at=at)


def _taken_numbers(numbers: Iterable[str]) -> set[str]:
    """Those among these that a shipment has."""
    found: set[str] = set()
    wanted = sorted(set(numbers) - {""})
    for start in range(0, len(wanted), 500):
        rows = Shipment.objects.alive().filter(number__in=wanted[start : start + 500])
        found |= set(rows.values_list("number", flat=True))
    return found


def _give_numbers(made: Sequence[Shipment], today: date) -> None:
    """The next numbers that no shipment has; an import may have brought some of this year's."""
    waiting = [shipment for shipment in made if not shipment.number]
    given = {shipment.number for shipment in made}
    free: list[str] = []
    while len(free) < len(waiting):
        drawn = next_numbers(NumberKind.SHIPMENT, today, len(waiting) - len(free))
        taken = _taken_numbers(drawn) | given
        free += [number for number in drawn if number not in taken]
    for shipment, number in zip(waiting, free, strict=True):
        shipment.number = number


def _line(shipment: Shipment, one: ShippedLine) -> ShipmentLine:
    packing = {name: value for name, value in one.packing.items() if name in PACKING}
    return ShipmentLine(shipment=shipment, order_line_id=one.order_line_id, quantity=one.quantity, **packing)


@transaction.atomic
def change_shipment(
    *,
    shipment_id: int,
    wanted: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected: int | None = None,
    reason: str = "",
    lines: Sequence[ShippedLine] | None = None,
) -> Shipment:
    """Change what is said of a shipment; dates of the voyage leave a line in its history with the reason.

    `lines` replaces the lines. Raises `Refused` by field, `Conflict` when somebody else saved meanwhile.
    """
    shipment: Shipment = locked(Shipment.objects.alive(), shipment_id)
    known = {name: value for name, value in wanted.items() if name in (*VALUES, "contact_id", "owner_id")}
    if "contact_id" in known:
        known["contact_id"] = _contact(shipment.customer_id, known["contact_id"])
    check_version(shipment, expected, known)
    difference = take_changes(shipment, known)
    check_fields(shipment, difference.keys())
    check_dates(shipment)
    touched = _orders_of(shipment)
    if lines is not None:
        difference |= _replace_lines(shipment, lines)
    state = shipment.downstream_state
    _set_state(shipment)
    if shipment.downstream_state != state:
        difference["downstream_state"] = (state, shipment.downstream_state)
    if not difference:
        return shipment
    _write_history(shipment, difference, reason, by=by, at=at)
    columns = {name: pair for name, pair in difference.items() if name != "lines"}
    _keep(shipment, columns, difference, by=by, at=at, note=reason)
    if lines is not None or "downstream_state" in difference:
        follow_orders(order_ids=touched | _orders_of(shipment), by=by, at=at)
    return shipment


def _keep(
    shipment: Shipment,
    columns: Mapping[str, tuple[Any, Any]],
    told: Mapping[str, tuple[Any, Any]],
    *,
    by: User | None,
    at: datetime,
    verb: str = "change",
    note: str = "",
) -> None:
    """Save the columns and tell all; the lines are no column."""
    shipment.version += 1
    shipment.save(update_fields=[*columns, "version"])
    tell([changed(shipment, verb, told, note=note)], by=by, at=at)
    follow_plans(order_ids=_orders_of(shipment), at=at)


def _orders_of(shipment: Shipment) -> set[int]:
    return set(
        ShipmentLine.objects.filter(shipment=shipment)
        .order_by()
        .values_list("order_line__order_id", flat=True)
    )


def _replace_lines(shipment: Shipment, lines: Sequence[ShippedLine]) -> dict[str, tuple[Any, Any]]:
    """Put other lines or quantities in, if they are others; what it held itself is free for them."""
    before = {row.order_line_id: row for row in shipment.lines.all()}
    known = locked_lines({*before, *(one.order_line_id for one in lines)})
    check_lines(shipment.customer_id, lines, known, allotted(known, but=shipment.pk))
    after = [_line(shipment, one) for one in lines]
    columns = ("quantity", *PACKING)
    old = {pk: [getattr(row, name) for name in columns] for pk, row in before.items()}
    new = {row.order_line_id: [getattr(row, name) for name in columns] for row in after}
    if old == new:
        return {}
    for row in after:
        check_fields(row)
    shipment.lines.all().delete()
    ShipmentLine.objects.bulk_create(after, batch_size=500)
    return {"lines": (len(before), len(after))}


def _write_history(
    shipment: Shipment,
    difference: Mapping[str, tuple[Any, Any]],
    reason: str,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """What a date of the voyage was and is; not the first time that it is told before the goods left."""
    rows = [
        ScheduleChange(
            shipment=shipment, field=name, old=difference[name][0], new=difference[name][1],
            reason=reason.strip()[:300], at=at, by=by or shipment.owner,
        )
        for name in DATES
        if name in difference and not (difference[name][0] is None and shipment.shipped_at is None)
    ]  # fmt: skip
    ScheduleChange.objects.bulk_create(rows)
    tell_owner(shipment, difference, reason, by=by, at=at)


def revise_schedule(
    *,
    shipment_id: int,
    dates: Mapping[str, date | None],
    reason: str = "",
    by: User | None,
    at: datetime,
    expected: int | None = None,
) -> Shipment:
    """Move ETD, ETA, ATD or ATA; the chain after the shipment moves with the arrival (000-65)."""
    wanted = {name: value for name, value in dates.items() if name in DATES}
    return change_shipment(
        shipment_id=shipment_id, wanted=wanted, by=by, at=at, expected=expected, reason=reason
    )


@transaction.atomic
def ship(
    *,
    shipment_id: int,
    by: User | None,
    at: datetime,
    shipped_at: datetime | None = None,
    values: Mapping[str, Any] | None = None,
    expected: int | None = None,
) -> Shipment:
    """Say that the goods left (000-47): the chain after the shipment begins, the advice is owed today.

    `values` are what is told of the shipment on this occasion.
    """
    shipment: Shipment = locked(Shipment.objects.alive(), shipment_id)
    if shipment.shipped_at is not None:
        raise Refused(_("This shipment has left already."))
    left_at = shipped_at or at
    if left_at > at:
        raise Refused({"shipped_at": _("This lies in the future.")})
    told = {"atd": shipment.atd or today_of(by, left_at), **(values or {})}
    change_shipment(shipment_id=shipment_id, wanted=told, by=by, at=at, expected=expected)
    shipment = locked(Shipment.objects.alive(), shipment_id)
    locked_lines(shipment.lines.values_list("order_line_id", flat=True))
    state = shipment.downstream_state
    shipment.shipped_at = left_at
    _set_state(shipment)
    columns = {"shipped_at": (None, left_at), "downstream_state": (state, shipment.downstream_state)}
    keep(shipment, columns, by=by, at=at, verb="ship")
    follow_orders(order_ids=_orders_of(shipment), by=by, at=at)
    return shipment


@transaction.atomic
def take_back_shipping(*, shipment_id: int, by: User | None, at: datetime) -> Shipment:
    """The goods did not leave after all: nothing is owed after them, the orders are open again."""
    shipment: Shipment = locked(Shipment.objects.alive(), shipment_id)
    if shipment.shipped_at is None:
        raise Refused(_("This shipment has not left yet."))
    if shipment.received_on is not None or shipment.warehoused_on is not None:
        raise Refused(_("The customer has received these goods already."))
    locked_lines(shipment.lines.values_list("order_line_id", flat=True))
    state = shipment.downstream_state
    told = {"shipped_at": (shipment.shipped_at, None), "atd": (shipment.atd, None)}
    shipment.shipped_at = shipment.atd = None
    _set_state(shipment)
    keep(shipment, told | {"downstream_state": (state, shipment.downstream_state)}, by=by, at=at)
    follow_orders(order_ids=_orders_of(shipment), by=by, at=at)
    return shipment


@transaction.atomic
def recycle_shipment(
    *, shipment_id: int, by: User | None, at: datetime, expected: int | None = None
) -> Shipment:
    """Put a shipment into the recycle bin: its quantities are free again, nothing is owed after it."""
    shipment: Shipment = locked(Shipment.objects.alive(), shipment_id)
    check_version(shipment, expected, {})
    locked_lines(shipment.lines.values_list("order_line_id", flat=True))
    shipment.deleted_at = at
    keep(shipment, {"deleted_at": (None, at)}, by=by, at=at, verb="recycle")
    follow_orders(order_ids=_orders_of(shipment), by=by, at=at)
    return shipment


@transaction.atomic
def restore_shipment(*, shipment_id: int, by: User | None, at: datetime) -> Shipment:
    """Bring a shipment back, unless its quantities went elsewhere meanwhile."""
    shipment: Shipment = locked(Shipment.objects.filter(deleted_at__isnull=False), shipment_id)
    if _taken_numbers([shipment.number]):
        said = _("There is a shipment %(number)s already.") % {"number": shipment.number}
        raise Refused({"number": said})
    rows = list(shipment.lines.all())
    known = locked_lines(row.order_line_id for row in rows)
    wanted = [ShippedLine(row.order_line_id, row.quantity) for row in rows]
    check_lines(shipment.customer_id, wanted, known, allotted(known, but=shipment.pk))
    was = shipment.deleted_at
    shipment.deleted_at = None
    keep(shipment, {"deleted_at": (was, None)}, by=by, at=at, verb="restore")
    follow_orders(order_ids=_orders_of(shipment), by=by, at=at)
    return shipment
