"""Rows as companies and their people: what a row says of them, and what they hold as far as is known."""

from __future__ import annotations

import pickle
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers import duplicate_facts, normalise
from genjin.customers.actions.short_names import base_of
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.customers.models.dimension import KeyAccount
from genjin.exchange.importing import custom
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.fields import COLUMNS, PERSON_FIELDS, WAYS
from genjin.exchange.importing.matching import Keys, Match, is_phone, keys_of
from genjin.exchange.importing.register import Line, Run
from genjin.fields.names import is_custom
from genjin.fields.value_actions import held
from genjin.people import access
from genjin.rules.duplicates.keys import exact_number

_HELD = (*COLUMNS.values(), "annual_purchase", "annual_purchase_currency")
_BLANK = {name: getattr(Customer(), name) for name in _HELD}
_TOLD = frozenset(("name", "short_name", "country_id"))
Points = tuple[tuple[str, str], ...]
"""Ways to reach a person: kind and normalised value."""
Step = tuple[str, object]
"""A next step: its folded purpose and its day."""


@dataclass(slots=True)
class Person:
    """Somebody at a company; `number` is the row that brought him, 0 when he was there before.

    `draft` is what is to be stored of him, until it is.
    """

    name: str
    values: dict[str, Any]
    points: Points
    number: int = 0
    id: int | None = None
    draft: tuple[Contact, list[ContactPoint]] | None = None


@dataclass(slots=True)
class Company:
    """A company that rows belong to; `number` is the row that made it, 0 when it was there before.

    `ref` is the first row that named it; `values` are the columns that are not empty. `draft` and `row` are
    what is to be stored of it, until it is.
    """

    ref: int
    values: dict[str, Any]
    number: int = 0
    id: int | None = None
    grade_locked: bool = False
    owner_id: int | None = None
    people: dict[str, Person] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    steps: frozenset[Step] = frozenset()
    draft: Customer | None = None
    row: dict[str, Any] | None = None
    is_touched: bool = False

    def current(self, column: str) -> Any:
        """What the column holds now."""
        return self.values.get(column, _BLANK.get(column))

    @property
    def country(self) -> str:
        """The code of its country, empty when unknown."""
        return str(self.values.get("country_id") or "")

    def meet(self, person: Person) -> None:
        """Make a person known by what tells him from his colleagues: mail addresses, then the name."""
        for kind, value in person.points:
            if kind == ContactPoint.Kind.EMAIL:
                self.people.setdefault(f"@{value}", person)
        self.people.setdefault(folded(person.name), person)

    def forget_values(self) -> None:
        """Of a company that this import makes later rows only ask what is filled, not with what."""
        if self.number:
            self.values = {
                column: value if column in _TOLD else True for column, value in self.values.items()
            }

    def find(self, name: str, points: Iterable[tuple[str, str]]) -> Person | None:
        """Who this is, if he is known."""
        for kind, value in points:
            if kind == ContactPoint.Kind.EMAIL and (person := self.people.get(f"@{value}")):
                return person
        return self.people.get(folded(name))


def packed(company: Company) -> bytes:
    """The company in a tenth of its room until another row belongs to it, if ever; without drafts."""
    people = list({id(person): person for person in company.people.values()}.values())
    places = {id(person): place for place, person in enumerate(people)}
    return pickle.dumps(
        (
            company.ref, company.values, company.number, company.id, company.grade_locked, company.owner_id,
            [(one.name, one.values, one.points, one.number, one.id) for one in people],
            {key: places[id(person)] for key, person in company.people.items()},
            company.tags, company.steps,
        ),
        pickle.HIGHEST_PROTOCOL,
    )  # fmt: skip


def unpacked(content: bytes) -> Company:
    """The company that `packed` gave, as touched."""
    ref, values, number, pk, grade_locked, owner_id, people, places, tags, steps = pickle.loads(content)  # noqa: S301
    persons = [Person(*one) for one in people]
    known = {key: persons[place] for key, place in places.items()}
    return Company(ref, values, number, pk, grade_locked, owner_id, known, tags, steps, is_touched=True)


def solid(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are neither empty nor what a new customer has anyway."""
    return {
        column: value
        for column, value in values.items()
        if (column in _BLANK and value not in (None, "") and value != _BLANK[column]) or is_custom(column)
    }


def stored_company(customer: Customer, *, ref: int, number: int) -> Company:
    """A customer of the database, its people not yet among them."""
    values = customer.__dict__
    known = solid({name: values[name] for name in _HELD}) | held(customer)
    return Company(
        ref, known, number=number, id=customer.pk,
        grade_locked=customer.grade_locked, owner_id=customer.owner_id,
    )  # fmt: skip


def stored_person(contact: Contact, number: int) -> Person:
    """A person of the database."""
    points = tuple((point.kind, point.normalised) for point in contact.points.all())
    values = {name: value for name in PERSON_FIELDS if (value := getattr(contact, name)) not in (None, "")}
    return Person(contact.name, values | held(contact), points, number=number, id=contact.pk)


def lacking(run: Run, line: Line, keys: Keys, *, makes_companies: bool) -> str:
    """What a row needs and does not have, as a sentence."""
    values, may = line.values, access.of(run.by).may
    if values.get("customer.key_account") == KeyAccount.CONFIRMED and not may("confirm_key_account"):
        return _("You may propose a key account; a manager confirms it.")
    named = values.get("customer.name") or values.get("customer.name_local") or keys.serial
    if makes_companies and not named:
        return _("The row names no company.")
    if not makes_companies and person_row(line) is None:
        return _("The row names no person.")
    return ""


def all_keys(keys: Keys) -> list[tuple[str, object]]:
    """The keys of a row, the surest first."""
    found: list[tuple[str, object]] = []
    if keys.domain:
        found.append(("domain", keys.domain))
    if keys.exact is not None:
        found.append(("exact", keys.exact))
    if keys.name:
        found.append(("name", keys.name))
    found += [("mail", mail) for mail in keys.mails]
    return found + [("phone", phone) for phone in keys.phones]


def exact_of(values: Mapping[str, Any]) -> int | None:
    """The exact key of a company with these values."""
    return exact_number(
        str(values.get("name") or values.get("name_local") or ""), str(values.get("country_id") or "")
    )


def possible_exacts(company: Company, keys: Keys) -> set[int]:
    """The exact keys that a row may give to a company which is there."""
    names = {str(company.current("name") or ""), keys.typed.name}
    countries = {company.country, keys.country}
    found = {exact_number(name, country) for name in names for country in countries - {""}}
    return {one for one in found if one not in (None, exact_of(company.values))}


def short_pair(values: Mapping[str, Any]) -> tuple[str, str | None]:
    """Short name and country, which no two customers share."""
    return str(values.get("short_name") or ""), values.get("country_id")


def held_keys(company: Company) -> list[tuple[str, object]]:
    """By what a company is found in the database, its people met."""
    said = {name: str(company.current(name) or "") for name in ("name", "name_local", "website")}
    known = keys_of(
        name=said["name"] or said["name_local"], country=company.country, website=said["website"], code=""
    )
    found = all_keys(known)
    for person in company.people.values():
        for kind, value in person.points:
            if kind == ContactPoint.Kind.EMAIL:
                found.append(("mail", value))
            elif kind in ContactPoint.CALLS and is_phone(value):
                found.append(("phone", value))
    return found


_COMPARED = [
    (name, column)
    for name, column in COLUMNS.items()
    if column in ("name_local", "short_name", "city", "address", "phone")
]


def look(line: Line) -> None:
    """Find out by what the row may be recognised, and have the answers ready that its storing will ask."""
    keys = line.facts = row_keys(line)
    assert keys.near is not None and keys.stored is not None and keys.spelt is not None
    values, name = line.values, keys.typed.name
    if name:
        short = values.get("customer.short_name") or base_of(name)
        duplicate_facts.keys_of(SimpleNamespace(**{**vars(keys.typed), "short_name": short}))
    points = [point for name in WAYS for point in values.get(name, ())]
    normalised_points(points, keys.country)
    duplicate_facts.keys_of_points((point["kind"], point["value"]) for point in points)


def row_keys(line: Line) -> Keys:
    """By what the company of a row may be recognised."""
    if line.facts is not None:
        found: Keys = line.facts
        return found
    values = line.values
    points = [point for name in WAYS for point in values.get(name, ())]
    return keys_of(
        name=values.get("customer.name") or values.get("customer.name_local") or "",
        country=values.get("customer.country", ""),
        website=values.get("customer.website", ""),
        code=values.get("customer.code", ""),
        points=points,
        **{column: values[name] for name, column in _COMPARED if name in values},
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
    if code and not is_ours(code):
        said = _("Customer code: %(code)s") % {"code": code}
        found["remarks"] = f"{found['remarks']}\n{said}" if found.get("remarks") else said
    only_phone = _lone_phone(line)
    if only_phone and not found.get("phone"):
        found["phone"] = only_phone
    return found


def is_ours(code: str) -> bool:
    """Whether a customer code is written as Genjin's own are."""
    return bool(re.fullmatch(r"[Cc]\d{5,9}", code.strip()))


_NAMES = frozenset(("contact.name", "contact.given_name", "contact.family_name"))


def _named(line: Line) -> bool:
    return not _NAMES.isdisjoint(line.values)


def _lone_phone(line: Line) -> str:
    """A number beside no person and no mail address is the company's own."""
    if "contact.phone" not in line.values or _named(line):
        return ""
    if any(name in line.values for name in WAYS if name != "contact.phone"):
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


def normalised_points(points: Iterable[Mapping[str, str]], country: str) -> list[tuple[str, str]]:
    """The ways to reach somebody as they are compared, in their order."""
    return [(point["kind"], normalise.point(point["kind"], point["value"], country)) for point in points]


def differences(company: Company, values: Mapping[str, Any], *, overwrite: bool) -> dict[str, Any]:
    """What the row adds to a company: what is empty there and, if wished, what differs."""
    found = {}
    for column, value in values.items():
        if column == "lifecycle_evidence" or (column == "short_name" and company.number):
            continue  # the short name of a company that this import made is what its first row said
        if value != company.current(column) and (overwrite or column not in company.values):
            found[column] = value
    if found.keys() == {"annual_purchase_currency"}:
        return {}
    return found


def person_differences(person: Person, row: Mapping[str, Any], *, overwrite: bool) -> dict[str, Any]:
    """What the row adds to a person's fields: what is empty there and, if wished, what differs."""
    found = {}
    for name, value in row.items():
        is_asked = name in PERSON_FIELDS or is_custom(name)
        differs = is_asked and value != person.values.get(name, "")
        if differs and (overwrite or name not in person.values):
            found[name] = value
    if found.keys() & {"birthday_month", "birthday_day"}:  # one without the other is no day
        if not overwrite and "birthday_month" in person.values:
            return _without(found, ("birthday_month", "birthday_day"))
        found |= {name: row[name] for name in ("birthday_month", "birthday_day")}
    return found


def _without(found: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}


def sentence(match: Match, customer: Customer, why: object) -> str:
    """Whose customer a row doubles; of others' no more than name and owner."""
    owner = str(customer.owner) if customer.owner else _("in the public pool")
    return _("Duplicate of “%(name)s” (%(owner)s): %(why)s") % {
        "name": customer.name,
        "owner": owner,
        "why": why,
    }
