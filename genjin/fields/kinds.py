"""Which kinds of record have custom fields; folders above register theirs in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.fields.models import CustomField, FieldChoice, FieldValue, WithFields
from genjin.people.models import User
from genjin.records.registry import RecordKind, register
from genjin.web import navigation

MOST_FIELDS = 60
MOST_CHOICES = 200


@dataclass(frozen=True)
class FieldKind:
    """A kind of record that may have custom fields.

    `name` is that of its `RecordKind`, its model derives from `WithFields`; `values` is its table of typed
    values, None while nothing is filtered or sorted by them.
    """

    name: str
    plural: Any
    model: type[WithFields]
    values: type[FieldValue] | None = None


_kinds: dict[str, FieldKind] = {}


def register_fields(kind: FieldKind) -> None:
    """Let records of this kind have custom fields; the same name again replaces it."""
    _kinds[kind.name] = kind


def find(name: str) -> FieldKind | None:
    """The kind of that name, None when its records have no custom fields."""
    return _kinds.get(name)


def kinds() -> tuple[FieldKind, ...]:
    """All kinds with custom fields in order of registration."""
    return tuple(_kinds.values())


def _all_of(model: type[Model], user: User) -> QuerySet[Any]:
    """Everybody who reads the journal may know what fields there are."""
    return model._default_manager.all()


def _labels(model: type[Model]) -> dict[str, Any]:
    return {
        getattr(field, "attname", field.name): field.verbose_name
        for field in model._meta.concrete_fields
        if field.verbose_name
    }


def register_all() -> None:
    """Put definitions on the register of kinds, and their page into the settings."""
    register(
        RecordKind(
            name="fields.customfield", label=_("Custom field"), plural=_("Custom fields"), model=CustomField,
            visible_to=partial(_all_of, CustomField), title=str, icon="forms",
            field_labels=_labels(CustomField) | {"choices": _("Choices")},
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="fields.fieldchoice", label=pgettext_lazy("of a custom field", "Choice"),
            plural=pgettext_lazy("of a custom field", "Choices"), model=FieldChoice,
            visible_to=partial(_all_of, FieldChoice), title=lambda c: f"{c.field}: {c}", icon="list",
            field_labels=_labels(FieldChoice),
        )
    )  # fmt: skip
    navigation.register_entry(
        navigation.Entry(
            "fields", _("Custom fields"), "fields:fields", "forms", place="settings", right="administer",
            order=148, keywords="自定义字段 custom field",
        )
    )  # fmt: skip
