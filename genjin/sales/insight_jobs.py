"""What is computed from all orders at night; all of it may be run twice, and goes on where it was stopped."""

from __future__ import annotations

from datetime import timedelta

from genjin.instance.queries import business_now
from genjin.jobs import HandBack, job, stopping
from genjin.sales.actions.lifecycle import needs_age, see_to_lifecycle
from genjin.sales.actions.market import look_at_market
from genjin.sales.actions.order_classes import see_to_dormancy, see_to_value_classes
from genjin.sales.actions.rhythms import renew_rhythms
from genjin.sales.models import Order

BATCH = 200


@job(atomic=False, unique=lambda: "look at orders", limit=timedelta(hours=2))
def look_at_orders() -> dict[str, int]:
    """The market, then each customer's rhythm, then the classes that follow; returns how many changed."""
    at = business_now()
    market = look_at_market(at=at)
    renewed, last = 0, 0
    buyers = Order.objects.alive().order_by("customer_id").values_list("customer_id", flat=True).distinct()
    while ids := list(buyers.filter(customer_id__gt=last)[:BATCH]):
        renewed += renew_rhythms(customer_ids=ids, at=at, market=market)
        if needs_age():
            see_to_lifecycle(customer_ids=ids, by=None, at=at)
        last = ids[-1]
        if stopping():
            raise HandBack
    classed = see_to_value_classes(at=at)
    return {"rhythms": renewed, "classes": classed, "dormancy": see_to_dormancy(at=at)}
