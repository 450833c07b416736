"""The commands answer for people and machines, also as of another moment, and then write nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from genjin.cli import main
from genjin.customers.models import Customer, NextStep
from genjin.followups.models import CustomerDecision, Task
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
