"""Which contacts of one customer may be one person, and what stands in the way of undoing a merge."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from genjin.customers.actions.contacts import ERASED
from genjin.customers.models import Contact, ContactMerge
from genjin.customers.normalise import name_key


def doubles(contacts: Sequence[Contact]) -> dict[int, Contact]:
    """Of each contact the colleague before him who may be the same: one name, or one address or number.

    All of one customer, with their `points` at hand; no query.
    """
    first: dict[tuple[str, str], Contact] = {}
    found: dict[int, Contact] = {}
    for contact in contacts:
        keys = [(point.kind, point.normalised) for point in contact.points.all()]
        for key in [*keys, ("", name_key(contact.name))]:
            other = first.setdefault(key, contact)
            if other is not contact and key[1]:
                found.setdefault(contact.pk, other)
    return found


def colleagues_of(contact: Contact) -> QuerySet[Contact]:
    """With whom he may be merged: the others at the customer, gone or not."""
    return Contact.objects.alive().filter(customer=contact.customer_id).exclude(pk=contact.pk).order_by("pk")


def merges_at(customer_id: int) -> QuerySet[ContactMerge]:
    """The merges of contacts of one customer that stand, the latest first."""
    return ContactMerge.objects.standing().filter(kept__customer=customer_id).select_related("gone", "by")


def kept_of(contact_id: int) -> Contact | None:
    """Who took this contact in, if anybody did."""
    merge = ContactMerge.objects.standing().filter(gone=contact_id).select_related("kept__customer").first()
    return merge.kept if merge else None


def obstacle(merge: ContactMerge) -> str:
    """What makes it impossible to undo a merge now, as one sentence; empty when nothing does.

    `merge` needs `kept` and `gone` as stored now.
    """
    kept = merge.kept
    if merge.undone_at is not None:
        return _("This merge was undone already.")
    if (into := kept_of(kept.pk)) is not None:
        return _("“%(kept)s” was itself merged into “%(into)s” since. Undo that merge first.") % {
            "kept": kept.name,
            "into": into.name,
        }
    if ERASED in (kept.name, merge.gone.name):
        return _("This person was erased on request and cannot return.")
    if kept.deleted_at is not None:
        return _("“%(kept)s” is in the recycle bin. Restore it first.") % {"kept": kept.name}
    return ""
