"""`python -m bench.orders`: 20,000 orders that run and 500,000 past ones: the board and all pages of sales.

The customers are those of `python -m bench` (made first if the base is empty); orders, plans of payment,
receipts, shipments and offers are written past the actions. Pages are asked without a socket; told are the
median and the 95th percentile of wall time, of the time that the process computed, and of what PostgreSQL's
process did. `--market` measures the nightly look at all orders instead, `--decide` deciding one customer.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.asked import Page, client_of, line, measured

PAST, RUNNING = 500_000, 20_000
FRAGMENT = {"HX-Request": "true"}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.orders", description=__doc__)
    parser.add_argument("--data", default="build/bench-orders")
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--past", type=int, default=PAST)
    parser.add_argument("--running", type=int, default=RUNNING)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--only", default="", help="measure only pages whose name contains this")
    parser.add_argument("--fill", action="store_true", help="only fill the base")
    parser.add_argument("--market", action="store_true", help="measure the nightly look at all orders")
    parser.add_argument("--decide", action="store_true", help="measure decisions on customers with orders")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Fill if need be, measure, print."""
    options = arguments()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        "GENJIN_DATA": str(Path(options.data).resolve()),
        "DATABASE_URL": options.database,
    }
    Path(options.data).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    logging.getLogger("genjin.request").setLevel(logging.WARNING)
    prepare(options)
    if options.fill:
        return
    from genjin.instance.collector import settle

    settle()
    if options.market or options.decide:
        from bench import order_jobs

        print(json.dumps(order_jobs.market() if options.market else order_jobs.decisions(options.requests)))
        return
    asked = (page for page in pages() if options.only in page[0])
    rows = []
    for row in measured(asked, options.requests):
        rows.append(row)
        if not options.json:
            print(line(row), flush=True)
    if options.json:
        print(json.dumps(rows, indent=1))


def prepare(options: argparse.Namespace) -> None:
    """Bring the base to this version, and fill it if it is empty."""
    from django.core.management import call_command

    from bench import generate
    from bench.rows import EMBEDDED
    from genjin.customers.models import Customer
    from genjin.sales.models import Order

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Customer.objects.exists():
        generate.generate(EMBEDDED.scaled(options.customers), tell=_tell)
    if not Order.objects.exists():
        fill(options.past, options.running)
    generate.set_clock()


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def fill(past: int, running: int) -> None:
    """Write the catalogue, and orders with all that hangs on them."""
    from bench import order_rows as rows
    from bench.loading import finish, write
    from genjin.customers.models import Customer
    from genjin.people.models import User
    from genjin.sales import models

    sizes = rows.Sizes(Customer.objects.count(), past, running)
    owners = list(User.objects.filter(email__startswith="seller").order_by("pk").values_list("pk", flat=True))
    finance = User.objects.get(email="director@bench.example").pk
    made = rows.moment(rows.TODAY)
    suppliers = ({"id": n, "name": f"Factory {n}", "created_at": made} for n in range(1, 41))
    categories = ({"id": n, "name_en": f"Category {n}"} for n in range(1, 61))
    tables: list[tuple[type[Any], Iterable[dict[str, Any]]]] = [
        (models.Supplier, suppliers),
        (models.ProductCategory, categories),
        (models.Product, rows.products()),
        (models.Order, rows.orders(sizes, owners)),
        (models.OrderLine, rows.lines(sizes)),
        (models.OrderNode, rows.nodes(sizes)),
        (models.PaymentPlanLine, rows.parts(sizes)),
        (models.Receipt, rows.receipts(sizes, finance, owners)),
        (models.ReceiptAllocation, rows.allocations(sizes, finance)),
        (models.Shipment, rows.shipments(sizes, owners)),
        (models.ShipmentLine, rows.shipment_lines(sizes)),
        (models.Offer, rows.offers(sizes, owners)),
        (models.OfferLine, rows.offer_lines(sizes)),
    ]
    for model, found in tables:
        began = time.monotonic()
        written = write(model, found)
        _tell(f"{written:,} {model._meta.verbose_name_plural} in {time.monotonic() - began:.0f} s")
    models.ExchangeRate.objects.bulk_create(
        models.ExchangeRate(currency=currency, base="CNY", day=rows.TODAY, rate=rate)
        for currency, rate in rows.CURRENCIES.items()
        if currency != "CNY"
    )
    finish(*(model for model, _rows in tables))


BOARD = (
    ("by next node", ""), ("by number", "sort=number"), ("by amount", "sort=-amount"),
    ("by delivery date", "sort=delivery"), ("samples", "kind=SAMPLE"), ("one-off projects", "kind=PROJECT"),
    ("partly shipped", "state=PARTLY_SHIPPED"), ("delivered", "state=DELIVERED"),
    ("mine", "show=mine"), ("of an owner, in production", "owner={owner}&state=IN_PRODUCTION"),
    ("next: booking", "node=BOOKING"), ("a country", "country=NZ"),
    ("a country, by amount", "country=DE&sort=-amount"),
    ("a number", "q=SO26-51"), ("no such number", "q=zzz"), ("a customer", "customer={customer}"),
    ("samples of a country next ETD", "kind=SAMPLE&country=NL&node=ETD"),
)  # fmt: skip
PAST_LISTS = (
    ("newest", ""), ("by number", "sort=number"), ("by amount", "sort=-amount"), ("a year", "year=2021"),
    ("a year, by amount", "year=2021&sort=-amount"), ("cancelled", "state=CANCELLED"),
    ("cancelled one-off projects", "state=CANCELLED&kind=PROJECT"), ("samples", "kind=SAMPLE"),
    ("mine", "show=mine"), ("of an owner", "owner={owner}"), ("a country", "country=NZ"),
    ("a country and a year", "country=DE&year=2020"),
    ("a customer", "customer={customer}"), ("a number", "q=SO21-1234"), ("no such number", "q=zzz"),
)  # fmt: skip
LISTS = (
    ("products", "/products/"), ("products, words", "/products/?q=valve 47"),
    ("products, a category", "/products/?category=7"), ("products by supplier", "/products/?sort=supplier"),
    ("offers", "/offers/"), ("offers by number", "/offers/?sort=number"),
    ("offers, open", "/offers/?state=OPEN"),
    ("offers, expired", "/offers/?state=EXPIRED"), ("offers, lost", "/offers/?state=LOST"),
    ("offers, mine", "/offers/?mine=on"), ("offers, a number", "/offers/?q=QU0123"),
    ("offers, a name", "/offers/?q=Marmara"), ("offers, nothing like it", "/offers/?q=zzz"),
    ("receivables", "/receivables/"), ("receivables of a day long ago", "/receivables/?at=2024-03-01"),
    ("receipts", "/receipts/"), ("receipts not allocated", "/receipts/?show=left"),
    ("receipts not claimed", "/receipts/?show=UNCLAIMED"), ("shipments", "/shipments/"),
    ("suppliers", "/suppliers/"), ("expected orders", "/orders/expected/"), ("declines", "/orders/declines/"),
)  # fmt: skip


def pages() -> Iterator[Page]:
    """Lists, the order's page and its panels, a customer's panels; as a director and as a salesperson."""
    for who in ("director", "seller1"):
        client, named = client_of(who), _named()
        for name, asked in BOARD:
            yield f"board: {name} ({who})", client, _always(f"/orders/?{asked.format(**named)}"), {}
        yield f"board: deep page ({who})", client, _deep(client, "/orders/", 20), {}
        yield f"board: columns by node ({who})", client, _always("/orders/?view=nodes"), {}
        yield f"board: columns by state ({who})", client, _always("/orders/?view=states"), {}
        for name, asked in PAST_LISTS:
            yield f"past: {name} ({who})", client, _always(f"/orders/past/?{asked.format(**named)}"), {}
        yield f"past: deep page ({who})", client, _deep(client, "/orders/past/", 20), {}
        for name, path in LISTS:
            yield f"{name} ({who})", client, _always(path), {}
        yield from _of_orders(who, client)


def _always(path: str) -> Callable[[], str]:
    return lambda: path


def _named() -> dict[str, int]:
    """An owner and a customer of his with many orders, for filters."""
    from genjin.people.models import User
    from genjin.sales.models import Order

    owner = User.objects.get(email="seller1@bench.example").pk
    first = Order.objects.filter(owner=owner, is_open=True).order_by("customer_id").first()
    return {"owner": owner, "customer": first.customer_id if first else 1}


def _deep(client: Any, path: str, pages_on: int) -> Callable[[], str]:
    """The address so many "next page" links on."""
    import html
    import re

    here = path
    for _ in range(pages_on):
        found = re.search(r'rel="next" href="([^"]+)"', client.get(here).content.decode())
        if found is None:
            break
        here = html.unescape(found.group(1))
    return lambda: here


def _of_orders(who: str, client: Any) -> Iterator[Page]:
    """One order's page and its panels, and those of a customer; another one each time."""
    from bench.order_rows import TODAY
    from genjin.people import access
    from genjin.people.models import User
    from genjin.sales.models import Order

    rng = random.Random(1)
    user = User.objects.get(email=f"{who}@bench.example")
    access.of(user, today=TODAY)
    rows = Order.objects.visible_to(user)
    running = list(rows.filter(is_open=True).order_by("pk").values_list("pk", flat=True)[:2000])
    over = list(rows.filter(is_open=False).order_by("-pk").values_list("pk", flat=True)[:2000])
    buyers = list(rows.filter(is_open=True).order_by("pk").values_list("customer_id", flat=True)[:2000])

    def one(pattern: str, among: list[int]) -> Callable[[], str]:
        return lambda: pattern.format(rng.choice(among))

    yield f"order ({who})", client, one("/orders/{}/", running), {}
    yield f"past order ({who})", client, one("/orders/{}/", over), {}
    for name in ("shipments", "money", "compare", "documents"):
        yield f"order's {name} ({who})", client, one(f"/orders/{{}}/{name}/", running), FRAGMENT
    yield f"customer page ({who})", client, one("/customers/{}/", buyers), {}
    for name in ("orders", "offers", "money", "order-rhythm"):
        yield f"customer's {name} ({who})", client, one(f"/customers/{{}}/{name}/", buyers), FRAGMENT
    yield f"customer's receivables ({who})", client, one("/customers/{}/receivables/", buyers), {}


if __name__ == "__main__":
    main()
