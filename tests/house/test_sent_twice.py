"""Whatever makes something new makes it once, however often the same form is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Model

from genjin.customers.models import (
    Contact,
    Customer,
    HolidayCorrection,
    Interaction,
    ListEntry,
    NextStep,
    PublicPool,
    Tag,
)
from genjin.fields.models import CustomField, FieldChoice
from genjin.jobs.models import Job
from genjin.mail.models import AccountSetup, MailTemplate, Suppression
from genjin.people.models import Absence, CalendarDay, EquipmentLoan, SavedView, Team, User
from genjin.policy.models import Layer
from genjin.sales.models import (
    CreditNote,
    ExchangeRate,
    LetterOfCredit,
    OrderNode,
    Product,
    ProductCategory,
    Supplier,
    SupplierOffer,
)
from genjin.web.models import Submission
from tests.house import samples
from tests.house.pages import addresses
from tests.house.test_at_once import form_at, path_of
from tests.people.test_at_once import at_once

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Make:
    """A form that makes a record: address, a field of it, what is typed, what it makes, where it stands."""

    name: str
    field: str
    typed: dict[str, str]
    model: type[Model]
    shown_at: str = ""


MAKES = [
    Make("customers:create", "short_name", {"name": "Nordkai GmbH", "contact_name": "Uwe"}, Customer),
    Make(
        "customers:add_contact",
        "job_title",
        {"name": "Deniz Kaya", "points-0-value": "d@marmara.example"},
        Contact,
    ),
    Make("customers:add_step", "purpose", {"purpose": "Send the price list", "day": "2026-12-01"}, NextStep),
    Make(
        "customers:add_step",
        "purpose",
        {"kind": "REMINDER", "purpose": "Look at it", "day": "2026-12-01"},
        NextStep,
    ),
    Make(
        "customers:log", "content", {"kind": "NOTE", "content": "Wants DN80.", "next_when": "3"}, Interaction
    ),
    Make("customers:correct_log", "content", {"content": "It was DN90."}, Interaction),
    Make("customers:add_entry", "name_en", {"name_en": "Trade fair in spring"}, ListEntry),
    Make(
        "fields:add",
        "name_en",
        {"kind": "customers.customer", "type": "TEXT", "name_en": "Harbour", "seen_by": "ALL"},
        CustomField,
    ),
    Make("mail:account_new", "address", {"address": "new@163.com", "password": "code"}, AccountSetup),
    Make(
        "mail:template_new",
        "text",
        {"name": "Thanks", "language": "en", "scope": "OWN", "text": "Thank you."},
        MailTemplate,
    ),
    Make("fields:add_choice", "name_en", {"name_en": "Third"}, FieldChoice),
    Make("customers:add_pool", "name_en", {"name_en": "Fairs", "name_zh": "展会"}, PublicPool),
    Make("customers:add_tag", "name", {"name": "Fair in spring"}, Tag),
    Make("customers:tags", "new", {"new": "Fair in spring"}, Tag),
    Make("customers:save_view", "name", {"name": "Germany"}, SavedView, "customers:list"),
    Make(
        "countries:add_correction",
        "first_day",
        {"first_day": "2026-12-01", "name_en": "Own"},
        HolidayCorrection,
    ),
    Make("people:invite", "email", {"email": "new@example.com", "name_en": "New"}, User),
    Make("people:team_new", "name_en", {"name_en": "North"}, Team),
    Make("people:absence_new", "first_day", {"first_day": "2026-12-01", "last_day": "2026-12-02"}, Absence),
    Make("people:calendar", "day", {"day": "2026-12-01", "name_en": "Works outing"}, CalendarDay),
    Make("people:equipment", "item", {"borrower": "lin", "item": "Phone 7"}, EquipmentLoan),
    Make("mail:add_suppression", "addresses", {"addresses": "stop@example.com", "scope": "ALL"}, Suppression),
    Make("policy:own", "cadence.A", {"cadence.A": "5"}, Layer),
    Make("sales:add_category", "name_en", {"name_en": "Ball valves", "name_zh": "球阀类"}, ProductCategory),
    Make(
        "sales:add_credit_note", "reason", {"amount": "10", "reason": "Two valves were broken"}, CreditNote
    ),
    Make(
        "sales:add_letter_of_credit", "issuing_bank", {"number": "LC-9", "lc_expiry": "2027-02-01"},
        LetterOfCredit,
    ),
    Make("sales:add_node", "planned_on", {"name": "Third inspection"}, OrderNode),
    Make("sales:add_product", "name_en", {"code": "NEW-1", "name_en": "New valve"}, Product),
    Make("sales:add_rate", "rate", {"rate": "7.1", "currency": "CHF"}, ExchangeRate),
    Make("sales:add_supplier", "short_name", {"name": "Taizhou Foundry"}, Supplier),
    Make("sales:add_supplier_offer", "cost", {"cost": "3.5"}, SupplierOffer),
]  # fmt: skip


@pytest.fixture
def given(people, customer, moment):
    return samples.make(people, customer, moment)


def sent(browser: Any, make: Make, given: dict[str, Any], people: Any) -> tuple[str, dict[str, Any]]:
    """The address and what a browser sends."""
    form = form_at(browser, path_of(make.shown_at or make.name, given), make.field)
    typed = make.typed | ({"borrower": str(people.lin.pk)} if "borrower" in make.typed else {})
    return path_of(make.name, given), form.sends(**typed)


def answered(answer: Any) -> tuple[int, str]:
    """What somebody sees of an answer: its kind, and where it leads."""
    return answer.status_code, answer.headers.get("Location", "") or answer.headers.get("HX-Redirect", "")


@pytest.fixture
def changing_log(given, moment):
    """A log that is too old to be edited, so that it is corrected."""
    Interaction.objects.update(logged_at=moment.replace(year=2026, month=11, day=20))


@pytest.mark.django_db
@pytest.mark.usefixtures("changing_log")
@pytest.mark.parametrize("make", MAKES, ids=lambda make: f"{make.name}-{make.typed.get('kind', '')}")
def test_a_form_sent_twice_makes_one_record_and_answers_both_times_alike(people, sign_in, given, make):
    browser = sign_in(people.admin)
    address, values = sent(browser, make, given, people)
    before = make.model._default_manager.count()
    first = browser.post(address, values)
    assert make.model._default_manager.count() == before + 1
    second = browser.post(address, values)
    assert make.model._default_manager.count() == before + 1
    assert answered(first) == answered(second)
    assert first.status_code == 302 or make.name == "people:invite"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["customers:add_step", "customers:add_contact", "people:team_new", "people:invite"]
)
def test_two_sendings_at_the_same_moment_make_one_record(people, sign_in, given, name):
    make = next(make for make in MAKES if make.name == name)
    address, values = sent(sign_in(people.admin), make, given, people)
    before = make.model._default_manager.count()
    browsers = [sign_in(people.admin), sign_in(people.admin)]
    first, second = at_once(*[lambda b=b: b.post(address, values) for b in browsers])
    assert make.model._default_manager.count() == before + 1
    assert answered(first) == answered(second)


@pytest.mark.django_db
def test_a_form_taken_back_and_filled_in_anew_is_another_one(people, sign_in, given):
    browser = sign_in(people.lin)
    make = next(make for make in MAKES if make.name == "customers:add_step")
    address, values = sent(browser, make, given, people)
    before = NextStep.objects.count()
    assert browser.post(address, values).status_code == 302
    assert browser.post(address, values | {"purpose": ["Ask about the sample"]}).status_code == 302
    assert NextStep.objects.count() == before + 2


@pytest.mark.django_db
def test_a_dialog_sent_twice_leads_to_the_same_page_and_what_was_refused_may_be_sent_again(
    people, sign_in, given
):
    browser = sign_in(people.lin)
    make = next(make for make in MAKES if make.name == "customers:add_step")
    address, values = sent(browser, make, given, people)
    before = NextStep.objects.count()
    assert browser.post(address, values | {"purpose": [""]}, headers=HTMX).status_code == 422
    assert not Submission.objects.exists()
    answers = [browser.post(address, values, headers=HTMX) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[0]["HX-Redirect"] == answers[1]["HX-Redirect"]
    assert NextStep.objects.count() == before + 1


@pytest.mark.django_db
def test_an_invitation_sent_twice_is_mailed_once_or_shown_both_times(people, sign_in, given, monkeypatch):
    make = next(make for make in MAKES if make.name == "people:invite")
    browser = sign_in(people.admin)
    address, values = sent(browser, make, given, people)
    pages = [browser.post(address, values).content.decode() for _time in range(2)]
    assert all("/join/" in page for page in pages)
    monkeypatch.setattr("genjin.people.jobs.can_mail", lambda: True)
    address, values = sent(browser, make, given, people)
    values["email"] = ["other@example.com"]
    answers = [browser.post(address, values) for _time in range(2)]
    assert answered(answers[0]) == answered(answers[1])
    assert Job.objects.filter(task__endswith="send_link").count() == 1


def test_every_form_that_makes_something_is_tried_here():
    words = ("add", "create", "invite", "correct_log")
    making = {
        a.name for a in addresses() if a.name.split(":")[-1].startswith(words) or a.name.endswith("_new")
    }
    assert making <= {make.name for make in MAKES}
