"""Which customers a row may be: exact keys, across everybody's customers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from genjin.customers import normalise
from genjin.customers.models import ContactPoint, Customer

SLICE = 400
# Sites that house many companies: an address there says nothing about who is the same.
PORTALS = frozenset(
    (
        "alibaba.com", "1688.com", "made-in-china.com", "facebook.com", "linkedin.com", "instagram.com",
        "globalsources.com", "google.com", "twitter.com", "x.com", "youtube.com", "amazon.com", "ebay.com",
        "taobao.com", "wordpress.com", "blogspot.com", "wix.com", "shopify.com", "indiamart.com",
        "baidu.com", "yahoo.com", "gmail.com", "hotmail.com", "outlook.com", "qq.com", "163.com", "126.com",
        "whatsapp.com",
    )
)  # fmt: skip
WHY = {
    "serial": _("the same customer code"),
    "domain": _("the same website"),
    "name": _("the same name"),
    "mail": _("the same mail address"),
    "phone": _("the same phone number"),
}


@dataclass(frozen=True)
class Keys:
    """By what a row may be recognised; all normalised, empty where the row says nothing."""

    name: str = ""
    country: str = ""
    domain: str = ""
    serial: int | None = None
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A customer that a row may be; `is_sure`: the same company, else it only shares a contact."""

    customer_id: int
    why: str
    is_sure: bool


@dataclass
class _Found:
    by_key: dict[tuple[str, object], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))


def keys_of(
    *, name: str, country: str, website: str, code: str, points: Iterable[dict[str, str]] = ()
) -> Keys:
    """The keys of one row as typed."""
    domain = normalise.domain_of(website)
    serial = re.fullmatch(r"[Cc](\d{5,9})", code.strip())
    mails, phones = [], []
    for point in points:
        if point["kind"] == ContactPoint.Kind.EMAIL:
            mails.append(normalise.point(point["kind"], point["value"], country))
        elif point["kind"] in ContactPoint.CALLS:
            phones.append(normalise.point(point["kind"], point["value"], country))
    return Keys(
        name=normalise.name_key(name),
        country=country,
        domain="" if domain in PORTALS else domain,
        serial=int(serial[1]) if serial else None,
        mails=tuple(mails),
        phones=tuple(phone for phone in phones if sum(map(str.isdigit, phone)) >= 7),
    )


def find_matches(rows: Sequence[Keys]) -> list[list[Match]]:
    """The customers that each row may be, sure ones first; a handful of queries, however many rows."""
    found = _Found()
    alive = Customer.objects.alive()
    _note(found, "serial", alive, "serial", {row.serial for row in rows if row.serial})
    _note(found, "domain", alive, "domain", {row.domain for row in rows if row.domain})
    _note(found, "name", alive, "name_key", {row.name for row in rows if row.name})
    for why, kinds, wanted in (
        ("mail", (ContactPoint.Kind.EMAIL,), {mail for row in rows for mail in row.mails}),
        ("phone", ContactPoint.CALLS, {phone for row in rows for phone in row.phones}),
    ):
        _note_points(found, why, kinds, wanted)
    return [_matches(row, found) for row in rows]


def _parts(wanted: Iterable[object]) -> Iterator[list[object]]:
    values = sorted(wanted, key=str)
    for start in range(0, len(values), SLICE):
        yield values[start : start + SLICE]


def _note(found: _Found, why: str, rows: QuerySet[Customer], column: str, wanted: set[object]) -> None:
    for part in _parts(wanted):
        same = rows.filter(**{f"{column}__in": part}).order_by("pk")
        for pk, country, value in same.values_list("pk", "country_id", column):
            found.by_key[why, value].append((pk, country or ""))


def _note_points(found: _Found, why: str, kinds: Sequence[str], wanted: set[str]) -> None:
    for part in _parts(wanted):
        points = ContactPoint.objects.filter(
            kind__in=list(kinds), normalised__in=part, contact__deleted_at__isnull=True,
            contact__customer__deleted_at__isnull=True,
        ).order_by("pk")  # fmt: skip
        for pk, value in points.values_list("contact__customer_id", "normalised"):
            found.by_key[why, value].append((pk, ""))


def _matches(row: Keys, found: _Found) -> list[Match]:
    matches: dict[int, Match] = {}

    def add(why: str, value: object, *, is_sure: bool) -> None:
        for pk, country in found.by_key.get((why, value), ()):
            # Companies of one name in two countries are two.
            if why == "name" and country and row.country and country != row.country:
                continue
            matches.setdefault(pk, Match(pk, why, is_sure))

    if row.serial:
        add("serial", row.serial, is_sure=True)
        if matches:
            return list(matches.values())
    if row.domain:
        add("domain", row.domain, is_sure=True)
    if row.name:
        add("name", row.name, is_sure=True)
    for mail in row.mails:
        add("mail", mail, is_sure=False)
    for phone in row.phones:
        add("phone", phone, is_sure=False)
    return list(matches.values())
