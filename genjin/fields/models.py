"""The fields that a company adds to its records, and where their values lie.

A value lies in the JSON column of its record, so that showing, merging and comparing records costs no
further query. Kinds whose lists are filtered and sorted by custom fields keep the same values a second time,
typed and indexed, in a table of their own that derives from `FieldValue`; it can always be made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.fields.names import PREFIX, attribute_of
from genjin.people.models import bilingual

LONGEST = 500
"""Characters of a text or an address."""


class CustomField(models.Model):
    """One field of a kind of record; a retired one keeps its values and is no longer shown (B-37, D-23)."""

    class Type(models.TextChoices):
        TEXT = "TEXT", pgettext_lazy("type of field", "Text")
        NUMBER = "NUMBER", pgettext_lazy("type of field", "Number")
        MONEY = "MONEY", pgettext_lazy("type of field", "Money")
        DATE = "DATE", pgettext_lazy("type of field", "Date")
        CHOICE = "CHOICE", pgettext_lazy("type of field", "One choice")
        CHOICES = "CHOICES", pgettext_lazy("type of field", "Several choices")
        PERSON = "PERSON", pgettext_lazy("type of field", "Colleague")
        LINK = "LINK", pgettext_lazy("type of field", "Link")

    class Sight(models.TextChoices):
        ALL = "ALL", _("Everybody who sees the record")
        MANAGERS = "MANAGERS", _("Managers only")

    CHOSEN = (Type.CHOICE, Type.CHOICES)
    WRITTEN = (Type.TEXT, Type.LINK)

    kind = models.CharField(_("Kind of record"), max_length=60)
    key = models.CharField(_("Key"), max_length=40)
    type = models.CharField(_("Type"), max_length=8, choices=Type)
    name_zh = models.CharField(_("Name in Chinese"), max_length=60, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=60, blank=True)
    help_zh = models.CharField(_("Help in Chinese"), max_length=200, blank=True)
    help_en = models.CharField(_("Help in English"), max_length=200, blank=True)
    currency = models.CharField(_("Usual currency"), max_length=3, blank=True)
    is_required = models.BooleanField(_("Must be filled in"), default=False)
    seen_by = models.CharField(_("Who sees it"), max_length=8, choices=Sight, default=Sight.ALL)
    position = models.PositiveIntegerField(pgettext_lazy("in a list", "Position"), default=0)
    is_active = models.BooleanField(_("In use"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="custom_field_keys_differ")]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)

    @property
    def help(self) -> str:
        """What stands below it in forms, in the reader's language."""
        return bilingual(self.help_zh, self.help_en)

    @property
    def attribute(self) -> str:
        """How forms, journal and imports name it."""
        return attribute_of(self.key)

    @cached_property
    def by_id(self) -> dict[int, FieldChoice]:
        """All its choices, retired ones too."""
        return {choice.pk: choice for choice in self.choices.all()}

    def offered(self, current: Sequence[int] = ()) -> list[FieldChoice]:
        """The choices in use in their order, and those that a record has already."""
        return [one for one in self.by_id.values() if one.is_active or one.pk in current]

    def resolved(self, pk: int) -> int:
        """The choice that stands for this one: itself, or whatever replaced it."""
        for _hop in range(len(self.by_id)):
            choice = self.by_id.get(pk)
            if choice is None or choice.replaced_by_id is None:
                break
            pk = choice.replaced_by_id
        return pk

    def meaning(self, wanted: Sequence[int]) -> list[int]:
        """All choices that stand for one of those wanted, replaced ones too."""
        return [pk for pk in self.by_id if self.resolved(pk) in wanted]


class FieldChoice(models.Model):
    """One choice of a field; a retired one stays on its records, or another stands for it from then on."""

    class Colour(models.TextChoices):
        GREY = "grey", _("Grey")
        BLUE = "blue", _("Blue")
        GREEN = "green", _("Green")
        AMBER = "amber", _("Amber")
        RED = "red", _("Red")
        VIOLET = "violet", _("Violet")

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="choices")
    name_zh = models.CharField(_("Name in Chinese"), max_length=60, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=60, blank=True)
    colour = models.CharField(_("Colour"), max_length=8, choices=Colour, blank=True)
    position = models.PositiveIntegerField(pgettext_lazy("in a list", "Position"), default=0)
    is_active = models.BooleanField(_("In use"), default=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces",
        verbose_name=_("Replaced by"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["field", "position", "id"]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class WithFields(models.Model):
    """A record that has custom fields: `record.custom` by key, or each as attribute `custom.<key>`."""

    custom = models.JSONField(default=dict, db_default={}, blank=True, editable=False)

    class Meta:
        abstract = True

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The plain value of a custom field, None for nothing; asked only for what is no attribute."""
            if name.startswith(PREFIX):
                return self.custom.get(name.removeprefix(PREFIX))
            raise AttributeError(name)


def value_indexes(name: str) -> list[models.Index]:
    """The indexes of a table of values: each finds and sorts by one type, the last one a record's own."""
    by_type = [
        models.Index(
            fields=["field", column, "record"], condition=Q(**{f"{column}__isnull": False}),
            name=f"{name}_by_{column}",
        )
        for column in ("text", "number", "day", "target")
    ]  # fmt: skip
    return [*by_type, models.Index(fields=["record", "field"], name=f"{name}_of_record")]


class FieldValue(models.Model):
    """One value, typed to be found and sorted; a kind adds `record`, its foreign key, and `value_indexes`.

    `text` is folded (of money: currency and padded amount), `target` the key of a choice or a person.
    """

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.CharField(max_length=LONGEST, null=True)
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    day = models.DateField(null=True)
    target = models.BigIntegerField(null=True)

    class Meta:
        abstract = True
