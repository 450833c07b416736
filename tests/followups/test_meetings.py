"""The meetings of today and the coming days, with their exact number (C-07, fixed times)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer, NextStep
from genjin.people.models import User
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
SignIn = Callable[[User], Client]


def test_meetings_of_the_coming_days_stand_in_the_order_of_their_hours(
    customer: Make, step: Step, decided: Callable[..., Any], people: Cast, moment: datetime, sign_in: SignIn
) -> None:
    noon = moment.replace(hour=12, minute=0)
    planned = (
        ("later", "TOP", "VISIT", noon + days(3)),
        ("today", "LOW", "MEETING", noon),
        ("video", "MID", "VIDEO_CALL", noon + days(1)),
        ("too far", "TOP", "MEETING", noon + days(20)),
        ("by phone", "TOP", "AUDIO_CALL", noon),
    )
    for name, grade, channel, due_at in planned:
        one = customer(name=name, follow_grade=grade)
        step(one, channel=channel, due_at=due_at)
        decided(one)
    dated, hers = customer(name="no hour"), customer(name="not mine", owner=people.hu)
    step(dated, channel="MEETING")
    step(hers, channel="MEETING", due_at=noon)
    decided(dated, hers)

    answer = sign_in(people.lin).get(reverse("followups:meetings"))
    shown = [[row.customer.name for row in rows] for _title, rows in answer.context["days"]]
    assert shown == [["today"], ["video"], ["later"]]
    assert answer.context["days"][0][0] == "Today"
    tabs = {tab.label: (tab.count, tab.current) for tab in answer.context["tabs"]}
    assert tabs["Meetings"] == (3, True)
    assert tabs["All"] == (sign_in(people.lin).get("/").context["counts"].all, False)


def test_a_missed_meeting_stays_until_it_is_settled(
    customer: Make, step: Step, decided: Callable[..., Any], people: Cast, moment: datetime, sign_in: SignIn
) -> None:
    one = customer()
    made = step(one, channel="VISIT", due_at=moment - days(1))
    (task,) = [task for task in decided(one) if task.channel == "VISIT"]
    browser, here = sign_in(people.lin), reverse("followups:meetings")
    assert "1 day late" in browser.get(here).content.decode()
    page = reverse("followups:dismiss", args=[task.key])
    answer = browser.post(
        page, {"view": "meetings", "reason": "They were ill", "seen": task.decided_at.isoformat()}
    )
    assert (answer.status_code, answer["Location"]) == (302, here)
    made.refresh_from_db()
    assert made.state != "OPEN"
    decided(one)
    assert browser.get(here).context["days"] == []
