"""Orders that fall behind those before them: opened when they are entered, explained and closed by people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from genjin.customers.actions.basis import changed, check_fields, check_version, locked, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.policy.queries import effective_for, switches
from genjin.rules.orders import Comparison, OrderFact, compare, in_order
from genjin.sales.actions.rhythms import renew_rhythms
from genjin.sales.insight_facts import orders_of
from genjin.sales.models import ExecutionState, Order, OrderDecline

RECOVERED, FELL_AGAIN = gettext_noop("The next order held."), gettext_noop("The next order fell again.")
WITHDRAWN = gettext_noop("The order no longer falls behind.")
OWN_RESULTS = frozenset((RECOVERED, FELL_AGAIN, WITHDRAWN))
"""What the system itself writes down as a result."""
UNASKED = timedelta(days=14)
"""Before go-live is set, orders of so many days are looked at."""
COMPARED = frozenset(
    (
        "amount", "lines", "charges", "kind", "ordered_on", "currency", "exchange_rate", "deleted_at",
        "cancelled_quantity", "customer_id",
    )
)  # fmt: skip
"""What of an order its comparison hangs on, besides whether it is cancelled."""
TIMED = frozenset(
    ("is_open", "downstream_state", "lead_time_days", "sold_percent", "stock_left", "safety_stock")
)
"""What besides says when the customer orders next."""


def look_again(
    moved: Sequence[tuple[Order, Mapping[str, tuple[Any, Any]]]], *, by: User | None, at: datetime
) -> None:
    """After stored orders were changed: compare those again of which that hangs on what was changed."""
    compared = [one for one, told in moved if _is_compared(told)]
    if compared:
        look_at(order_ids=[one.pk for one in compared], by=by, at=at)
    timed = {one.customer_id for one, told in moved if TIMED & told.keys()}
    timed -= {one.customer_id for one in compared}
    if timed:
        renew_rhythms(customer_ids=sorted(timed), at=at)


def _is_compared(told: Mapping[str, tuple[Any, Any]]) -> bool:
    return bool(COMPARED & told.keys()) or ExecutionState.CANCELLED in told.get("state", ())


@transaction.atomic
def look_at(*, order_ids: Collection[int], by: User | None, at: datetime) -> list[OrderDecline]:
    """Compare orders that were entered or changed with those before them; the declines that were opened.

    Orders from before go-live teach, and open nothing. A decline of which nothing is left is closed, so are
    earlier ones of a customer by a next order; asking twice opens nothing twice.
    """
    since = switches().go_live_on or at.date() - UNASKED
    rows = list(Order.objects.filter(pk__in=list(order_ids)).select_related("customer"))
    customers = {row.customer_id for row in rows}
    renew_rhythms(customer_ids=customers, at=at)
    fresh = [row for row in rows if row.ordered_on >= since]
    if not fresh:
        return []
    known = orders_of({row.customer_id for row in fresh})
    policies = effective_for({row.owner_id for row in fresh})
    stored = {
        one.order_id: one
        for one in OrderDecline.objects.filter(customer__in={row.customer_id for row in fresh})
        .select_related("order")
        .select_for_update(of=("self",))
        .order_by("pk")
    }
    opened: list[OrderDecline] = []
    written: list[Any] = []
    for row in sorted(fresh, key=lambda one: (one.ordered_on, one.pk)):
        orders = known[row.customer_id]
        fact = next((one for one in orders if one.id == row.pk), None)
        drop = policies[row.owner_id].number("order_decline.drop_percent")
        found = compare(fact, orders, drop) if fact is not None else None
        decline = stored.get(row.pk)
        if found is not None and found.level:
            made, told = _open(row, found, decline, at)
            stored[row.pk] = made
            opened += [made] if decline is None else []
            written += told
        elif decline is not None and decline.closed_at is None:
            written.append(_close(decline, WITHDRAWN, at))
        if fact is not None and fact.counts:
            written += _close_earlier(fact, orders, stored, bool(found and found.level), at)
    tell(written, by=by, at=at)
    return opened


def _open(
    row: Order, found: Comparison, decline: OrderDecline | None, at: datetime
) -> tuple[OrderDecline, list[Any]]:
    """The decline of an order as it is now, and what is told of it."""
    measures = measures_of(found)
    if decline is None:
        decline = OrderDecline.objects.create(
            order=row, customer_id=row.customer_id, level=found.level, measures=measures, opened_at=at
        )
        return decline, [changed(decline, "create", {"level": (None, found.level)})]
    if (decline.level, decline.measures) == (found.level, measures):
        return decline, []
    told = {"level": (decline.level, found.level)}
    decline.level, decline.measures = found.level, measures
    decline.save(update_fields=["level", "measures"])
    return decline, [changed(decline, "change", told)]


def measures_of(found: Comparison) -> list[dict[str, Any]]:
    """What fell, as kept: by what, against what, from how much to how much."""
    return [
        {
            "measure": str(one.measure),
            "against": str(one.against),
            "now": _text(one.now),
            "then": _text(one.then),
            "percent": _text(one.percent),
            "unit": one.unit,
        }
        for one in found.differences
        if one.measure in found.fell and one.is_anomaly
    ]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.quantize(Decimal('0.01')):f}"


def _close(decline: OrderDecline, result: str, at: datetime) -> Any:
    decline.closed_at = at
    decline.result = decline.result or result
    decline.version += 1
    decline.save(update_fields=["closed_at", "result", "version"])
    return changed(decline, "close", {"result": ("", decline.result)})


def _close_earlier(
    fact: OrderFact, orders: Sequence[OrderFact], stored: dict[int, OrderDecline], fell: bool, at: datetime
) -> list[Any]:
    """The next order answers the question of the one before it: did what was done help (003-34)?"""
    earlier = [one.id for one in in_order(orders) if (one.ordered_on, one.id) < (fact.ordered_on, fact.id)]
    open_ones = [stored[pk] for pk in earlier if pk in stored and stored[pk].closed_at is None]
    return [_close(one, FELL_AGAIN if fell else RECOVERED, at) for one in open_ones]


@transaction.atomic
def explain_decline(
    *,
    decline_id: int,
    cause: str,
    measure: str,
    by: User,
    at: datetime,
    result: str = "",
    close: bool = False,
    expected_version: int | None = None,
) -> OrderDecline:
    """Write down why an order fell, what is done about it and what came of it; raises `Refused` by field."""
    decline = locked(OrderDecline.objects.all(), decline_id)
    wanted = {"cause": cause.strip(), "measure": measure.strip(), "result": result.strip()}
    check_version(decline, expected_version, wanted)
    if not wanted["cause"]:
        raise Refused({"cause": _("Write down why it fell.")})
    if close and not wanted["result"]:
        raise Refused({"result": _("Write down what came of it.")})
    told: dict[str, tuple[Any, Any]] = {n: (getattr(decline, n), value) for n, value in wanted.items()}
    told = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    for name, value in wanted.items():
        setattr(decline, name, value)
    check_fields(decline, tuple(wanted))
    if decline.cause_at is None:
        decline.cause_at = at
    if close and decline.closed_at is None:
        decline.closed_at = at
        told["closed_at"] = (None, at)
    if told:
        decline.version += 1
        decline.save()
        tell([changed(decline, "explain", told)], by=by, at=at)
    return decline
