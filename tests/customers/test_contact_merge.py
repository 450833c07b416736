"""Two contacts of one customer become one and two again: nothing is lost, everything goes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers import contact_merging, timeline
from genjin.customers.actions import (
    Conflict,
    LogDraft,
    NextStepDraft,
    Refused,
    change_contact,
    create_contact,
    create_customer,
    erase_contact,
    log_interaction,
    restore_contact,
)
from genjin.customers.actions.contact_merging import merge_contacts, undo_contact_merge
from genjin.customers.models import Contact, ContactMerge, Customer, DimensionChange, Interaction, NextStep
from genjin.customers.queries import bin_of_contacts
from genjin.fields.actions import create_field
from genjin.journal.models import Entry
from genjin.mail.actions.storing import Arrival, store
from genjin.mail.models import Filing, MailAccount, MailFolder
from genjin.people import access
from tests.customers.test_merge import dump

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(people: Any, moment: datetime) -> Customer:
    row = {"name": "Marmara Teknik", "country_id": "TR"}
    return create_customer(row=row, by=people.lin, at=moment)


def person(firm: Customer, people: Any, at: datetime, name: str, *ways: str, **values: Any) -> Contact:
    points = [{"kind": "EMAIL" if "@" in way else "MOBILE", "value": way} for way in ways]
    row = {"customer_id": firm.pk, "name": name, "points": points, **values}
    return create_contact(row=row, by=people.lin, at=at)


@pytest.fixture
def two(firm: Customer, people: Any, moment: datetime) -> tuple[Contact, Contact]:
    """Elif, who is the main contact, and the same Elif entered a day earlier by another name."""
    kept = person(
        firm, people, moment, "Elif Demirkan", "elif@marmara.example", "+90 532 555 01 01",
        job_title="Buyer", remarks="Likes tea",
    )  # fmt: skip
    gone = person(
        firm, people, moment - timedelta(days=1), "E. Demirkan", "e.demirkan@marmara.example",
        "+90 532 555 01 01", job_title="Head of purchasing", city="Izmir", remarks="No Friday calls",
        decision_role="DECIDER",
    )  # fmt: skip
    return kept, gone


def logged(contact: Contact, people: Any, at: datetime) -> Interaction:
    step = NextStepDraft(due_on=at.date() + timedelta(days=3), purpose="Send samples", contact_id=contact.pk)
    draft = LogDraft(
        kind="AUDIO_CALL", content="Called about the samples", outcome="CONNECTED", contact_ids=[contact.pk]
    )
    return log_interaction(customer_id=contact.customer_id, draft=draft, next_step=step, by=people.lin, at=at)


def mailed(address: str, moment: datetime) -> Filing:
    box = MailAccount.objects.create(name="Info", address="info@x.example", is_shared=True, created_at=moment)
    folder = MailFolder.objects.create(account=box, path="INBOX", role="INBOX")
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = address, "info@x.example", "Offer"
    letter.set_content("Please send it.")
    arrival = Arrival(raw=letter.as_bytes(), uid=1, uid_validity=1, arrived_at=moment)
    store(account=box, folder=folder, items=[arrival], at=moment)
    return Filing.objects.get()


def merged(two: tuple[Contact, Contact], people: Any, at: datetime, **choices: str) -> ContactMerge:
    kept, gone = two
    made = merge_contacts(kept_id=kept.pk, gone_id=gone.pk, choices=choices, by=people.lin, at=at)
    kept.refresh_from_db()
    gone.refresh_from_db()
    return made


def ways(contact: Contact) -> dict[str, bool]:
    return dict(contact.points.values_list("value", "is_primary"))


def test_the_kept_contact_has_everything_of_both(two, firm, people, moment):
    kept, gone = two
    log, filing = logged(gone, people, moment), mailed("e.demirkan@marmara.example", moment)
    below = person(firm, people, moment, "Mehmet", reports_to_id=gone.pk)
    merge = merged(two, people, moment)
    assert ways(kept) == {
        "elif@marmara.example": True, "+90 532 555 01 01": True, "e.demirkan@marmara.example": False
    }  # fmt: skip
    assert list(log.contacts.all()) == [kept]
    filing.refresh_from_db()
    below.refresh_from_db()
    assert (NextStep.objects.get().contact, filing.contact, below.reports_to) == (kept, kept, kept)
    assert (kept.name, kept.job_title, kept.city) == ("Elif Demirkan", "Buyer", "Izmir")
    assert (kept.decision_role, kept.remarks) == ("DECIDER", "Likes tea\n\nNo Friday calls")
    assert kept.created_at == gone.created_at
    assert merge.counts["mail.filing:contact"] == merge.counts["customers.nextstep:contact"] == 1


def test_the_other_one_is_in_no_list_and_its_address_leads_to_the_kept(two, people, moment, sign_in):
    kept, gone = two
    merged(two, people, moment)
    access.of(people.lin, today=moment.date())
    assert not bin_of_contacts(people.lin).exists()
    with pytest.raises(Refused):
        restore_contact(contact_id=gone.pk, by=people.lin, at=moment)
    answer = sign_in(people.lin).get(reverse("customers:contact", args=[gone.pk]))
    assert answer.url.endswith(f"#contact-{kept.pk}")


def test_fields_are_chosen_side_by_side_and_dimensions_stand_in_the_history(two, people, moment):
    kept, _gone = two
    merged(two, people, moment, name="other", job_title="other", decision_role="other", remarks="kept")
    assert (kept.name, kept.job_title, kept.remarks) == ("E. Demirkan", "Head of purchasing", "Likes tea")
    told = DimensionChange.objects.filter(contact=kept, cause="MERGE").get()
    assert (told.dimension, told.old, told.new) == ("decision_role", "UNKNOWN", "DECIDER")


def test_undoing_brings_back_every_row_as_it_was(two, firm, people, admin_field, moment):
    kept, gone = two
    logged(gone, people, moment)
    logged(kept, people, moment)
    mailed("e.demirkan@marmara.example", moment)
    person(firm, people, moment, "Mehmet", reports_to_id=gone.pk)
    change_contact(contact_id=gone.pk, changes={"custom.nickname": "Efi"}, by=people.lin, at=moment)
    before = state()
    merge = merged(two, people, moment, name="other")
    assert kept.custom == {"nickname": "Efi"}
    assert state() != before
    undone = undo_contact_merge(merge_id=merge.pk, by=people.lin, at=moment + timedelta(days=29))
    assert state() == before
    assert (undone.left, undone.undone_by) == ({"fields": []}, people.lin)


def state() -> dict[str, Any]:
    return {name: rows for name, rows in dump().items() if name != "customers.contactmerge"}


@pytest.fixture
def admin_field(people: Any, moment: datetime) -> None:
    create_field(kind="customers.contact", type="TEXT", name_en="Nickname", by=people.admin, at=moment)


def test_what_was_changed_since_stays_and_is_named(two, people, moment):
    kept, _gone = two
    merge = merged(two, people, moment)
    change_contact(contact_id=kept.pk, changes={"city": "Bursa"}, by=people.lin, at=moment)
    undone = undo_contact_merge(merge_id=merge.pk, by=people.lin, at=moment)
    kept.refresh_from_db()
    assert (kept.city, kept.decision_role, undone.left["fields"]) == ("Bursa", "UNKNOWN", ["city"])
    with pytest.raises(Refused):
        undo_contact_merge(merge_id=merge.pk, by=people.lin, at=moment)


def test_the_main_contact_is_the_kept_one_and_again_the_other_one_after_undoing(two, people, moment):
    main, other = two
    assert main.is_primary
    merge = merged((other, main), people, moment)
    assert (other.is_primary, main.is_primary) == (True, False)
    undo_contact_merge(merge_id=merge.pk, by=people.lin, at=moment)
    assert list(Contact.objects.filter(is_primary=True)) == [main]


def test_nobody_comes_to_report_to_himself_through_others(two, firm, people, moment):
    kept, gone = two
    middle = person(firm, people, moment, "Mehmet", reports_to_id=gone.pk)
    change_contact(contact_id=kept.pk, changes={"reports_to_id": middle.pk}, by=people.lin, at=moment)
    merged(two, people, moment)
    middle.refresh_from_db()
    assert (kept.reports_to, middle.reports_to) == (None, kept)


def test_only_two_living_contacts_of_one_customer_are_merged(two, people, moment, customer):
    kept, gone = two
    with pytest.raises(Refused):
        merge_contacts(kept_id=kept.pk, gone_id=kept.pk, by=people.lin, at=moment)
    stranger = person(customer(name="Other", owner=people.lin, serial=77), people, moment, "Elif")
    with pytest.raises(Refused):
        merge_contacts(kept_id=kept.pk, gone_id=stranger.pk, by=people.lin, at=moment)
    with pytest.raises(Conflict):
        merge_contacts(
            kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment, expected={gone.pk: gone.version + 1}
        )
    merged(two, people, moment)
    with pytest.raises(Refused):
        merge_contacts(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment)


def test_a_chain_of_merges_is_undone_from_its_end(two, firm, people, moment):
    kept, gone = two
    third = person(firm, people, moment, "Elif D.", "third@marmara.example")
    first = merged(two, people, moment)
    second = merged((third, kept), people, moment)
    with pytest.raises(Refused):
        undo_contact_merge(merge_id=first.pk, by=people.lin, at=moment)
    undo_contact_merge(merge_id=second.pk, by=people.lin, at=moment)
    undo_contact_merge(merge_id=first.pk, by=people.lin, at=moment)
    assert Contact.objects.alive().count() == 3
    assert set(ways(gone)) == {"e.demirkan@marmara.example", "+90 532 555 01 01"}


def test_who_is_erased_takes_along_whom_he_took_in(two, people, moment):
    kept, gone = two
    merge = merged(two, people, moment)
    erase_contact(contact_id=kept.pk, by=people.chen, at=moment)
    for contact in two:
        contact.refresh_from_db()
    merge.refresh_from_db()
    assert (kept.name, gone.name, gone.city, merge.changes) == ("—", "—", "", {})
    with pytest.raises(Refused):
        undo_contact_merge(merge_id=merge.pk, by=people.chen, at=moment)


def test_one_row_of_the_timeline_tells_of_it_with_the_name(two, firm, people, moment):
    merged(two, people, moment)
    rows = [row.record for row in timeline.page(firm, tab="all", reader=people.lin).items]
    told = [row for row in rows if isinstance(row, Entry) and row.verb == "merge"]
    assert [(row.object_id, row.personal.note, row.note) for row in told] == [(two[0].pk, "E. Demirkan", "")]


def test_the_same_number_or_name_makes_two_contacts_resemble(two, firm, people, moment):
    kept, gone = two
    third = person(firm, people, moment, "elif  DEMIRKAN")
    person(firm, people, moment, "Mehmet", "mehmet@marmara.example")
    found = contact_merging.doubles(list(firm.contacts.order_by("pk").prefetch_related("points")))
    assert found == {gone.pk: kept, third.pk: kept}


def test_the_page_leads_through_compare_merge_and_undo(two, firm, people, sign_in, moment):
    kept, gone = two
    browser = sign_in(people.lin)
    page = browser.get(reverse("customers:customer", args=[firm.pk])).content.decode()
    compare = reverse("customers:merge_contacts", args=[kept.pk, gone.pk])
    assert compare in page
    chosen = browser.post(reverse("customers:merge_contact_with", args=[kept.pk]), {"other": gone.pk})
    assert chosen.url == compare
    shown = browser.get(compare)
    assert b"Head of purchasing" in shown.content
    seen = shown.context["form"].initial["seen"]
    answer = browser.post(compare, {"seen": seen, "job_title": "other"})
    assert answer.status_code == 302
    kept.refresh_from_db()
    assert kept.job_title == "Head of purchasing"
    undo = reverse("customers:undo_contact_merge", args=[ContactMerge.objects.get().pk])
    assert undo in browser.get(answer.url).content.decode()
    assert browser.get(compare).status_code == 302
    browser.post(undo)
    assert Contact.objects.alive().filter(pk=gone.pk).exists()


def test_who_may_not_change_the_customer_finds_no_merge(two, people, sign_in, moment):
    kept, gone = two
    browser = sign_in(people.hu)
    assert browser.get(reverse("customers:merge_contacts", args=[kept.pk, gone.pk])).status_code == 404
    merge = merged(two, people, moment)
    assert browser.post(reverse("customers:undo_contact_merge", args=[merge.pk])).status_code == 404
