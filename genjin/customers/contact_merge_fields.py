"""What of two contacts of one customer a merge chooses between, field by field, and the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from genjin.customers.merge_fields import KEPT, Choice, plain
from genjin.customers.models import Contact
from genjin.fields.names import COLUMN

CHOICES = [
    *plain("name", "name_local", "salutation", "job_title", "department", "seniority", "decision_role"),
    *plain("relationship_depth", "reports_to_id", "needs_report", "is_key_person", "country_id", "city"),
    *plain("timezone", "languages", "preferred_time"),
    Choice("preferred_from", ("preferred_from", "preferred_to"), telling=2),
    *plain("preferred_length", "preferred_style", "main_channel"),
    Choice("birthday_month", ("birthday_month", "birthday_day"), telling=2),
    *plain("industry_knowledge", "topics", "taboos"),
    *plain("china_visits_per_year", "last_china_visit", "next_china_visit", "source_detail", "left_on"),
    *plain("career_note", "remarks", joins=True),
    Choice(COLUMN, (COLUMN,), joins=True),  # custom fields: of both, the kept one's where both have one
]


def sides_of(choice: Choice, kept: Contact, gone: Contact) -> tuple[str, ...]:
    """Which sides may be chosen; one only where there is nothing to choose."""
    if choice.name == "reports_to" and gone.reports_to_id in (None, kept.pk):
        return (KEPT,)
    return choice.open_sides(kept, gone)


def usual(choice: Choice, kept: Contact, gone: Contact) -> str:
    """The side chosen unless somebody says otherwise: the kept one's, or the other's if that is empty."""
    return choice.usual_of(sides_of(choice, kept, gone), kept)


def resolved(kept: Contact, gone: Contact, asked: Mapping[str, str]) -> dict[str, str]:
    """The side of every field: what was asked for where it may be chosen, else the usual one."""
    return {
        one.name: one.side_of(asked, sides_of(one, kept, gone), usual(one, kept, gone)) for one in CHOICES
    }


def values(kept: Contact, gone: Contact, sides: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the kept contact that the merge changes; he was created when the earlier one was."""
    after: dict[str, Any] = {}
    for choice in CHOICES:
        after |= dict(choice.outcome(sides[choice.name], kept, gone))
    if gone.created_at < kept.created_at:
        after["created_at"] = gone.created_at
    if after.get("reports_to_id", kept.reports_to_id) in (kept.pk, gone.pk):
        after["reports_to_id"] = None  # nobody reports to himself
    return {name: value for name, value in after.items() if getattr(kept, name) != value}


def groups() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of fields with the columns that change and return together."""
    for choice in CHOICES:
        yield choice.name, choice.columns
    yield "created_at", ("created_at",)
