"""The commands `genjin compare-order`, `genjin recommend` and `genjin reorder`.

With `--orders FILE.csv` (and `--lines`, `--products`) they answer for an order book that is not stored: ORDER
and CUSTOMER are then its own numbers. Nothing is ever written.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from genjin.customers.models import Customer
from genjin.instance.queries import business_now
from genjin.policy.queries import effective
from genjin.rules.orders import Comparison, OrderFact, compare, trend
from genjin.rules.recommending import neighbours, recommend
from genjin.rules.reorder import Basis, Pool, Reorder, expect, moment_of, pool_of, usual_months
from genjin.sales import insight_queries, insight_words
from genjin.sales.insight_facts import lead_days_of, order_days, orders_of, pool, stocks_of
from genjin.sales.models import Order
from genjin.sales.order_books import Book, Unreadable, read_book

Answer = dict[str, Any]


def _add_book(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=Path, help="an order book as CSV instead of the stored orders")
    parser.add_argument("--lines", type=Path, help="the lines of that book, if in a file of their own")
    parser.add_argument("--products", type=Path, help="the products of that book: categories, discontinued")


def add_compare_arguments(parser: argparse.ArgumentParser) -> None:
    """ORDER, and the order book's files."""
    parser.add_argument("order", metavar="ORDER", help="number of the order, or id")
    _add_book(parser)


def add_recommend_arguments(parser: argparse.ArgumentParser) -> None:
    """CUSTOMER, --most, --at, and the order book's files."""
    parser.add_argument("customer", metavar="CUSTOMER", help="serial such as C00042, or id")
    parser.add_argument("--most", type=int, default=10, help="so many at most (10)")
    parser.add_argument("--at", help="only what was ordered by that day, of an order book's files")
    _add_book(parser)


def add_reorder_arguments(parser: argparse.ArgumentParser) -> None:
    """CUSTOMER, --at, and the order book's files."""
    parser.add_argument("customer", metavar="CUSTOMER", help="serial such as C00042, or id")
    parser.add_argument("--at", help="as known on that day, e.g. 2026-12-01")
    _add_book(parser)


def run_compare(options: argparse.Namespace) -> Answer:
    """An order beside the one before it, the same time last year and the average of the last three."""
    orders, number = _orders_with(options)
    fact = next((one for one in orders if one.number == number), None)
    if fact is None:
        raise CommandError(f"Nothing is left of order {number}: it is cancelled.")
    drop = effective(None).number("order_decline.drop_percent")
    found = compare(fact, orders, drop)
    now = trend([one for one in orders if one.ordered_on <= fact.ordered_on], drop)
    return {
        "order": fact.number,
        "ordered_on": fact.ordered_on,
        "counts": fact.counts,
        "is_first": found.is_first,
        "differences": [_difference(one) for one in found.differences],
        "compared_with": {str(against): numbers for against, numbers in found.based_on.items()},
        "declined": bool(found.level),
        "fell": [str(one) for one in found.fell],
        "level": found.level,
        "same_models": found.same_models,
        "nothing_new_for": found.nothing_new_for,
        "new_products": sorted(found.new_products),
        "trend": None if now is None else {"percent": now.percent, "is_falling": now.is_falling},
        "sentences": _compared_words(found),
    }


def _orders_with(options: argparse.Namespace) -> tuple[list[OrderFact], str]:
    """All orders of the customer of that order, and its number."""
    if options.orders:
        for orders in _book(options).orders.values():
            if any(one.number == options.order for one in orders):
                return orders, options.order
        raise CommandError(f"There is no order {options.order} in {options.orders.name}.")
    order = Order.objects.alive().filter(number=options.order).first()
    if order is None and options.order.isdigit():
        order = Order.objects.alive().filter(pk=int(options.order)).first()
    if order is None:
        raise CommandError(f"There is no order {options.order}.")
    return orders_of([order.customer_id])[order.customer_id], order.number


def _difference(one: Any) -> Answer:
    return {
        "measure": str(one.measure),
        "against": str(one.against),
        "now": one.now,
        "then": one.then,
        "percent": one.percent,
        "arrow": one.arrow,
        "is_anomaly": one.is_anomaly,
        "unit": one.unit,
        "unknown": one.unknown,
    }


def _compared_words(found: Comparison) -> list[str]:
    if found.is_first:
        return ["There is nothing to compare it with."]
    lines = [
        f"{one.measure} against {one.against}: "
        + (f"{one.percent:+} %" if one.percent is not None else str(one.unknown or "unknown"))
        + (" !" if one.is_anomaly else "")
        for one in found.differences
    ]
    return [*lines, *insight_words.sentences(found)]


def run_recommend(options: argparse.Namespace) -> Answer:
    """What to recommend to a customer, each with its reason and score."""
    if not 1 <= options.most <= 100:
        raise CommandError("--most is a number from 1 to 100.")
    if options.orders:
        return _recommend_of_book(options)
    customer = _customer(options.customer)
    found = insight_queries.recommended(orders_of([customer.pk])[customer.pk], options.most)
    lines = [
        {
            "product": one.product.code,
            "product_id": one.product.pk,
            "name": one.product.name,
            "why": str(one.why.why),
            "because_of": one.because_of,
            "score": one.why.score,
            "sentence": insight_words.why_text(one),
        }
        for one in found
    ]
    sentences = [f"{line['product']}  {line['name']}: {line['sentence']} ({line['score']})" for line in lines]
    return {
        "customer": customer.name,
        "recommendations": lines,
        "sentences": sentences or ["There is nothing to recommend."],
    }


def _recommend_of_book(options: argparse.Namespace) -> Answer:
    book, at = _book(options), _day(options.at)
    known = {
        key: [one for one in orders if at is None or one.ordered_on <= at]
        for key, orders in book.orders.items()
    }
    if options.customer not in known:
        raise CommandError(f"There is no customer {options.customer} in {options.orders.name}.")
    near = neighbours({product for one in orders for product in one.products} for orders in known.values())
    ranked = sorted(near, key=lambda key: (-sum(one.together for one in near[key]), key))
    found = recommend(known[options.customer], book.catalogue, near, options.most, ranked)
    lines = [
        {"product": one.product, "why": str(one.why), "because_of": one.because_of, "score": one.score}
        for one in found
    ]
    sentences = [f"{line['product']}: {line['why']} {line['because_of']} ({line['score']})" for line in lines]
    return {"customer": options.customer, "recommendations": lines, "sentences": sentences}


def run_reorder(options: argparse.Namespace) -> Answer:
    """When a customer is expected to order next: day, range and what it rests on."""
    given = _day(options.at)
    at = given or timezone.localdate(business_now())
    if options.orders:
        histories = _book(options).histories()
        if options.customer not in histories:
            raise CommandError(f"There is no customer {options.customer} in {options.orders.name}.")
        if given is None:
            at = max(day for days in histories.values() for day in days)
        found = expect(histories[options.customer], pool_of(histories, at), at)
        return _expected(options.customer, histories[options.customer], found, at)
    customer = _customer(options.customer)
    known = [(day, pk) for day, pk in order_days([customer.pk]).get(customer.pk, []) if day <= at]
    found = expect([day for day, _pk in known], _pool_at(given), at)
    answer = _expected(customer.name, [day for day, _pk in known], found, at)
    if known and found.basis is not Basis.NOT_ENOUGH:
        last, policy = known[-1][1], effective(customer.owner_id)
        production, transit = lead_days_of([last])[last]
        lead = (policy.number("reorder.production_days") if production is None else production) + (
            policy.number("reorder.transit_days") if transit is None else transit
        )
        margin = policy.number("reorder.margin_days")
        moment = moment_of(found, stocks_of([last])[last], lead_days=lead, margin_days=margin)
        answer |= {"lead_days": lead, "speak_on": moment[0] if moment else None}
        answer |= {"speak_why": moment[1] if moment else None}
    return answer


def _pool_at(given: date | None) -> Pool:
    """The market as it was stored, or as it was on a day that is asked for."""
    stored = pool()
    if given is None and stored.count:
        return stored
    histories: dict[int, list[date]] = {}
    rows = Order.objects.counted().order_by("customer_id", "ordered_on")
    for pk, day in rows.values_list("customer_id", "ordered_on").distinct().iterator():
        histories.setdefault(pk, []).append(day)
    return pool_of(histories, given or timezone.localdate(business_now()))


def _expected(name: str, days: list[date], found: Reorder, at: date) -> Answer:
    answer: Answer = {
        "customer": name,
        "at": at,
        "orders": found.orders,
        "last_on": found.last_on,
        "basis": str(found.basis),
        "expected_on": found.expected_on,
        "range": None if found.from_on is None else [found.from_on, found.until_on],
        "usual_on": found.usual_on,
        "interval_days": found.interval_days,
        "own_interval_days": found.own_interval_days,
        "own_share_percent": found.own_share,
        "is_overdue": found.is_overdue,
        "usual_months": list(usual_months([day for day in days if day <= at])),
    }
    if found.basis is Basis.NOT_ENOUGH:
        return answer | {"answer": "not enough history", "sentences": ["Not enough history."]}
    if found.expected_on is None:
        sentence = f"Expected on {found.usual_on}; has waited longer than anybody before."
    else:
        sentence = f"Expected on {found.expected_on} ({found.from_on} to {found.until_on})"
        sentence += f", {insight_words.BASES[found.basis]}."
    return answer | {"answer": sentence, "sentences": [sentence]}


def _book(options: argparse.Namespace) -> Book:
    try:
        return read_book(options.orders, options.lines, options.products)
    except Unreadable as error:
        raise CommandError(str(error)) from None


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text} is no day such as 2026-12-01.")
    return found


def _customer(text: str) -> Customer:
    digits = text.removeprefix("C").removeprefix("c")
    if digits.isdigit():
        column = "pk" if digits == text else "serial"
        customer = Customer.objects.alive().filter(**{column: int(digits)}).first()
        if customer is not None:
            return customer
    raise CommandError(f"There is no customer {text}.")
