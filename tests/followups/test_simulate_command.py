"""`genjin simulate`: the coming days by person, now and under a file's numbers."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError

from genjin.followups import commands, simulate_command
from genjin.followups.models import Task
from genjin.policy.models import Layer


@pytest.fixture
def simulate(monkeypatch, moment, tmp_path):
    """`simulate({"cadence.A": 3}, days=30)` answers as the command does."""
    monkeypatch.setattr(simulate_command, "business_now", lambda: moment)

    def run(values=None, days=30):
        path = None
        if values is not None:
            path = tmp_path / "policy.json"
            path.write_text(json.dumps(values))
        return simulate_command.run_simulate(argparse.Namespace(policy=path, days=days))

    return run


@pytest.fixture
def regular(customer, moment):
    at = moment - timedelta(days=1)
    return customer(
        value_class="B", follow_grade="LOW", first_contact_at=at, last_contact_at=at, last_follow_up_at=at,
        follow_up_count=1,
    )  # fmt: skip


def test_without_a_file_the_present_alone_is_told(people, regular, simulate):
    answer = simulate()
    assert [one["person"] for one in answer["people"]] == [people.lin.email]
    assert len(answer["days"]) == len(answer["people"][0]["now"]) == 30
    assert "then" not in answer["people"][0]


def test_a_file_is_compared_with_the_present_and_nothing_is_written(people, regular, simulate):
    mine = simulate({"cadence.A": 3, "cadence.B": 4})["people"][0]
    assert sum(mine["then"]) > sum(mine["now"]) > 0
    assert (Task.objects.count(), Layer.objects.count()) == (0, 0)
    assert simulate({"cadence.A": 3, "cadence.B": 4})["people"] == [mine], "twice the same"


def test_a_file_that_cannot_be_the_policy_is_refused_with_a_sentence(regular, simulate):
    with pytest.raises(CommandError, match=r"cadence\.A"):
        simulate({"cadence.A": 99})
    with pytest.raises(CommandError, match="--days"):
        simulate(days=0)


def test_decide_with_days_tells_the_return_to_the_pool_too(customer, moment, monkeypatch):
    monkeypatch.setattr(commands, "business_now", lambda: moment)
    at = moment - timedelta(days=40)
    row = customer(
        follow_grade="MID", first_contact_at=at, last_contact_at=at, last_follow_up_at=at, owned_since=at
    )
    answer = commands.run_decide(argparse.Namespace(customer=str(row.pk), at=None, days=90))
    assert any(one["title"] == "Returns to the public pool" for one in answer["events"])
    assert any("Returns to the public pool" in one for one in answer["sentences"])
