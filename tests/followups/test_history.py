"""The history of tasks on the customer's page: what was owed and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.actions import LogDraft
from genjin.customers.actions.interactions import recycle_interaction
from genjin.customers.models import Customer, NextStep
from genjin.followups import actions
from genjin.followups.history import PAGE, history_of
from genjin.followups.models import Outcome, Task
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(
    customer: Callable[..., Customer],
    step: Callable[..., NextStep],
    decided: Callable[..., list[Task]],
    moment: datetime,
) -> Task:
    """A next step of Lin's that is due today."""
    one = customer(first_contact_at=moment - days(5), last_follow_up_at=moment - days(5))
    promise = step(one)
    decided(one)
    return Task.objects.get(key=f"next-step:{promise.pk}")


def told(customer: Customer) -> list[tuple[str, str, bool]]:
    """Title, kind and whether it was taken back, the newest first."""
    lines, _more = history_of(customer)
    return [(line.title, line.outcome.kind, line.is_taken_back) for line in lines]


def write(customer: Customer, rule: str, key: str, at: datetime, **fields: Any) -> Outcome:
    values = {"kind": "DISMISSED", "at": at} | fields
    return Outcome.objects.create(customer=customer, rule=rule, duty_key=key, **values)


def test_each_act_is_told_by_whom_why_and_with_which_log(
    task: Task, people: Cast, decided: Any, moment: datetime, sign_in: Any
) -> None:
    until = moment.date() + days(2)
    rows = actions.postpone(task=task, until=until, reason="Waits for samples", by=people.lin, at=moment)
    actions.undo(outcomes=rows, by=people.lin, at=moment + timedelta(minutes=1))
    decided(task.customer, at=moment + timedelta(minutes=2))
    log = actions.complete(
        task=task, draft=LogDraft(kind="MEETING", content="Wants a sample of DN80."), by=people.lin,
        at=moment + timedelta(minutes=3),
    )  # fmt: skip
    assert told(task.customer) == [
        ("Send the quotation", "DONE", False),
        ("Send the quotation", "POSTPONED", True),
    ]
    page = sign_in(people.lin).get(reverse("followups:history", args=[task.customer_id]), headers=HTMX)
    text = page.content.decode()
    assert "Waits for samples" in text
    assert "Lin Xia" in text
    assert f"#log-{log.pk}" in text
    recycle_interaction(interaction_id=log.pk, by=people.lin, at=moment + timedelta(minutes=4))
    assert told(task.customer)[0] == ("Send the quotation", "DONE", True)
    text = sign_in(people.lin).get(reverse("followups:history", args=[task.customer_id])).content.decode()
    assert f"#log-{log.pk}" not in text
    assert "recycle bin" in text


NAMED = [
    ("TRACKING", "tracking:thread-1:2", "Follow up the unanswered mail"),
    ("SEQUENCE", "sequence:nurture:1:20260302T000000:1", "Step of “Nurture”"),
    ("PROMISE", "promise:complaint-reply:thread:5", "First reply to a complaint"),
    ("PROMISE", "promise:of-an-older-version:5", "Keep a promise"),
    ("REMINDER", "reminder:999999", "Reminder"),
    ("GONE_RULE", "gone:1", "GONE_RULE"),
]


@pytest.mark.parametrize(("rule", "key", "title"), NAMED)
def test_every_kind_of_duty_has_a_name(
    customer: Any, moment: datetime, rule: str, key: str, title: str
) -> None:
    row = customer()
    write(row, rule, key, moment)
    assert [line[0] for line in told(row)] == [title]


def test_it_pages_by_fifty_in_a_number_of_queries_that_does_not_grow(
    customer: Any, people: Cast, moment: datetime, sign_in: Any
) -> None:
    row = customer()
    browser, path = sign_in(people.lin), reverse("followups:history", args=[row.pk])

    def asked() -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    write(row, "RHYTHM", "rhythm:0", moment, by=people.lin)
    few = asked()
    for number in range(1, PAGE + 2):
        write(row, "RHYTHM", f"rhythm:{number}", moment, by=people.wang, reason=f"why {number}.")
    assert asked() == few
    first = browser.get(path).content.decode()
    assert ("why 51." in first, "why 2." in first, "why 1." in first) == (True, True, False)
    _lines, more = history_of(row)
    rest = browser.get(f"{path}?before={more}", headers=HTMX).content.decode()
    assert "why 1." in rest
    assert "why 2." not in rest
    assert "<h2" not in rest, "the rows alone"


def test_it_is_for_who_may_see_the_customer(customer: Any, people: Cast, sign_in: Any) -> None:
    path = reverse("followups:history", args=[customer().pk])
    assert sign_in(people.lin).get(path).status_code == 200
    assert sign_in(people.wang).get(path).status_code == 404
    assert sign_in(people.lin).get(f"{path}?before=no").status_code == 200
