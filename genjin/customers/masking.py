"""Contact data of others' customers, shown so that one sees that it exists but cannot use it (B-4)."""

from __future__ import annotations

import phonenumbers

from genjin.customers.models import ContactPoint, Customer
from genjin.people.access import Access

DOTS = "•••"


def is_masked(customer: Customer, access: Access, collaborator_ids: frozenset[int] = frozenset()) -> bool:
    """Whether this person sees the customer's contact data with dots only.

    The owner, those who deputise for the owner and the collaborators see it, and who has the right; what
    lies in the public pool is hidden until somebody claims it.
    """
    if access.may("see_contact_data"):
        return False
    insiders = {customer.owner_id, *collaborator_ids}
    return not insiders & access.covers


def shared_with(customer: Customer) -> frozenset[int]:
    """The ids of the customer's collaborators, as `is_masked` wants them; one query."""
    return frozenset(customer.collaborations.values_list("user_id", flat=True))


def mask(kind: str, value: str) -> str:
    """A way to reach somebody, e.g. `j•••@example.com` or `+90 ••• 48`."""
    if not value:
        return ""
    if kind == ContactPoint.Kind.EMAIL:
        local, at, host = value.rpartition("@")
        return f"{local[:1]}{DOTS}{at}{host}" if at else DOTS
    if kind in ContactPoint.PHONES:
        return _masked_number(value)
    return f"{value[:1]}{DOTS}"


def _masked_number(value: str) -> str:
    digits = "".join(c for c in value if c.isdigit())
    try:
        code = f"+{phonenumbers.parse(value).country_code} "
    except phonenumbers.NumberParseException:
        code = ""
    return f"{code}{DOTS} {digits[-2:]}" if len(digits) > 4 else DOTS
