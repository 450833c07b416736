"""The pages of notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.notifications import kinds
from genjin.notifications.actions import notify
from genjin.notifications.models import Notice, Way
from genjin.notifications.queries import ways_of
from genjin.people.models import User
from tests.conftest import Cast

SignIn = Callable[[User], Client]


def test_a_notice_names_the_customer_only_to_who_may_see_it(
    people: Cast, customer: Callable[..., Customer], sign_in: SignIn, moment: datetime
) -> None:
    row = customer(name="Hidden Valves", owner=people.lin)
    everybody = [people.lin.pk, people.hu.pk]
    notify(
        kind=kinds.HANDED_OVER,
        user_ids=everybody,
        key="k",
        customer_id=row.pk,
        params={"who": ["林晓雯", "Lin"]},
        at=moment,
    )
    seen = {user: sign_in(user).get(reverse("notifications:list")).content.decode() for user in
            (people.lin, people.hu)}  # fmt: skip
    assert all("Lin gave you 1 customer of the public pool" in page for page in seen.values())
    assert ("Hidden Valves" in seen[people.lin], "Hidden Valves" in seen[people.hu]) == (True, False)


def test_nobody_reads_the_notices_of_others(people: Cast, sign_in: SignIn, moment: datetime) -> None:
    notify(kind=kinds.HANDED_OVER, user_ids=[people.lin.pk], key="k", at=moment)
    row = Notice.objects.get()
    sign_in(people.wang).post(reverse("notifications:read"), {"id": row.pk})
    row.refresh_from_db()
    assert row.read_at is None


def test_everybody_chooses_how_to_be_told(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.lin)
    page = client.get(reverse("notifications:preferences")).content.decode()
    assert "Hand-over" in page
    assert "Overdue in your team" not in page, "only managers are told of that"
    assert "no daily mail goes out" in page
    answers = {kind.name.replace(".", "-"): Way.IN_APP for kind in kinds.kinds() if not kind.right}
    answers["customers-handed_over"] = Way.DIGEST
    assert client.post(reverse("notifications:preferences"), answers).status_code == 302
    assert ways_of(people.lin)[kinds.HANDED_OVER] == Way.DIGEST
    assert ways_of(people.wang)[kinds.HANDED_OVER] == Way.IN_APP
    answers["customers-handed_over"] = "LOUDLY"
    again = client.post(reverse("notifications:preferences"), answers)
    assert again.status_code == 200
    assert "LOUDLY is not one of the available choices" in again.content.decode()
    assert ways_of(people.lin)[kinds.HANDED_OVER] == Way.DIGEST
