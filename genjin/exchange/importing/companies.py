"""Rows as companies and their people: what is stored already, what earlier rows of the file brought."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers import normalise
from genjin.customers.models import Contact, Customer
from genjin.exchange.importing import custom
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.fields import COLUMNS, WAYS
from genjin.exchange.importing.matching import Keys, Match, keys_of
from genjin.exchange.importing.register import Line, Run

_BLANK = Customer()


@dataclass(slots=True)
class Person:
    """Somebody at a company: stored (`id`), or to be made of `row`; `number` is the row that brought him."""

    id: int | None = None
    row: dict[str, Any] | None = None
    number: int = 0
    stored: Contact | None = None


@dataclass(slots=True)
class Company:
    """A company that rows belong to: stored, or to be made of `row`; `is_mine` when this import made it."""

    id: int | None = None
    row: dict[str, Any] | None = None
    number: int = 0
    is_mine: bool = False
    stored: Customer | None = None
    people: dict[str, Person] = field(default_factory=dict)

    def current(self, column: str) -> Any:
        """What the column holds now, as far as is known."""
        return (self.row or {}).get(column) if self.stored is None else getattr(self.stored, column)


@dataclass
class Memory:
    """What a run remembers between slices.

    A dry run keeps the companies of the file by their keys; a real one finds them in the database and only
    keeps which of them it made itself, and in which row.
    """

    mine: dict[int, int] = field(default_factory=dict)
    by_key: dict[tuple[str, object], Company] = field(default_factory=dict)

    def note(self, keys: Keys, company: Company) -> None:
        """Remember that a row with these keys is this company."""
        for key in _all_keys(keys):
            self.by_key.setdefault(key, company)

    def find(self, keys: Keys) -> tuple[Company | None, str]:
        """The company of an earlier row with one of these keys, and by which."""
        for why, value in _all_keys(keys):
            company = self.by_key.get((why, value))
            if company is None:
                continue
            country = company.current("country_id")
            if why == "name" and keys.country and country and country != keys.country:
                continue
            return company, why
        return None, ""

    def forget(self) -> None:
        """Drop what the database knows by now."""
        self.by_key.clear()


def _all_keys(keys: Keys) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    if keys.domain:
        found.append(("domain", keys.domain))
    if keys.name:
        found.append(("name", keys.name))
    found += [("mail", mail) for mail in keys.mails]
    return found + [("phone", phone) for phone in keys.phones]


def row_keys(line: Line) -> Keys:
    """By what the company of a row may be recognised."""
    values = line.values
    points = [point for name in WAYS for point in values.get(name, ())]
    return keys_of(
        name=values.get("customer.name") or values.get("customer.name_local") or "",
        country=values.get("customer.country", ""),
        website=values.get("customer.website", ""),
        code=values.get("customer.code", ""),
        points=points,
    )


def company_values(line: Line, run: Run) -> dict[str, Any]:
    """The columns of the customer that the row fills."""
    values = line.values
    found = {column: values[name] for name, column in COLUMNS.items() if name in values}
    found |= custom.values_of(line, "customer")
    if not found.get("name") and found.get("name_local"):
        found["name"] = found["name_local"]
    if "customer.annual_purchase" in values:
        amount, currency = values["customer.annual_purchase"]
        found["annual_purchase"] = amount
        found |= {"annual_purchase_currency": currency} if currency else {}
    if "lifecycle_stage" in found:
        found["lifecycle_evidence"] = _("Imported from %(name)s") % {"name": run.job.name}
    code = values.get("customer.code", "")
    if code and not re.fullmatch(r"[Cc]\d{5,9}", code):
        said = _("Customer code: %(code)s") % {"code": code}
        found["remarks"] = f"{found['remarks']}\n{said}" if found.get("remarks") else said
    only_phone = _lone_phone(line)
    if only_phone and not found.get("phone"):
        found["phone"] = only_phone
    return found


def _named(line: Line) -> bool:
    return any(f"contact.{name}" in line.values for name in ("name", "given_name", "family_name"))


def _lone_phone(line: Line) -> str:
    """A number beside no person and no mail address is the company's own."""
    ways = [name for name in WAYS if name in line.values]
    if _named(line) or ways != ["contact.phone"]:
        return ""
    return str(line.values["contact.phone"][0]["value"])[:40]


def person_row(line: Line) -> dict[str, Any] | None:
    """The person that the row names, None when it is about the company only."""
    values = line.values
    points = [dict(point) for name in WAYS for point in values.get(name, ())]
    if not _named(line) and (not points or _lone_phone(line)):
        return None
    name = values.get("contact.name") or _joined(
        values.get("contact.given_name", ""), values.get("contact.family_name", "")
    )
    row: dict[str, Any] = {"name": name or points[0]["value"], "points": points}
    for field_name in ("salutation", "job_title", "department", "languages"):
        if f"contact.{field_name}" in values:
            row[field_name] = values[f"contact.{field_name}"]
    if "contact.birthday" in values:
        row["birthday_month"], row["birthday_day"] = values["contact.birthday"]
    return row | custom.values_of(line, "contact")


def _joined(given: str, family: str) -> str:
    if re.search("[\u4e00-\u9fff]", given + family):
        return family + given
    return f"{given} {family}".strip()


def person_keys(name: str, points: Iterable[tuple[str, str]], country: str) -> list[str]:
    """By what one person of a company is told from his colleagues: mail addresses, then the name."""
    mails = [f"@{normalise.point(kind, value, country)}" for kind, value in points if kind == "EMAIL"]
    return [*mails, folded(name)]


def stored_company(customer: Customer, people: Sequence[Contact], mine: Mapping[int, int]) -> Company:
    """A customer of the database with its people."""
    company = Company(
        customer.pk, stored=customer, is_mine=customer.pk in mine, number=mine.get(customer.pk, 0)
    )
    for contact in people:
        person = Person(contact.pk, stored=contact)
        points = [(point.kind, point.value) for point in contact.points.all()]
        for key in person_keys(contact.name, points, customer.country_id or ""):
            company.people.setdefault(key, person)
    return company


def differences(company: Company, values: Mapping[str, Any], *, overwrite: bool) -> dict[str, Any]:
    """What the row adds to a company: what is empty there and, if wished, what differs."""
    found = {}
    for column, value in values.items():
        now = company.current(column)
        is_empty = now in (None, "") or (column not in ("name",) and now == getattr(_BLANK, column))
        if now != value and (is_empty or overwrite) and column != "lifecycle_evidence":
            found[column] = value
    if found.keys() == {"annual_purchase_currency"}:
        return {}
    return found


def sentence(match: Match, customer: Customer, why: object) -> str:
    """Whose customer a row doubles; of others' no more than name and owner."""
    owner = str(customer.owner) if customer.owner else _("in the public pool")
    return _("Duplicate of “%(name)s” (%(owner)s): %(why)s") % {
        "name": customer.name,
        "owner": owner,
        "why": why,
    }
