"""Restricted personal facts: off by default, kept by the customer's owner only, with a purpose (C-18)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, locked, may, tell
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer, SensitiveNote
from genjin.people.models import User
from genjin.policy.models import CompanySwitches


def may_see_sensitive(customer: Customer, user: User, at: datetime) -> bool:
    """Whether restricted personal facts may be shown: switched on, with the right, to the owner (C-18)."""
    if customer.owner_id != user.pk or not may(user, "see_sensitive", at):
        return False
    return CompanySwitches.objects.filter(pk=1, sensitive_fields=True).exists()


@transaction.atomic
def write_sensitive_note(
    *, contact_id: int, topic: str, text: str, purpose: str, by: User, at: datetime
) -> SensitiveNote | None:
    """Write, replace or (with empty text) delete a restricted personal fact and its purpose (002-24)."""
    contact = locked(Contact.objects.alive().select_related("customer"), contact_id)
    if not may_see_sensitive(contact.customer, by, at):
        raise Refused(
            _("Restricted personal facts are kept by the customer's owner only, where switched on.")
        )
    notes = SensitiveNote.objects.filter(contact=contact, topic=topic)
    if not text.strip():
        if notes.delete()[0]:
            tell(
                [changed(contact, "erase note", {"sensitive_note": (topic, None)})], by=by, at=at, mark=False
            )
        return None
    if not purpose.strip():
        raise Refused({"purpose": _("Say what this is kept for.")})
    note = notes.first() or SensitiveNote(contact=contact, topic=topic)
    note.text, note.purpose = text.strip(), purpose.strip()
    note.written_at, note.written_by = at, by
    check_fields(note)
    note.save()
    # The journal says that it was written, never what: it must be erasable at once.
    tell([changed(contact, "write note", {"sensitive_note": (None, topic)})], by=by, at=at, mark=False)
    return note
