"""Comparisons, recommendations and rhythm in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from genjin.rules.orders import Against, Comparison, Difference, Measure, Unknown
from genjin.rules.recommending import Why
from genjin.rules.reorder import Basis
from genjin.sales.insight_queries import Suggestion
from genjin.sales.models import OrderRhythm

MEASURES: dict[str, Any] = {
    Measure.KINDS: pgettext_lazy("of an order", "Kinds"),
    Measure.QUANTITY: gettext_lazy("Quantity"),
    Measure.AMOUNT: gettext_lazy("Amount"),
}
AGAINST: dict[str, Any] = {
    Against.PREVIOUS: gettext_lazy("Previous order"),
    Against.LAST_YEAR: gettext_lazy("Same time last year"),
    Against.LAST_THREE: gettext_lazy("Average of the last three"),
}
UNKNOWN: dict[str, Any] = {
    Unknown.NO_ORDER: gettext_lazy("no order"),
    Unknown.NO_RATE: gettext_lazy("no exchange rate"),
    Unknown.UNITS_DIFFER: gettext_lazy("units differ"),
}
BASES: dict[str, Any] = {
    Basis.OWN: gettext_lazy("by the customer's own rhythm"),
    Basis.MIXED: gettext_lazy("by the customer's own rhythm and that of others"),
    Basis.POOLED: gettext_lazy("by the rhythm of all customers; his own says little"),
    Basis.NOT_ENOUGH: gettext_lazy("not enough history"),
    Basis.SILENT: gettext_lazy("has waited longer than anybody before"),
}


def amount_text(number: Decimal | None, unit: str = "", *, is_money: bool = False) -> str:
    """A number with at most two places and its unit; money to the cent, its currency in front."""
    if number is None:
        return "—"
    if is_money:
        return f"{unit} {number:,.2f}".strip()
    places = 0 if number == number.to_integral_value() else 2
    return f"{number:,.{places}f} {unit}".strip()


def percent_text(percent: Decimal) -> str:
    """A change with its sign: +8.5 %, −12 %, 0 %."""
    text = f"{abs(percent):.1f}".removesuffix(".0")
    sign = "" if text == "0" else "−" if percent < 0 else "+"
    return f"{sign}{text} %"


def cell(one: Difference) -> dict[str, Any]:
    """One comparison of one measure as the table shows it."""
    return {
        "percent": "" if one.percent is None else percent_text(one.percent),
        "arrow": str(one.arrow or ""),
        "then": amount_text(one.then, one.unit, is_money=one.measure is Measure.AMOUNT),
        "unknown": UNKNOWN.get(one.unknown, "") if one.unknown else "",
        "is_anomaly": one.is_anomaly,
    }


def table(found: Comparison) -> list[dict[str, Any]]:
    """Three measures by three comparisons."""
    rows = []
    for measure in Measure:
        cells = [one for one in found.differences if one.measure is measure]
        now = next((one for one in cells if one.now is not None), None)
        rows.append(
            {
                "label": MEASURES[measure],
                "now": amount_text(now.now, now.unit, is_money=measure is Measure.AMOUNT) if now else "—",
                "cells": [cell(one) for one in cells],
            }
        )
    return rows


def sentences(found: Comparison) -> list[str]:
    """What the comparison means, the most important first."""
    told = []
    if found.level:
        told.append(
            ngettext("This order declined: %(what)s.", "%(count)d declines in a row: %(what)s.", found.level)
            % {
                "count": found.level,
                "what": pgettext("between things listed", ", ").join(
                    str(MEASURES[one]) for one in found.fell
                ),
            }
        )
    elif any(one.is_anomaly for one in found.differences):
        told.append(_("Lower than before in places, but no decline against the last three."))
    if found.same_models:
        told.append(
            _("Only models bought before, for %(count)d orders: show something new.")
            % {"count": found.nothing_new_for}
        )
    elif found.new_products and not found.is_first:
        told.append(
            ngettext("%(count)d new model.", "%(count)d new models.", len(found.new_products))
            % {"count": len(found.new_products)}
        )
    if found.has_not_grown and not found.level:
        told.append(_("It has not grown: the best moment to recommend."))
    return told


def why_text(one: Suggestion) -> str:
    """Why a product is recommended."""
    name = {"name": one.because_of, "count": one.why.together}
    if one.why.why is Why.SUCCESSOR:
        return _("takes the place of %(name)s") % name
    if one.why.why is Why.COMPLEMENTARY:
        return _("goes with %(name)s") % name
    if one.why.why is Why.CATEGORY:
        return _("same category: %(name)s") % name
    if not one.because_of:
        return _("bought by most customers")
    return ngettext(
        "%(count)d customer bought it with %(name)s",
        "%(count)d customers bought it with %(name)s",
        one.why.together,
    ) % {**name, "count": one.why.together}


def basis_text(rhythm: OrderRhythm) -> str:
    """What an expected day rests on."""
    return str(BASES[Basis(rhythm.basis)])
