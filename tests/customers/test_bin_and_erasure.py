"""Deleting and what comes back: logs, people and customers; erasing a person, who does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import LogDraft
from genjin.customers.models import Contact, Customer, Interaction


@pytest.fixture
def row(customer):
    return customer()


@pytest.fixture
def faisal(row, contact):
    return contact(row, name="Faisal", job_title="Buyer")


def log(row, people, at, *, by=None, contacts=()):
    draft = LogDraft(kind="NOTE", content="Wants 300 pieces", contact_ids=contacts)
    return actions.log_interaction(customer_id=row.pk, draft=draft, by=by or people.lin, at=at)


def page(client, row):
    return client.get(reverse("customers:customer", args=[row.pk])).content.decode()


def test_a_deleted_log_is_offered_back_and_comes_back(row, people, sign_in, moment):
    made = log(row, people, moment - timedelta(minutes=5))
    client = sign_in(people.lin)
    client.post(reverse("customers:recycle_log", args=[made.pk]))
    html = page(client, row)
    undo = reverse("customers:restore_log", args=[made.pk])
    assert f'action="{undo}"' in html and "Wants 300 pieces" not in html
    client.post(undo)
    assert "Wants 300 pieces" in page(client, row)


def test_a_fresh_log_is_edited_and_an_old_one_corrected(row, people, sign_in, moment):
    fresh = log(row, people, moment - timedelta(minutes=5))
    old = log(row, people, moment - timedelta(days=2))
    html = page(sign_in(people.lin), row)
    for name, made, offered in (
        ("edit_log", fresh, True), ("correct_log", fresh, False), ("recycle_log", fresh, True),
        ("edit_log", old, False), ("correct_log", old, True), ("recycle_log", old, False),
    ):  # fmt: skip
        assert (reverse(f"customers:{name}", args=[made.pk]) in html) is offered, name


def test_a_manager_may_delete_an_old_log_and_a_colleague_none(row, people, sign_in, moment):
    old = log(row, people, moment - timedelta(days=2))
    url = reverse("customers:recycle_log", args=[old.pk])
    assert url in page(sign_in(people.chen), row)
    actions.set_collaborators(customer_ids=[row.pk], add=[people.wang.pk], by=people.lin, at=moment)
    assert url not in page(sign_in(people.wang), row)


def test_the_bin_holds_contacts_and_logs_with_who_deleted_them(row, faisal, people, sign_in, moment):
    made = log(row, people, moment)
    actions.recycle_contact(contact_id=faisal.pk, by=people.lin, at=moment)
    actions.recycle_interaction(interaction_id=made.pk, by=people.lin, at=moment)
    client = sign_in(people.chen)
    for tab, name, pk in (("contacts", "restore_contact", faisal.pk), ("logs", "restore_log", made.pk)):
        html = client.get(reverse("customers:bin"), {"tab": tab}).content.decode()
        restore = reverse(f"customers:{name}", args=[pk])
        assert restore in html and str(people.lin) in html
        assert client.post(restore).status_code == 302
    assert Contact.objects.alive().filter(pk=faisal.pk).exists()
    assert Interaction.objects.alive().filter(pk=made.pk).exists()


def test_the_bin_hides_what_lies_outside_ones_scope(customer, contact, people, sign_in, moment):
    other = contact(customer(owner=people.hu))
    actions.recycle_contact(contact_id=other.pk, by=people.hu, at=moment)
    rows = sign_in(people.chen).get(reverse("customers:bin"), {"tab": "contacts"}).context["rows"]
    assert rows == []


def test_erasing_asks_first_and_says_what_stays(row, faisal, people, sign_in, moment):
    log(row, people, moment, contacts=[faisal.pk])
    url = reverse("customers:erase_contact", args=[faisal.pk])
    client = sign_in(people.chen)
    asked = client.get(url).content.decode()
    assert "1 log with this person" in asked
    faisal.refresh_from_db()
    assert faisal.name == "Faisal"
    client.post(url)
    faisal.refresh_from_db()
    assert (faisal.name, faisal.job_title) == ("—", "")


def test_an_erased_person_is_not_in_the_bin_and_cannot_return(row, faisal, people, sign_in, moment):
    actions.erase_contact(contact_id=faisal.pk, by=people.chen, at=moment)
    client = sign_in(people.chen)
    assert client.get(reverse("customers:bin"), {"tab": "contacts"}).context["rows"] == []
    client.post(reverse("customers:restore_contact", args=[faisal.pk]))
    assert not Contact.objects.alive().filter(pk=faisal.pk).exists()


def test_a_person_leaves_the_company_and_is_back(row, faisal, people, sign_in):
    client = sign_in(people.lin)
    url = reverse("customers:left", args=[faisal.pk])
    version = client.get(url).context["form"]["version"].value()
    client.post(url, {"left_on": "2026-11-20", "version": version})
    faisal.refresh_from_db()
    assert str(faisal.left_on) == "2026-11-20"
    version = client.get(url).context["form"]["version"].value()
    client.post(url, {"left_on": "", "version": version})
    faisal.refresh_from_db()
    assert faisal.left_on is None


def test_what_one_says_of_a_person_meanwhile_changed_is_shown_first(row, faisal, people, sign_in, moment):
    client = sign_in(people.lin)
    url = reverse("customers:left", args=[faisal.pk])
    version = client.get(url).context["form"]["version"].value()
    changes = {"left_on": moment.date() - timedelta(days=9)}
    actions.change_contact(contact_id=faisal.pk, changes=changes, by=people.chen, at=moment)
    answer = client.post(url, {"left_on": "2026-11-20", "version": version})
    assert answer.context["form"].theirs["left_on"].who == str(people.chen)


def test_what_a_manager_deleted_is_restored_by_whoever_has_the_right_only(
    row, faisal, people, sign_in, moment
):
    made = log(row, people, moment)
    actions.recycle_contact(contact_id=faisal.pk, by=people.chen, at=moment)
    actions.recycle_interaction(interaction_id=made.pk, by=people.chen, at=moment)
    client = sign_in(people.lin)
    for name, pk in (("restore_contact", faisal.pk), ("restore_log", made.pk)):
        assert client.post(reverse(f"customers:{name}", args=[pk])).status_code == 302
    assert not Contact.objects.alive().filter(pk=faisal.pk).exists()
    assert not Interaction.objects.alive().filter(pk=made.pk).exists()
    actions.restore_contact(contact_id=faisal.pk, by=people.chen, at=moment)
    assert Contact.objects.alive().filter(pk=faisal.pk).exists()


def test_the_button_of_a_line_restores_that_one_whatever_is_ticked(customer, people, sign_in, moment):
    one, ticked = customer(deleted_at=moment), customer(deleted_at=moment)
    chen, restore = sign_in(people.chen), reverse("customers:restore")
    chen.post(restore, {"only": one.pk, "ids": [ticked.pk]})
    assert list(Customer.objects.alive()) == [one]
    nothing = chen.post(restore, follow=True)
    assert "Choose at least one customer." in nothing.content.decode()
