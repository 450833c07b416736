"""The two sides of a merge of contacts in words, and what undoing it left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from genjin.customers import contact_merge_fields
from genjin.customers.kinds import field_labels
from genjin.customers.merge_fields import Choice
from genjin.customers.merge_present import LONGEST, Row, of_rows, text_of_custom
from genjin.customers.models import Contact, ContactMerge
from genjin.customers.models.interaction import Channel
from genjin.customers.present import birthday
from genjin.fields.names import COLUMN
from genjin.people.models import User
from genjin.records.merging import CONTACT, key_of, movers
from genjin.web.templatetags.web import day


def rows(kept: Contact, gone: Contact, user: User) -> list[Row]:
    """The fields in which the two differ, in the order of the form."""
    return list(_rows(kept, gone, user))


def _rows(kept: Contact, gone: Contact, user: User) -> Iterator[Row]:
    for choice in contact_merge_fields.CHOICES:
        sides = contact_merge_fields.sides_of(choice, kept, gone)
        if len(sides) > 1:
            mine, theirs = (_text(choice, contact, user) for contact in (kept, gone))
            usual = contact_merge_fields.usual(choice, kept, gone)
            yield Row(choice.name, label(choice.name), mine, theirs, sides, usual)


def label(name: str) -> str:
    """What people call a field of the merge."""
    own = {
        "birthday_month": _("Birthday"), "preferred_from": _("Prefers time"), "created_at": _("Created"),
        COLUMN: _("Further facts"),
    }  # fmt: skip
    return str(own.get(name) or field_labels(Contact)[name])


def _text(choice: Choice, contact: Contact, user: User) -> str:
    """What a contact has in a field; empty for nothing."""
    if choice.name == COLUMN:
        return text_of_custom(CONTACT, contact, user)
    if choice.name == "birthday_month":
        return birthday(contact)
    if choice.name == "main_channel":
        return str(dict(Channel.choices).get(contact.main_channel, contact.main_channel))
    values = [value for value in choice.value(contact) if value not in (None, "")]
    if not values:
        return ""
    if choice.name == "preferred_from":
        return "–".join(f"{value:%H:%M}" for value in values)
    value = values[0]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day(value)
    if choice.columns[0].endswith("_id"):
        return str(getattr(contact, choice.name))
    shown = getattr(contact, f"get_{choice.name}_display", None)
    text = str(shown()) if shown else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def stayed(merge: ContactMerge) -> list[str]:
    """What undoing a merge left as it was, one sentence each."""
    said = [
        _("“%(field)s” was changed since and stays.") % {"field": label(name)}
        for name in merge.left.get("fields", ())
    ]
    for mover in movers(CONTACT):
        said += of_rows(str(mover.label or mover.name), merge.left.get(key_of(mover), {}))
    return said
