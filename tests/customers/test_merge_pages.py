"""The pages on which customers are merged: who sees what, what is chosen, what is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.models import Collaborator, Customer, Merge
from genjin.notifications.models import Notice
from tests.people.test_at_once import at_once


@pytest.fixture
def pair(customer: Any) -> tuple[Customer, Customer]:
    """Two customers of Lin's."""
    kept = customer(name="Marmara Teknik", country_id="TR", phone="+90 212 555 0101", remarks="Pays late.")
    gone = customer(name="Marmara Technical", country_id="TR", phone="+90 212 555 0202", city="Bursa")
    return kept, gone


def page(kept: Customer, gone: Customer) -> str:
    return reverse("customers:merge", args=[kept.pk, gone.pk])


def sent(browser: Any, path: str, **typed: str) -> Any:
    form = browser.get(path).context["form"]
    return browser.post(path, {"seen": form["seen"].value(), **typed})


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_fields_that_differ_are_shown_side_by_side(people, pair, sign_in):
    answer = sign_in(people.lin).get(page(*pair))
    rows = {row.name: row for row in answer.context["form"].rows}
    assert (rows["phone"].kept, rows["phone"].other) == ("+90 212 555 0101", "+90 212 555 0202")
    assert rows["city"].usual == "other"
    assert "country" not in rows
    assert reverse("customers:merge", args=[pair[1].pk, pair[0].pk]) in answer.content.decode()


def test_what_was_chosen_is_kept_and_the_page_of_the_kept_one_follows(people, pair, sign_in):
    kept, gone = pair
    browser = sign_in(people.lin)
    answer = sent(browser, page(kept, gone), phone="other", name="kept")
    assert answer["Location"] == reverse("customers:customer", args=[kept.pk])
    kept.refresh_from_db()
    assert (kept.phone, kept.city, kept.name) == ("+90 212 555 0202", "Bursa", "Marmara Teknik")
    after = browser.get(answer["Location"]).content.decode()
    assert "Marmara Technical was merged into this customer" in after
    assert "Merged with another customer" in after


def test_the_address_of_the_other_leads_to_the_kept_one_with_a_note(people, pair, sign_in):
    kept, gone = pair
    browser = sign_in(people.lin)
    sent(browser, page(kept, gone))
    answer = browser.get(reverse("customers:customer", args=[gone.pk]))
    assert answer["Location"] == reverse("customers:customer", args=[kept.pk])
    assert any("was merged into this customer" in text for text in said(answer))
    assert sign_in(people.hu).get(reverse("customers:customer", args=[gone.pk])).status_code == 404


def test_a_form_sent_twice_merges_once(people, pair, sign_in):
    browser = sign_in(people.lin)
    path = page(*pair)
    form = browser.get(path).context["form"]
    typed = {"seen": form["seen"].value(), "once": "a" * 20}
    first, second = browser.post(path, typed), browser.post(path, typed)
    assert first["Location"] == second["Location"]
    assert Merge.objects.count() == 1


def test_an_edit_in_between_is_named_and_nothing_is_merged_unseen(people, pair, sign_in, moment):
    kept, gone = pair
    browser = sign_in(people.lin)
    path = page(kept, gone)
    seen = browser.get(path).context["form"]["seen"].value()
    actions.change_customer(customer_id=gone.pk, changes={"phone": "+90 1"}, by=people.chen, at=moment)
    answer = browser.post(path, {"seen": seen, "phone": "other"})
    assert answer.status_code == 200
    assert "Somebody changed this meanwhile: Phone." in answer.content.decode()
    again = answer.context["form"]["seen"].value()
    assert browser.post(path, {"seen": again, "phone": "other"}).status_code == 302
    kept.refresh_from_db()
    assert kept.phone == "+90 1"


def test_who_comes_too_late_is_led_to_the_kept_one(people, pair, sign_in):
    kept, gone = pair
    browser = sign_in(people.lin)
    sent(browser, page(kept, gone))
    answer = browser.get(page(gone, kept))
    assert answer["Location"] == reverse("customers:customer", args=[kept.pk])


def test_undoing_from_the_page_names_what_stayed(people, pair, sign_in, moment):
    kept, gone = pair
    browser = sign_in(people.lin)
    sent(browser, page(kept, gone), phone="other")
    actions.change_customer(customer_id=kept.pk, changes={"phone": "+90 9"}, by=people.lin, at=moment)
    merge = Merge.objects.get()
    shown = browser.get(reverse("customers:merged", args=[merge.pk])).content.decode()
    assert "Undo this merge" in shown
    browser.post(reverse("customers:undo_merge", args=[merge.pk]))
    after = browser.get(reverse("customers:merged", args=[merge.pk])).content.decode()
    assert "“Phone” was changed since and stays." in after
    assert browser.get(reverse("customers:customer", args=[gone.pk])).status_code == 200


def test_managers_see_the_merges_of_their_team_only(people, pair, sign_in):
    sent(sign_in(people.lin), page(*pair))
    assert "Marmara Technical" in sign_in(people.chen).get(reverse("customers:merges")).content.decode()
    assert "Marmara Technical" not in sign_in(people.hu).get(reverse("customers:merges")).content.decode()
    merged = reverse("customers:merged", args=[Merge.objects.get().pk])
    assert sign_in(people.hu).get(merged).status_code == 404


def test_somebody_elses_customer_is_named_with_its_owner_only_and_the_merge_proposed(
    people, pair, customer, sign_in
):
    theirs = customer(name="Marmara Technik Ltd", country_id="TR", owner=people.wang, fax="+90 212 999 0909")
    browser = sign_in(people.lin)
    shown = browser.get(page(pair[0], theirs)).content.decode()
    assert "Marmara Technik Ltd" in shown
    assert str(people.wang) in shown
    assert "999" not in shown
    assert theirs.number not in shown
    answer = browser.post(page(pair[0], theirs), {"why": "Same plant in Bursa"})
    assert answer.status_code == 302
    assert {n.user for n in Notice.objects.filter(kind="customers.merge_proposed")} == {
        people.wang,
        people.chen,
    }
    assert Merge.objects.count() == 0


def test_a_customer_that_one_may_not_see_and_that_does_not_resemble_is_not_there(
    people, pair, customer, sign_in
):
    theirs = customer(name="Zhonghua Optics Berlin", country_id="DE", owner=people.hu)
    assert sign_in(people.lin).get(page(pair[0], theirs)).status_code == 404


def test_contact_data_of_a_pooled_customer_is_masked_side_by_side(people, pair, customer, sign_in):
    pooled = customer(name="Marmara Pompa", owner=None, phone="+90 212 999 0909", fax="+90 212 999 0808")
    shown = sign_in(people.lin).get(page(pair[0], pooled)).content.decode()
    assert "999" not in shown
    assert "•••" in shown


def test_two_selected_in_the_list_are_compared_and_other_numbers_are_not(people, pair, customer, sign_in):
    browser = sign_in(people.lin)
    third = customer(name="Third")
    ids = [one.pk for one in pair]
    answer = browser.post(reverse("customers:bulk"), {"verb": "merge", "ids": ids})
    assert answer["Location"] == page(*pair)
    answer = browser.post(reverse("customers:bulk"), {"verb": "merge", "ids": [*ids, third.pk]})
    assert any("exactly two" in text for text in said(answer))


def test_the_other_customer_is_found_from_the_menu(people, pair, sign_in):
    kept, gone = pair
    browser = sign_in(people.lin)
    assert "Merge with…" in browser.get(reverse("customers:customer", args=[kept.pk])).content.decode()
    path = reverse("customers:merge_with", args=[kept.pk])
    assert browser.post(path, {"other": gone.pk})["Location"] == page(kept, gone)
    assert browser.post(path, {"other": kept.pk}).status_code == 200


def test_the_page_asks_the_same_number_of_questions_whatever_hangs_on_them(
    people, pair, customer, contact, sign_in, django_assert_max_num_queries
):
    kept, gone = pair
    for number in range(30):
        contact(gone, name=f"Person {number}")
        Collaborator.objects.get_or_create(
            customer=gone, user=people.wang, defaults={"since": gone.created_at}
        )
    browser = sign_in(people.lin)
    browser.get(page(kept, gone))
    with django_assert_max_num_queries(40):
        browser.get(page(kept, gone))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_crosswise_at_once_one_wins_and_the_other_is_led_there(people, pair, sign_in):
    kept, gone = pair
    browsers = [sign_in(people.lin), sign_in(people.chen)]
    paths = [page(kept, gone), page(gone, kept)]
    seen = [b.get(p).context["form"]["seen"].value() for b, p in zip(browsers, paths, strict=True)]
    answers = at_once(
        *[
            lambda b=b, p=p, s=s: b.post(p, {"seen": s}, follow=True).content.decode()
            for b, p, s in zip(browsers, paths, seen, strict=True)
        ]
    )
    assert Merge.objects.count() == 1
    assert Customer.objects.alive().filter(pk__in=[kept.pk, gone.pk]).count() == 1
    assert sum("merged meanwhile" in text or "has merged" in text for text in answers) == 1
