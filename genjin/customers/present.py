"""How a customer and its history are told to people: chips, contact lines, rows of the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from genjin.customers import contact_merging
from genjin.customers.forms.small import DIMENSIONS
from genjin.customers.local_time import LocalTime
from genjin.customers.masking import mask
from genjin.customers.models import (
    Contact,
    ContactMerge,
    ContactPoint,
    DimensionChange,
    NextStep,
    RoleHint,
)
from genjin.customers.queries import CustomerCard
from genjin.fields.models import CustomField
from genjin.fields.telling import Told, Words
from genjin.records import registry
from genjin.web.templatetags.web import day


def hint(role: str, own: RoleHint | None) -> str:
    """How to negotiate with somebody of this decision role, in the company's own words if any (002-22)."""
    return (own.text if own else "") or usual_hint(role)


def usual_hint(role: str) -> str:
    """The hint that ships with the product; empty for a role that is not known."""
    return {
        "DECIDER": _("Decides: talk about value, margin and risk; bring options and ask for the decision."),
        "INFLUENCER": _("Influences: win the technical argument and give material to pass on."),
        "EXECUTOR": _(
            "Executes and reports upward: send complete material and the best plan, cause no extra work."
        ),
        "GATEKEEPER": _("Gatekeeper: be polite and brief, ask for the way to who decides."),
    }.get(role, "")


@dataclass(frozen=True)
class Chip:
    """One dimension in the head of the page."""

    field: str
    label: Any
    value: str
    why: str
    level: int = 0


def chips(card: CustomerCard) -> list[Chip]:
    """The dimensions of a customer with the reason of their latest change."""
    found = []
    for name, dimension in DIMENSIONS.items():
        value = getattr(card.customer, name)
        shown = _value(card, name, value)
        level = card.customer.grade_order if name == "follow_grade" else 0
        found.append(Chip(name, dimension.label, shown, _why(card.whys.get(name)), level))
    return found


def _value(card: CustomerCard, name: str, value: Any) -> str:
    if name in ("fit_score", "potential_score"):
        return f"{value}/5" if value else ""
    if name == "is_priority":
        return _("Yes") if value else ""
    if name == "key_account":
        return "" if value == "NO" else str(card.customer.get_key_account_display())
    return short_value(name, value)


def short_value(dimension: str, value: str) -> str:
    """A value to stand behind its dimension's name: "A" after "Purchase class", "VIP" after its class."""
    if not value:
        return ""
    if dimension == "value_class":
        return value
    return label_of(dimension, value)


def label_of(dimension: str, value: str) -> str:
    """What people call a value of a dimension."""
    if value == "":
        return ""
    known = DIMENSIONS.get(dimension)
    if dimension in ("is_priority", "grade_locked"):
        return _("Yes") if value in ("True", "1", True) else _("No")
    if known is not None:
        return str(dict(known.choices).get(value, value))
    for model in ("customers.customer", "customers.contact"):
        kind = registry.find(model)
        if kind and kind.value_labels and dimension in kind.field_labels:
            return kind.value_labels(dimension, value) or value
    return value


def _why(change: DimensionChange | None) -> str:
    if change is None:
        return ""
    who = str(change.by) if change.by else _("Rule")
    said = f"{who} · {day(change.at)}"
    return f"{said} · {change.why}" if change.why else said


@dataclass(frozen=True)
class PointLine:
    """One way to reach a person: as a link, or with dots."""

    kind: str
    label: str
    text: str
    href: str
    icon: str
    note: str
    works: bool


@dataclass(frozen=True)
class ContactLine:
    """A person as the page shows him."""

    contact: Contact
    time: LocalTime | None
    points: list[PointLine]
    hint: str
    preferences: list[str]
    facts: list[tuple[str, str]]
    custom: list[Told]
    double: Contact | None = None
    merges: Sequence[ContactMerge] = ()

    @property
    def menu_id(self) -> str:
        """Names the menu of this person in the page."""
        return f"contact-menu-{self.contact.pk}"


POINT_ICONS = {
    "EMAIL": "mail", "MOBILE": "phone", "PHONE": "phone", "FAX": "printer", "WHATSAPP": "whatsapp",
    "WECHAT": "wechat", "TELEGRAM": "telegram", "TEAMS": "video",
}  # fmt: skip


def contact_lines(
    card: CustomerCard, fields: Sequence[CustomField] = (), words: Words | None = None
) -> list[ContactLine]:
    """The people of a customer who are still there, with the custom fields given that are filled in.

    Whoever may change them is told who of them may be the same, and who was merged into whom.
    """
    words = words or Words()
    doubles = contact_merging.doubles(card.contacts) if card.may_edit else {}
    return [
        ContactLine(
            contact=contact,
            time=card.local_times.get(contact.pk),
            points=[point_line(point, masked=card.is_masked) for point in contact.points.all()],
            hint=hint(contact.decision_role, card.role_hints.get(contact.decision_role)),
            preferences=preferences(contact),
            facts=[] if card.is_masked else _facts(contact),
            custom=[told for told in words.tell_all(fields, contact) if told.text],
            double=doubles.get(contact.pk),
            merges=[merge for merge in card.contact_merges if merge.kept_id == contact.pk],
        )
        for contact in card.contacts
    ]


def point_line(point: ContactPoint, *, masked: bool) -> PointLine:
    """A way to reach somebody; masked ones are no links."""
    text = mask(point.kind, point.normalised or point.value) if masked else point.value
    return PointLine(
        kind=point.kind,
        label=str(point.get_kind_display()),
        text=text,
        href="" if masked else point_href(point),
        icon=POINT_ICONS.get(point.kind, "link"),
        note=point.label,
        works=point.state != ContactPoint.State.INVALID,
    )


def point_href(point: ContactPoint) -> str:
    """An address that mail, telephone or messenger open; empty when there is none."""
    value = point.normalised
    if point.kind == ContactPoint.Kind.EMAIL:
        return f"mailto:{value}"
    if point.kind in (ContactPoint.Kind.MOBILE, ContactPoint.Kind.PHONE):
        return f"tel:{value}"
    if point.kind == ContactPoint.Kind.WHATSAPP:
        return f"https://wa.me/{value.lstrip('+')}" if value.lstrip("+").isdigit() else ""
    if point.kind == ContactPoint.Kind.TELEGRAM:
        return f"https://t.me/{value.lstrip('@')}"
    if value.startswith(("https://", "http://")):
        return point.value.strip()
    return ""


def preferences(contact: Contact) -> list[str]:
    """How he likes to be contacted, in a few words (001-37..41)."""
    said = []
    if contact.preferred_time:
        said.append(str(contact.get_preferred_time_display()))
    if contact.preferred_from and contact.preferred_to:
        said.append(f"{contact.preferred_from:%H:%M}–{contact.preferred_to:%H:%M}")
    if contact.preferred_length:
        said.append(str(contact.get_preferred_length_display()))
    if contact.preferred_style:
        said.append(str(contact.get_preferred_style_display()))
    return said


def birthday(contact: Contact) -> str:
    """Month and day, as people write them; empty when one of them is unknown."""
    if not contact.birthday_month or not contact.birthday_day:
        return ""
    return date_format(date(2000, contact.birthday_month, contact.birthday_day), "MONTH_DAY_FORMAT")


def _facts(contact: Contact) -> list[tuple[str, str]]:
    rows = [
        (_("Local name"), contact.name_local),
        (_("Seniority"), str(contact.get_seniority_display()) if contact.seniority else ""),
        (_("Reports to"), contact.reports_to.name if contact.reports_to else ""),
        (_("Languages"), contact.languages),
        (_("Topics"), contact.topics),
        (_("Taboos"), contact.taboos),
        (_("Birthday"), birthday(contact)),
        (_("Career"), contact.career_note),
        (_("Next in China"), day(contact.next_china_visit)),
        (_("Last in China"), day(contact.last_china_visit)),
        (_("How we met"), contact.source_detail),
        (_("Remarks"), contact.remarks),
    ]
    return [(label, value) for label, value in rows if value]


CHANNEL_ICONS = {
    "EMAIL": "mail", "AUDIO_CALL": "phone", "VIDEO_CALL": "device", "CHAT": "chat", "MEETING": "users",
    "VISIT": "plane", "OTHER": "note",
}  # fmt: skip


def is_overdue(step: NextStep, today: date, now: datetime) -> bool:
    """Whether its day is over, or its moment has passed."""
    return step.due_at < now if step.due_at else bool(step.due_on and step.due_on < today)


def coverage(card: CustomerCard) -> list[dict[str, Any]]:
    """The three departments and whether somebody is known there (003-78)."""
    labels = dict(Contact.Department.choices)
    return [
        {"label": labels[Contact.Department(name)], "known": known} for name, known in card.covered.items()
    ]


def profile(card: CustomerCard) -> list[tuple[str, str, str]]:
    """(label, value, address) of what is known of the company; empty values are left out."""
    customer = card.customer
    site = customer.website
    if site and not site.startswith(("http://", "https://")):
        site = f"https://{site}"
    rows = [
        (_("Website"), customer.website, site if customer.domain else ""),
        (_("Address"), customer.address, ""),
        (_("Phone"), mask("PHONE", customer.phone) if card.is_masked else customer.phone, ""),
        (_("Fax"), mask("FAX", customer.fax) if card.is_masked else customer.fax, ""),
        (_("Source"), " · ".join(t for t in (str(customer.source or ""), customer.source_detail) if t), ""),
        (_("Introduced by"), str(customer.referrer or customer.referrer_name), ""),
        (_("Business type"), str(customer.business_type or ""), ""),
        (_("Industry"), str(customer.industry or ""), ""),
        (_("Group"), str(customer.customer_group or ""), ""),
        (_("Sales channels"), _(", ").join(str(c) for c in card.sales_channels), ""),
        (_("Founded"), str(customer.founded_year or ""), ""),
        (_("Employees"), str(customer.employees or ""), ""),
        (_("Annual purchase"), money(customer.annual_purchase, customer.annual_purchase_currency), ""),
        (_("Brand owner"), _("Yes") if customer.is_brand_owner else "", ""),
        (_("Buys in China"), {True: _("Yes"), False: _("No")}.get(customer.buys_in_china, ""), ""),  # type: ignore[arg-type]
        (_("First purchase from China"), _("Yes") if customer.is_first_china_purchase else "", ""),
        (_("Agent or forwarder in China"), customer.china_agent, ""),
        (_("Main products"), customer.main_products, ""),
        (_("Advantages"), customer.advantages, ""),
        (_("Organisation structure"), customer.structure_note, ""),
        (_("Market position and supply chain"), customer.market_note, ""),
        (_("Another company of the same name"), customer.same_name_reason, ""),
        (_("Remarks"), customer.remarks, ""),
        *((name.title(), address, _address(address)) for name, address in customer.social_links.items()),
    ]
    return [row for row in rows if row[1]]


def money(amount: Any, currency: str) -> str:
    """A sum with its currency; empty for none."""
    # Grouped in both languages: Chinese formats do not group by themselves.
    return f"{currency} {amount:,.0f}" if amount is not None else ""


def _address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""
