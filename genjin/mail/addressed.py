"""Whom we know at the addresses of a mail that is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.people.models import User


def contact_of(pairs: Iterable[Sequence[str]]) -> Contact | None:
    """The contact at the first known of these addresses ([name, address])."""
    return _first(Contact.objects.alive(), pairs)


def customer_of(pairs: Iterable[Sequence[str]], by: User) -> Customer | None:
    """The customer to whom the first known of these addresses belongs, if the person may see it."""
    found = _first(Contact.objects.visible_to(by), pairs)
    return found.customer if found is not None else None


def _first(contacts: QuerySet[Contact], pairs: Iterable[Sequence[str]]) -> Contact | None:
    for _name, address in pairs:
        points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, normalised=address.lower())
        rows = contacts.filter(pk__in=points.values("contact")).select_related("customer")
        if (found := rows.order_by("pk").first()) is not None:
            return found
    return None
