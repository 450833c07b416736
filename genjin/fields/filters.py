"""Custom fields among the filters of a list: form fields by type, and how rows are narrowed by them.

A condition that few records meet is asked first and its records are named; one that many meet is asked record
by record while the list is walked in its order. So both stay fast however many records there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.fields.forms import MANY, NumberField
from genjin.fields.models import LONGEST, CustomField
from genjin.fields.names import folded, is_custom, key_of
from genjin.people.queries import active_users
from genjin.records.conditions import OneByOne
from genjin.web.forms import ComboMany, DateField, TextField

FEW = 2000
NONE, FILLED = "NONE", "FILLED"
Type = CustomField.Type
STATES = [("", gettext_lazy("Any")), (FILLED, gettext_lazy("Filled in")), (NONE, gettext_lazy("Empty"))]
DAYS = [
    *STATES,
    ("today", gettext_lazy("Today")),
    ("before", gettext_lazy("Before today")),
    ("-7", gettext_lazy("In the last 7 days")),
    ("-30", gettext_lazy("In the last 30 days")),
    ("7", gettext_lazy("Within 7 days")),
    ("30", gettext_lazy("Within 30 days")),
    ("90", gettext_lazy("Within 90 days")),
]
SUFFIXES = ("_has", "_from", "_to", "_currency", "_state")


def asked_keys(names: Iterable[str]) -> set[str]:
    """The keys of the custom fields that a query string names, retired ones too."""
    found = set()
    for name in names:
        if is_custom(name):
            key = key_of(name)
            found.add(next((key.removesuffix(s) for s in SUFFIXES if key.endswith(s)), key))
    return found


def filter_fields(fields: Iterable[CustomField]) -> dict[str, forms.Field]:
    """The form fields of these filters by name; those of one custom field begin with its attribute."""
    found: dict[str, forms.Field] = {}
    people: list[tuple[str, str]] | None = None
    for field in fields:
        if field.type == Type.PERSON and people is None:
            people = [(str(user.pk), str(user)) for user in active_users().order_by("pk")]
        for suffix, made in _of_type(field, people or []).items():
            found[field.attribute + suffix] = made
    return found


def label_of(field: CustomField) -> str:
    """The field's name; a retired one, which only a saved view still asks for, says so."""
    return str(field) if field.is_active else _("%(name)s (retired)") % {"name": field}


def _of_type(field: CustomField, people: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
    name = label_of(field)
    state = forms.ChoiceField(label=name, choices=STATES, required=False)
    if field.type in CustomField.CHOSEN or field.type == Type.PERSON:
        rows = people if field.type == Type.PERSON else [(str(c.pk), str(c)) for c in field.offered()]
        choices = [(NONE, gettext_lazy("None yet")), *rows]
        widget = forms.CheckboxSelectMultiple() if len(choices) <= MANY else ComboMany()
        kept = _AnyOf(label=name, choices=choices, required=False, widget=widget)
        return {"": kept}
    if field.type in (Type.TEXT, Type.LINK):
        label = _("%(name)s contains") % {"name": name}
        return {"_has": TextField(label=label, required=False, max_length=LONGEST), "_state": state}
    if field.type == Type.DATE:
        relative = forms.ChoiceField(label=name, choices=DAYS, required=False)
        return {"_state": relative} | _range(name, DateField)
    found = _range(name, NumberField)
    if field.type == Type.MONEY:
        label = _("%(name)s in currency") % {"name": name}
        found["_currency"] = TextField(label=label, required=False, max_length=3)
    return {**found, "_state": state}


def _range(name: str, made: Any) -> dict[str, forms.Field]:
    return {
        "_from": made(label=_("%(name)s from") % {"name": name}, required=False),
        "_to": made(label=_("%(name)s until") % {"name": name}, required=False),
    }


class _AnyOf(forms.MultipleChoiceField):
    """Any of the choices; one that is not offered any more, which a saved view names, is left out."""

    def clean(self, value: Any) -> list[str]:
        """The values known, as texts."""
        known = {str(key) for key, _label in self.choices}  # type: ignore[misc,union-attr]
        return [str(one) for one in value or () if str(one) in known]


def narrow(
    rows: QuerySet[Any],
    table: Any,
    fields: Iterable[CustomField],
    given: dict[str, Any],
    *,
    today: date,
    of_part: bool = False,
) -> Any:
    """The rows that pass the filters of these fields; `table` holds the typed values of the rows.

    `of_part`: the rows are a small part of all there are, such as those of one person.
    """
    passes = partial(_passes, table, of_part=of_part)
    for field in fields:
        asked = {suffix: given.get(field.attribute + suffix) for suffix in ("", *SUFFIXES)}
        if field.type in CustomField.CHOSEN or field.type == Type.PERSON:
            if asked[""]:
                rows = rows.filter(_any_of(passes, table, field, asked[""]))
            continue
        state = asked["_state"]
        if state == NONE:
            rows = rows.filter(~_beside(table, field, Q()))
        elif state == FILLED:
            rows = rows.filter(passes(field, Q()))
        elif state:
            rows = rows.filter(passes(field, _relative(state, today)))
        if asked["_has"]:
            # No index finds a part of a text: the database reads the field's texts once, not one by one.
            texts = table.objects.filter(field=field, text__contains=folded(asked["_has"]))
            rows = rows.filter(pk__in=texts.values("record"))
        if condition := _between(field, asked):
            rows = rows.filter(passes(field, condition))
    return rows


def _any_of(
    passes: Callable[[CustomField, Q], Q], table: Any, field: CustomField, chosen: Sequence[str]
) -> Q:
    """Records with one of the choices, or with none at all if that was chosen too."""
    keys = [int(one) for one in chosen if one != NONE]
    wanted = field.meaning(keys) if field.type in CustomField.CHOSEN else keys
    found = passes(field, Q(target__in=wanted)) if wanted else Q(pk__in=[])
    return found | Q(~_beside(table, field, Q())) if NONE in chosen else found


def _relative(state: str, today: date) -> Q:
    if state == "today":
        return Q(day=today)
    if state == "before":
        return Q(day__lt=today)
    first, last = sorted((today, today + timedelta(days=int(state))))
    return Q(day__gte=first, day__lte=last)


def _between(field: CustomField, asked: dict[str, Any]) -> Q:
    column = "day" if field.type == Type.DATE else "number"
    condition = Q()
    if asked["_from"] is not None:
        condition &= Q(**{f"{column}__gte": asked["_from"]})
    if asked["_to"] is not None:
        condition &= Q(**{f"{column}__lte": asked["_to"]})
    if asked["_currency"]:
        condition &= Q(text__startswith=f"{asked['_currency'].lower()} ")
    return condition


def _beside(table: Any, field: CustomField, condition: Q) -> Exists:
    return Exists(table.objects.filter(condition, field=field, record=OuterRef("pk")))


def _passes(table: Any, field: CustomField, condition: Q, *, of_part: bool) -> Q:
    """The records whose value meets the condition: by their keys when they are few, else asked one by one."""
    found = table.objects.filter(condition, field=field)
    few = list(found.order_by().values_list("record", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(pk__in=few)
    mine = found.filter(record=OuterRef("pk"))
    return Q(OneByOne(mine) if of_part else Exists(mine))
