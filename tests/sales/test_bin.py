"""The recycle bin of what is sold: who may take out what, and that it comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions import credit_notes, offers, order_changes, products, receipts, shipments, suppliers
from tests.conftest import Cast
from tests.sales.offering import lamp, offered
from tests.sales.ordering import placed
from tests.sales.shipping import packed

SignIn = Callable[[User], Client]


@pytest.fixture
def gone(people: Cast, acme: Customer, moment: datetime) -> dict[str, Any]:
    """One of each in the bin, by tab."""
    who: dict[str, Any] = {"by": people.admin, "at": moment}
    made = {
        "products": lamp(moment),
        "suppliers": suppliers.add_supplier(row={"name": "Ningbo Lamps"}, **who),
        "offers": offered(acme, people.lin, moment),
        "orders": placed(acme, people.lin, moment, number="SC-GONE"),
        "receipts": receipts.register_receipt(
            item=receipts.NewReceipt(moment.date(), "USD", Decimal(5), customer_id=acme.pk), **who
        ),
    }
    kept = placed(acme, people.lin, moment, number="SC-KEPT")
    made["shipments"] = packed(kept, people.lin, moment)
    made["credit_notes"] = credit_notes.issue_credit_note(
        order_id=kept.pk, amount=Decimal(5), reason="Wet", issued_on=moment.date(), **who
    )
    products.recycle_products(ids=[made["products"].pk], **who)
    suppliers.recycle_suppliers(ids=[made["suppliers"].pk], **who)
    offers.recycle(offer_id=made["offers"].pk, **who)
    order_changes.recycle(order_id=made["orders"].pk, **who)
    shipments.recycle_shipment(shipment_id=made["shipments"].pk, **who)
    receipts.recycle_receipt(receipt_id=made["receipts"].pk, **who)
    credit_notes.recycle_credit_note(note_id=made["credit_notes"].pk, **who)
    return made


TABS = ("products", "suppliers", "offers", "orders", "shipments", "receipts", "credit_notes")


@pytest.mark.parametrize("tab", TABS)
def test_what_was_deleted_stands_in_its_tab_and_comes_back(
    tab: str, gone: dict[str, Any], people: Cast, sign_in: SignIn
) -> None:
    client = sign_in(people.admin)
    (row,) = client.get(reverse("sales:bin"), {"tab": tab}).context["rows"]
    assert row["pk"] == gone[tab].pk
    assert client.post(row["restore"]).status_code == 302
    gone[tab].refresh_from_db()
    assert gone[tab].deleted_at is None
    assert client.get(reverse("sales:bin"), {"tab": tab}).context["rows"] == []


def test_only_who_may_restore_sees_the_bin_and_of_it_only_his_own(
    gone: dict[str, Any], people: Cast, sign_in: SignIn
) -> None:
    assert sign_in(people.lin).get(reverse("sales:bin")).status_code == 404
    assert (
        sign_in(people.lin).post(reverse("sales:restore_offer", args=[gone["offers"].pk])).status_code == 404
    )
    leader = sign_in(people.chen)
    for tab in ("offers", "orders", "shipments"):
        assert len(leader.get(reverse("sales:bin"), {"tab": tab}).context["rows"]) == 1
    labels = [str(one["label"]) for one in leader.get(reverse("sales:bin")).context["tabs"]]
    assert "Receipts" not in labels


def test_another_teams_leader_finds_nothing_of_it(
    gone: dict[str, Any], people: Cast, sign_in: SignIn, acme: Customer
) -> None:
    Customer.objects.filter(pk=acme.pk).update(owner=people.hu)
    for name in ("offers", "orders", "shipments"):
        type(gone[name]).objects.filter(pk=gone[name].pk).update(owner=people.hu)
    leader = sign_in(people.chen)
    for tab, name in (("offers", "offer"), ("orders", "order"), ("shipments", "shipment")):
        assert leader.get(reverse("sales:bin"), {"tab": tab}).context["rows"] == []
        assert leader.post(reverse(f"sales:restore_{name}", args=[gone[tab].pk])).status_code == 404
