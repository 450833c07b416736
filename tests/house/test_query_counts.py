"""No page asks the database more often the more it lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.actions.interactions import LogDraft, log_interaction
from genjin.customers.actions.lists import tag_customers
from genjin.customers.actions.next_steps import NextStepDraft
from genjin.customers.models import (
    Contact,
    ContactPoint,
    Country,
    Customer,
    DuplicatePair,
    HolidayCorrection,
    ListEntry,
    Tag,
)
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.instance.models import ErrorReport
from genjin.jobs.models import Job
from genjin.mail.actions.templates import change_template, create_template
from genjin.mail.languages import CODES
from genjin.mail.models import AccountMember, MailAccount, MailFolder, MailTemplate, Signature
from genjin.notifications.models import Notice
from genjin.people.models import Absence, CalendarDay, EquipmentLoan, SavedView, Team, User
from genjin.policy.actions import save_layer
from genjin.sales.models import PaymentPlanLine
from tests.house import samples, samples_sales_money, samples_sales_offers, samples_sales_products
from tests.house.test_at_once import path_of
from tests.mail import outgoing

PAGES = [
    "customers:list", "customers:customer", "customers:timeline", "customers:bin", "customers:tag_list",
    "customers:lists", "customers:hints", "customers:collaborators", "customers:assign", "customers:log",
    "customers:edit_contact", "customers:edit", "customers:custom", "customers:filters",
    "mail:accounts", "mail:account", "mail:account_signatures", "mail:templates", "mail:template",
    "customers:pairs", "customers:pair", "fields:fields", "fields:field",
    "today", "followups:calls", "followups:meetings",
    "followups:done", "followups:team", "followups:person", "notifications:list",
    "notifications:preferences", "customers:hand_overs", "customers:hand_over", "customers:handed_over",
    "followups:customer_panel", "followups:sequences_panel", "followups:sequences", "followups:what_if",
    "followups:history",
    "followups:numbers", "followups:own_numbers", "countries:list", "countries:country", "search:search",
    "journal:audit",
    "instance:errors", "jobs:list", "people:users", "people:user", "people:teams", "people:roles",
    "people:absences", "people:calendar", "people:equipment", "people:sessions", "policy:index",
    "followups:calendar", "web:palette", "mail:outbox", "mail:tracking", "mail:suppression",
    "sales:board", "sales:past", "sales:order", "sales:customer_panel",
    "sales:products", "sales:product", "sales:product_prices", "sales:product_choices", "sales:categories",
    "sales:suppliers", "sales:supplier", "sales:supplier_choices", "sales:edit_product",
    "sales:shipments", "sales:shipment", "sales:complaints", "sales:order_shipments",
    "sales:receivables", "sales:receipts", "sales:receipt", "sales:customer_receivables", "sales:rates",
    "sales:customer_money", "sales:order_money", "sales:offers", "sales:offer", "sales:customer_offers",
    "sales:order_documents", "sales:order_compare", "sales:reorders", "sales:declines",
    "sales:customer_rhythm",
    "followups:shipment_plan",
]  # fmt: skip


def grow(people: Any, customer: Any, first: Customer, moment: Any, numbers: range) -> None:
    """One more record of every kind for each number, all in sight of Lin, Chen and the administrator."""
    day = moment.date()
    told = {"reason": Task.objects.filter(customer=first)[0].duties[0]["reason"]}
    countries = list(Country.objects.order_by("code"))
    for number in numbers:
        row = customer(
            name=f"Marmara {number}", country=countries[number], value_class="A", serial=500 + number
        )
        DuplicatePair.objects.create(first=first, second=row, score=60, found_at=moment)
        outgoing.grow(people, row, moment, number)
        samples_sales_products.grow(people, moment, number)
        samples_sales_offers.made(people, first, moment)
        owing = PaymentPlanLine.objects.filter(order__customer=first).order_by("order", "pk")[0]
        samples_sales_money.grow(people, first.pk, owing.order_id, moment, number)
        for parent in (row, first):
            person = Contact.objects.create(
                customer=parent, name=f"Elif {number}", created_at=moment, updated_at=moment
            )
            for kind, value in (
                ("EMAIL", f"elif{number}-{parent.pk}@marmara.example"),
                ("MOBILE", f"+90{number:09}"),
            ):
                ContactPoint.objects.create(contact=person, kind=kind, value=value, normalised=value)
            log_interaction(
                customer_id=parent.pk,
                draft=LogDraft(kind="MEETING", content="Wants a sample of DN80.", contact_ids=[person.pk]),
                next_step=NextStepDraft(purpose=f"Step {number}", due_on=day, channel="AUDIO_CALL"),
                by=people.lin, at=moment - timedelta(minutes=30),
            )  # fmt: skip
        tag = Tag.objects.create(name=f"tag {number}")
        tag_customers(ids=[row.pk, first.pk], add=[tag.pk], by=people.lin, at=moment)
        gone = customer(name=f"Gone {number}", deleted_at=moment, deleted_by=people.chen)
        team = Team.objects.create(name_zh=f"组{number}", name_en=f"Team {number}")
        user = User.objects.create(
            email=f"u{number}@example.com", name_en=f"User {number}", role_id="SALESPERSON", team=people.east,
            joined_at=moment,
        )  # fmt: skip
        team.managers.add(user)
        Absence.objects.create(user=user, first_day=day, last_day=day, deputy=people.wang)
        own = customer(name=f"Theirs {number}", owner=user, country=countries[number])
        later = day + timedelta(days=number + 1)
        Absence.objects.create(user=people.lin, first_day=later, last_day=later, deputy=user)
        CalendarDay.objects.create(day=later, kind="CLOSED", source="OWN", name_en="Own")
        EquipmentLoan.objects.create(borrower=user, item=f"Phone {number}", from_day=day)
        Job.objects.create(task="genjin.jobs.jobs.prune", state="FAILED")
        ErrorReport.objects.create(
            at=moment, process="web", place=f"GET /{number}", kind="E", trace=str(number)
        )
        ListEntry.objects.create(list="SOURCE", name_en=f"Source {number}", position=90 + number)
        HolidayCorrection.objects.create(country_id="TR", first_day=later, last_day=later, name_en="Own")
        SavedView.objects.create(user=people.lin, list_name="customers.customer", name=f"view {number}")
        for reader in (people.lin, people.chen, people.admin):
            Notice.objects.create(
                user=reader,
                customer=row,
                key=f"{reader.pk}-{number}",
                kind="followups.overdue",
                params=told,
                at=moment,
            )
        account = MailAccount.objects.create(
            name=f"m{number}", address=f"m{number}@firm.example", is_shared=True, created_at=moment
        )
        AccountMember.objects.create(account=account, user=people.lin)
        mine = MailAccount.objects.get(owner=people.lin)
        for parent in (account, mine):
            MailFolder.objects.create(account=parent, path=f"Folder {number}")
        Signature.objects.create(account=mine, language=CODES[number], text="x")
        template = create_template(name=f"t{number}", subject="", text="x", by=people.lin, at=moment)
        first_template = MailTemplate.objects.get(name="Greeting")
        change_template(
            template_id=first_template.pk, subject="", text=f"x {number} {template}", by=people.lin, at=moment
        )
        save_layer(scope="COMPANY", values={"cadence.A": 1 + number % 12}, by=people.admin, at=moment)
        decide_customers([row.pk, first.pk, own.pk, gone.pk], at=moment)


@pytest.mark.long
@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows(people, customer, moment, sign_in):
    given = samples.make(people, customer, moment)
    first = Customer.objects.get(pk=given["customers"])
    browsers = {"lin": sign_in(people.lin), "chen": sign_in(people.chen), "admin": sign_in(people.admin)}
    paths = {name: path_of(name, given) for name in PAGES}
    paths["search:search"] = reverse("search:search") + "?q=marmara"
    paths["web:palette"] = reverse("web:palette") + "?q=marmara"

    def counted() -> dict[tuple[str, str], list[str]]:
        found = {}
        for role, browser in browsers.items():
            for name, path in paths.items():
                browser.get(path)
                with CaptureQueriesContext(connection) as asked:
                    answer = browser.get(path)
                if answer.status_code == 200:
                    found[role, name] = [q["sql"][:160] for q in asked.captured_queries]
        return found

    grow(people, customer, first, moment, range(3))
    few = counted()
    grow(people, customer, first, moment, range(3, 12))
    many = counted()
    grown = {page: (len(few[page]), len(many[page])) for page in few if len(many[page]) > len(few[page])}
    assert grown == {}, more(few, many, grown)
    assert len(few) > 50


def more(few: dict[Any, list[str]], many: dict[Any, list[str]], grown: dict[Any, Any]) -> str:
    """The queries that were asked more often."""
    told = []
    for page, counts in grown.items():
        extra = list(many[page])
        for sql in few[page]:
            if sql in extra:
                extra.remove(sql)
        told.append(f"{page} {counts}: {extra[:4]}")
    return "\n".join(told)
