"""What to say stands on the task where a call is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Contact, Customer
from genjin.followups.call_scripts import language_of, purpose_of
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.instance.models import Instance
from genjin.sales.actions.aftersales_templates import load_templates
from genjin.sales.models import PaymentPlanLine
from tests.conftest import Cast
from tests.sales.shipping import order_of, shipped


def duty(rule: str, key: str = "x:1", template: str = "") -> dict[str, Any]:
    return {"rule": rule, "key": key, "reason": {"code": "", "params": {"template": template}}}


@pytest.mark.parametrize(
    ("given", "purpose"),
    [
        (duty("AFTERSALES", template="aftersales.BALANCE_CALL"), "aftersales.BALANCE_CALL"),
        (duty("AFTERSALES", template="aftersales.ARRIVAL"), ""),
        (duty("TRACKING_CALL"), "call.TRACKING"),
        (duty("TRACKING"), "call.TRACKING"),
        (duty("PAYMENT", template="payment.OVERDUE"), "call.PAYMENT"),
        (duty("REORDER"), "call.REORDER"),
        (duty("PROMISE", key="promise:asked-for-call:inquiry-3:1"), "call.ASKED"),
        (duty("PROMISE", key="promise:complaint-reply:complaint-3:3"), ""),
        (duty("RHYTHM"), ""),
    ],
)
def test_each_call_has_its_wording(given: dict[str, Any], purpose: str) -> None:
    assert purpose_of(given) == purpose


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        ("zh, en", "zh"),
        ("中文", "zh"),
        ("Mandarin", "zh"),
        ("Deutsch", "en"),
        ("", "en"),
    ],
)
def test_one_speaks_chinese_with_those_who_do(spoken: str, language: str) -> None:
    assert language_of(Contact(languages=spoken)) == language


def test_the_call_for_the_balance_shows_both_tones_filled_and_a_mail_shows_none(
    customer: Callable[..., Customer], people: Cast, moment: datetime, sign_in: Any, no_picks: None
) -> None:
    load_templates(people.admin, moment)
    firm = customer(follow_grade="MID")
    contact = Contact.objects.create(
        customer=firm, name="Elif Demirkan", is_primary=True, created_at=moment, updated_at=moment
    )
    for kind, value in (("EMAIL", "elif@marmara.example"), ("MOBILE", "+905321234567")):
        contact.points.create(kind=kind, value=value, normalised=value)
    order = order_of(firm, moment)
    PaymentPlanLine.objects.create(
        order=order, amount=Decimal(1000), trigger="AGAINST_BL_COPY", holds_release=True
    )
    shipped(order, people.lin, moment, eta=date(2027, 1, 8), free_days=7, demurrage_rate=Decimal(120))
    at = moment + timedelta(days=39)
    Instance.objects.update(clock_offset=at - datetime.now(tz=at.tzinfo))
    decide_customers([firm.pk], at=at)
    client = sign_in(people.lin)

    def page(step: str) -> str:
        task = Task.objects.get(key__endswith=step)
        return client.get(reverse("followups:log", args=[task.key])).content.decode()

    shown = page(":eta-7")
    assert shown.count("<details") >= 2
    assert "Call for the balance: what to say (formal)" in shown
    assert "Call for the balance: what to say (friendly)" in shown
    assert "7 free days, after that USD 120 a day" in shown
    assert "the balance of USD 1,000.00" in shown
    assert "Hi Elif" in shown
    assert "[Port of destination]" in shown, "what nobody knows is named"
    assert "{{" not in shown
    assert "Call script" not in page(":eta+10") and "what to say" not in page(":eta+10")
