"""Every number and sequence of the company as a named, validated setting; defaults in `policy.toml`.

A policy is made of layers: company, then team, then person; later layers override (C-10). A setting says
down to which layer it may be set and, where lower layers may only be stricter, in which direction.
Values are plain JSON data: whole numbers, yes/no, names from a list, and lists of these.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

MOST_STEPS = 40
MOST_REPEATS = 36
"""How often a step of a sequence may repeat: monthly for three years."""
EXITS = ("REPLY", "ORDER", "STATUS", "AWAKE")
"""What may end a sequence early: the names of events."""
STARTS = ("INQUIRY", "DORMANT")
"""What may begin one by itself."""
UNLIMITED = "UNLIMITED"
"""The value of a count that has no upper limit; read as `None`."""


class Level(StrEnum):
    """Who sets a layer of the policy, from the highest to the lowest."""

    COMPANY = "COMPANY"
    TEAM = "TEAM"
    PERSON = "PERSON"

    @property
    def depth(self) -> int:
        """0 for the company, 2 for the person."""
        return list(Level).index(self)


class Kind(StrEnum):
    """The form of a setting's value."""

    INT = "int"
    BOOL = "bool"
    CHOICE = "choice"
    CHOICES = "choices"
    INTS = "ints"
    STEPS = "steps"
    SEQUENCES = "sequences"


class Stricter(StrEnum):
    """In which direction a lower layer may move a value; `ANY` leaves it free."""

    ANY = "any"
    LOWER = "lower"
    HIGHER = "higher"


class PolicyError(ValueError):
    """A value that cannot be: `code` is one of `CODES`, `params` complete its sentence."""

    CODES = (
        "UNKNOWN_KEY",
        "WRONG_TYPE",
        "OUT_OF_RANGE",
        "NOT_A_CHOICE",
        "NOT_IN_ORDER",
        "LEVEL_TOO_LOW",
        "WEAKENS",
    )

    def __init__(self, key: str, code: str, **params: Any) -> None:
        super().__init__(f"{key}: {code} {params}")
        self.key = key
        self.code = code
        self.params = params


class Anchor(StrEnum):
    """From when the days of a step count."""

    START = "START"
    """The event that began the sequence."""
    DATE = "DATE"
    """The date the sequence is about, such as an arrival; what falls on a free day moves earlier."""
    STEP = "STEP"
    """The completion of the step before; until then it is not known when it is due."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence: what to do, how, and how many days after what."""

    purpose: str
    channel: str
    after_days: int
    anchor: Anchor = Anchor.START
    only_if: str = ""
    """The name of a condition that must hold; without it the step is passed over."""
    repeats: int = 1
    every_days: int = 0
    is_compulsory: bool = False
    """Whether it may only be done, not dismissed."""
    key: str = ""
    """Its name within the sequence, where the purpose does not serve."""
    template: str = ""
    """The purpose of the mail templates it is written from; empty for those named after the step."""

    @property
    def name(self) -> str:
        """What tells it from the other steps, whatever their order."""
        return self.key or self.purpose


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One setting of the catalogue: what it may be and where it comes from."""

    key: str
    group: str
    kind: Kind
    default: Any
    source: str
    """The numbers of the requirements it comes from, or "decided" with the reason in the note."""
    unit: str = ""
    minimum: int = 0
    maximum: int = 0
    unlimited: bool = False
    choices: tuple[str, ...] = ()
    ascending: bool = False
    lowest: Level = Level.COMPANY
    """The lowest layer that may set it."""
    stricter: Stricter = Stricter.ANY
    benchmark: bool = False
    """Shown for comparison only; no rule reads it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The values that one level sets; what it does not name comes from above."""

    level: Level
    values: Mapping[str, Any]


@cache
def catalogue() -> Mapping[str, SettingSpec]:
    """Every setting by its key, in the order of the file: what the settings page lists."""
    text = resources.files(__package__).joinpath("policy.toml").read_text(encoding="utf-8")
    specs: dict[str, SettingSpec] = {}
    for group, settings in tomllib.loads(text).items():
        for key, given in settings.items():
            specs[key] = _spec(key, group, given)
    return specs


def _spec(key: str, group: str, given: dict[str, Any]) -> SettingSpec:
    typed = {
        **given,
        "kind": Kind(given["kind"]),
        "choices": tuple(given.get("choices", ())),
        "lowest": Level(given.get("lowest", "COMPANY")),
        "stricter": Stricter(given.get("stricter", "any")),
    }
    spec = SettingSpec(key=key, group=group, **typed)
    _validate(spec, spec.default)
    return spec


def validate(key: str, value: Any) -> None:
    """Raise PolicyError unless `value` may be the value of that setting."""
    _validate(_known(key), value)


def _known(key: str) -> SettingSpec:
    spec = catalogue().get(key)
    if spec is None:
        raise PolicyError(key, "UNKNOWN_KEY")
    return spec


def _validate(spec: SettingSpec, value: Any) -> None:
    if spec.kind is Kind.INT:
        _validate_int(spec, value)
    elif spec.kind is Kind.BOOL:
        if not isinstance(value, bool):
            raise PolicyError(spec.key, "WRONG_TYPE", expected=spec.kind.value)
    elif spec.kind is Kind.CHOICE:
        _validate_choice(spec, value)
    else:
        _validate_list(spec, value)


def _validate_int(spec: SettingSpec, value: Any) -> None:
    if spec.unlimited and value == UNLIMITED:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise PolicyError(spec.key, "WRONG_TYPE", expected=Kind.INT.value)
    if not spec.minimum <= value <= spec.maximum:
        raise PolicyError(spec.key, "OUT_OF_RANGE", minimum=spec.minimum, maximum=spec.maximum)


def _validate_choice(spec: SettingSpec, value: Any) -> None:
    if not isinstance(value, str):
        raise PolicyError(spec.key, "WRONG_TYPE", expected=Kind.CHOICE.value)
    if value not in spec.choices:
        raise PolicyError(spec.key, "NOT_A_CHOICE", choices=list(spec.choices))


def _validate_list(spec: SettingSpec, value: Any) -> None:
    if not isinstance(value, list | tuple):
        raise PolicyError(spec.key, "WRONG_TYPE", expected=spec.kind.value)
    if spec.kind is Kind.STEPS:
        _validate_steps(spec, value)
        return
    if spec.kind is Kind.SEQUENCES:
        _validate_sequences(spec, value)
        return
    for entry in value:
        _validate_choice(spec, entry) if spec.kind is Kind.CHOICES else _validate_int(spec, entry)
    if len(set(value)) != len(value) or (spec.ascending and list(value) != sorted(value)):
        raise PolicyError(spec.key, "NOT_IN_ORDER")


def _validate_steps(spec: SettingSpec, value: Iterable[Any]) -> None:
    last = {Anchor.START: spec.minimum, Anchor.DATE: spec.minimum}
    names: set[str] = set()
    for entry in value:
        if not isinstance(entry, Mapping) or not _is_step(entry):
            raise PolicyError(spec.key, "WRONG_TYPE", expected=Kind.STEPS.value)
        name = entry.get("key") or entry["purpose"]
        if not _STEP_NAME.fullmatch(name) or name in names:
            raise PolicyError(spec.key, "WRONG_TYPE", expected=Kind.STEPS.value)
        names.add(name)
        _validate_choice(spec, entry["channel"])
        _validate_int(spec, entry["after_days"])
        anchor = Anchor(entry.get("anchor", Anchor.START))
        if anchor is Anchor.STEP:
            continue
        if entry["after_days"] < last[anchor]:
            raise PolicyError(spec.key, "NOT_IN_ORDER")
        last[anchor] = entry["after_days"]


def _validate_sequences(spec: SettingSpec, value: Iterable[Any]) -> None:
    keys: set[str] = set()
    for entry in value:
        if not isinstance(entry, Mapping) or not _is_sequence(entry) or entry["key"] in keys:
            raise PolicyError(spec.key, "WRONG_TYPE", expected=Kind.SEQUENCES.value)
        keys.add(entry["key"])
        if len(entry["steps"]) > MOST_STEPS:
            raise PolicyError(spec.key, "OUT_OF_RANGE", minimum=1, maximum=MOST_STEPS)
        _validate_steps(spec, entry["steps"])


def _is_sequence(entry: Mapping[str, Any]) -> bool:
    """Whether it has what a sequence of the company's own needs, and nothing else."""
    if set(entry) != set(_SEQUENCE_TYPES):
        return False
    if any(type(value) is not _SEQUENCE_TYPES[name] for name, value in entry.items()):
        return False
    has_names = _OWN_KEY.fullmatch(entry["key"]) and entry["name_zh"].strip() and entry["name_en"].strip()
    return bool(has_names) and set(entry["exits"]) <= set(EXITS) and entry["starts_on"] in ("", *STARTS)


_SEQUENCE_TYPES: Mapping[str, type] = {
    "key": str,
    "name_zh": str,
    "name_en": str,
    "steps": list,
    "exits": list,
    "starts_on": str,
    "is_offered": bool,
}
_STEP_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_OWN_KEY = re.compile(r"own-[0-9]{1,6}")
_STEP_TYPES: Mapping[str, type] = {
    "purpose": str,
    "channel": str,
    "after_days": int,
    "anchor": str,
    "only_if": str,
    "repeats": int,
    "every_days": int,
    "is_compulsory": bool,
    "key": str,
    "template": str,
}


def _is_step(entry: Mapping[str, Any]) -> bool:
    """Whether it has what a step needs, nothing else, and all of the right type."""
    if not {"purpose", "channel", "after_days"} <= set(entry) <= set(_STEP_TYPES):
        return False
    if any(type(value) is not _STEP_TYPES[name] for name, value in entry.items()):
        return False
    repeats, every = entry.get("repeats", 1), entry.get("every_days", 0)
    if not 1 <= repeats <= MOST_REPEATS or (repeats > 1) != (every > 0):
        return False
    return entry.get("anchor", "START") in list(Anchor)


@dataclass(frozen=True)
class Policy:
    """The effective value of every setting: all layers merged and validated."""

    values: Mapping[str, Any]

    @classmethod
    def default(cls) -> Policy:
        """The policy that nobody has changed."""
        return cls.from_layers(())

    @classmethod
    def from_layers(cls, layers: Iterable[Layer]) -> Policy:
        """Merge layers onto the defaults; raises PolicyError for the first value that cannot be."""
        values = {key: spec.default for key, spec in catalogue().items()}
        for layer in sorted(layers, key=lambda layer: layer.level.depth):
            for key, value in layer.values.items():
                _check_layer(_known(key), layer.level, value, above=values[key])
                values[key] = value
        _check_pairs(values)
        return cls(values)

    @classmethod
    def in_force(cls, layers: Iterable[Layer]) -> Policy:
        """Merge stored layers; a value that cannot hold any more gives way to the level above (C-10).

        That happens when a person moves to a stricter team, or when an upgrade drops a setting. Of a pair
        in the wrong order the lowest layer that says anything about it gives way.
        """
        stack = sorted(layers, key=lambda layer: layer.level.depth)
        while True:
            try:
                return cls.from_layers(stack)
            except PolicyError as error:
                keys = {error.key, error.params.get("other")}
                lowest = next((one for one in reversed(stack) if keys & one.values.keys()), None)
                if lowest is None:
                    raise
                kept = {key: value for key, value in lowest.values.items() if key not in keys}
                stack = [Layer(one.level, kept) if one is lowest else one for one in stack]

    def number(self, key: str) -> int:
        """The number of that setting; for a count that may be unlimited use `limit`."""
        value = self.values[key]
        if not isinstance(value, int):
            raise PolicyError(key, "WRONG_TYPE", expected=Kind.INT.value)
        return value

    def limit(self, key: str) -> int | None:
        """The number of that setting, `None` for unlimited."""
        return None if self.values[key] == UNLIMITED else self.number(key)

    def is_on(self, key: str) -> bool:
        """Whether a yes/no setting says yes."""
        return self.values[key] is True

    def name(self, key: str) -> str:
        """The chosen name of that setting."""
        return str(self.values[key])

    def names(self, key: str) -> tuple[str, ...]:
        """The chosen names of that setting."""
        return tuple(self.values[key])

    def numbers(self, key: str) -> tuple[int, ...]:
        """The numbers of that setting."""
        return tuple(self.values[key])

    def steps(self, key: str) -> tuple[Step, ...]:
        """The steps of that sequence."""
        return steps_from(self.values[key])


def steps_from(entries: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Steps of their plain data."""
    return tuple(Step(**{**entry, "anchor": Anchor(entry.get("anchor", Anchor.START))}) for entry in entries)


def _check_layer(spec: SettingSpec, level: Level, value: Any, *, above: Any) -> None:
    _validate(spec, value)
    if level.depth > spec.lowest.depth:
        raise PolicyError(spec.key, "LEVEL_TOO_LOW", lowest=spec.lowest.value)
    if level is Level.COMPANY or spec.stricter is Stricter.ANY:
        return
    mine, theirs = _size(value), _size(above)
    if mine > theirs if spec.stricter is Stricter.LOWER else mine < theirs:
        raise PolicyError(spec.key, "WEAKENS", above=above)


def _size(value: Any) -> float:
    return float("inf") if value == UNLIMITED else float(value)


PAIRS_IN_ORDER = (
    ("value_class.A_cumulative_percent", "value_class.B_cumulative_percent"),
    ("complaint_solution.warn_hours", "complaint_solution.due_hours"),
    ("order_decline.escalate_at", "order_decline.too_late_at"),
    ("dormancy.warn_percent", "dormancy.dormant_percent"),
    ("buying_timeframe.A_max_months", "buying_timeframe.B_max_months"),
    ("target_min_orders.trial", "target_min_orders"),
    ("overdue.remind_workdays", "overdue.manager_workdays"),
    ("overdue.manager_workdays", "overdue.risk_workdays"),
    ("cadence.A", "cadence.B"),
    ("cadence.B", "cadence.C"),
)
"""Settings of which the first may not exceed the second."""


def _check_pairs(values: Mapping[str, Any]) -> None:
    for small, large in PAIRS_IN_ORDER:
        if values[small] > values[large]:
            raise PolicyError(small, "NOT_IN_ORDER", other=large)
