"""The recycle bin of contacts, and forgetting a person on request (C-18)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from genjin.customers.actions import duplicate_keys
from genjin.customers.actions.basis import changed, require, require_restorable, tell
from genjin.customers.actions.contacts import (
    ERASED,
    FIELDS,
    KIND,
    locked_contact,
    main_moved,
    see_to_main,
)
from genjin.customers.actions.refusal import Refused
from genjin.customers.contact_merging import kept_of
from genjin.customers.models import Contact, ContactMerge, DimensionChange
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.people.models import User


@transaction.atomic
def recycle_contact(*, contact_id: int, by: User | None, at: datetime) -> Contact:
    """Put a person into the recycle bin; the next one becomes the main contact."""
    contact = locked_contact(Contact.objects.alive(), contact_id)
    contact.deleted_at, contact.deleted_by = at, by
    others = see_to_main(contact, at)
    contact.version += 1
    contact.save(update_fields=["deleted_at", "deleted_by", "is_primary", "version"])
    duplicate_keys.refresh([contact.customer_id], at=at)
    tell([changed(contact, "recycle", {}), *main_moved(others)], by=by, at=at)
    return contact


@transaction.atomic
def restore_contact(*, contact_id: int, by: User | None, at: datetime) -> Contact:
    """Take a person out of the recycle bin: whoever put him there, or who has the right."""
    contact = locked_contact(Contact.objects.all(), contact_id)
    if contact.deleted_at is None:
        return contact
    if contact.name == ERASED:
        raise Refused(_("This person was erased on request and cannot return."))
    if (into := kept_of(contact.pk)) is not None:
        said = _("“%(name)s” was merged into “%(into)s”. Undo the merge instead.")
        raise Refused(said % {"name": contact.name, "into": into.name})
    require_restorable(contact, by=by, at=at)
    contact.deleted_at, contact.deleted_by = None, None
    others = see_to_main(contact, at)
    contact.version += 1
    contact.save(update_fields=["deleted_at", "deleted_by", "is_primary", "version"])
    duplicate_keys.refresh([contact.customer_id], at=at)
    tell([changed(contact, "restore", {}), *main_moved(others)], by=by, at=at)
    return contact


@transaction.atomic
def erase_contact(*, contact_id: int, by: User | None, at: datetime) -> Contact:
    """Forget a person on request: all values, also those the journal kept; the fact remains.

    With him go those who were merged into him, and what would undo that.
    """
    require(by, "recycle", at)
    merges = ContactMerge.objects.standing()
    for merged_id in merges.filter(kept=contact_id).values_list("gone_id", flat=True):
        erase_contact(contact_id=merged_id, by=by, at=at)
    ContactMerge.objects.filter(Q(kept=contact_id) | Q(gone=contact_id)).update(changes={}, moved={})
    contact = locked_contact(Contact.objects.all(), contact_id)
    blank = Contact(customer_id=contact.customer_id)
    for name in FIELDS:
        setattr(contact, name, getattr(blank, name))
    contact.name, contact.custom = ERASED, {}
    contact.deleted_at, contact.deleted_by = contact.deleted_at or at, by
    others = see_to_main(contact, at)
    contact.updated_at = at
    contact.version += 1
    contact.save()
    contact.points.all().delete()
    contact.sensitive_notes.all().delete()
    history = DimensionChange.objects.filter(contact=contact)
    history.update(why="")
    duplicate_keys.refresh([contact.customer_id], at=at)
    journal.erase_personal(kind=KIND, object_ids=[contact.pk])
    written = Written(verb="erase", kind=KIND, object_id=contact.pk, customer_id=contact.customer_id)
    tell([written, *main_moved(others)], by=by, at=at)
    return contact
