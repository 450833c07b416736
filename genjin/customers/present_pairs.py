"""Pairs of customers that may be one company, as the list and the comparison show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers import duplicate_reasons
from genjin.customers.masking import is_masked, mask, shared_with
from genjin.customers.models import Contact, ContactPoint, Customer, DuplicatePair
from genjin.customers.present_duplicates import TONES, visible_among
from genjin.people.access import Access
from genjin.people.models import User
from genjin.rules.duplicates.score import verdict
from genjin.web.templatetags.web import day

MOST_PEOPLE = 5


@dataclass(frozen=True)
class Side:
    """One customer of a pair; a hidden one has neither address nor note."""

    customer: Customer
    name: str
    owner: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class PairLine:
    """A pair as a line of the list; the customer that the reader may see comes first."""

    pair: DuplicatePair
    sides: tuple[Side, Side]
    verdict: str
    tone: str
    why: str
    may_decide: bool
    merge: str


def pair_lines(user: User, pairs: Sequence[DuplicatePair]) -> list[PairLine]:
    """Lines of these pairs, whose customers, owners and countries are loaded; two queries."""
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    visible = visible_among(user, ids)
    editable = set(Customer.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [_line(pair, visible, editable) for pair in pairs]


def _line(pair: DuplicatePair, visible: set[int], editable: set[int]) -> PairLine:
    both = [pair.first, pair.second]
    if pair.first_id not in visible:
        both.reverse()
    sides = tuple(_side(customer, customer.pk in visible) for customer in both)
    found = verdict(pair.score)
    is_hidden = not {pair.first_id, pair.second_id} <= visible
    return PairLine(
        pair=pair,
        sides=(sides[0], sides[1]),
        verdict=str(duplicate_reasons.VERDICTS[found]),
        tone=TONES.get(found, ""),
        why=duplicate_reasons.why(duplicate_reasons.read(pair.reasons), is_hidden=is_hidden),
        may_decide=bool({pair.first_id, pair.second_id} & editable),
        merge=reverse("customers:merge", args=[both[0].pk, both[1].pk]),
    )


def _side(customer: Customer, is_visible: bool) -> Side:
    owner = str(customer.owner) if customer.owner else _("in the public pool")
    name = customer.name or customer.name_local
    if not is_visible:
        return Side(customer, name, owner)
    note = " · ".join(filter(None, (customer.number, str(customer.country or ""), customer.city)))
    return Side(customer, name, owner, note, reverse("customers:customer", args=[customer.pk]))


@dataclass(frozen=True)
class Fact:
    """One line of the comparison."""

    label: str
    values: tuple[str, str]
    is_telling: bool = True

    @property
    def differs(self) -> bool:
        """Whether both are known and not the same, where that speaks for two companies."""
        one, two = (value.casefold() for value in self.values)
        return bool(self.is_telling and one and two and one != two)


def comparison(line: PairLine, access: Access) -> list[Fact]:
    """What is known of both side by side, lines empty on both sides left out."""
    facts = [_facts(side, access) for side in line.sides]
    labels = list(dict.fromkeys([*facts[0], *facts[1]]))
    mute = {
        _("Owner"),
        _("Created"),
        _("Last contact"),
        _("Contacts"),
        _("Lifecycle stage"),
        _("Follow-up grade"),
    }
    rows = [
        Fact(label, (facts[0].get(label, ""), facts[1].get(label, "")), label not in mute) for label in labels
    ]
    return [row for row in rows if any(row.values)]


def _facts(side: Side, access: Access) -> dict[str, str]:
    customer = side.customer
    if not side.href:
        return {_("Company name"): side.name, _("Owner"): side.owner}
    masked = is_masked(customer, access, shared_with(customer))
    people = list(
        Contact.objects.alive()
        .filter(customer=customer)
        .order_by("-is_primary", "pk")
        .prefetch_related("points")[:MOST_PEOPLE]
    )
    facts: dict[str, Any] = {
        _("Company name"): side.name,
        _("Name in Chinese or local script"): customer.name_local,
        _("Short name"): customer.short_name,
        _("Country"): customer.country or "",
        _("City"): customer.city,
        _("Address"): customer.address,
        _("Website"): customer.website,
        _("Phone"): mask("PHONE", customer.phone) if masked else customer.phone,
        _("Contacts"): _(", ").join(person.name for person in people),
        _("Mail addresses"): _ways(people, (ContactPoint.Kind.EMAIL,), masked),
        _("Numbers"): _ways(people, ContactPoint.PHONES, masked),
        _("Owner"): side.owner,
        _("Follow-up grade"): customer.get_follow_grade_display() if customer.follow_grade else "",
        _("Lifecycle stage"): customer.get_lifecycle_stage_display(),
        _("Created"): day(customer.created_at),
        _("Last contact"): day(customer.last_contact_at) if customer.last_contact_at else "",
        _("Why another company of the same name"): customer.same_name_reason,
    }
    return {label: str(value) for label, value in facts.items()}


def _ways(people: Sequence[Contact], kinds: Sequence[str], masked: bool) -> str:
    points = [point for person in people for point in person.points.all() if point.kind in kinds]
    shown = [mask(p.kind, p.normalised or p.value) if masked else p.value for p in points]
    return _(", ").join(dict.fromkeys(shown))
