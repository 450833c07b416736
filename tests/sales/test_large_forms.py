"""Offers and orders of a thousand lines go through the forms that people use; beyond the bound it is said."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.models import Offer, Order
from tests.conftest import Cast
from tests.house.pages import forms_of

SignIn = Callable[[User], Client]
SECONDS = 12
MEGABYTES = 150


def page_of(client: Client, what: str, acme: Customer) -> tuple[str, str]:
    """The address of the form of a new one, and the form."""
    if what == "offer":
        url = reverse("sales:new_offer", args=[acme.pk])
    else:
        url = f"{reverse('sales:new_order')}?customer={acme.pk}"
    return url, client.get(url).content.decode()


def with_lines(html: str, count: int) -> dict[str, Any]:
    """The form as a browser sends it after so many lines were added: every field of every row."""
    form = max((one for one in forms_of(html) if one.method == "post"), key=lambda one: len(one.fields))
    values = {name: value for name, value in form.fields.items() if not name.startswith("lines-")}
    columns = {found[1] for name in form.fields if (found := re.match(r"lines-\d+-(.+)", name))}
    for place in range(count):
        row = dict.fromkeys(columns, "") | {
            "code": f"L-{place}", "description": f"Lamp {place}", "quantity": "10", "unit": "pcs",
            "unit_price": "2.5",
        }  # fmt: skip
        values |= {f"lines-{place}-{name}": value for name, value in row.items()}
    return values | ({"lines-count": str(count)} if "lines-count" in form.fields else {})


@pytest.mark.parametrize(("what", "model"), [("offer", Offer), ("order", Order)])
def test_a_thousand_lines_are_saved_and_changed(
    what: str, model: Any, people: Cast, acme: Customer, sign_in: SignIn
) -> None:
    client = sign_in(people.lin)
    url, html = page_of(client, what, acme)
    values = with_lines(html, 1000)
    assert len(values) > 8_000, "every field of every row is sent"
    tracemalloc.start()
    began = time.process_time()
    answer = client.post(url, values)
    spent, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 302, re.findall(r'_error">.*?</div>', answer.content.decode())[:5]
    made = model.objects.get()
    assert (made.amount, made.lines.count()) == (Decimal(25_000), 1000)
    assert spent < SECONDS
    assert peak < MEGABYTES * 1024 * 1024
    edit = reverse(f"sales:edit_{what}", args=[made.pk])
    forms = forms_of(client.get(edit).content.decode())
    stored = next(one for one in forms if "lines-999-code" in one.fields)
    again = stored.fields | {"lines-999-quantity": "20"}
    assert client.post(edit, again).status_code == 302
    made.refresh_from_db()
    assert (made.amount, made.lines.count()) == (Decimal(25_025), 1000)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [("offer", "An offer has at most 2000 lines."), ("order", "An order has at most 2000 lines.")],
)
def test_more_lines_than_the_bound_are_refused_by_a_sentence(
    what: str, sentence: str, people: Cast, acme: Customer, sign_in: SignIn
) -> None:
    client = sign_in(people.lin)
    url, html = page_of(client, what, acme)
    answer = client.post(url, with_lines(html, 2001))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Offer.objects.exists()
    assert not Order.objects.exists()


def test_more_fields_than_are_read_at_all_are_refused_by_a_sentence(
    people: Cast, acme: Customer, sign_in: SignIn
) -> None:
    client = sign_in(people.lin)
    url, _html = page_of(client, "order", acme)
    answer = client.post(url, {f"lines-{place}-code": "x" for place in range(25_001)})
    assert answer.status_code == 413
    assert "a form takes 2,000 lines at once" in answer.content.decode()
