"""Who may change products and suppliers, and who may know what they cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers.actions.basis import may
from genjin.people import access
from genjin.people.access import RIGHTS, Access
from genjin.people.models import User
from genjin.sales.models.product import PRODUCT_KIND

COSTS = "see_costs"


def may_edit(reader: Access) -> bool:
    """Whether the person may change products, price tiers and suppliers: whoever may change anything."""
    return reader.scope(PRODUCT_KIND, "edit") != "NONE"


def knows_costs(by: User | None, at: datetime) -> bool:
    """Whether costs may be written, or read, in the name of this person."""
    return may(by, COSTS, at)


JOURNALED = {"cost": "cost.amount", "cost_currency": "cost.currency"}
"""How the journal names what only eyes with the right may read; `CostTeller` tells it."""

LABELS: dict[str, Any] = {
    "cost.amount": _("Cost with VAT per unit"),
    "cost.currency": _("Currency of the cost"),
    "cost.offer": _("Cost quotation"),
}


class CostTeller:
    """Tells a reader of the journal of costs, if he has the right."""

    def __init__(self, user: Any) -> None:
        self._may = access.of(user).may(COSTS)

    def hides(self, kind: str, name: str) -> bool:
        """Whether this reader may not know of it."""
        return not self._may

    def label(self, kind: str, name: str) -> str:
        """What people call it."""
        return str(LABELS.get(name, RIGHTS[COSTS]))

    def text(self, kind: str, name: str, value: Any) -> str:
        """The value in words."""
        return "" if value is None else str(value)
