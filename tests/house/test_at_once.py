"""Two browsers with the same form: the second saver sees what the first changed; nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from genjin.customers.models import Customer, Interaction, NextStep
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.web.actions import forget_submissions
from genjin.web.models import Submission
from tests.house import samples
from tests.house.pages import Form, forms_of
from tests.house.test_urls import fill, value
from tests.people.test_at_once import at_once

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Edit:
    """A versioned form: its address, the field both change, their values, one that only the first changes."""

    name: str
    field: str
    first: str
    second: str
    other: str = ""
    others: str = ""


EDITS = [
    Edit("customers:edit", "city", "Ankara", "Izmir", "remarks", "Pays late."),
    Edit("customers:custom", "custom.own-text", "DN90", "DN100", "custom.own-number", "7"),
    Edit("customers:edit_contact", "name", "Elif A.", "Elif B.", "job_title", "Buyer"),
    Edit("customers:edit_step", "purpose", "Send two samples", "Send three samples", "time", "15:00"),
    Edit(
        "customers:edit_log", "content", "Wants a sample of DN90.", "Wants a sample of DN100.", "minutes", "7"
    ),
    Edit("customers:edit_entry", "name_en", "Trade fair", "World fair", "name_zh", "展会现场"),
    Edit("customers:edit_hint", "text_en", "Copy his boss.", "Ask his boss.", "text_zh", "抄送他的上级。"),
    Edit("customers:edit_tag", "name", "fair 2026", "fair 2027", "colour", "blue"),
    Edit("fields:field", "name_en", "Tier", "Rank", "help_en", "As agreed"),
    Edit("fields:choice", "name_en", "First", "Best", "name_zh", "一"),
    Edit("countries:facts", "calling_code", "91", "92", "currency", "EUR"),
    Edit("countries:section", "text", "Ramadan moves.", "Ports are slow."),
    Edit("people:user", "name_en", "Lin A", "Lin B", "phone", "+86 1"),
    Edit("people:organisation", "name_en", "Firm A", "Firm B", "name_zh", "甲公司"),
    Edit("people:team", "name_en", "East A", "East B", "name_zh", "东一组"),
    Edit("people:role", "see-customers.customer", "TEAM", "ALL", "right-export", "on"),
    Edit("people:company", "go_live_on", "2026-11-01", "2026-11-02", "sensitive_fields", "on"),
    Edit("people:absence", "last_day", "2026-11-26", "2026-11-27", "note", "At the fair"),
    Edit("people:profile", "name_en", "Admin A", "Admin B", "phone", "+86 2"),
    Edit("policy:index", "cadence.A", "11", "12", "cadence.B", "21"),
    Edit("policy:own", "cadence.A", "5", "4", "cadence.B", "9"),
    Edit("policy:team", "cadence.A", "5", "4", "cadence.B", "9"),
    Edit("sales:edit_category", "name_en", "Ball valves", "Gate valves", "name_zh", "球阀类"),
    Edit("sales:edit_node", "note", "Steel is late", "Steel is here", "planned_on", "2026-12-08"),
    Edit("sales:edit_offer", "payment_terms", "100% T/T", "L/C at sight", "incoterm_place", "Ningbo"),
    Edit("sales:edit_order", "customer_po_no", "PO-1", "PO-2", "delivery_on", "2026-12-20"),
    Edit("sales:edit_product", "name_en", "Ball valve A", "Ball valve B", "model", "DN50"),
    Edit("sales:edit_receipt", "payer", "Acme GmbH", "Acme Holding", "note", "By the parent company"),
    Edit("sales:edit_shipment", "vessel", "EVER GOLDEN", "COSCO HOPE", "voyage", "101W"),
    Edit("sales:edit_supplier", "short_name", "Yuhuan", "YH", "city", "Taizhou"),
]


@pytest.fixture
def given(people, customer, moment):
    return samples.make(people, customer, moment)


def path_of(name: str, given: dict[str, Any]) -> str:
    """The address of a form with sample records."""
    from tests.house.pages import addresses

    return fill(next(address for address in addresses() if address.name == name), given)


def form_at(browser: Any, path: str, field: str) -> Form:
    """The form of a page that has this field."""
    page = browser.get(path)
    assert page.status_code == 200
    return next(f for f in forms_of(page.content.decode()) if field in f.texts | f.choices)


@pytest.mark.django_db
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_the_second_saver_sees_what_the_first_saved_and_loses_nothing(people, sign_in, given, edit):
    given = given | {"sections": "economy"}
    first, second = sign_in(people.admin), sign_in(people.admin)
    path = path_of(edit.name, given)
    mine, yours = form_at(first, path, edit.field), form_at(second, path, edit.field)
    typed = {edit.field: edit.first} | ({edit.other: edit.others} if edit.other else {})
    assert first.post(path, mine.sends(**typed)).status_code == 302

    refused = second.post(path, yours.sends(**{edit.field: edit.second}))
    assert refused.status_code in (200, 409, 422)
    page = refused.content.decode()
    assert 'class="field-theirs"' in page
    again = next(f for f in forms_of(page) if edit.field in f.texts | f.choices)
    assert again.fields[edit.field] == [edit.second]

    assert second.post(path, again.fields).status_code == 302
    stored = form_at(first, path, edit.field)
    assert stored.fields[edit.field] == [edit.second]
    if edit.other:
        assert stored.fields[edit.other] == [edit.others]


@pytest.mark.django_db
def test_every_form_that_changes_a_stored_record_is_tried_here(given):
    from tests.house.pages import addresses

    words = ("edit", "facts", "section")
    editing = {a.name for a in addresses() if a.name.split(":")[-1].startswith(words)}
    assert editing <= {edit.name for edit in EDITS}
    assert value("people:team", "pk", given)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_one_customer_one_gets_it_and_the_other_is_told(people, customer, sign_in):
    pooled = customer(owner=None, owned_since=None)
    path = reverse("customers:claim", args=[pooled.pk])
    browsers = [sign_in(people.lin), sign_in(people.wang)]
    answers = at_once(*[lambda b=b: b.post(path, follow=True).content.decode() for b in browsers])
    assert sum("This customer is yours now." in page for page in answers) == 1
    assert Customer.objects.get(pk=pooled.pk).owner in (people.lin, people.wang)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_complete_one_task_write_one_log_and_tell_the_other(people, customer, sign_in, moment):
    row = customer(value_class="A")
    NextStep.objects.create(
        customer=row,
        owner=people.lin,
        purpose="Send it",
        due_on=moment.date(),
        channel="EMAIL",
        created_at=moment,
    )
    decide_customers([row.pk], at=moment)
    path = reverse("followups:log", args=[Task.objects.filter(customer=row).first().key])
    tabs = [sign_in(people.lin), sign_in(people.lin)]
    forms = [form_at(tab, path, "content") for tab in tabs]
    values = [
        f.sends(kind="EMAIL", content=f"Sent the price list {n}.", next_when="3") for n, f in enumerate(forms)
    ]
    answers = at_once(
        *[lambda t=t, v=v: t.post(path, v, headers=HTMX) for t, v in zip(tabs, values, strict=True)]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert Interaction.objects.filter(customer=row).count() == 1
    late = next(answer for answer in answers if answer.status_code == 422)
    assert "Sent the price list" in late.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_log_sent_twice_is_written_once(people, customer, sign_in):
    row = customer()
    path = reverse("customers:log", args=[row.pk])
    browser = sign_in(people.lin)
    sent = form_at(browser, path, "content").sends(
        kind="NOTE", content="Wants a sample of DN80.", next_when="3"
    )
    answers = at_once(*[lambda: sign_in(people.lin).post(path, sent)] * 2)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert browser.post(path, sent)["Location"] == answers[0]["Location"]
    assert Interaction.objects.filter(customer=row).count() == 1
    assert NextStep.objects.filter(customer=row).count() == 1


@pytest.mark.django_db
def test_a_log_from_today_sent_twice_is_written_once(people, customer, sign_in, given):
    browser = sign_in(people.lin)
    path = reverse("followups:log", args=[given["task"]])
    sent = form_at(browser, path, "content").sends(
        kind="EMAIL", content="Sent the price list.", next_when="3"
    )
    before = Interaction.objects.count()
    assert [browser.post(path, sent, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    assert Interaction.objects.count() == before + 1


@pytest.mark.django_db
def test_a_new_customer_sent_twice_is_made_once(people, sign_in):
    browser = sign_in(people.lin)
    path = reverse("customers:create")
    sent = form_at(browser, path, "short_name").sends(name="Nordkai GmbH", contact_name="Uwe")
    first, second = browser.post(path, sent), browser.post(path, sent)
    assert first["Location"] == second["Location"]
    assert Customer.objects.get().name == "Nordkai GmbH"


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again_and_tokens_are_forgotten_after_a_day(
    people, customer, sign_in, moment
):
    Submission.objects.create(token="x" * 20, at=moment.replace(year=2020))
    row = customer()
    path = reverse("customers:log", args=[row.pk])
    browser = sign_in(people.lin)
    form = form_at(browser, path, "content")
    sent = form.sends(kind="MEETING", content="", next_when="3")
    assert browser.post(path, sent).status_code == 200
    assert not Submission.objects.filter(at__year__gte=2026).exists()
    assert browser.post(path, sent | {"content": ["Wants a sample of DN80."]}).status_code == 302
    assert forget_submissions(at=timezone.now()) == 1
    assert list(Submission.objects.values_list("to", flat=True)) == [
        reverse("customers:customer", args=[row.pk])
    ]
