"""A salesperson leaves with 800 customers; two colleagues take over; one part is taken back again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from genjin.customers.handover_jobs import carry_out
from genjin.customers.handover_kinds import COLLABORATIONS, CUSTOMERS, STEPS
from genjin.customers.models import Customer, HandOver, NextStep
from genjin.followups import queries, sweep
from genjin.instance.queries import business_now
from genjin.journal.models import Entry
from genjin.notifications.queries import newest
from genjin.people.models import User
from tests.conftest import Cast

SIZE = 800


def stock(people: Cast, moment: datetime) -> None:
    """800 customers of Lin's, each followed up last week, every other with its next step today."""
    week = moment - timedelta(days=7)
    rows = Customer.objects.bulk_create(
        [
            Customer(
                name=f"Valves {number}", short_name=f"V{number}", serial=number, owner=people.lin,
                owned_since=week, created_at=week, updated_at=week, follow_grade="MID", value_class="B",
                first_contact_at=week, last_contact_at=week, last_follow_up_at=week, follow_up_count=1,
            )
            for number in range(1, SIZE + 1)
        ]
    )  # fmt: skip
    NextStep.objects.bulk_create(
        [
            NextStep(
                customer=row,
                owner=people.lin,
                purpose="Price list",
                created_at=week,
                due_on=moment.date() + timedelta(days=10 * (row.pk % 2)),
            )
            for row in rows
        ]
    )


def carried_out(row: HandOver) -> HandOver:
    """What the worker does: the job, then the sweep."""
    carry_out.func(row.pk)
    sweep.sweep(business_now)
    return HandOver.objects.get(pk=row.pk)


def due(user: User, at: datetime) -> int:
    return queries.due_count(user, at.date())


def owned(*users: User) -> list[int]:
    rows = dict(Customer.objects.values("owner").annotate(n=Count("pk")).order_by().values_list("owner", "n"))
    return [rows.get(user.pk, 0) for user in users]


@pytest.mark.long
def test_a_salesperson_leaves_with_800_customers(
    people: Cast, sign_in: Callable[[User], Client], moment: datetime
) -> None:
    lin, wang, chen = people.lin, people.wang, people.chen
    stock(people, moment)
    sweep.sweep(business_now)
    assert (due(lin, moment), due(wang, moment)) == (400, 0)

    away = sign_in(people.admin).post(reverse("people:deactivate", args=[lin.pk]))
    wizard = reverse("customers:hand_over", args=[lin.pk])
    assert away.headers["Location"] == wizard

    manager = sign_in(chen)
    asked = {
        "reason": "LEAVING", "kinds": [CUSTOMERS], "rule": "IN_TURN", "why": "Lin leaves",
        "receivers": [wang.pk, chen.pk],
    }  # fmt: skip
    preview = manager.post(wizard, asked | {"preview": "1"}).content.decode()
    assert preview.count('<td class="number">400</td>') == 2
    manager.post(wizard, asked | {"start": "1", "expected": str(SIZE)})
    row = carried_out(HandOver.objects.get())
    assert (row.state, owned(lin, wang, chen)) == (HandOver.State.DONE, [0, 400, 400])
    assert due(lin, moment) == 0, "nothing waits for somebody who is not there"
    assert due(wang, moment) + due(chen, moment) == 400, "the open steps went along"
    kept = Counter(Customer.objects.values_list("follow_grade", "value_class", "follow_up_count"))
    assert kept == {("MID", "B", 1): SIZE}, "nothing is reset"
    assert Entry.objects.filter(kind="customers.customer", verb="assign", by=chen).count() == SIZE
    assert [line.text for line in newest(wang, 5)] == [
        "Chen Gang gave you 400 customers of Lin Xiaowen · Lin leaves"
    ]

    mine = Customer.objects.filter(owner=wang).order_by("pk")[:1].get()
    other = Customer.objects.filter(owner=wang).order_by("-pk")[:1].get()
    page = manager.post(
        reverse("customers:assign", args=[other.pk]),
        {"owner": chen.pk, "why": "Knows them", "version": other.version},
    )
    assert page.status_code == 302
    undo = reverse("customers:undo_hand_over", args=[row.pk])
    assert sign_in(wang).post(undo).status_code == 404, "not the receiver's to undo"
    sign_in(people.admin).post(reverse("people:reactivate", args=[lin.pk]))
    manager.post(undo, {"receiver": wang.pk})
    row = carried_out(row)
    assert owned(lin, wang, chen) == [399, 0, 401], "what Chen got stays, and what changed hands since"
    assert Customer.objects.get(pk=mine.pk).owned_since == moment - timedelta(days=7)
    said = manager.get(reverse("customers:handed_over", args=[row.pk])).content.decode()
    assert other.name in said
    assert "changed hands since" in said
    assert due(lin, moment) + due(chen, moment) == 400
    assert newest(lin, 1)[0].text.startswith("Chen Gang took a hand-over back: 399 customers")
    manager.post(undo)
    row = carried_out(row)
    assert (row.state, owned(lin, wang, chen)) == (HandOver.State.UNDONE, [799, 0, 1]), "the rest comes back"
    assert due(lin, moment) + due(chen, moment) == 400
    kept = Counter(Customer.objects.values_list("follow_grade", "value_class", "follow_up_count"))
    assert kept == {("MID", "B", 1): SIZE}, "nothing is reset on the way back either"
    assert {COLLABORATIONS, STEPS}.isdisjoint(row.items.values_list("kind", flat=True))
