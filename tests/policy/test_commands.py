"""`genjin policy` for people and machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genjin.cli import main
from genjin.policy.models import Layer
from genjin.rules.policy import catalogue
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_every_setting_is_told_with_its_value_default_and_source(
    people: Cast, moment: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    Layer.objects.create(scope="COMPANY", version=1, values={"cadence.C": 20}, at=moment, by=people.zhao)
    assert main(["policy", "--json"]) == 0
    settings = {one["key"]: one for one in json.loads(capsys.readouterr().out)["settings"]}
    assert settings.keys() == catalogue().keys()
    told = settings["cadence.C"]
    assert (told["value"], told["default"], told["source"]) == (20, 30, "001-35")


FILES = [
    # name, content, problems by key
    ("good.toml", '"cadence.A" = 5\n"nurture" = []\n', {}),
    ("good.json", '{"cadence.A": 5}', {}),
    (
        "bad.toml",
        '"cadence.A" = 0\n"cadence.Z" = 3\n',
        {"cadence.A": "OUT_OF_RANGE", "cadence.Z": "UNKNOWN_KEY"},
    ),
    ("pair.json", '{"cadence.A": 20}', {"cadence.A": "NOT_IN_ORDER"}),
]


@pytest.mark.parametrize(("name", "content", "problems"), FILES)
def test_a_file_of_values_is_judged_and_nothing_is_saved(
    people: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, problems: Any
) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert main(["policy", "check", str(path), "--json"]) == (1 if problems else 0)
    found = json.loads(capsys.readouterr().out)
    assert {one["key"]: one["code"] for one in found["problems"]} == problems
    assert all(one["sentence"] for one in found["problems"])
    assert not Layer.objects.exists()


@pytest.mark.parametrize("arguments", [["check"], ["check", "/nowhere.toml"], ["check", __file__]])
def test_what_is_no_file_of_values_ends_in_a_sentence(
    people: Cast, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", *arguments]) == 2
    assert capsys.readouterr().err.strip()
