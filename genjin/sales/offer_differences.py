"""What differs between two revisions of an offer, field by field and line by line (B-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.rules.amounts import line_amount
from genjin.sales.models import Offer, OfferCharge, OfferLine

HEAD = (
    "valid_until", "language", "currency", "incoterm", "incoterm_place", "port_of_loading",
    "port_of_destination", "transport_mode", "payment_method", "payment_terms", "delivery_terms",
    "lead_time_days", "packing", "shipping_marks", "more_or_less_percent", "remarks", "how_we_differ",
)  # fmt: skip
LINE = ("description", "spec", "quantity", "unit", "unit_price", "moq", "is_optional")


@dataclass(frozen=True)
class Change:
    """One thing that differs: what it is, what stood there, what stands there now ("" for nothing)."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class LineChange:
    """A line that came, went, or changed; `changes` are empty for the first two."""

    code: str
    description: str
    kind: str
    changes: Sequence[Change] = ()
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Differences:
    """All that differs."""

    head: Sequence[Change]
    lines: Sequence[LineChange]
    charges: Sequence[LineChange]

    def __bool__(self) -> bool:
        return bool(self.head or self.lines or self.charges)


def differences(old: Offer, new: Offer) -> Differences:
    """What the newer one says otherwise; four queries."""
    head = [
        Change(_label(Offer, name), _said(old, name), _said(new, name))
        for name in HEAD
        if getattr(old, name) != getattr(new, name)
    ]
    if old.amount != new.amount or old.currency != new.currency:
        amounts = (f"{offer.amount} {offer.currency}" for offer in (old, new))
        head.append(Change(_("Amount"), *amounts))
    lines = _lines(old, list(old.lines.all()), list(new.lines.all()))
    return Differences(head, lines, _charges(list(old.charges.all()), list(new.charges.all())))


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def _said(record: Any, name: str) -> str:
    value = getattr(record, name)
    if value is True:
        return _("Yes")
    if value is None or value == "" or value is False:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display else value)


def _lines(offer: Offer, old: Sequence[OfferLine], new: Sequence[OfferLine]) -> list[LineChange]:
    """Lines are the same when they are of one product, else of one code, in their order."""
    waiting: dict[Any, list[OfferLine]] = {}
    for line in old:
        waiting.setdefault(_key(line), []).append(line)
    found = []
    for line in new:
        same = waiting.get(_key(line))
        if not same:
            found.append(LineChange(line.code, line.description, "new", new=_summary(line, offer.currency)))
            continue
        before = same.pop(0)
        changes = [
            Change(_label(OfferLine, name), _said(before, name), _said(line, name))
            for name in LINE
            if getattr(before, name) != getattr(line, name)
        ]
        if changes:
            found.append(LineChange(line.code, line.description, "changed", changes))
    gone = [line for rows in waiting.values() for line in rows]
    return [
        *found,
        *(LineChange(g.code, g.description, "gone", old=_summary(g, offer.currency)) for g in gone),
    ]


def _key(line: OfferLine) -> Any:
    return line.product_id or (line.code, line.description if not line.code else "")


def _summary(line: OfferLine, currency: str) -> str:
    quantity, price = f"{line.quantity.normalize():f}", f"{line.unit_price.normalize():f}"
    return f"{quantity} {line.unit} × {price} = {line_amount(line.quantity, line.unit_price, currency)}"


def _charges(old: Sequence[OfferCharge], new: Sequence[OfferCharge]) -> list[LineChange]:
    before, after = {_name(c): c.amount for c in old}, {_name(c): c.amount for c in new}
    found = []
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            was, now = before.get(name), after.get(name)
            kind = "new" if was is None else "gone" if now is None else "changed"
            told = [Change(_("Amount"), f"{was}", f"{now}")] if kind == "changed" else []
            found.append(LineChange("", name, kind, told, old=str(was or ""), new=str(now or "")))
    return found


def _name(charge: OfferCharge) -> str:
    return charge.label or charge.get_kind_display()
