"""The pages of what leaves: the decisions about uncertain mails, the tracking list, the suppression list."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.mail.models import OutgoingMail, Suppression, Tracking
from tests.mail import outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(people, customer, moment):
    return outgoing.samples(people, customer().pk, moment)


def test_an_uncertain_mail_is_shown_with_what_is_known_and_decided_once(people, sign_in, given):
    browser = sign_in(people.lin)
    page = browser.get(reverse("mail:outbox")).content.decode()
    assert "The whole mail was handed over" in page
    assert reverse("mail:decide_resend", args=[given["outgoing"]]) in page
    browser.post(reverse("mail:decide_sent", args=[given["outgoing"]]))
    assert OutgoingMail.objects.get(pk=given["outgoing"]).state == "SENT"
    browser.post(reverse("mail:decide_resend", args=[given["outgoing"]]))
    assert OutgoingMail.objects.get(pk=given["outgoing"]).state == "SENT"
    assert (
        reverse("mail:decide_sent", args=[given["outgoing"]])
        not in browser.get(reverse("mail:outbox")).content.decode()
    )


def test_nobody_decides_about_mails_of_others(people, sign_in, given):
    for user in (people.wang, people.chen, people.admin):
        assert sign_in(user).post(reverse("mail:decide_resend", args=[given["outgoing"]])).status_code == 404
        assert "Offer" not in sign_in(user).get(reverse("mail:outbox")).content.decode()


def test_cancelling_on_the_list_offers_to_undo(people, sign_in, given):
    browser = sign_in(people.lin)
    browser.post(reverse("mail:cancel_tracking"), {"ids": [given["trackings"]], "reason": "Phoned\x00"})
    row = Tracking.objects.get(pk=given["trackings"])
    assert (row.state, row.reason) == ("CANCELLED", "Phoned")
    page = browser.get(reverse("mail:tracking")).content.decode()
    undo = f"{reverse('mail:undo_tracking')}?ids={row.pk}"
    assert undo in page
    browser.post(undo)
    assert Tracking.objects.get(pk=row.pk).state == "ACTIVE"


def test_addresses_are_suppressed_and_lifted_by_who_leads(people, sign_in, given):
    browser = sign_in(people.chen)
    typed = {"addresses": "Stop@B.example\n@closed.example, stop@b.example", "scope": "ALL"}
    browser.post(reverse("mail:add_suppression"), typed)
    assert set(Suppression.objects.values_list("address", flat=True)) == {"stop@b.example", "@closed.example"}
    wrong = browser.post(reverse("mail:add_suppression"), {"addresses": "nonsense", "scope": "ALL"})
    assert "nonsense" in wrong.content.decode()
    assert Suppression.objects.count() == 2
    pk = Suppression.objects.get(address="stop@b.example").pk
    browser.post(reverse("mail:lift_suppression"), {"ids": [pk]})
    page = browser.get(reverse("mail:suppression")).content.decode()
    assert "@closed.example" in page
    assert "stop@b.example" not in page
