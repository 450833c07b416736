"""The command `genjin policy`: the company's numbers, and whether a file of values can become the policy."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from genjin.policy import words
from genjin.policy.queries import effective
from genjin.policy.sentences import sentence
from genjin.rules.policy import Layer, Level, Policy, PolicyError, catalogue, validate

Answer = dict[str, Any]


def add_policy_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing, or `check FILE`."""
    parser.add_argument("action", nargs="?", choices=["show", "check"], default="show")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="TOML or JSON, a value to each key"
    )


def run_policy(options: argparse.Namespace) -> Answer:
    """Every setting in force, or the verdict on a file."""
    if options.action == "check":
        if options.file is None:
            raise CommandError("Name the file: genjin policy check FILE.")
        return _check(options.file)
    values = effective().values
    settings = [
        {
            "key": spec.key,
            "group": spec.group,
            "label": words.label(spec),
            "value": values[spec.key],
            "default": spec.default,
            "unit": spec.unit,
            "source": spec.source,
            "lowest_layer": str(spec.lowest),
        }
        for spec in catalogue().values()
    ]
    sentences = [
        f"{spec.key}: {words.value_text(spec, values[spec.key])} {words.unit(spec)} ({spec.source})"
        for spec in catalogue().values()
    ]
    return {"settings": settings, "sentences": sentences}


def _check(path: Path) -> Answer:
    """Whether its values can be the company's layer: every mistake by its key, else what they change."""
    given = read_values(path)
    found: list[tuple[str, PolicyError]] = []
    for key, value in given.items():
        try:
            validate(key, value)
        except PolicyError as error:
            found.append((key, error))
    if not found:
        try:
            Policy.from_layers([Layer(Level.COMPANY, given)])
        except PolicyError as error:
            found.append((error.key, error))
    now = effective().values
    changed = {key: [now.get(key), value] for key, value in given.items() if now.get(key) != value}
    problems = [{"key": key, "code": error.code, "sentence": _said(error)} for key, error in found]
    told = [f"{one['key']}: {one['sentence']}" for one in problems]
    good = [f"{len(given)} values can be the policy; {len(changed)} differ from the one in force."]
    return {"ok": not problems, "problems": problems, "changed": changed, "sentences": told or good}


def _said(error: PolicyError) -> str:
    return "There is no such setting." if error.code == "UNKNOWN_KEY" else sentence(error)


def read_values(path: Path) -> Mapping[str, Any]:
    """The values of a file by their keys; a sentence when it is none."""
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is neither TOML nor JSON: {error}.") from error
    if not isinstance(values, dict):
        raise CommandError(f"{path} does not hold a value to each key.")
    return values
