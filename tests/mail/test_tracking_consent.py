"""Dropping asks for a reason after few follow-ups (000-06), of a customer of grade 上 for consent (000-23)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.mail.models import Tracking
from genjin.notifications.models import Notice
from tests.mail.outgoing import account_of
from tests.mail.test_untracked import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracked(people: Any, customer: Callable[..., Customer], moment: Any, tmp_path: Any, settings: Any) -> Any:
    """`tracked("TOP", follow_ups=9)` gives a tracking of Lin's to a customer of that grade."""
    from genjin.customers.models import Contact, ContactPoint
    from genjin.mail.actions.storing import store
    from genjin.mail.actions.tracking import track
    from genjin.mail.arrivals import Arrival
    from genjin.mail.models import MailFolder

    settings.DATA = tmp_path
    account = account_of(people.lin, moment)
    folder = MailFolder.objects.create(account=account, path="SENT", role="SENT", uid_validity=1)

    def put(role: str, raw: bytes, at: Any) -> int:
        item = Arrival(raw=raw, uid=1, uid_validity=1, arrived_at=at)
        return int(store(account=account, folder=folder, items=[item], at=at)[0].message_id)

    def make(grade: str, follow_ups: int = 0) -> Tracking:
        one = customer(follow_grade=grade)
        contact = Contact.objects.create(customer=one, name="Hans", created_at=moment, updated_at=moment)
        ContactPoint.objects.create(
            contact=contact, kind="EMAIL", value="hans@x.test", normalised="hans@x.test"
        )
        row = track(message_id=sent(put, account, "hans@x.test", moment), days=2, by=people.lin, at=moment)
        Customer.objects.filter(pk=one.pk).update(follow_up_count=follow_ups)
        return row

    return make


def cancel(browser: Any, row: Tracking, reason: str = "") -> str:
    browser.post(reverse("mail:cancel_tracking"), {"ids": [row.pk], "reason": reason})
    row.refresh_from_db()
    return str(row.state)


@pytest.mark.parametrize(
    ("grade", "follow_ups", "reason", "state"),
    [
        ("LOW", 0, "", "CANCELLED"),
        ("MID", 3, "", "ACTIVE"),
        ("MID", 3, "Closed down", "CANCELLED"),
        ("MID", 4, "", "CANCELLED"),
        ("UPPER_MID", 7, "", "ACTIVE"),
        ("UPPER_MID", 7, "Closed down", "CANCELLED"),
    ],
)
def test_after_few_follow_ups_a_reason_is_asked(
    tracked: Any, sign_in: Any, people: Any, grade: str, follow_ups: int, reason: str, state: str
) -> None:
    row = tracked(grade, follow_ups)
    assert cancel(sign_in(people.lin), row, reason) == state
    assert row.reason == (reason if state == "CANCELLED" else "")


def test_who_gives_no_reason_is_told_how_little_was_tried(tracked: Any, sign_in: Any, people: Any) -> None:
    lin = sign_in(people.lin)
    cancel(lin, tracked("MID", 3))
    text = lin.get(reverse("mail:tracking")).content.decode()
    assert "Only 3 follow-ups so far." in text
    assert "Say why the tracking ends." in text


def test_of_the_highest_grade_the_manager_consents(tracked: Any, sign_in: Any, people: Any) -> None:
    row = tracked("TOP", 30)
    lin, address = sign_in(people.lin), reverse("mail:consent", args=[row.pk])
    assert cancel(lin, row, "Bought by a rival") == "ACTIVE"
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind, notice.url) == (people.chen, "mail.consent_asked", address)
    assert lin.post(address).status_code == 404
    assert sign_in(people.hu).post(address).status_code == 404
    chen = sign_in(people.chen)
    assert "Bought by a rival" in chen.get(address).content.decode()
    assert chen.post(address).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason, row.ended_by) == ("CANCELLED", "Bought by a rival", people.chen)
    assert Notice.objects.filter(user=people.lin, kind="mail.consent_given").exists()
