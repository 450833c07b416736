"""Which customers a row may be: by exact keys, else by score, across everybody's customers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any, TypeAlias

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from genjin.customers import duplicate_facts, duplicate_reasons, normalise
from genjin.customers.actions import duplicate_keys
from genjin.customers.duplicate_facts import FIELDS, company_of
from genjin.customers.duplicate_search import find_likely_by_keys
from genjin.customers.models import ContactPoint, Customer
from genjin.rules.duplicates import score
from genjin.rules.duplicates.facts import Company
from genjin.rules.duplicates.keys import exact_number, key_number, name_keys

WHOLE_WORDS = ("w", "c", "k")
"""Kinds of keys that are remembered of each row, of which a hundred thousand must fit."""
COMPARED = 8
"""With so many customers, those that share the rarest keys, a row is compared."""
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
    "exact": _("the same name and country"),
    "name": _("the same name"),
    "mail": _("the same mail address"),
    "phone": _("the same phone number"),
}

_Answers: TypeAlias = "QuerySet[Any, tuple[str, int, str | None, str]]"


@dataclass(frozen=True)
class Keys:
    """By what a row may be recognised; all normalised, empty where the row says nothing."""

    name: str = ""
    country: str = ""
    domain: str = ""
    serial: int | None = None
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    exact: int | None = None
    typed: SimpleNamespace = field(default_factory=SimpleNamespace, compare=False)

    @cached_property
    def company(self) -> Company:
        """What is compared of the row."""
        return company_of(self.typed, self.mails, self.phones)

    @cached_property
    def stored(self) -> tuple[int, ...]:
        """By what customers are found that resemble it."""
        return duplicate_facts.keys_of(self.typed, self.mails, self.phones)

    @cached_property
    def near(self) -> list[int]:
        """By what rows of one file are found to resemble."""
        return [key_number(key) for key in name_keys(self.company) if key[0] in WHOLE_WORDS]

    @cached_property
    def spelt(self) -> str:
        """What is remembered of the row to compare it with later ones."""
        typed, known = self.typed, self.company
        parts = (
            typed.name, typed.name_local, typed.country_id, typed.city, " ".join(sorted(known.domains)),
            " ".join(sorted(known.phones)),
        )  # fmt: skip
        return "\x1f".join(parts)

    def __getstate__(self) -> dict[str, object]:
        """For another process everything but the company, which few rows need and many bytes tell."""
        return {name: value for name, value in self.__dict__.items() if name != "company"}


@dataclass(frozen=True)
class Match:
    """A customer that a row may be; `is_sure`: the same company, else it shares a contact or resembles.

    `reasons` say why it resembles.
    """

    customer_id: int
    why: str
    is_sure: bool
    reasons: tuple[score.Reason, ...] = ()

    def because(self, *, is_hidden: bool) -> str:
        """Why, in words; of customers one may not see no more than what was typed."""
        if self.reasons:
            return duplicate_reasons.why(self.reasons, is_hidden=is_hidden)
        return str(WHY[self.why])


@dataclass
class _Found:
    by_key: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))


def is_phone(normalised: str) -> bool:
    """Whether a number is long enough to tell anything."""
    return sum(map(str.isdigit, normalised)) >= 7


def keys_of(
    *, name: str, country: str, website: str, code: str, points: Iterable[dict[str, str]] = (), **typed: str
) -> Keys:
    """The keys of one row as typed; `typed` are further values that are compared, by column."""
    domain = normalise.domain_of(website)
    serial = re.fullmatch(r"[Cc](\d{5,9})", code.strip())
    mails, phones = [], []
    for point in points:
        if point["kind"] == ContactPoint.Kind.EMAIL:
            mails.append(normalise.point(point["kind"], point["value"], country))
        elif point["kind"] in ContactPoint.CALLS:
            phones.append(normalise.point(point["kind"], point["value"], country))
    said = dict.fromkeys(FIELDS, "") | typed
    said |= {"name": name, "country_id": country, "website": website}
    return Keys(
        name=normalise.name_key(name),
        country=country,
        domain="" if domain in PORTALS else domain,
        serial=int(serial[1]) if serial else None,
        mails=tuple(mails),
        phones=tuple(filter(is_phone, phones)),
        exact=exact_number(name, country),
        typed=SimpleNamespace(**said),
    )


def find_matches(
    rows: Sequence[Keys],
    *,
    scored: bool = False,
    except_ids: Container[int] = (),
    moved_ids: Container[int] = (),
) -> list[list[Match]]:
    """The customers that each row may be, sure ones first; a handful of queries, however many rows.

    With `scored` also those that it resembles, if no other is sure; none of `except_ids`, of `moved_ids` only
    by their code.
    """
    found = _look_up(rows)
    matches = [
        [
            one
            for one in _matches(row, found)
            if one.customer_id not in except_ids and (one.why == "serial" or one.customer_id not in moved_ids)
        ]
        for row in rows
    ]
    if scored:
        _add_likely(rows, matches, except_ids, moved_ids)
    return matches


class Holders:
    """Who holds exact keys, asked for many at once."""

    def __init__(self) -> None:
        self._known: dict[int, Customer | None] = {}

    def look(self, keys: Iterable[int]) -> None:
        """Ask for all of these with one query."""
        wanted = set(keys) - self._known.keys()
        found = duplicate_keys.holders(wanted) if wanted else {}
        self._known |= {key: found.get(key) for key in wanted}

    def of(self, key: int) -> Customer | None:
        """Who holds this one in the database; a query when it was not looked for."""
        self.look((key,))
        return self._known[key]


def _add_likely(
    rows: Sequence[Keys],
    matches: Sequence[list[Match]],
    except_ids: Container[int],
    moved_ids: Container[int],
) -> None:
    """To rows that no customer surely is, those that they resemble, before those that share a contact."""
    open_rows = [
        (row, found)
        for row, found in zip(rows, matches, strict=True)
        if row.name and not any(one.is_sure for one in found)
    ]
    likely = find_likely_by_keys(
        [row for row, _found in open_rows], except_ids=except_ids, most=COMPARED,
        floor=score.PROBABLY, whole_blocks_only=True,
    )  # fmt: skip
    for (_row, found), every in zip(open_rows, likely, strict=True):
        alike = [one for one in every if one.customer.pk not in moved_ids]
        known = {one.customer.pk for one in alike}
        found[:] = [
            *(Match(one.customer.pk, "likely", is_sure=False, reasons=one.match.reasons) for one in alike),
            *(one for one in found if one.customer_id not in known),
        ]


def _look_up(rows: Sequence[Keys]) -> _Found:
    """Who has the exact keys of all these rows; one query."""
    alive = Customer.objects.alive().order_by()
    mails, numbers = (ContactPoint.Kind.EMAIL,), ContactPoint.CALLS
    parts = [
        *_customers("serial", alive, "serial", {row.serial for row in rows if row.serial}),
        # The index has no empty ones.
        *_customers("domain", alive.exclude(domain=""), "domain", {row.domain for row in rows if row.domain}),
        *_customers("name", alive, "name_key", {row.name for row in rows if row.name}),
        *_customers(
            "exact", alive.filter(is_confirmed=True), "exact_key",
            {row.exact for row in rows if row.exact is not None},
        ),
        *_reached("mail", mails, {mail for row in rows for mail in row.mails}),
        *_reached("phone", numbers, {phone for row in rows for phone in row.phones}),
    ]  # fmt: skip
    found = _Found()
    if parts:
        for why, pk, country, value in sorted(parts[0].union(*parts[1:], all=True)):
            found.by_key[why, value].append((pk, country or ""))
    return found


def _customers(
    why: str, rows: QuerySet[Customer], column: str, wanted: Collection[object]
) -> Iterator[_Answers]:
    if wanted:
        same = rows.filter(**{f"{column}__among": wanted})
        yield same.values_list(Value(why), "pk", "country_id", Cast(column, TextField()))


def _reached(why: str, kinds: Sequence[str], wanted: Collection[str]) -> Iterator[_Answers]:
    if wanted:
        points = ContactPoint.objects.order_by().filter(
            kind__in=list(kinds), normalised__among=wanted, contact__deleted_at__isnull=True,
            contact__customer__deleted_at__isnull=True,
        )  # fmt: skip
        yield points.values_list(Value(why), "contact__customer_id", Value(""), "normalised")


def _matches(row: Keys, found: _Found) -> list[Match]:
    matches: dict[int, Match] = {}

    def add(why: str, value: object, *, is_sure: bool) -> None:
        for pk, country in found.by_key.get((why, str(value)), ()):
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
    if row.exact is not None:
        add("exact", row.exact, is_sure=True)
    if row.name:
        add("name", row.name, is_sure=True)
    for mail in row.mails:
        add("mail", mail, is_sure=False)
    for phone in row.phones:
        add("phone", phone, is_sure=False)
    return list(matches.values())
