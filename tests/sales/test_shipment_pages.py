"""The pages of shipments and complaints: list, page, form, small forms, plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.followups.models import Outcome
from genjin.followups.shipment_plan import State, plan_of
from genjin.sales.actions.complaints import open_complaint
from genjin.sales.models import Complaint, Order, ScheduleChange, Shipment
from tests.conftest import Cast
from tests.sales.shipping import order_of, packed, shipped

ETA = date(2027, 1, 8)
Make = Callable[..., Customer]


@pytest.fixture
def order(customer: Make, moment: datetime) -> Order:
    """A hundred of one, fifty of another."""
    return order_of(customer(name="Marmara Teknik"), moment)


@pytest.fixture
def lin(sign_in: Callable[..., Client], people: Cast) -> Client:
    """Lin's browser."""
    return sign_in(people.lin)


def page(browser: Client, name: str, *args: Any, **query: Any) -> str:
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_the_list_shows_what_is_on_the_water_and_marks_what_is_late(
    order: Order, lin: Client, people: Cast, moment: datetime
) -> None:
    shipped(order, people.lin, moment - timedelta(days=9), eta=date(2026, 11, 20), vessel="MSC ANNA")
    packed(order_of(order.customer, moment, number="SC2026-0002"), people.lin, moment)
    text = page(lin, "sales:shipments")
    assert "MSC ANNA" in text and "SC2026-0001" in text and "SC2026-0002" not in text
    assert 'class="nowrap bad"' in text
    assert "SC2026-0002" in page(lin, "sales:shipments", view="packed")
    assert "MSC ANNA" not in page(lin, "sales:shipments", q="nothing")
    assert "No shipments here" in page(lin, "sales:shipments", view="arrived")


def test_a_shipment_is_made_on_a_form_that_knows_what_is_left(
    order: Order, lin: Client, people: Cast, moment: datetime
) -> None:
    first, second = order.lines.order_by("position")
    packed(order, people.lin, moment, 60)
    to = f"{reverse('sales:new_shipment')}?order={order.pk}"
    form = lin.get(to).content.decode()
    assert 'value="40"' in form and 'value="50"' in form, "what is left stands there"
    typed = {
        f"line-{first.pk}-quantity": "41", f"line-{second.pk}-quantity": "", "mode": "SEA", "vessel": "COSCO",
        "demurrage_currency": "USD", "etd": "2026-12-01", "eta": "2026-11-30",
    }  # fmt: skip
    refused = lin.post(to, typed).content.decode()
    assert "Only 40 of V-1 are left to ship" in refused
    assert "COSCO" in refused, "what was typed stays"
    refused = lin.post(to, typed | {f"line-{first.pk}-quantity": "40"}).content.decode()
    assert "The arrival cannot lie before the departure." in refused
    answer = lin.post(to, typed | {f"line-{first.pk}-quantity": "40", "eta": "2027-01-08"})
    made = Shipment.objects.get(vessel="COSCO")
    assert answer.status_code == 302 and answer.headers["Location"] == reverse(
        "sales:shipment", args=[made.pk]
    )
    assert [(row.order_line, int(row.quantity)) for row in made.lines.all()] == [(first, 40)]


def test_the_page_leads_from_packing_to_what_the_customer_said(
    order: Order, lin: Client, people: Cast, moment: datetime
) -> None:
    shipment = packed(order, people.lin, moment, free_days=7)
    assert "The goods have left" in page(lin, "sales:shipment", shipment.pk)
    lin.post(
        reverse("sales:ship", args=[shipment.pk]),
        {"shipped_on": "2026-11-24", "eta": "2027-01-08", "vessel": "MSC ANNA", "bl_no": "COSU1"},
    )
    shipment.refresh_from_db()
    assert (shipment.atd, shipment.eta, shipment.vessel) == (date(2026, 11, 24), ETA, "MSC ANNA")
    lin.post(
        reverse("sales:schedule", args=[shipment.pk]),
        {"atd": "2026-11-24", "eta": "2027-01-18", "reason": "Port strike", "version": ""},
    )
    assert ScheduleChange.objects.get(field="eta", old=ETA).reason == "Port strike"
    assert "Port strike" in page(lin, "sales:shipment", shipment.pk)
    lin.post(reverse("sales:arrival", args=[shipment.pk]), {"received_on": "2026-11-24", "is_intact": "yes"})
    lin.post(
        reverse("sales:feedback", args=[shipment.pk]),
        {"score": "10", "sales": "Half is sold", "form_state": "RETURNED"},
    )
    text = page(lin, "sales:shipment", shipment.pk)
    assert "Half is sold" in text and "Warehoused" in text


def test_damage_in_the_answer_leads_to_a_complaint_that_can_be_settled(
    order: Order, lin: Client, people: Cast, moment: datetime
) -> None:
    shipment = shipped(order, people.lin, moment - timedelta(days=40))
    to = reverse("sales:arrival", args=[shipment.pk])
    assert "Say what is damaged." in lin.post(to, {"is_intact": "no"}).content.decode()
    lin.post(to, {"is_intact": "no", "damage": "Two crates wet"})
    complaint = Complaint.objects.get()
    assert "Two crates wet" in page(lin, "sales:complaints")
    form = page(lin, "sales:complaint", complaint.pk)
    assert "Two crates wet" in form and "What it cost" not in form, "costs are for those who may see them"
    here = reverse("sales:complaint", args=[complaint.pk])
    typed = {"description": "Two crates wet", "state": "SETTLED", "solution": "", "version": ""}
    assert "Say how it was settled." in lin.post(here, typed).content.decode()
    lin.post(here, typed | {"solution": "Sent two crates"})
    complaint.refresh_from_db()
    assert complaint.settled_at == complaint.answered_at
    assert "Two crates wet" not in page(lin, "sales:complaints")
    assert "Two crates wet" in page(lin, "sales:complaints", view="all")


def test_the_plan_tells_each_step_and_lets_one_be_left_out_but_the_advice(
    order: Order, lin: Client, people: Cast, moment: datetime
) -> None:
    shipment = shipped(order, people.lin, moment, eta=ETA)
    text = page(lin, "followups:shipment_plan", shipment.pk)
    for title in ("Send the shipping advice", "Tell the arrival", "Ask: cleared, received, intact?"):
        assert title in text
    skip = lambda name: lin.post(reverse("followups:skip_step", args=[shipment.pk, name]))  # noqa: E731
    skip("eta+10")
    assert Outcome.objects.get().duty_key == f"aftersales:shipment-{shipment.pk}:eta+10"
    skip("advice")
    assert Outcome.objects.count() == 1
    found = {one.name: one.state for one in plan_of(shipment, moment)}
    assert (found["advice"], found["eta+10"], found["eta+30"]) == (State.DUE, State.SKIPPED, State.AHEAD)
    lin.post(
        reverse("sales:step_done", args=[shipment.pk, "advice"]),
        {"done_on": "2026-11-24", "note": "WhatsApp"},
    )
    assert {one.name: one.state for one in plan_of(shipment, moment)}["advice"] is State.DONE


def test_the_order_shows_its_shipments_and_offers_another_while_something_is_left(
    order: Order, lin: Client, people: Cast, moment: datetime
) -> None:
    assert "New shipment" in page(lin, "sales:order_shipments", order.pk)
    made = shipped(order, people.lin, moment, eta=ETA)
    text = page(lin, "sales:order_shipments", order.pk)
    assert made.number in text and "New shipment" not in text


def test_the_recycle_bin_can_be_taken_back(
    order: Order, sign_in: Callable[..., Client], people: Cast, moment: datetime
) -> None:
    shipment = shipped(order, people.lin, moment)
    boss = sign_in(people.chen)
    boss.post(reverse("sales:recycle_shipment", args=[shipment.pk]))
    assert boss.get(reverse("sales:shipment", args=[shipment.pk])).status_code == 404
    boss.post(reverse("sales:restore_shipment", args=[shipment.pk]))
    assert boss.get(reverse("sales:shipment", args=[shipment.pk])).status_code == 200


def test_others_see_neither_shipment_nor_complaint(
    order: Order, sign_in: Callable[..., Client], people: Cast, moment: datetime
) -> None:
    shipment = shipped(order, people.lin, moment)
    complaint = open_complaint(shipment_id=shipment.pk, description="Wet", by=people.lin, at=moment)
    hu = sign_in(people.hu)
    for name, pk in (
        ("sales:shipment", shipment.pk), ("sales:edit_shipment", shipment.pk), ("sales:ship", shipment.pk),
        ("sales:complaint", complaint.pk), ("followups:shipment_plan", shipment.pk),
        ("sales:order_shipments", order.pk),
    ):  # fmt: skip
        assert hu.get(reverse(name, args=[pk])).status_code == 404, name
