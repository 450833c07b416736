"""The two sides of a merge in words: what each customer has in each field, what goes along, what stayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers import merge_fields
from genjin.customers.kinds import field_labels
from genjin.customers.masking import is_masked, mask, shared_with
from genjin.customers.merge_fields import BOTH, CHOICES, KEPT, LINKS, OTHER, Choice
from genjin.customers.models import Customer, Merge
from genjin.customers.models.customer import KIND
from genjin.customers.present import label_of, money
from genjin.fields.names import COLUMN
from genjin.fields.queries import fields_of
from genjin.fields.telling import Words
from genjin.people.access import Access
from genjin.people.models import User
from genjin.records.merging import CUSTOMER, ELSEWHERE, GONE, key_of, movers
from genjin.web.templatetags.web import day

LONGEST = 400


@dataclass(frozen=True)
class Row:
    """One field with something to choose: the words of both sides and the sides that may be chosen."""

    name: str
    label: str
    kept: str
    other: str
    sides: tuple[str, ...]
    usual: str


def rows(kept: Customer, gone: Customer, access: Access, user: User) -> list[Row]:
    """The fields in which the two differ, in the order of the customer's page."""
    masked = {c.pk: is_masked(c, access, shared_with(c)) for c in (kept, gone)}
    found = []
    for choice in CHOICES:
        sides = merge_fields.sides_of(choice, kept, gone)
        if len(sides) > 1:
            mine, theirs = (text_of(choice, customer, masked[customer.pk], user) for customer in (kept, gone))
            usual = merge_fields.usual(choice, kept, gone)
            found.append(Row(choice.name, label(choice.name), mine, theirs, sides, usual))
    for name in LINKS:
        mine, theirs = (_(", ").join(_linked(name, customer)) for customer in (kept, gone))
        if mine != theirs:
            found.append(Row(name, label(name), mine, theirs, (KEPT, OTHER, BOTH), BOTH))
    return found


def label(name: str) -> str:
    """What people call a field of the merge."""
    own = {
        "owner": _("Owner"), "protection": _("Kept from the public pool"), "cadence": _("Own rhythm"),
        "not_before": _("Do not contact before"), "social_links": _("Social media"), "tags": _("Tags"),
        "sales_channels": _("Sales channels"), "collaborators": _("Collaborators"),
        "created_at": _("Created"), COLUMN: _("Further facts"),
    }  # fmt: skip
    return str(own.get(name) or field_labels(Customer)[name])


def _linked(name: str, customer: Customer) -> list[str]:
    if name == "collaborators":
        return sorted(str(link.user) for link in customer.collaborations.select_related("user"))
    return sorted(str(one) for one in getattr(customer, name).all())


def text_of(choice: Choice, customer: Customer, masked: bool, user: User) -> str:
    """What a customer has in a field, as this person reads it; empty for nothing."""
    if choice.name == COLUMN:
        return text_of_custom(KIND, customer, user)
    special = _SPECIAL.get(choice.name)
    if special is not None:
        return str(special(customer))
    value = choice.value(customer)[0]
    if value in (None, ""):
        return ""
    if choice.name in ("phone", "fax") and masked:
        return mask(choice.name.upper(), str(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if choice.columns[0].endswith("_id"):
        return str(getattr(customer, choice.name))
    text = _named(choice, customer, value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def text_of_custom(kind: str, record: Any, user: User) -> str:
    """The custom fields of a record, a line each."""
    words = Words()
    told = (words.tell(field, record) for field in fields_of(kind, user) if field.key in record.custom)
    said = _("%(label)s: %(text)s")
    return "\n".join(said % {"label": one.label, "text": one.text} for one in told if one.text)


def _named(choice: Choice, customer: Customer, value: Any) -> str:
    if choice.name in ("fit_score", "potential_score"):
        return f"{value}/5"
    if choice in merge_fields.DIMENSIONS:
        locked = choice is merge_fields.GRADE and customer.grade_locked
        text = label_of(choice.name, value)
        return _("%(grade)s (locked by a manager)") % {"grade": text} if locked else text
    return str(value)


def _owner(customer: Customer) -> str:
    return str(customer.owner or customer.pool or _("Public pool"))


def _protection(customer: Customer) -> str:
    if customer.pool_locked:
        return _("Never returns by rule")
    return _until(day(customer.protected_until)) if customer.protected_until else ""


def _until(shown: str) -> str:
    return _("until %(day)s") % {"day": shown}


def _pause(customer: Customer) -> str:
    return " · ".join(t for t in (day(customer.not_before), customer.not_before_reason) if t)


def _rhythm(customer: Customer) -> str:
    if not customer.cadence_days:
        return ""
    days = ngettext("%(n)d day", "%(n)d days", customer.cadence_days) % {"n": customer.cadence_days}
    until = _until(day(customer.cadence_until)) if customer.cadence_until else ""
    return " · ".join(t for t in (days, customer.cadence_reason, until) if t)


_SPECIAL: Mapping[str, Any] = {
    "owner": _owner,
    "protection": _protection,
    "not_before": _pause,
    "cadence": _rhythm,
    "annual_purchase": lambda c: money(c.annual_purchase, c.annual_purchase_currency),
    "social_links": lambda c: "\n".join(f"{name.title()}: {to}" for name, to in c.social_links.items() if to),
}


def going_along(record_id: int, of: str = CUSTOMER) -> list[tuple[str, int]]:
    """What hangs on a record and moves with it: (what, how many), without what there is none of."""
    counted = [(str(mover.label), mover.count(record_id)) for mover in movers(of) if mover.label]
    return [(what, number) for what, number in counted if number]


def moved(merge: Merge) -> list[tuple[str, int]]:
    """What a merge moved: (what, how many)."""
    return [
        (str(mover.label), merge.counts[key_of(mover)])
        for mover in movers()
        if mover.label and merge.counts.get(key_of(mover))
    ]


def changed(merge: Merge) -> list[str]:
    """The fields of the kept customer that a merge changed."""
    return [
        label(name) for name, columns in merge_fields.groups() if not merge.changes.keys().isdisjoint(columns)
    ]


def stayed(merge: Merge) -> list[str]:
    """What undoing a merge left as it was, one sentence each."""
    said = [
        _("“%(field)s” was changed since and stays.") % {"field": label(name)}
        for name in merge.left.get("fields", ())
    ]
    if merge.left.get("owner_left"):
        said.append(_("The former owner works here no longer; the customer lies in the public pool."))
    for mover in movers():
        said += of_rows(str(mover.label or mover.name), merge.left.get(key_of(mover), {}))
    return said


def of_rows(what: str, left: Mapping[str, int]) -> Iterable[str]:
    """What of the rows of one table did not go back, a sentence a reason."""
    if left.get(GONE):
        yield _("%(what)s: %(count)d not there any more") % {"what": what, "count": left[GONE]}
    if left.get(ELSEWHERE):
        values = {"what": what, "count": left[ELSEWHERE]}
        yield _("%(what)s: %(count)d belong to another customer by now") % values
