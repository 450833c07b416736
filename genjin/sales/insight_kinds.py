"""What the register, the rail and the notices know of comparisons and recommendations."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.people.models import User
from genjin.records.registry import RecordKind, register
from genjin.sales.models import Order, OrderDecline
from genjin.sales.models.order import DECLINE_KIND
from genjin.web.navigation import Entry, register_entry


def declines_for(user: User) -> QuerySet[Any]:
    """The declines of orders that a person may see."""
    seen = Order.objects.visible_to(user).filter(pk=OuterRef("order_id"))
    return OrderDecline.objects.filter(Exists(seen))


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    labels = {f.name: f.verbose_name for f in OrderDecline._meta.concrete_fields}
    register(
        RecordKind(
            name=DECLINE_KIND, label=_("Order decline"), plural=_("Order declines"), model=OrderDecline,
            visible_to=declines_for, title=lambda decline: decline.order.number, url_name="sales:decline",
            icon="alert", customer_of=lambda decline: decline.customer_id,
            field_labels=labels
            | {"level": _("Declines in a row"), "closed_at": pgettext_lazy("decline", "Closed")},
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "declines", _("Order declines"), "sales:declines", "alert", place="palette", order=32,
            keywords="decline fall 下滑 订单下滑",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "reorders", _("Expected orders"), "sales:reorders", "calendar", place="palette", order=33,
            keywords="reorder next order 翻单 返单",
        )
    )  # fmt: skip
