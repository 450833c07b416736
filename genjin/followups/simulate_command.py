"""The command `genjin simulate`: the work of the coming days, as things are and under a file's numbers."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from genjin.followups import policy_preview
from genjin.instance.queries import business_now
from genjin.people.models import User
from genjin.policy import actions as policy
from genjin.policy import queries
from genjin.policy.commands import read_values
from genjin.policy.models import Layer

Answer = dict[str, Any]
MOST_DAYS = 90


def add_simulate_arguments(parser: argparse.ArgumentParser) -> None:
    """--policy FILE and --days."""
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="the company's numbers to compare with (TOML or JSON)"
    )
    parser.add_argument("--days", type=int, default=policy_preview.DAYS, help=f"how many, to {MOST_DAYS}")


def run_simulate(options: argparse.Namespace) -> Answer:
    """Tasks of each person and day from tomorrow on if all is done and nobody answers; nothing is written.

    With a file also under its values, laid over the company's; the people's own numbers still count.
    """
    if not 1 <= options.days <= MOST_DAYS:
        raise CommandError(f"--days is a number from 1 to {MOST_DAYS}.")
    values = _layer(options.policy)
    at = business_now()
    *_, found = policy_preview.look("COMPANY", 0, values, at=at, days=options.days)
    data = found.data()
    names = User.objects.in_bulk([one["id"] for one in data["people"]])
    people = [_person(one, names, with_then=options.policy is not None) for one in data["people"]]
    people.sort(key=lambda one: str(one["person"]))
    sentences = [f"{data['looked_at']} of {data['customers']} customers simulated for {options.days} days."]
    sentences += [_sentence(one) for one in people]
    return {
        "at": at,
        "days": data["days"],
        "customers": data["customers"],
        "looked_at": data["looked_at"],
        "people": people,
        "sentences": sentences,
    }


def _layer(path: Path | None) -> Mapping[str, Any]:
    """The company's layer with the file's values over it; a sentence for each that cannot be."""
    stored = queries.layer(Layer.Scope.COMPANY)
    values = dict(stored.values) if stored else {}
    if path is None:
        return values
    values |= read_values(path)
    try:
        policy.check(Layer.Scope.COMPANY, 0, values)
    except ValidationError as error:
        told = [f"{key}: {' '.join(said)}" for key, said in error.message_dict.items()]
        raise CommandError(f"{path} cannot be the policy. {' '.join(told)}") from error
    return values


def _person(found: Mapping[str, Any], names: Mapping[int, User], *, with_then: bool) -> Answer:
    user = names.get(found["id"])
    told = {
        "person": user.email if user else str(found["id"]),
        "customers": found["customers"],
        "looked_at": found["looked_at"],
        "now": found["now"],
    }
    return told | ({"then": found["then"]} if with_then else {})


def _sentence(person: Answer) -> str:
    now = sum(person["now"])
    then = f", then {sum(person['then']):.0f}" if "then" in person else ""
    return f"{person['person']}: {now:.0f} tasks now{then}; tomorrow {person['now'][0]:g}" + (
        f", then {person['then'][0]:g}" if then else ""
    )
