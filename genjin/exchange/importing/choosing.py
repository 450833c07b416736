"""Values that no list has, and what the person says they mean: remembered for the column's heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.actions import create_list_entry
from genjin.customers.models import Country, ListEntry
from genjin.exchange import headers
from genjin.exchange.importing import sheets
from genjin.exchange.importing.cleaning import CHOOSABLE, folded
from genjin.exchange.importing.register import ImportField, Run, get
from genjin.exchange.models import Import, RememberedValue
from genjin.people import access
from genjin.people.models import User

EMPTY, NEW, KNOWN = "-", "+", "="
"""What a value may become: nothing, a new value of the list, or (with its identifier) one that there is."""
MOST = 100
"""Values of one column that a person is asked about, the most frequent first."""
LONGEST = 200
Remembered = tuple[str, str, str, str]
"""Folded heading, field, folded text, and what it was said to mean."""


@dataclass
class Question:
    """One value of a column that was not recognised: how often it stands there, and what it is said to be."""

    name: str
    text: str
    count: int
    chosen: str


@dataclass
class Group:
    """The questions of one column, and the answers there are; `kept_head` is the heading to be remembered."""

    field: ImportField
    head: str
    kept_head: str
    questions: list[Question]
    answers: list[tuple[str, str]]
    may_make: bool


def groups(job: Import) -> list[Group]:
    """What a person may be asked about the values of an import that was checked."""
    fields = get(job.kind).fields_for(job.by)
    found = []
    for name, values in job.unknown.items():
        if name not in fields or name not in job.columns:
            continue
        said = job.choices.get(name, {})
        questions = [
            Question(f"{name}|{text}", text, count, said.get(folded(text), "")) for text, count in values
        ]
        field = fields[name]
        place = job.columns.index(name)
        heads = sheets.headings(job.sheet)[place], job.sheet["headers"][place]
        found.append(Group(field, *heads, questions, answers(field), may_make(field, job.by)))
    return found


def open_questions(job: Import) -> int:
    """How many values wait for an answer."""
    return sum(
        not job.choices.get(name, {}).get(folded(text))
        for name, values in job.unknown.items()
        if name in job.columns
        for text, _count in values
    )


def may_make(field: ImportField, by: User) -> bool:
    """Whether the person may add values to the list that the field is chosen from."""
    return field.type == "entry" and access.of(by).may("edit_policy")


def answers(field: ImportField) -> list[tuple[str, str]]:
    """The values there are, by what is stored of an answer."""
    rows: Iterable[tuple[Any, Any]]
    if field.type == "entry":
        entries = ListEntry.objects.filter(list=str(field.detail), is_active=True).order_by("position", "pk")
        rows = [(entry.pk, entry) for entry in entries]
    elif field.type == "person":
        rows = [(user.pk, user) for user in User.objects.filter(is_active=True)]
    elif field.type == "country":
        rows = [(country.pk, country) for country in Country.objects.all()]
    else:
        rows = [(value, label) for value, label in field.detail[0] if value != ""]
    found = [(f"{KNOWN}{value}", str(label)) for value, label in rows]
    return found if field.type in ("entry", "choice") else sorted(found, key=lambda one: one[1])


def checked(job: Import, given: Mapping[str, str]) -> tuple[dict[str, dict[str, str]], list[Remembered]]:
    """The import's choices with those given, by field and folded text; and what to remember of them.

    What is not on offer is passed over.
    """
    choices = {name: dict(said) for name, said in job.choices.items()}
    to_remember = []
    for group in groups(job):
        offered = {value for value, _label in group.answers} | {"", EMPTY}
        if group.may_make:
            offered.add(NEW)
        for question in group.questions:
            value = given.get(question.name, question.chosen)
            if value in offered:
                said = choices.setdefault(group.field.name, {})
                said[folded(question.text)] = value
                heading = headers.folded(group.kept_head)[:LONGEST]
                to_remember.append((heading, group.field.name, folded(question.text)[:LONGEST], value))
    return choices, to_remember


def remembered(kind: str, heads: Sequence[str], columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """What values of columns with these headings were said to mean when they were imported last."""
    found: dict[str, dict[str, str]] = {}
    wanted = {headers.folded(head): name for head, name in zip(heads, columns, strict=True)}
    rows = RememberedValue.objects.filter(kind=kind, heading__in=[head[:LONGEST] for head in wanted])
    for heading, name, text, value in rows.values_list("heading", "field", "text", "value"):
        if wanted.get(heading) == name:
            found.setdefault(name, {})[text] = value
    return found


def take_choices(run: Run) -> None:
    """Let the reader of the rows know what was chosen; a real run makes the new values of lists first."""
    fields = run.fields
    for name, said in run.job.choices.items():
        field = fields.get(name)
        if field is None or field.type not in CHOOSABLE:
            continue
        known = {value: value.removeprefix(KNOWN) for value, _label in answers(field)}
        for text, value in said.items():
            if value == EMPTY:
                run.known.chosen[name, text] = None
            elif value == NEW and may_make(field, run.by):
                run.known.chosen[name, text] = _made(run, field, text)
            elif value in known:
                run.known.chosen[name, text] = _typed(field, known[value])


def _typed(field: ImportField, value: str) -> Any:
    if field.type in ("entry", "person"):
        return int(value)
    if field.type == "country":
        return value
    return next(choice for choice, _label in field.detail[0] if str(choice) == value)


def _made(run: Run, field: ImportField, text: str) -> int | None:
    """The new value of a list; a dry run goes by a number that no value has."""
    key = (str(field.detail), text)
    found = run.known.entries.get(key)
    if found is None:
        if run.is_dry:
            return -1 - len(run.known.chosen)
        written = next(
            (shown for shown, _count in run.job.unknown.get(field.name, ()) if folded(shown) == text), text
        )
        is_chinese = re.search("[\u4e00-\u9fff]", written)
        names = {"name_zh": written} if is_chinese else {"name_en": written}
        entry = create_list_entry(list_name=str(field.detail), by=run.by, at=run.at, **names)
        run.known.entries[key] = found = entry.pk
    return found


def problem_of(job: Import, given: Mapping[str, str]) -> str:
    """Why a value cannot become a new one of its list, as a sentence; empty when all can."""
    for group in groups(job):
        for question in group.questions:
            if given.get(question.name) == NEW:
                longest: int = ListEntry._meta.get_field("name_zh").max_length or LONGEST
                if len(question.text) > longest:
                    said = {"text": question.text[:40], "count": longest}
                    return _("“%(text)s” is too long for a list: at most %(count)d characters.") % said
    return ""
