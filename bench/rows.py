"""What the bench's base consists of: the same rows for the same size on every machine.

Texts come from small pools, so that filters hit many rows and rare values hit few, as in a real base: grades
are skewed, one customer in three has no next step, a tenth lies in the pool.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from genjin.customers.models.dimension import GRADE_ORDER
from genjin.customers.normalise import name_key

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Business time when the base was filled: a Tuesday, 09:00 in Shanghai."""
LONG_HISTORY = 500
"""So many interactions has the customer whom `busy` names."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTRIES = _words(
    """
    DE FR GB IT ES NL PL SE TR RU US CA MX BR AR CL CO PE ZA NG KE EG MA SA AE QA KW IL JO IN PK BD LK
    TH VN MY ID PH JP KR AU NZ
    """
)
CITIES = (
    "Hamburg",
    "Lyon",
    "Leeds",
    "Torino",
    "Izmir",
    "Chicago",
    "Lagos",
    "Riyadh",
    "Mumbai",
    "Perth",
    "Osaka",
)
FIRST = _words(
    """
    Nord West Blue Alpen Marmara Karoo Delta Prime Atlas Vega Orion Pacific Baltic Iberia Sahara Indus
    Volga Andes Coral Summit Cedar Falcon Helios Kestrel Lumen Meridian Nova Onyx Polar Quartz Rhein
    Sigma Terra Umbra Vista
    """
)
SECOND = _words(
    """
    Valve Pump Flow Armaturen Tools Lighting Textile Hardware Kitchen Garden Motor Pipe Steel Glass
    Paper Sport Office Safety Medical Solar
    """
)
FORMS = ("GmbH", "Ltd", "S.A.", "B.V.", "Inc.", "LLC", "S.p.A.", "Pty Ltd", "A.Ş.", "Co.")
LOCAL = ("宁波", "远东", "华美", "金山", "东方", "海天", "利达", "永兴", "瑞丰", "安泰")
LOCAL_TRADE = ("阀门", "五金", "照明", "纺织", "机电", "建材", "玩具", "家具")
GIVEN = _words(
    """
    Anna Jens Rafael Elif Thabo Marcela Faisal Noura Priya Kenji Lucas Olga Ivan Maria Peter Chen Aiko
    """
)
FAMILY = _words(
    """
    Wittkamp Moura Demirkan Mokwena Ríos Al-Harbi Gupta Sato Silva Petrova Novak Rossi Smith Müller
    Okafor
    """
)
TALK = (
    "Asked for the price of 500 pcs, wants CIF.",
    "确认规格和包装，客户要求下周答复。",
    "Sent drawings and the certificate, waiting for the engineer.",
    "价格可接受，要求 12 月中旬前装船。",
    "No decision yet, budget in January.",
)
GRADES = ("TOP",) * 3 + ("UPPER_MID",) * 9 + ("MID",) * 28 + ("LOWER_MID",) * 30 + ("LOW",) * 20 + ("",) * 10
CLASSES = ("A",) * 4 + ("B",) * 8 + ("C",) * 18 + ("",) * 70
RELATIONS = ("VIP",) * 3 + ("SEED",) * 7 + ("PROSPECT",) * 60 + ("INTERRUPTED",) * 6 + ("",) * 24
STAGES = ("PROSPECT",) * 75 + ("TRIAL",) * 12 + ("OLD",) * 11 + ("LARGE",) * 2


PURPOSE = "Ask for the order quantity"
SEGMENTS = ("Retail",) * 8 + ("Wholesale",) * 6 + ("Project",) * 3 + ("Online",) * 2 + ("Government",)
"""Choices of the custom field "Segment"; the last one is the rarest but `RARE_SEGMENT`."""
RARE_SEGMENT = "Museum"
"""One customer in 5,000 has it."""
_STRIDE = 7919
"""A prime: what is made of multiples of it differs from number to number without order."""


@dataclass(frozen=True)
class Size:
    """How many of each."""

    customers: int
    contacts: int
    interactions: int
    people: int

    def scaled(self, customers: int) -> Size:
        """The same proportions with so many customers; people stay."""
        share = customers / self.customers
        return Size(customers, int(self.contacts * share), int(self.interactions * share), self.people)


EMBEDDED = Size(50_000, 80_000, 300_000, 10)
TEAM = Size(1_000_000, 1_500_000, 10_000_000, 200)


def busy(size: Size) -> int:
    """The customer of the second salesperson who has a long history."""
    return size.people + 1


def owner_of(number: int, owners: list[int]) -> int | None:
    """Nobody for a tenth of the customers: those lie in the pool."""
    return None if number % 10 == 0 else owners[number % len(owners)]


def step_due(number: int) -> datetime | None:
    """When a customer's next step is due (that day's midnight in UTC); a third and the pool have none."""
    if number % 3 == 0 or number % 10 == 0:
        return None
    midnight = NOW.replace(hour=0)
    return midnight + timedelta(days=(number // 10) % 120 - 8)


def phone(number: int) -> str:
    """A telephone number, for each number another one."""
    digits = f"{number * _STRIDE % 100_000_000:08d}"
    return f"+49 30 {digits[:4]} {digits[4:]}"


def office_phone(number: int) -> str:
    """The telephone of a customer's office; two of three have none."""
    return phone(50_000_000 + number) if number % 3 == 0 else ""


def segment(number: int) -> str:
    """The chosen segment; three of ten customers have none."""
    if number % 5000 == 77:
        return RARE_SEGMENT
    return "" if number % 10 in (3, 6, 9) else SEGMENTS[number * _STRIDE % 1009 % len(SEGMENTS)]


def volume(number: int) -> Decimal | None:
    """The containers a year, to a half; every second customer says it."""
    return Decimal(number * _STRIDE % 20_011) / 2 if number % 2 else None


def fair_day(number: int) -> date | None:
    """When they were met at a fair; a third was."""
    return (NOW - timedelta(days=number * _STRIDE % 1499)).date() if number % 3 == 1 else None


@dataclass(frozen=True)
class CustomFields:
    """The custom fields of customers by id: segment (a choice, its choices by name), volume, day at a fair."""

    segment: int
    volume: int
    fair: int
    choices: dict[str, int]
    keys: tuple[str, str, str]


def custom(number: int, fields: CustomFields) -> str:
    """The custom values of a customer as JSON."""
    met, much = fair_day(number), volume(number)
    plain = (
        fields.choices.get(segment(number)), None if much is None else f"{much.normalize():f}",
        met and met.isoformat(),
    )  # fmt: skip
    return json.dumps({k: value for k, value in zip(fields.keys, plain, strict=True) if value is not None})


def custom_values(size: Size, fields: CustomFields) -> Iterator[dict[str, Any]]:
    """The same values as rows by which customers are found."""
    for number in range(1, size.customers + 1):
        row = {"record_id": number, "target": None, "number": None, "day": None}
        if chosen := segment(number):
            yield row | {"field_id": fields.segment, "target": fields.choices[chosen]}
        if (much := volume(number)) is not None:
            yield row | {"field_id": fields.volume, "number": much}
        if met := fair_day(number):
            yield row | {"field_id": fields.fair, "day": met}


def customers(
    size: Size, owners: list[int], sources: Sequence[int], types: Sequence[int], fields: CustomFields
) -> Iterator[dict[str, Any]]:
    """One row a customer, numbered from 1."""
    rng = random.Random("customers")
    for number in range(1, size.customers + 1):
        first, second = rng.choice(FIRST), rng.choice(SECOND)
        local = f"{rng.choice(LOCAL)}{rng.choice(LOCAL_TRADE)}{number}" if number % 5 == 0 else ""
        name = f"{first} {second} {number} {rng.choice(FORMS)}"
        grade = rng.choice(GRADES)
        made = NOW - timedelta(minutes=rng.randrange(3 * 365 * 24 * 60))
        contact = made + (NOW - made) * rng.random() if number % 20 else None
        step = step_due(number)
        yield {
            "id": number,
            "serial": number,
            "name": name,
            "name_key": name_key(name),
            "name_local": local,
            "short_name": f"{first}{number}",
            "country_id": rng.choice(COUNTRIES),
            "city": rng.choice(CITIES),
            "website": f"https://www.{first.lower()}{number}.example",
            "domain": f"{first.lower()}{number}.example",
            "phone": office_phone(number),
            "custom": custom(number, fields),
            "owner_id": owner_of(number, owners),
            "owned_since": made,
            "source_id": rng.choice(sources),
            "business_type_id": rng.choice(types),
            "follow_grade": grade,
            "grade_order": GRADE_ORDER[grade],
            "value_class": rng.choice(CLASSES),
            "relationship_class": rng.choice(RELATIONS),
            "lifecycle_stage": rng.choice(STAGES),
            "is_priority": number % 97 == 0,
            "first_contact_at": contact and made,
            "last_contact_at": contact,
            "last_follow_up_at": contact,
            "follow_up_count": rng.randrange(30) if contact else 0,
            "next_step_at": step and step + timedelta(hours=1),
            "next_step_purpose": PURPOSE if step else "",
            "next_step_channel": "EMAIL" if step else "",
            "created_at": made,
            "updated_at": contact or made,
            "created_by_id": owners[number % len(owners)],
        }


def contacts(size: Size) -> Iterator[dict[str, Any]]:
    """One row a contact; every customer has a main contact."""
    rng = random.Random("contacts")
    for number in range(1, size.contacts + 1):
        yield {
            "id": number,
            "customer_id": (number - 1) % size.customers + 1,
            "name": f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
            "job_title": rng.choice(("Purchasing manager", "Owner", "Engineer", "Assistant")),
            "department": rng.choice(("PURCHASING", "TECHNICAL", "DOCUMENTS", "")),
            "is_primary": number <= size.customers,
            "created_at": NOW,
            "updated_at": NOW,
        }


def address(size: Size, number: int) -> str:
    """The mail address of a contact; those of one customer share the domain."""
    return f"buyer{number}@mail{(number - 1) % size.customers + 1}.example"


def mobile(number: int) -> str:
    """The mobile of a contact; every second has none."""
    return phone(number) if number % 2 else ""


def points(size: Size) -> Iterator[dict[str, Any]]:
    """A mail address for every contact, a mobile for every second."""
    for number in range(1, size.contacts + 1):
        mail, call = address(size, number), mobile(number)
        yield {"contact_id": number, "kind": "EMAIL", "value": mail, "normalised": mail, "is_primary": True}
        if call:
            plain = call.replace(" ", "")
            yield {
                "contact_id": number, "kind": "MOBILE", "value": call, "normalised": plain, "is_primary": False,
            }  # fmt: skip


def ways_of(size: Size, customer: int) -> tuple[list[str], list[str]]:
    """Mail addresses and telephones of the people of a customer."""
    people = range(customer, size.contacts + 1, size.customers)
    return [address(size, one) for one in people], [mobile(one) for one in people if mobile(one)]


def interactions(size: Size, owners: list[int]) -> Iterator[dict[str, Any]]:
    """Spread over two years and all customers; the first ones make the long history."""
    rng = random.Random("interactions")
    kinds = ("EMAIL",) * 6 + ("AUDIO_CALL",) * 2 + ("CHAT", "NOTE")
    for number in range(1, size.interactions + 1):
        at = NOW - timedelta(minutes=rng.randrange(2 * 365 * 24 * 60))
        customer = rng.randrange(size.customers) + 1
        kind = rng.choice(kinds)
        yield {
            "id": number,
            "customer_id": busy(size) if number <= LONG_HISTORY else customer,
            "kind": kind,
            "direction": "OUT" if number % 3 else "IN",
            "outcome": "CONNECTED" if kind == "AUDIO_CALL" else "",
            "happened_at": at,
            "logged_at": at,
            "content": rng.choice(TALK),
            "person_id": owners[number % len(owners)],
            "counts_as_contact": True,
            "counts_as_follow_up": bool(number % 3),
        }


def next_steps(size: Size, owners: list[int]) -> Iterator[dict[str, Any]]:
    """One row for every customer that has a next step, under the customer's number."""
    for number in range(1, size.customers + 1):
        if due := step_due(number):
            owner = owners[number % len(owners)]
            yield {
                "id": number, "customer_id": number, "owner_id": owner, "purpose": PURPOSE,
                "due_on": due.date(), "created_at": NOW, "created_by_id": owner,
            }  # fmt: skip


def tagged(size: Size, tags: list[int]) -> Iterator[dict[str, Any]]:
    """A tag for every fourth customer."""
    for number in range(1, size.customers + 1, 4):
        yield {"customer_id": number, "tag_id": tags[number % len(tags)]}


def pairs(size: Size) -> Iterator[dict[str, Any]]:
    """Pairs that somebody should look at: one customer in fifty, each with the next one; a tenth told apart."""
    for number in range(1, size.customers, 50):
        reasons = [["NAME_SHARES_WORDS", {}], ["NUMBER_DIFFERS", {}]]
        yield {
            "first_id": number, "second_id": number + 1, "score": 20 + number * _STRIDE % 80,
            "reasons": json.dumps(reasons), "state": "DIFFERENT" if number % 500 == 1 else "OPEN",
            "found_at": NOW - timedelta(minutes=number % 100_000),
        }  # fmt: skip
