"""The commands answer for people and machines, also as of another moment, and then write nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.cli import main
from genjin.customers.models import Customer, NextStep
from genjin.followups.decide import decide_customers
from genjin.followups.models import CustomerDecision, Task
from genjin.people.models import Absence, User
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What a command answers as JSON."""
    assert main([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_today_answers_as_of_a_day_and_writes_nothing(
    people: Cast, customer: Make, step: Step, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    one = customer(follow_grade="LOW")
    step(one, on=moment.date() + days(3), purpose="Ask for the drawing")
    then = (moment + days(3)).date().isoformat()
    assert answer(capsys, "today", "lin@example.com", "--at", (moment).date().isoformat())["tasks"] == []
    tasks = answer(capsys, "today", "LIN@example.com", "--at", f"{then}T09:00")["tasks"]
    assert [task["purpose"] for task in tasks] == ["Ask for the drawing"]
    assert not Task.objects.exists()
    assert not CustomerDecision.objects.exists()


def test_today_as_of_a_day_shows_what_one_does_for_others_too(
    people: Cast, customer: Make, step: Step, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    """A promise at a colleague's customer, the work of somebody away, that of somebody who left."""
    promised, away, left = customer(owner=people.hu), customer(owner=people.lin), customer(owner=people.zhou)
    step(promised, owner_id=people.wang.pk, purpose="Promised")
    step(away, purpose="As deputy")
    step(left, owner_id=people.zhou.pk, purpose="Of who left")
    step(customer(owner=people.hu), purpose="Of nobody's concern")
    day = moment.date()
    Absence.objects.create(user=people.lin, first_day=day, last_day=day + days(3), deputy=people.wang)
    User.objects.filter(pk=people.zhou.pk).update(is_active=False, team=people.east)
    people.east.managers.set([people.wang])
    asked = ("today", "wang@example.com", "--at", moment.isoformat())
    tasks = answer(capsys, *asked)["tasks"]
    assert {task["purpose"] for task in tasks} == {"Promised", "As deputy", "Of who left"}


def test_today_asks_for_names_once(
    people: Cast, customer: Make, step: Step, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            answer(capsys, "today", "lin@example.com")
        return len(queries)

    rows = [customer() for _ in range(4)]
    step(rows[0])
    decide_customers([rows[0].pk], at=moment)
    one = count()
    for row in rows[1:]:
        step(row)
    decide_customers([row.pk for row in rows], at=moment)
    assert count() == one


def test_explain_gives_facts_duties_and_when_it_changes(
    people: Cast, customer: Make, step: Step, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    one = customer(name="Nordkai", value_class="B")
    step(one)
    found = answer(capsys, "explain", one.number, "--at", moment.isoformat())
    assert found["customer"] == "Nordkai"
    assert {duty["rule"] for duty in found["duties"]} == {"NEXT_STEP", "FIRST_CONTACT", "RHYTHM"}
    assert all(duty["why"] for duty in found["duties"])
    assert found["wake_at"]
    assert found["facts"]["value_class"] == "B"


def test_sweep_decides_everybody_who_waits(
    customer: Make, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    customer(value_class="A")
    customer()
    assert answer(capsys, "sweep")["decided"] == 2
    assert answer(capsys, "sweep")["decided"] == 0
    assert "would_wake" in answer(capsys, "sweep", "--at", "2027-01-01")


@pytest.mark.parametrize(
    "arguments",
    [("today", "nobody@example.com"), ("explain", "C99999"), ("explain", "x"), ("sweep", "--at", "tomorrow")],
)
def test_what_cannot_be_answered_gets_one_sentence(
    people: Cast, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(arguments)) == 2
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "Traceback" not in errors


@pytest.mark.parametrize("command", ["today", "explain", "sweep"])
def test_the_commands_say_how_to_ask_as_of_a_moment_and_for_machines(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "--json" in text
    assert "--at AT as of this moment, e.g. 2026-12-01T09:00; nothing is written" in text


def test_decide_tells_what_is_owed_and_what_the_coming_days_bring_if_nothing_happens(
    people: Cast, customer: Make, step: Step, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    one = customer(follow_grade="LOW", cadence_days=9, cadence_until=(moment + days(5)).date())
    step(one, on=moment.date(), purpose="Ask for the drawing")
    asked = ("decide", str(one.pk), "--at", moment.isoformat())
    found = answer(capsys, *asked)
    assert [duty["purpose"] or duty["rule"] for duty in found["duties"]] == ["Ask for the drawing", "RHYTHM"]
    assert found["duties"][0]["why"]
    assert found["wake_at"]
    assert found["coming"] == []
    coming = answer(capsys, *asked, "--days", "14")["coming"]
    assert coming[0]["at"] == moment.isoformat()
    told = [notice["key"].partition(":")[0] for each in coming for notice in each["notices"]]
    assert told == ["overdue", "overdue_manager", "at_risk"]
    assert sum(len(each["changes"]) for each in coming) == 1
    assert any(key.startswith("rhythm:") for each in coming for key in each["no_more_owed"])
    assert not Task.objects.exists()
    assert main([*asked, "--days", "9999"]) == 2
