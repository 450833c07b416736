"""Shipments and complaints of many customers as the rules must know them, in a bounded number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from genjin.records.prepared import Given, Prepared
from genjin.rules.aftersales import LAPSES_AFTER
from genjin.rules.promised import PromiseFact, PromiseKind
from genjin.rules.runs import ShipmentFact, StepDone
from genjin.rules.shipping import IN_STOCK
from genjin.rules.worktime import ONE_DAY
from genjin.sales.models import (
    AfterSalesStep,
    Complaint,
    ExecutionState,
    Order,
    PaymentPlanLine,
    PaymentTrigger,
    ScheduleChange,
    Shipment,
    ShipmentLine,
    Testimonial,
)
from genjin.sales.models.order import COUNTED
from genjin.sales.shipment_words import plain

EVER = datetime(1970, 1, 1, tzinfo=UTC)

LOOKED_BACK = LAPSES_AFTER + timedelta(days=2)
PRAISE_FROM = 9
"""A score from which on a testimonial is asked for (000-58)."""


@dataclass(slots=True)
class AfterShipping:
    """What is known of one customer's shipments and complaints."""

    shipments: list[ShipmentFact] = field(default_factory=list)
    promises: list[PromiseFact] = field(default_factory=list)

    @property
    def since(self) -> datetime | None:
        """When the first of the goods left; None where none did."""
        return min((one.shipped_at for one in self.shipments), default=None)


def after_shipping(
    ids: Collection[int], now: datetime | None, at: datetime | None = None
) -> Mapping[int, AfterShipping]:
    """By customer: in two queries where nothing left, in six otherwise.

    With `at` as of then. `now` says how far back it is worth looking; without it everything is looked at.
    """
    found: dict[int, AfterShipping] = defaultdict(AfterShipping)
    since = EVER if now is None else now - LOOKED_BACK
    shipments = _SHIPMENTS(at is not None, ids=list(ids), at=at, since=since, since_on=since.date())
    complaining = _add_complaints(found, ids, since, at)
    if not shipments:
        return found
    if at is not None:
        _as_of(shipments, at)
    known = _known([shipment.pk for shipment in shipments], at)
    newest = dict(_NEWEST(at is not None, ids={shipment.customer_id for shipment in shipments}, at=at))
    for shipment in shipments:
        latest = newest.get(shipment.customer_id)
        found[shipment.customer_id].shipments.append(
            _fact(
                shipment,
                known[shipment.pk],
                has_new_order=latest is not None and _is_newer(latest, known[shipment.pk].ordered_on),
                complains=shipment.customer_id in complaining,
            )
        )
    return found


def facts_of(shipment: Shipment, at: datetime | None = None) -> ShipmentFact | None:
    """What the rules know of one shipment; None while it has not left."""
    found = after_shipping([shipment.customer_id], None, at)[shipment.customer_id].shipments
    return next((fact for fact in found if fact.id == shipment.pk), None)


def has_new_order(shipment: Shipment) -> bool:
    """Whether a newer order of its customer runs, so that nobody need ask for one (000-64)."""
    known = facts_of(shipment)
    return known is not None and known.has_new_order


def _shipments(as_of: bool) -> QuerySet[Shipment]:
    rows = Shipment.objects.filter(
        customer_id__among=Given("ids"), deleted_at__isnull=True, shipped_at__isnull=False
    )
    recent = Q(shipped_at__gte=Given("since"))
    recent |= Q(eta__gte=Given("since_on")) | Q(ata__gte=Given("since_on"))
    if as_of:
        rows = rows.filter(shipped_at__lte=Given("at"))
    return rows.filter(recent).order_by("shipped_at", "pk")


def _newest(as_of: bool) -> QuerySet[Order, Any]:
    rows = Order.objects.filter(customer_id__among=Given("ids"), deleted_at__isnull=True, kind__in=COUNTED)
    if as_of:
        rows = rows.filter(created_at__lte=Given("at"))
    rows = rows.exclude(state=ExecutionState.CANCELLED)
    newest: QuerySet[Order, Any] = rows.order_by().values_list("customer_id")
    return newest.annotate(last=Max("ordered_on"))


_SHIPMENTS, _NEWEST = Prepared(_shipments), Prepared(_newest)


def _is_newer(latest: date, own: date | None) -> bool:
    return own is not None and latest > own


def _as_of(shipments: Sequence[Shipment], at: datetime) -> None:
    """Take back what was told of the voyage after a moment."""
    by_id = {shipment.pk: shipment for shipment in shipments}
    later = ScheduleChange.objects.filter(shipment__in=list(by_id), at__gt=at).order_by("-at", "-pk")
    for row in later:
        setattr(by_id[row.shipment_id], row.field, row.old)
    for shipment in shipments:
        if shipment.advised_at is not None and shipment.advised_at > at:
            shipment.advised_at = None


def _known(keys: Sequence[int], at: datetime | None) -> Mapping[int, _Known]:
    """What hangs on shipments, in three queries."""
    found: dict[int, _Known] = defaultdict(_Known)
    steps = AfterSalesStep.objects.filter(shipment__in=keys)
    for step in steps.order_by("done_at", "pk"):
        if step.done_at is not None and (at is None or step.done_at <= at):
            found[step.shipment_id].done.append(StepDone(step.name, step.done_at))
            found[step.shipment_id].message_id = step.message_id or found[step.shipment_id].message_id
        told = step.answered_at
        is_good = step.is_praise or (step.score is not None and step.score >= PRAISE_FROM)
        if is_good and told is not None and (at is None or told <= at):
            found[step.shipment_id].praised_at = told
    asked = Testimonial.objects.filter(shipment__in=keys)
    for pk, when in asked.values_list("shipment_id", "asked_at"):
        if pk is not None and (at is None or when <= at):
            found[pk].is_asked = True
    held = PaymentPlanLine.objects.filter(
        order=OuterRef("order_line__order"), holds_release=True, paid_amount__lt=F("amount")
    ).exclude(trigger=PaymentTrigger.LC)
    lines = ShipmentLine.objects.filter(shipment__in=keys, order_line__order__deleted_at__isnull=True)
    columns = ("shipment_id", "order_line__order__ordered_on")
    for pk, ordered_on, is_held in lines.values_list(*columns).annotate(held=Exists(held)).distinct():
        found[pk].is_balance_due |= is_held
        found[pk].ordered_on = max(filter(None, (found[pk].ordered_on, ordered_on)))
    return found


@dataclass(slots=True)
class _Known:
    """What hangs on one shipment."""

    done: list[StepDone] = field(default_factory=list)
    message_id: int | None = None
    praised_at: datetime | None = None
    is_asked: bool = False
    is_balance_due: bool = False
    ordered_on: date | None = None


def _fact(shipment: Shipment, known: _Known, *, has_new_order: bool, complains: bool) -> ShipmentFact:
    assert shipment.shipped_at is not None
    advised = next((step.at for step in known.done if step.name == "advice"), None)
    return ShipmentFact(
        id=shipment.pk,
        shipped_at=shipment.shipped_at,
        owner_id=shipment.owner_id,
        eta=shipment.ata or shipment.eta,
        advised_at=shipment.advised_at or advised,
        contact_id=shipment.contact_id,
        is_balance_due=known.is_balance_due,
        has_new_order=has_new_order,
        done=tuple(known.done),
        message_id=known.message_id,
        may_press=shipment.downstream_state in IN_STOCK and not complains,
        praised_at=None if known.is_asked else known.praised_at,
        free_days=shipment.free_days,
        demurrage=demurrage_text(shipment),
    )


def demurrage_text(shipment: Shipment) -> str:
    """What a day costs after the free ones: "USD 120"; "" where it is not known."""
    if not shipment.demurrage_rate:
        return ""
    return f"{shipment.demurrage_currency} {plain(shipment.demurrage_rate)}"


def _add_complaints(
    found: Mapping[int, AfterShipping], ids: Collection[int], since: datetime, at: datetime | None
) -> set[int]:
    """The promises that complaints make; gives who has one that is not settled."""
    complaining = set()
    for row in _COMPLAINTS(at is not None, ids=list(ids), at=at, since=since):
        answered, settled = (
            when if when is None or at is None or when <= at else None
            for when in (row.answered_at, row.settled_at)
        )
        if settled is None:
            complaining.add(row.customer_id)
        for kind, kept_at in (
            (PromiseKind.COMPLAINT_REPLY, answered),
            (PromiseKind.COMPLAINT_SOLUTION, settled),
        ):
            found[row.customer_id].promises.append(
                PromiseFact(
                    id=row.pk,
                    kind=kind,
                    subject=f"complaint-{row.pk}",
                    began_at=row.opened_at,
                    owner_id=row.owner_id,
                    kept_at=kept_at,
                )
            )
    return complaining


def _complaints(as_of: bool) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(customer_id__among=Given("ids"), deleted_at__isnull=True)
    if as_of:
        rows = rows.filter(opened_at__lte=Given("at"))
    rows = rows.filter(Q(settled_at__isnull=True) | Q(settled_at__gte=Given("since")))
    return rows.order_by("opened_at", "pk")


_COMPLAINTS = Prepared(_complaints)


def ordered(since: Mapping[int, datetime], at: datetime | None = None) -> dict[int, datetime]:
    """When each customer last ordered after its moment: what ends sequences; one query.

    Past orders that are entered or imported only now are none: they were placed before it.
    """
    if not since:
        return {}
    rows = Order.objects.alive().filter(customer__in=list(since), created_at__gt=min(since.values()))
    if at is not None:
        rows = rows.filter(created_at__lte=at)
    rows = rows.filter(kind__in=COUNTED).exclude(state=ExecutionState.CANCELLED)
    days = rows.order_by().values_list("customer_id", "ordered_on").annotate(last=Max("created_at"))
    found: dict[int, datetime] = {}
    for pk, ordered_on, when in days:
        # The day before, as dates are those of a zone further west perhaps.
        if when > since[pk] and ordered_on >= since[pk].date() - ONE_DAY:
            found[pk] = max(found.get(pk, when), when)
    return found
