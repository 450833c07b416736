"""Whom a person may want to write to: contacts one may see, and those one wrote to lately."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q

from genjin.customers.masking import is_masked
from genjin.customers.models import Collaborator, Contact, ContactPoint
from genjin.mail.models import OutgoingRecipient
from genjin.people import access
from genjin.people.models import User

SHOWN = 8
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name with its address; `note` is the customer."""

    name: str
    address: str
    note: str = ""


def suggestions(words: str, *, user: User) -> list[Suggestion]:
    """At most 8, contacts first; whose contact data the person sees with dots only is left out."""
    words = " ".join(words.replace("\x00", "").split())[:100]
    if not words:
        return []
    found: dict[str, Suggestion] = {}
    for one in [*_contacts(words, user), *_recent(words, user)]:
        found.setdefault(one.address.lower(), one)
    return list(found.values())[:SHOWN]


def _contacts(words: str, user: User) -> list[Suggestion]:
    seen = Contact.objects.visible_to(user).filter(left_on__isnull=True).values("pk")
    rows = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, contact__in=seen)
    rows = rows.filter(
        Q(normalised__icontains=words) | Q(contact__name__icontains=words)
        | Q(contact__customer__name__icontains=words)
    ).select_related("contact__customer").order_by("contact__name", "pk")  # fmt: skip
    points = list(rows[:_LOOKED_AT])
    shared: dict[int, set[int]] = {}
    customers = {point.contact.customer_id for point in points}
    for customer_id, user_id in Collaborator.objects.filter(customer__in=customers).values_list(
        "customer_id", "user_id"
    ):
        shared.setdefault(customer_id, set()).add(user_id)
    may = access.of(user)
    return [
        Suggestion(point.contact.name, point.normalised or point.value, point.contact.customer.name)
        for point in points
        if not is_masked(point.contact.customer, may, frozenset(shared.get(point.contact.customer_id, ())))
    ]


def _recent(words: str, user: User) -> list[Suggestion]:
    """Addresses the person sent to, the newest first."""
    rows = OutgoingRecipient.objects.filter(mail__author=user)
    rows = rows.filter(Q(address__icontains=words) | Q(name__icontains=words))
    latest = rows.values("address").annotate(newest=Max("pk"), name=Max("name")).order_by("-newest")
    return [Suggestion(row["name"], row["address"]) for row in latest[:SHOWN]]
