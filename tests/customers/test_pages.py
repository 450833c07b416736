"""The customer's page and what is reached from it: who sees what, masking, bounded queries, forms."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import actions, queries, timeline
from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.actions.next_steps import NextStepSummary
from genjin.customers.masking import mask
from genjin.customers.models import Contact, Customer, Interaction, NextStep, Tag
from genjin.people import access
from genjin.policy.actions import save_layer
from genjin.policy.models import CompanySwitches

LOG = {
    "kind": "AUDIO_CALL", "outcome": "CONNECTED", "direction": "OUT",
    "content": "He wants 4,200 valves by May.",
    "happened_at_day": "2026-11-24", "happened_at_time": "08:30", "next_when": "3",
    "next_purpose": "Send the quotation", "next_channel": "EMAIL",
}  # fmt: skip


@pytest.fixture
def mine(customer, people, turkey):
    return customer(owner=people.lin, country=turkey, name="Qasr Al-Miyah", short_name="Qasr")


@pytest.fixture
def mehmet(mine, people, moment):
    points = [
        {"kind": "EMAIL", "value": "mehmet@qasr.example"},
        {"kind": "MOBILE", "value": "0532 123 45 48"},
        {"kind": "WHATSAPP", "value": "+90 532 123 45 48"},
    ]
    row = {"customer_id": mine.pk, "name": "Mehmet", "points": points, "remarks": "Likes tea"}
    return actions.create_contact(row=row, by=people.lin, at=moment)


def page(client, name, *args):
    return client.get(reverse(f"customers:{name}", args=args))


def test_the_page_shows_ways_to_reach_as_links(mine, mehmet, people, sign_in):
    html = page(sign_in(people.lin), "customer", mine.pk).content.decode()
    for href in ("mailto:mehmet@qasr.example", "tel:+905321234548", "https://wa.me/905321234548"):
        assert f'href="{href}"' in html


def test_others_see_dots_and_no_form(mine, mehmet, people, sign_in):
    html = page(sign_in(people.guest), "customer", mine.pk).content.decode()
    assert "m•••@qasr.example" in html
    assert "+90 ••• 48" in html
    for hidden in (
        "mehmet@",
        "0532 123",
        "905321234548",
        "Likes tea",
        reverse("customers:log", args=[mine.pk]),
    ):
        assert hidden not in html


def test_who_has_the_right_sees_the_contact_data_of_others(mine, mehmet, people, sign_in):
    assert "mehmet@qasr.example" in page(sign_in(people.chen), "customer", mine.pk).content.decode()


def test_the_pool_is_masked_until_claimed(mine, mehmet, people, sign_in, moment):
    save_layer(scope="COMPANY", values={"pool.frozen_days": 0}, by=people.admin, at=moment)
    actions.return_to_pool(ids=[mine.pk], by=people.lin, at=moment, why="No time")
    client = sign_in(people.hu)
    assert "mehmet@qasr.example" not in page(client, "customer", mine.pk).content.decode()
    assert client.post(reverse("customers:claim", args=[mine.pk])).status_code == 302
    assert "mehmet@qasr.example" in page(client, "customer", mine.pk).content.decode()
    # Whoever comes second is told who was faster.
    mine.refresh_from_db()
    assert mine.owner == people.hu


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("EMAIL", "jo@example.com", "j•••@example.com"),
        ("EMAIL", "broken", "•••"),
        ("PHONE", "+905321234548", "+90 ••• 48"),
        ("PHONE", "123", "•••"),
        ("WECHAT", "mehmet88", "m•••"),
        ("EMAIL", "", ""),
    ],
)
def test_mask(kind, value, shown):
    assert mask(kind, value) == shown


@pytest.mark.parametrize(
    "name", ["customer", "edit", "log", "add_contact", "add_step", "pause", "tags", "timeline"]
)
def test_what_one_may_not_see_does_not_exist(mine, people, sign_in, name):
    assert page(sign_in(people.hu), name, mine.pk).status_code == 404


EDITING = (
    "edit",
    "log",
    "add_contact",
    "add_step",
    "pause",
    "cadence",
    "tags",
    "collaborators",
    "claim",
    "to_pool",
)


@pytest.mark.parametrize("name", EDITING)
def test_a_reader_cannot_write(mine, people, sign_in, name):
    client = sign_in(people.guest)
    assert client.post(reverse(f"customers:{name}", args=[mine.pk]), LOG).status_code == 404
    assert not Interaction.objects.exists()


def test_the_page_asks_a_bounded_number_of_queries(mine, contact, people, sign_in, moment):
    client = sign_in(people.lin)

    def ask() -> int:
        url = reverse("customers:customer", args=[mine.pk])
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    def fill(count: int) -> None:
        for n in range(count):
            row = {
                "customer_id": mine.pk, "name": f"Person {n}",
                "points": [{"kind": "EMAIL", "value": f"p{n}-{count}@b.example"}],
            }  # fmt: skip
            person = actions.create_contact(row=row, by=people.lin, at=moment)
            draft = LogDraft(kind="EMAIL", content="Hello", contact_ids=[person.pk])
            step = NextStepDraft(f"Step {n}", due_on=date(2026, 12, 1))
            actions.log_interaction(
                customer_id=mine.pk, draft=draft, by=people.lin, at=moment, next_step=step
            )
        tag = actions.create_tag(name=f"Tag {count}", by=people.lin, at=moment)
        actions.tag_customers(ids=[mine.pk], add=[tag.pk], by=people.lin, at=moment)
        actions.set_collaborators(customer_ids=[mine.pk], add=[people.wang.pk], by=people.lin, at=moment)

    fill(1)
    ask()
    few = ask()
    fill(12)
    assert ask() == few


def test_the_card_needs_few_queries(mine, mehmet, people, moment):
    access.of(people.lin, today=moment.date())
    with CaptureQueriesContext(connection) as seen:
        queries.customer_card(mine.pk, people.lin, at=moment)
    assert len(seen) <= 15


def test_the_timeline_pages_without_gap_or_repetition(mine, people, moment):
    for n in range(25):
        at = moment + timedelta(minutes=1 + n // 3)  # several things happen in the same minute
        actions.log_interaction(
            customer_id=mine.pk, draft=LogDraft(kind="NOTE", content=f"Note {n}"), by=people.lin, at=at
        )
        grade = ("TOP", "MID")[n % 2]
        actions.set_dimension(
            customer_ids=[mine.pk], dimension="follow_grade", value=grade, by=people.lin, at=at
        )
    whole = timeline.page(mine, size=1000)
    assert len(whole.items) == 50
    assert not whole.before
    for size in (1, 7, 30):
        found, before = [], ""
        while True:
            part = timeline.page(mine, before=before, size=size)
            found += part.items
            before = part.before
            if not before:
                break
        assert [i.place for i in found] == [i.place for i in whole.items]
    assert sorted((i.place for i in whole.items), reverse=True) == [i.place for i in whole.items]


def test_a_forged_cursor_means_the_beginning(mine, people, moment):
    actions.log_interaction(
        customer_id=mine.pk, draft=LogDraft(kind="NOTE", content="x"), by=people.lin, at=moment
    )
    assert len(timeline.page(mine, before="'; DROP TABLE").items) == 1


def test_a_customer_without_next_step_is_warned_about(mine, people, sign_in, moment):
    client = sign_in(people.lin)
    assert "No next step" not in page(client, "customer", mine.pk).content.decode(), "nobody found it missing"
    actions.write_summaries(summaries=[NextStepSummary(mine.pk, is_missing=True)])
    assert "No next step" in page(client, "customer", mine.pk).content.decode()
    draft = NextStepDraft("Call", due_on=date(2026, 12, 1))
    actions.add_next_step(customer_id=mine.pk, draft=draft, by=people.lin, at=moment)
    assert "No next step" not in page(client, "customer", mine.pk).content.decode()


def test_a_log_with_next_step_in_one_form(mine, mehmet, people, sign_in, moment):
    step = actions.add_next_step(
        customer_id=mine.pk, draft=NextStepDraft("Call", due_on=date(2026, 11, 24)), by=people.lin, at=moment
    )
    data = {**LOG, "contacts": [mehmet.pk], "closes": [step.pk]}
    answer = sign_in(people.lin).post(reverse("customers:log", args=[mine.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    logged = Interaction.objects.get()
    step.refresh_from_db()
    assert (step.state, list(logged.contacts.all())) == ("DONE", [mehmet])
    fresh = NextStep.objects.get(state="OPEN")
    assert (fresh.due_on, fresh.purpose, fresh.contact) == (date(2026, 11, 27), "Send the quotation", mehmet)


def test_attachments_come_with_the_log(mine, people, sign_in):
    client = sign_in(people.lin)
    upload = SimpleUploadedFile("drawing.pdf", b"%PDF-1.4 drawing")
    empty = SimpleUploadedFile("empty.pdf", b"")
    url = reverse("customers:log", args=[mine.pk])
    refused = client.post(url, {**LOG, "attachments": [empty]})
    assert list(refused.context["form"].errors) == ["attachments"]
    assert client.post(url, {**LOG, "attachments": [upload]}).status_code == 302
    assert "drawing.pdf" in page(client, "customer", mine.pk).content.decode()


def test_an_unanswered_call_leaves_the_step_open(mine, people, sign_in, moment):
    step = actions.add_next_step(
        customer_id=mine.pk, draft=NextStepDraft("Call", due_on=date(2026, 11, 24)), by=people.lin, at=moment
    )
    data = {**LOG, "outcome": "NO_ANSWER", "content": "", "next_when": "", "closes": [step.pk]}
    answer = sign_in(people.lin).post(reverse("customers:log", args=[mine.pk]), data)
    assert answer.status_code == 200, "the step was ticked, so something must come next"
    answer = sign_in(people.lin).post(reverse("customers:log", args=[mine.pk]), {**data, "closes": []})
    assert answer.status_code == 302
    step.refresh_from_db()
    assert step.state == "OPEN"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "<script>"}, "kind"),
        ({"content": "short"}, "content"),
        ({"content": "x" * 10_001}, "content"),
        ({"content": "NUL \x00 inside the text"}, "content"),
        ({"minutes": "-5"}, "minutes"),
        ({"minutes": "ten"}, "minutes"),
        ({"happened_at_time": "25:00"}, "happened_at"),
        ({"happened_at_day": "2026-11-25"}, "happened_at"),
        ({"happened_at_day": "2026-11-20"}, "happened_at"),
        ({"next_when": ""}, "next_when"),
        ({"next_when": "none"}, "no_next_step_because"),
        ({"next_when": "date", "next_on": ""}, "next_on"),
        ({"next_when": "date", "next_on": "2026-11-01"}, "next_on"),
        ({"next_when": "date", "next_on": "someday"}, "next_on"),
        ({"next_time": "noonish"}, "next_time"),
        ({"satisfaction": "9"}, "satisfaction"),
        ({"contacts": ["999999"]}, "contacts"),
        ({"closes": ["999999"]}, None),
    ],
)
def test_what_is_wrong_in_a_log_is_said_beside_its_field(mine, mehmet, people, sign_in, wrong, field):
    answer = sign_in(people.lin).post(reverse("customers:log", args=[mine.pk]), {**LOG, **wrong})
    if field is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Interaction.objects.exists()


def test_an_hour_that_summer_time_leaves_out_is_refused(mine, people, sign_in):
    people.lin.timezone = "Europe/Berlin"
    people.lin.save()
    data = {**LOG, "next_when": "date", "next_on": "2027-03-28", "next_time": "02:30"}
    answer = sign_in(people.lin).post(reverse("customers:log", args=[mine.pk]), data)
    assert list(answer.context["form"].errors) == ["next_time"]


def test_what_saving_will_do_is_said_before(mine, people, sign_in):
    client = sign_in(people.lin)
    url = reverse("customers:log_effect", args=[mine.pk])
    assert "Counts as a follow-up" in client.post(url, LOG).content.decode()
    assert "counts neither" in client.post(url, {**LOG, "outcome": "BUSY"}).content.decode()


def test_a_customer_is_made_with_its_first_contact_or_not_at_all(people, sign_in):
    client = sign_in(people.lin)
    data = {"name": "Fakir GmbH", "country": "DE", "contact_name": "Ayşe", "contact_email": "no address"}
    answer = client.post(reverse("customers:create"), data)
    assert list(answer.context["form"].errors) == ["contact_email"]
    assert not Customer.objects.exists()
    answer = client.post(reverse("customers:create"), {**data, "contact_email": "ayse@fakir.example"})
    made = Customer.objects.get()
    assert answer.url == reverse("customers:customer", args=[made.pk])
    assert made.contacts.get().points.get().value == "ayse@fakir.example"


def test_a_likely_duplicate_is_named_with_its_owner_but_no_link(mine, people, sign_in, moment):
    changes = {"name": "Qasr Al-Miyah Est."}
    actions.change_customer(customer_id=mine.pk, changes=changes, by=people.lin, at=moment)
    client = sign_in(people.hu)
    answer = client.post(reverse("customers:create"), {"name": "QASR al miyah Ltd."})
    html = answer.content.decode()
    assert "Qasr Al-Miyah" in html
    assert "Lin Xiaowen" in html
    assert reverse("customers:customer", args=[mine.pk]) not in html
    answer = client.post(reverse("customers:create"), {"name": "QASR al miyah Ltd.", "anyway": "1"})
    assert answer.status_code == 302


def edit_data(client, url):
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {k: v for k, v in data.items() if v not in (None, False)}


def test_two_edit_one_customer_and_nothing_is_lost(mine, people, sign_in):
    url = reverse("customers:edit", args=[mine.pk])
    lin, chen = sign_in(people.lin), sign_in(people.chen)
    mine_data, his_data = edit_data(lin, url), edit_data(chen, url)
    assert chen.post(url, {**his_data, "city": "Bursa", "fax": "1"}).status_code == 302
    answer = lin.post(url, {**mine_data, "city": "Ankara", "address": "Street 1"})
    form = answer.context["form"]
    assert form.theirs["city"].text == "Bursa"
    assert form["city"].value() == "Ankara"
    again = {name: form[name].value() for name in form.fields}
    again = {k: v for k, v in again.items() if v not in (None, False)}
    assert lin.post(url, again).status_code == 302
    mine.refresh_from_db()
    assert (mine.city, mine.fax, mine.address) == ("Ankara", "1", "Street 1")


def contact_data(client, url):
    answer = client.get(url)
    data = edit_data(client, url)
    for row in answer.context["rows"]:
        data |= {row.add_prefix(k): v for k, v in row.data_now.items() if v not in (None, False)}
    return data | {"points-count": str(len(answer.context["rows"]))}


def test_ways_to_reach_are_added_and_taken_away_without_scripts(mine, mehmet, people, sign_in):
    client = sign_in(people.lin)
    url = reverse("customers:edit_contact", args=[mehmet.pk])
    data = contact_data(client, url)
    answer = client.post(url, {**data, "add_point": "1", "job_title": "Boss"})
    assert len(answer.context["rows"]) == 5
    assert answer.context["form"]["job_title"].value() == "Boss", "what was typed stays"
    assert Contact.objects.get(pk=mehmet.pk).job_title == ""
    data |= {"points-3-kind": "WECHAT", "points-3-value": "mehmet88", "points-0-value": ""}
    assert client.post(url, data).status_code == 302
    assert sorted(mehmet.points.values_list("kind", flat=True)) == ["MOBILE", "WECHAT", "WHATSAPP"]


def test_a_wrong_way_to_reach_is_said_in_its_row(mine, mehmet, people, sign_in):
    client = sign_in(people.lin)
    url = reverse("customers:edit_contact", args=[mehmet.pk])
    answer = client.post(url, {**contact_data(client, url), "points-0-value": "nonsense"})
    assert answer.context["rows"][0].errors["value"]
    assert mehmet.points.filter(kind="EMAIL", value="mehmet@qasr.example").exists()


def test_ways_to_reach_changed_by_somebody_else_are_not_overwritten(mine, mehmet, people, sign_in, moment):
    client = sign_in(people.lin)
    url = reverse("customers:edit_contact", args=[mehmet.pk])
    data = contact_data(client, url)
    points = [{"kind": "EMAIL", "value": "new@qasr.example"}]
    actions.change_contact(contact_id=mehmet.pk, changes={}, points=points, by=people.chen, at=moment)
    assert client.post(url, {**data, "job_title": "Boss"}).status_code == 302
    mehmet.refresh_from_db()
    assert (mehmet.job_title, mehmet.points.get().value) == ("Boss", "new@qasr.example")


def test_a_dimension_is_changed_in_place_with_why(mine, people, sign_in):
    client = sign_in(people.lin)
    url = reverse("customers:dimension", args=[mine.pk, "follow_grade"])
    assert client.post(url, {"value": "TOP", "why": "Big order"}).status_code == 302
    assert mine.dimension_changes.get().why == "Big order"
    assert "Big order" in client.get(url, headers={"HX-Request": "true"}).content.decode()
    bad = client.post(reverse("customers:dimension", args=[mine.pk, "value_class"]), {"value": "A"})
    assert "why" in bad.context["form"].errors
    assert page(client, "dimension", mine.pk, "serial").status_code == 404


def test_tags_are_made_while_tagging(mine, people, sign_in):
    url = reverse("customers:tags", args=[mine.pk])
    data = {"new": "<b>Fair</b>", "colour": "red"}
    assert sign_in(people.lin).post(url, data).status_code == 302
    assert mine.tags.get() == Tag.objects.get(name="<b>Fair</b>")
    assert "<b>Fair</b>" not in page(sign_in(people.lin), "customer", mine.pk).content.decode()


def test_the_bin_gives_back_what_lies_within_ones_scope(customer, people, sign_in):
    his = customer(owner=people.hu)
    mine = customer(owner=people.lin)
    client = sign_in(people.chen)
    assert client.post(reverse("customers:recycle", args=[mine.pk])).status_code == 302
    Customer.objects.filter(pk=his.pk).update(deleted_at=his.created_at)
    shown = client.get(reverse("customers:bin")).context["rows"]
    assert shown == [mine]
    assert client.post(reverse("customers:restore"), {"ids": [his.pk]}).status_code == 404
    assert client.post(reverse("customers:restore"), {"ids": [mine.pk]}).status_code == 302
    assert Customer.objects.alive().filter(pk=mine.pk).exists()


@pytest.mark.parametrize("name", ["bin", "lists"])
def test_a_salesperson_has_neither_bin_nor_lists(people, sign_in, name):
    assert sign_in(people.lin).get(reverse(f"customers:{name}")).status_code == 404


def test_an_old_log_is_corrected_not_edited(mine, people, sign_in, moment):
    logged = actions.log_interaction(
        customer_id=mine.pk, draft=LogDraft(kind="NOTE", content="250 pieces"), by=people.lin,
        at=moment - timedelta(days=2),
    )  # fmt: skip
    client = sign_in(people.lin)
    answer = page(client, "edit_log", logged.pk)
    assert answer.url == reverse("customers:correct_log", args=[logged.pk])
    assert client.post(answer.url, {"content": "300 pieces"}).status_code == 302
    assert "300 pieces" in page(client, "customer", mine.pk).content.decode()


def test_no_way_to_reach_somebody_is_dropped_in_silence(mine, mehmet, people, sign_in):
    client = sign_in(people.lin)
    url = reverse("customers:edit_contact", args=[mehmet.pk])
    version = client.get(url).context["form"]["version"].value()
    rows = {f"points-{i}-{k}": v for i in range(31) for k, v in (("kind", "WECHAT"), ("value", f"mehmet{i}"))}
    fields = {"name": "Mehmet", "decision_role": "UNKNOWN", "relationship_depth": "NONE", "version": version}
    answer = client.post(url, {**fields, "points-count": "31", **rows})
    assert "At most 30 ways" in answer.content.decode()
    # An empty row beside thirty is no thirty-first.
    rows |= {"points-30-value": ""}
    assert client.post(url, {**fields, "points-count": "31", **rows}).status_code == 302
    assert mehmet.points.count() == 30


def test_a_restricted_fact_is_deleted_only_when_asked_to(mine, mehmet, people, sign_in, moment):
    CompanySwitches.objects.update_or_create(pk=1, defaults={"sensitive_fields": True})
    given = {"topic": "HOBBIES", "text": "Sailing", "purpose": "Talk at the fair"}
    actions.write_sensitive_note(contact_id=mehmet.pk, by=people.lin, at=moment, **given)
    client, url = sign_in(people.lin), reverse("customers:sensitive", args=[mehmet.pk])
    assert list(client.post(url, {"topic": "HOBBIES"}).context["form"].errors) == ["text"]
    assert mehmet.sensitive_notes.get().text == "Sailing"
    assert client.post(url, {"topic": "HOBBIES", "forget": "on"}).status_code == 302
    assert not mehmet.sensitive_notes.exists()
