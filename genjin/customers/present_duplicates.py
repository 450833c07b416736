"""Customers that may be one company as people read them; of those one may not see, name and owner only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers import duplicate_reasons
from genjin.customers.duplicate_search import Likely
from genjin.customers.models import ContactPoint, Customer
from genjin.people.models import User
from genjin.rules.duplicates.score import Verdict

TONES = {Verdict.SAME: "bad", Verdict.PROBABLY: "warn", Verdict.MAYBE: ""}
SAME_WAYS = (gettext_lazy("the same mail address"), gettext_lazy("the same phone number"))


@dataclass(frozen=True)
class Line:
    """One customer of the warning: `href` is empty for a hidden one; `claim` leads to where it is claimed."""

    name: str
    note: str
    verdict: str
    tone: str
    why: str
    owner: str
    href: str
    claim: bool


def owner_text(customer: Customer, owners: dict[int, User]) -> str:
    """Who looks after it."""
    owner = owners.get(customer.owner_id or 0)
    return _("owner %(name)s") % {"name": owner} if owner else _("in the public pool")


def owners_of(customers: Iterable[Customer]) -> dict[int, User]:
    """The owners of these customers by id; one query."""
    ids = {c.owner_id for c in customers if c.owner_id is not None}
    return {user.pk: user for user in User.objects.filter(pk__in=ids)}


def visible_among(user: User, ids: Collection[int]) -> set[int]:
    """Which of these customers the person may see; one query."""
    if not ids:
        return set()
    return set(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def lines(user: User, found: Sequence[Likely], *, may_claim: bool) -> list[Line]:
    """The warning's lines; two queries."""
    visible = visible_among(user, [one.customer.pk for one in found])
    owners = owners_of(one.customer for one in found)
    return [_line(one, one.customer.pk in visible, owners, may_claim=may_claim) for one in found]


def _line(one: Likely, is_visible: bool, owners: dict[int, User], *, may_claim: bool) -> Line:
    customer, match = one.customer, one.match
    note = " · ".join(filter(None, (customer.number, customer.country_id or ""))) if is_visible else ""
    return Line(
        name=customer.name or customer.name_local,
        note=note,
        verdict=str(duplicate_reasons.VERDICTS[match.verdict]),
        tone=TONES[match.verdict],
        why=duplicate_reasons.why(match.reasons, is_hidden=not is_visible),
        owner=owner_text(customer, owners),
        href=reverse("customers:customer", args=[customer.pk]) if is_visible else "",
        claim=may_claim and is_visible and customer.is_in_pool,
    )


def way_lines(user: User, found: Sequence[tuple[Customer, ContactPoint]]) -> list[Line]:
    """Lines of customers whose people are reached the same way; two queries."""
    visible = visible_among(user, [customer.pk for customer, _point in found])
    owners = owners_of(customer for customer, _point in found)
    return [
        Line(
            name=customer.name or customer.name_local,
            note=customer.number if customer.pk in visible else "",
            verdict="",
            tone="",
            why=str(SAME_WAYS[point.kind != ContactPoint.Kind.EMAIL]),
            owner=owner_text(customer, owners),
            href=reverse("customers:customer", args=[customer.pk]) if customer.pk in visible else "",
            claim=False,
        )
        for customer, point in found
    ]
