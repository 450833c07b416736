"""Public order books through the real path: import, again, undo; what the commands say is what is known."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from genjin.exchange import import_actions
from genjin.exchange.models import Import
from genjin.sales.models import Order, OrderLine, Receipt
from genjin.sales.money_commands import run_receivables

CORPORA = os.environ.get("GENJIN_CORPORA", "")
pytestmark = pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")
TRADE = Path(CORPORA, "01-trade-db")


@pytest.fixture
def take(people: Any, moment: Any, work: Callable[..., Import]) -> Callable[..., Import]:
    """`take(kind, path)` imports a file as an administrator, its columns as guessed unless `named`."""

    def take_(kind: str, path: str, **named: str) -> Import:
        with (TRADE / path).open("rb") as stream:
            job = import_actions.bring(
                kind=kind, stream=stream, name=Path(path).name, by=people.admin, at=moment
            )
        heads = job.sheet["headers"]
        columns = [named.get(head) or name or "-" for head, name in zip(heads, job.columns, strict=True)]
        problems = import_actions.choose_columns(
            job=job, columns=columns, options={}, by=people.admin, at=moment
        )
        assert problems == {}
        return work(job, "import")

    return take_


def answers(name: str) -> Any:
    return json.loads((TRADE / "expected" / f"{name}.json").read_text())


def test_northwind_arrives_by_its_own_codes_and_goes_again(
    take: Callable[..., Import], work: Callable[..., Import]
) -> None:
    known = answers("northwind")
    assert take("customers", "northwind/customers.csv").counts == {"NEW": 91}
    assert take("products", "northwind/products.csv").counts == {"NEW": 77}
    assert take("orders", "northwind/orders.csv").counts == {"NEW": known["counts"]["orders"]}
    lines = take("order_lines", "northwind/order_details.csv")
    assert lines.counts == {"NEW": known["counts"]["lines"]}
    # Each line is rounded to cents, as on an invoice.
    total = Order.objects.aggregate(sum=Sum("amount"))["sum"]
    assert abs(total - D(str(known["total_net_of_discount"]))) < D("0.5")
    assert take("order_lines", "northwind/order_details.csv").counts == {"SAME": 2155}
    assert take("orders", "northwind/orders.csv").counts == {"SAME": 830}
    work(lines, "undo")
    assert OrderLine.objects.exclude(code="").count() == 0
    assert set(OrderLine.objects.values_list("description", flat=True)) == {"All goods of the order"}


def test_receivables_of_one_sheet_with_due_and_settled_days_age_as_known(take: Callable[..., Import]) -> None:
    known = answers("ibm_ar")
    path = "ibm-ar/accounts_receivable.csv"
    take("customers", path, customerID="customer.name")
    assert take("orders", path).counts == {"NEW": known["rows"]}
    assert take("orders", path).counts == {"SAME": known["rows"]}
    assert Receipt.objects.count() == known["rows"]
    (total,) = run_receivables(Namespace(at="2013-06-30"))["totals"]
    found = {name: {"n": one["n"], "amount": float(one["amount"])} for name, one in total["buckets"].items()}
    assert found == known["aging_asof_2013-06-30"]
