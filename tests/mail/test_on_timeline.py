"""What a customer's timeline tells of mail."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.mail.outgoing import account_of, due

pytestmark = pytest.mark.django_db


def test_a_moment_is_told_as_people_write_it(people, customer, moment, sign_in):
    row = customer(owner=people.lin)
    due(account_of(people.lin, moment), moment, customer_id=row.pk)
    page = sign_in(people.lin).get(reverse("customers:timeline", args=[row.pk])).content.decode()
    assert '<span class="quiet">Send at</span> 24 Nov 08:59' in page
