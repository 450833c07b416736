"""Every write to the definitions of custom fields and their choices; administrators only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from genjin.fields import kinds
from genjin.fields.kinds import MOST_CHOICES, MOST_FIELDS
from genjin.fields.models import CustomField, FieldChoice
from genjin.fields.names import KEY, folded
from genjin.people import access
from genjin.people.actions import base
from genjin.people.models import User

NAMES = ("name_zh", "name_en")
CHANGEABLE = (*NAMES, "help_zh", "help_en", "currency", "is_required", "seen_by")


_listeners: list[Callable[[CustomField], object]] = []


def on_change(listener: Callable[[CustomField], object]) -> None:
    """Call this, in the same transaction, when who sees a field changed, or whether it is in use."""
    if listener not in _listeners:
        _listeners.append(listener)


def _heard(field: CustomField) -> CustomField:
    for listener in _listeners:
        listener(field)
    return field


def _require(by: User | None, at: datetime) -> None:
    """Refuse whoever is no administrator; the system itself is one."""
    if by is not None and not access.of(by, today=at.date()).may("administer"):
        raise ValidationError(
            _("This needs the right “%(right)s”, which you do not have.")
            % {"right": access.RIGHTS["administer"]}
        )


@transaction.atomic
def create_field(
    *,
    kind: str,
    type: str,
    by: User | None,
    at: datetime,
    key: str = "",
    choices: Sequence[Mapping[str, str]] = (),
    **given: Any,
) -> CustomField:
    """Add a field at the end of its kind; without a key one is made from the English name.

    `given` are names, help, currency, `is_required`, `seen_by`; `choices` are mappings of names and colour.
    """
    _require(by, at)
    if kinds.find(kind) is None or type not in CustomField.Type.values:
        raise ValidationError(_("Choose one of the list."))
    stored = list(CustomField.objects.filter(kind=kind).select_for_update().order_by("pk"))
    _check_room(stored)
    field = CustomField(kind=kind, type=type, position=len(stored) + 1)
    for name in CHANGEABLE:
        setattr(field, name, given.get(name, getattr(field, name)))
    field.key = key.strip() or _free_key(field.name_en, {one.key for one in stored})
    _check_key(field, stored, is_given=bool(key.strip()))
    _check_names(field, stored)
    _insert(field)
    base.tell(
        field, "create", by=by, at=at, changes=base.created(field, ("kind", "key", "type", *CHANGEABLE))
    )
    if field.type in CustomField.CHOSEN:
        _add_choices(field, choices, by=by, at=at)
    return field


def _insert(field: CustomField) -> None:
    try:
        with transaction.atomic():
            field.save(force_insert=True)
    except IntegrityError:
        # On a kind without fields yet there was no row to lock.
        raise ValidationError({"key": _("Another field has this key.")}) from None


def _check_room(stored: Sequence[CustomField]) -> None:
    if sum(one.is_active for one in stored) >= MOST_FIELDS:
        raise ValidationError(_("At most %(count)d fields. Retire one first.") % {"count": MOST_FIELDS})


def _free_key(name: str, taken: set[str]) -> str:
    """A key that tells what the field is about, as far as its name has Latin letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:36].strip("-")
    stem = stem if re.match("[a-z]", stem) else f"field-{stem}".strip("-")
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _check_key(field: CustomField, stored: Sequence[CustomField], *, is_given: bool) -> None:
    if not KEY.fullmatch(field.key):
        raise ValidationError(
            {"key": _("Small letters, digits and hyphens, beginning with a letter, at most 40.")}
        )
    if is_given and any(one.key == field.key for one in stored):
        raise ValidationError({"key": _("Another field has this key.")})


def _check_names(record: CustomField | FieldChoice, others: Sequence[CustomField | FieldChoice]) -> None:
    """One name at least, and none that another one in use has, in either language: sheets go by names."""
    if not record.name_zh and not record.name_en:
        raise ValidationError({"name_en": _("Give it a name in one language at least.")})
    for name in NAMES:
        value = folded(getattr(record, name))
        for other in others:
            names = {folded(other.name_zh), folded(other.name_en)}
            if value and other.is_active and other.pk != record.pk and value in names:
                raise ValidationError({name: _("Another one has this name already.")})


@transaction.atomic
def change_field(
    *, field_id: int, by: User | None, at: datetime, version: int | None = None, **given: Any
) -> CustomField:
    """Change names, help, usual currency, whether it must be filled in and who sees it.

    Raises `base.Stale` when it was saved since that version. Kind, type and key stay as they are.
    """
    _require(by, at)
    field = base.take(CustomField, field_id, version)
    wanted = {name: given[name] for name in CHANGEABLE if name in given}
    named = CustomField(pk=field.pk, **{name: wanted.get(name, getattr(field, name)) for name in NAMES})
    _check_names(named, list(CustomField.objects.filter(kind=field.kind)))
    was_seen_by = field.seen_by
    base.write(field, wanted, by=by, at=at)
    return field if field.seen_by == was_seen_by else _heard(field)


@transaction.atomic
def move_field(*, field_id: int, up: bool, by: User | None, at: datetime) -> None:
    """Swap a field with its neighbour above or below among those in use."""
    _require(by, at)
    kind = CustomField.objects.values_list("kind", flat=True).get(pk=field_id)
    rows = list(CustomField.objects.filter(kind=kind).select_for_update().order_by("pk"))
    _move(rows, field_id, up=up, by=by, at=at)


def _move(rows: list[Any], pk: int, *, up: bool, by: User | None, at: datetime) -> None:
    """Swap neighbours among locked rows; those out of use stand behind all others."""
    rows.sort(key=lambda one: (not one.is_active, one.position, one.pk))
    here = [one.pk for one in rows].index(pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows) or not rows[here].is_active or not rows[there].is_active:
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, one in enumerate(rows, start=1):
        one.position = position
    type(rows[0]).objects.bulk_update(rows, ["position"])
    base.tell(rows[there], "move", by=by, at=at, changes={"position": (here + 1, there + 1)})


@transaction.atomic
def retire_field(*, field_id: int, by: User | None, at: datetime) -> CustomField:
    """Take a field out of forms, pages, lists and sheets; its values stay where they are."""
    _require(by, at)
    field = base.take(CustomField, field_id)
    base.write(field, {"is_active": False}, by=by, at=at, verb="deactivate")
    return _heard(field)


@transaction.atomic
def restore_field(*, field_id: int, by: User | None, at: datetime) -> CustomField:
    """Bring a retired field back with all its values."""
    _require(by, at)
    field = base.take(CustomField, field_id)
    others = list(CustomField.objects.filter(kind=field.kind, is_active=True).exclude(pk=field.pk))
    _check_room(others)
    _check_names(field, others)
    base.write(field, {"is_active": True}, by=by, at=at, verb="reactivate")
    return _heard(field)


def _add_choices(
    field: CustomField, given: Sequence[Mapping[str, str]], *, by: User | None, at: datetime
) -> list[FieldChoice]:
    stored = list(FieldChoice.objects.filter(field=field).select_for_update().order_by("pk"))
    made = []
    for names in given:
        choice = FieldChoice(
            field=field,
            name_zh=names.get("name_zh", "").strip(),
            name_en=names.get("name_en", "").strip(),
            colour=names.get("colour", ""),
            position=len(stored) + 1,
        )
        if len(stored) >= MOST_CHOICES:
            raise ValidationError({"choices": _("At most %(count)d choices.") % {"count": MOST_CHOICES}})
        _check_names(choice, stored)
        choice.save(force_insert=True)
        base.tell(choice, "create", by=by, at=at, changes=base.created(choice, (*NAMES, "colour")))
        stored.append(choice)
        made.append(choice)
    return made


@transaction.atomic
def add_choice(
    *,
    field_id: int,
    by: User | None,
    at: datetime,
    name_zh: str = "",
    name_en: str = "",
    colour: str = "",
) -> FieldChoice:
    """Add a choice at the end; one of the two names is enough."""
    _require(by, at)
    field = base.take(CustomField, field_id)
    if field.type not in CustomField.CHOSEN:
        raise ValidationError(_("This field has no choices."))
    return _add_choices(field, [{"name_zh": name_zh, "name_en": name_en, "colour": colour}], by=by, at=at)[0]


@transaction.atomic
def change_choice(
    *,
    choice_id: int,
    by: User | None,
    at: datetime,
    name_zh: str,
    name_en: str,
    colour: str = "",
    version: int | None = None,
) -> FieldChoice:
    """Rename or recolour a choice, wherever it was chosen; `base.Stale` by version."""
    _require(by, at)
    choice = base.take(FieldChoice, choice_id, version)
    wanted = {"name_zh": name_zh.strip(), "name_en": name_en.strip(), "colour": colour}
    named = FieldChoice(pk=choice.pk, **{name: wanted[name] for name in NAMES})
    if choice.is_active:
        _check_names(named, list(FieldChoice.objects.filter(field=choice.field_id)))
    base.write(choice, wanted, by=by, at=at)
    return choice


@transaction.atomic
def move_choice(*, choice_id: int, up: bool, by: User | None, at: datetime) -> None:
    """Swap a choice with its neighbour above or below among those in use."""
    _require(by, at)
    field_id = FieldChoice.objects.values_list("field_id", flat=True).get(pk=choice_id)
    rows = FieldChoice.objects.filter(field=field_id).select_related("field")
    _move(list(rows.select_for_update(of=("self",)).order_by("pk")), choice_id, up=up, by=by, at=at)


@transaction.atomic
def retire_choice(
    *, choice_id: int, by: User | None, at: datetime, replaced_by_id: int | None = None
) -> FieldChoice:
    """Offer a choice no more; records that have it keep it, or from now on have the one that replaces it.

    Nothing is rewritten: `CustomField.resolved` reads one for the other, so that it can be taken back.
    """
    _require(by, at)
    choice = base.take(FieldChoice, choice_id)
    if replaced_by_id is not None:
        other = FieldChoice.objects.filter(pk=replaced_by_id, field=choice.field_id, is_active=True).first()
        if other is None or other.pk == choice.pk:
            raise ValidationError({"replaced_by": _("Choose one of the list.")})
    wanted = {"is_active": False, "replaced_by_id": replaced_by_id}
    base.write(choice, wanted, by=by, at=at, verb="deactivate")
    return choice


@transaction.atomic
def restore_choice(*, choice_id: int, by: User | None, at: datetime) -> FieldChoice:
    """Offer a choice again, on its own records too."""
    _require(by, at)
    choice = base.take(FieldChoice, choice_id)
    _check_names(choice, list(FieldChoice.objects.filter(field=choice.field_id)))
    base.write(choice, {"is_active": True, "replaced_by_id": None}, by=by, at=at, verb="reactivate")
    return choice
