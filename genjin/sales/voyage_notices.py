"""Whoever sees to a shipment is told when somebody else moves its arrival (000-65)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.notifications import kinds
from genjin.notifications.actions import notify
from genjin.people.models import User
from genjin.sales.models import Shipment
from genjin.web.templatetags.web import day as day_text

ETA_MOVED = "sales.eta_moved"


def tell_owner(
    shipment: Shipment, told: Mapping[str, tuple[Any, Any]], reason: str, *, by: User | None, at: datetime
) -> None:
    """Tell the owner, unless he moved it himself, or nothing of his chain has begun."""
    old, new = told.get("eta", (None, None))
    if old is None or new is None or shipment.shipped_at is None:
        return
    if by is not None and by.pk == shipment.owner_id:
        return
    notify(
        kind=ETA_MOVED, user_ids=[shipment.owner_id], key=f"shipment:{shipment.pk}:eta:{shipment.version}",
        at=at, customer_id=shipment.customer_id, url=reverse("sales:shipment", args=[shipment.pk]),
        params={
            "number": shipment.number, "customer": shipment.customer.name, "old": old.isoformat(),
            "new": new.isoformat(), "reason": reason.strip()[:300],
        },
    )  # fmt: skip


def _moved(p: Mapping[str, Any]) -> str:
    """`number` of `customer` arrives on `new` instead of `old`, for a `reason`."""
    old, new = (date.fromisoformat(p[name]) for name in ("old", "new"))
    said = {"number": p["number"], "customer": p["customer"], "old": day_text(old), "new": day_text(new)}
    told = _("%(number)s for %(customer)s arrives on %(new)s instead of %(old)s") % said
    return f"{told} · {p['reason']}" if p.get("reason") else told


def register_all() -> None:
    """Put the notice on the register."""
    kinds.register(kinds.Kind(ETA_MOVED, gettext_lazy("Arrival moved"), _moved, order=52))
