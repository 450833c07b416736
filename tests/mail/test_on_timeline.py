"""What a customer's timeline tells of mail."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from genjin.customers.present_timeline import _plain
from genjin.journal.models import Entry
from tests.mail.outgoing import account_of, due

pytestmark = pytest.mark.django_db


def test_a_mail_is_told_by_its_own_row_and_not_by_the_journal_of_its_sending(
    people, customer, moment, sign_in
):
    row = customer(owner=people.lin)
    mail = due(account_of(people.lin, moment), moment, customer_id=row.pk)
    assert Entry.objects.filter(customer_id=row.pk, kind="mail.outgoing").exists()
    page = sign_in(people.lin).get(reverse("customers:timeline", args=[row.pk])).content.decode()
    assert "Send at" not in page
    assert mail.subject not in page


def test_a_journalled_moment_is_told_as_people_write_it():
    with timezone.override("Asia/Shanghai"):
        assert _plain("2026-11-24T00:59:00+00:00").endswith(" 08:59")
    assert _plain("2026-99-24T00:59:00+00:00") == "2026-99-24T00:59:00+00:00"
