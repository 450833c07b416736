"""Merging two contacts of one customer, and undoing it (D-2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers import contact_merge_fields as choices_of
from genjin.customers import contact_merging
from genjin.customers.actions import duplicate_keys
from genjin.customers.actions import merge_parts as parts
from genjin.customers.actions.basis import changed, check_version, dimension_change, tell
from genjin.customers.actions.contacts import (
    KIND,
    POINTS_MAX,
    TRACKED,
    _problems,
    locked_contact,
    main_moved,
    see_to_main,
)
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, ContactMerge, ContactPoint, DimensionChange
from genjin.fields import value_actions as fields
from genjin.fields.names import COLUMN
from genjin.journal.actions import plain
from genjin.people.models import User
from genjin.records.merging import CONTACT, Merging, movers

HISTORY_KEY = "history"


@transaction.atomic
def merge_contacts(
    *,
    kept_id: int,
    gone_id: int,
    by: User | None,
    at: datetime,
    choices: Mapping[str, str] | None = None,
    expected: Mapping[int, int] | None = None,
) -> ContactMerge:
    """Take one contact into another of the same customer; `choices` names sides that are not the usual ones.

    `expected` maps the ids to the versions that the doer saw. Raises `Refused` with one sentence or by field,
    `Conflict` when one of them was saved since.
    """
    kept, gone = _both(kept_id, gone_id)
    for contact in (kept, gone):
        check_version(contact, (expected or {}).get(contact.pk), {})
    _check_room(kept, gone)
    sides = choices_of.resolved(kept, gone, choices or {})
    after = choices_of.values(kept, gone, sides)
    _cut_circles(kept, gone, after)
    before = {name: getattr(kept, name) for name in (*after, "is_primary")}
    was_main = gone.is_primary
    _leave(gone, by, at)
    others = _write(kept, {**after, "is_primary": kept.is_primary or was_main}, at)
    move = Merging(kept.pk, gone.pk, None, at, by, (), sides)
    moved = parts.move_all(move, movers(CONTACT))
    moved[HISTORY_KEY] = {"ids": _tell_history(kept, before, by, at), "was_main": was_main}
    told = {name: (value, getattr(kept, name)) for name, value in before.items()}
    merge = ContactMerge.objects.create(
        kept=kept, gone=gone, by=by, at=at, choices=sides, moved=moved, counts=parts.counts(moved),
        changes={name: [plain(old), plain(new)] for name, (old, new) in told.items() if old != new},
    )  # fmt: skip
    _tell(kept, gone, "merge", told, by=by, at=at)
    tell(main_moved(others), by=by, at=at)
    return merge


def _both(kept_id: int, gone_id: int) -> tuple[Contact, Contact]:
    """The two, locked after their customer; refused when they are not two of one customer any more."""
    if kept_id == gone_id:
        raise Refused(_("Choose another contact to merge with."))
    kept = locked_contact(Contact.objects.all(), kept_id)
    gone = locked_contact(Contact.objects.all(), gone_id)
    for contact in (kept, gone):
        if (into := contact_merging.kept_of(contact.pk)) is not None:
            said = _("“%(name)s” was merged into “%(into)s” meanwhile.")
            raise Refused(said % {"name": contact.name, "into": into.name})
        if contact.deleted_at is not None:
            raise Refused(_("“%(name)s” is in the recycle bin.") % {"name": contact.name})
    if kept.customer_id != gone.customer_id:
        raise Refused(_("They are at two customers. Merge the customers first, if they are one company."))
    return kept, gone


def _check_room(kept: Contact, gone: Contact) -> None:
    ways = ContactPoint.objects.filter(contact__in=[kept.pk, gone.pk]).values_list("kind", "normalised")
    if len(set(ways)) > POINTS_MAX:
        said = _("Together they have more than %(most)d ways to reach them. Remove some first.")
        raise Refused(said % {"most": POINTS_MAX})


def _cut_circles(kept: Contact, gone: Contact, after: dict[str, Any]) -> None:
    """Whoever reported to the one who goes reports to the kept one then; he must not stand above himself."""
    superiors = dict(Contact.objects.filter(customer_id=kept.customer_id).values_list("pk", "reports_to_id"))
    above, seen = after.get("reports_to_id", kept.reports_to_id), set[int]()
    while above is not None and above not in seen:
        seen.add(above)
        above = superiors.get(above)
        if above in (kept.pk, gone.pk):
            after["reports_to_id"] = None
            return


def _leave(gone: Contact, by: User | None, at: datetime) -> None:
    gone.deleted_at, gone.deleted_by, gone.is_primary = at, by, False
    gone.version += 1
    gone.save(update_fields=["deleted_at", "deleted_by", "is_primary", "version"])


def _write(contact: Contact, values: Mapping[str, Any], at: datetime) -> list[Contact]:
    """Give a locked contact these values, checked as if typed; gives others whose being main changed."""
    for name, value in values.items():
        setattr(contact, name, value)
    if problems := _problems(contact):
        raise Refused(problems)
    others = see_to_main(contact, at)
    contact.version += 1
    contact.updated_at = at
    contact.save(update_fields=[*dict.fromkeys((*values, "is_primary", "version", "updated_at"))])
    if COLUMN in values:
        fields.index(KIND, [contact])
    return others


def _tell_history(kept: Contact, before: Mapping[str, Any], by: User | None, at: datetime) -> list[int]:
    """Rows of the history of dimensions for those that changed by the merge; their ids."""
    cause = DimensionChange.Cause.MERGE
    made = [
        dimension_change(
            kept.customer_id, name, before[name], getattr(kept, name), by=by, at=at, cause=cause,
            contact_id=kept.pk,
        )
        for name in TRACKED
        if name in before
    ]  # fmt: skip
    return [row.pk for row in DimensionChange.objects.bulk_create(made)]


def _tell(
    kept: Contact,
    gone: Contact,
    verb: str,
    told: Mapping[str, tuple[Any, Any]],
    *,
    by: User | None,
    at: datetime,
) -> None:
    if COLUMN in told:
        told = {name: pair for name, pair in told.items() if name != COLUMN} | fields.moved(*told[COLUMN])
    moved = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    into = (None, kept.pk) if verb == "merge" else (kept.pk, None)
    written = [
        replace(changed(kept, verb, moved), note=gone.name, personal_note=True),
        replace(changed(gone, verb, {"merged_into_id": into}), note=kept.name, personal_note=True),
    ]
    duplicate_keys.refresh([kept.customer_id, gone.customer_id], at=at)
    tell(written, by=by, at=at)


@transaction.atomic
def undo_contact_merge(*, merge_id: int, by: User | None, at: datetime) -> ContactMerge:
    """Make two contacts of one again; what was written since stays with the kept one.

    What was changed since stays as it is and is named in `left`. Raises `Refused` with what makes it
    impossible: done already, the kept one deleted, erased or himself merged.
    """
    kept_id, gone_id = ContactMerge.objects.values_list("kept_id", "gone_id").get(pk=merge_id)
    kept = locked_contact(Contact.objects.all(), kept_id)
    gone = locked_contact(Contact.objects.all(), gone_id)
    merge = ContactMerge.objects.select_for_update().get(pk=merge_id)
    merge.kept, merge.gone = kept, gone
    if reason := contact_merging.obstacle(merge):
        raise Refused(reason)
    back, left = parts.returning(merge, kept, (*choices_of.groups(), ("is_primary", ("is_primary",))))
    told = {name: (getattr(kept, name), value) for name, value in back.items()}
    parts.pass_on(merge, back)
    move = Merging(kept.pk, gone.pk, None, at, by, (), merge.choices)
    gone.is_primary = merge.moved[HISTORY_KEY]["was_main"] and "is_primary" in back
    gone.deleted_at, gone.deleted_by = None, None
    gone.version += 1
    gone.save(update_fields=["deleted_at", "deleted_by", "is_primary", "version"])
    others = _write(kept, back, at)
    merge.left = {"fields": left, **parts.move_back(merge, move, movers(CONTACT))}
    history = DimensionChange.objects.filter(pk__in=merge.moved[HISTORY_KEY]["ids"])
    history.exclude(dimension__in=left).delete()
    merge.undone_by, merge.undone_at = by, at
    merge.save(update_fields=["left", "undone_by", "undone_at"])
    _tell(kept, gone, "unmerge", told, by=by, at=at)
    tell(main_moved([one for one in others if one.pk != gone.pk]), by=by, at=at)
    return merge
