"""A deterministic customer base of any size, written past the actions for speed (bench only).

The same size gives the same rows on every machine. Texts come from small pools, so that filters hit
many rows and rare values hit few, as in a real base: grades are skewed, one customer in three has no
next step, a tenth lies in the pool.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from genjin.customers.models import Contact, ContactPoint, Customer, Interaction, ListEntry, NextStep, Tag
from genjin.customers.models.dimension import GRADE_ORDER
from genjin.instance.models import Instance
from genjin.people.models import Role, Team, User

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PASSWORD = "bench bench bench"
BATCH = 5_000

COUNTRIES = (
    "DE FR GB IT ES NL PL SE TR RU US CA MX BR AR CL CO PE ZA NG KE EG MA SA AE QA KW IL JO IN PK BD LK TH VN MY "
    "ID PH JP KR AU NZ".split()
)
CITIES = ("Hamburg", "Lyon", "Leeds", "Torino", "Izmir", "Chicago", "Lagos", "Riyadh", "Mumbai", "Perth", "Osaka")
FIRST = (
    "Nord West Blue Alpen Marmara Karoo Delta Prime Atlas Vega Orion Pacific Baltic Iberia Sahara Indus Volga Andes "
    "Coral Summit Cedar Falcon Helios Kestrel Lumen Meridian Nova Onyx Polar Quartz Rhein Sigma Terra Umbra Vista"
).split()
SECOND = (
    "Valve Pump Flow Armaturen Tools Lighting Textile Hardware Kitchen Garden Motor Pipe Steel Glass Paper Sport "
    "Office Safety Medical Solar"
).split()
FORMS = ("GmbH", "Ltd", "S.A.", "B.V.", "Inc.", "LLC", "S.p.A.", "Pty Ltd", "A.Ş.", "Co.")
LOCAL = ("宁波", "远东", "华美", "金山", "东方", "海天", "利达", "永兴", "瑞丰", "安泰")
LOCAL_TRADE = ("阀门", "五金", "照明", "纺织", "机电", "建材", "玩具", "家具")
GIVEN = "Anna Jens Rafael Elif Thabo Marcela Faisal Noura Priya Kenji Lucas Olga Ivan Maria Peter Chen Aiko".split()
FAMILY = "Wittkamp Moura Demirkan Mokwena Ríos Al-Harbi Gupta Sato Silva Petrova Novak Rossi Smith Müller Okafor".split()
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


@dataclass(frozen=True)
class Size:
    """How many of each."""

    customers: int
    contacts: int
    interactions: int
    people: int


EMBEDDED = Size(50_000, 80_000, 300_000, 10)
TEAM = Size(1_000_000, 1_500_000, 10_000_000, 200)


def generate(size: Size, *, tell: Callable[[str], None]) -> None:
    """Fill an empty, migrated database; refuses one that already has customers."""
    if Customer.objects.exists():
        raise RuntimeError("the bench fills empty databases only")
    Instance.objects.update(kind=Instance.Kind.TEST, set_up_at=NOW, clock_offset=NOW - timezone.now())
    owners = _people(size.people)
    tags = [Tag.objects.create(name=f"tag {number}").pk for number in range(20)]
    sources = list(ListEntry.objects.filter(list="SOURCE").values_list("pk", flat=True)) or [None]
    types = list(ListEntry.objects.filter(list="BUSINESS_TYPE").values_list("pk", flat=True)) or [None]
    rng = random.Random(20261124)
    for name, model, rows in (
        ("customers", Customer, _customers(size, owners, sources, types, rng)),
        ("contacts", Contact, _contacts(size, rng)),
        ("contact points", ContactPoint, _points(size)),
        ("interactions", Interaction, _interactions(size, owners, rng)),
        ("next steps", NextStep, _next_steps(size, owners)),
        ("tags", Customer.tags.through, _tagged(size, tags)),
    ):
        written = _write(model, rows)
        tell(f"{written:,} {name}")
    _finish()


def _people(count: int) -> list[int]:
    teams = [Team.objects.create(name_en=f"Team {number}", name_zh=f"{number} 组") for number in range(max(1, count // 10))]
    people = []
    for number in range(count):
        person = User(
            email=f"seller{number}@bench.example", name_en=f"Seller {number}", name_zh=f"业务员 {number}",
            team=teams[number % len(teams)], joined_at=NOW,
        )  # fmt: skip
        person.set_password(PASSWORD)
        person.save()
        people.append(person.pk)
    for role in (Role.Code.DIRECTOR, Role.Code.ADMINISTRATOR):
        person = User(email=f"{role.lower()}@bench.example", name_en=role.title(), role_id=role, joined_at=NOW)
        person.set_password(PASSWORD)
        person.save()
    return people


def _customers(
    size: Size, owners: list[int], sources: list[Any], types: list[Any], rng: random.Random
) -> Iterator[dict[str, Any]]:
    for number in range(1, size.customers + 1):
        first, second = rng.choice(FIRST), rng.choice(SECOND)
        local = f"{rng.choice(LOCAL)}{rng.choice(LOCAL_TRADE)}{number}" if number % 5 == 0 else ""
        grade = rng.choice(GRADES)
        made = NOW - timedelta(minutes=rng.randrange(3 * 365 * 24 * 60))
        contact = made + (NOW - made) * rng.random() if number % 20 else None
        step = NOW + timedelta(minutes=rng.randrange(-14_400, 43_200)) if number % 3 else None
        yield {
            "id": number,
            "serial": number,
            "name": f"{first} {second} {number} {rng.choice(FORMS)}",
            "name_local": local,
            "short_name": f"{first}{number}",
            "country_id": rng.choice(COUNTRIES),
            "city": rng.choice(CITIES),
            "website": f"https://www.{first.lower()}{number}.example",
            "domain": f"{first.lower()}{number}.example",
            "owner_id": None if number % 10 == 0 else owners[number % len(owners)],
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
            "next_step_at": step,
            "next_step_purpose": "Ask for the order quantity" if step else "",
            "next_step_channel": "EMAIL" if step else "",
            "created_at": made,
            "updated_at": contact or made,
            "created_by_id": owners[number % len(owners)],
        }


def _contacts(size: Size, rng: random.Random) -> Iterator[dict[str, Any]]:
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


def _points(size: Size) -> Iterator[dict[str, Any]]:
    for number in range(1, size.contacts + 1):
        address = f"buyer{number}@mail{number % size.customers}.example"
        yield {"contact_id": number, "kind": "EMAIL", "value": address, "normalised": address, "is_primary": True}


def _interactions(size: Size, owners: list[int], rng: random.Random) -> Iterator[dict[str, Any]]:
    kinds = ("EMAIL",) * 6 + ("AUDIO_CALL",) * 2 + ("CHAT", "NOTE")
    for number in range(1, size.interactions + 1):
        at = NOW - timedelta(minutes=rng.randrange(2 * 365 * 24 * 60))
        yield {
            "id": number,
            "customer_id": rng.randrange(size.customers) + 1,
            "kind": rng.choice(kinds),
            "direction": "OUT" if number % 3 else "IN",
            "happened_at": at,
            "logged_at": at,
            "content": rng.choice(TALK),
            "person_id": owners[number % len(owners)],
            "counts_as_contact": True,
            "counts_as_follow_up": bool(number % 3),
        }


def _next_steps(size: Size, owners: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(1, size.customers + 1):
        if number % 3 and number % 10:
            yield {
                "customer_id": number,
                "owner_id": owners[number % len(owners)],
                "purpose": "Ask for the order quantity",
                "due_on": (NOW + timedelta(days=number % 40 - 10)).date(),
                "created_at": NOW,
            }


def _tagged(size: Size, tags: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(1, size.customers + 1, 4):
        yield {"customer_id": number, "tag_id": tags[number % len(tags)]}


def _write(model: type[Model], rows: Iterable[dict[str, Any]]) -> int:
    """Write rows given as {column: value}; columns not named take the model's defaults."""
    fields = [f for f in model._meta.concrete_fields if f.column]
    sample: dict[str, Any] | None = None
    columns: list[str] = []
    defaults: list[Any] = []
    count = 0

    def complete() -> Iterator[tuple[Any, ...]]:
        nonlocal sample, columns, defaults, count
        for row in rows:
            if sample is None:
                sample = row
                columns = [f.column for f in fields if f.column != "id" or "id" in row]
                defaults = [_default(f) for f in fields if f.column in columns]
            count += 1
            yield tuple(row.get(c, d) for c, d in zip(columns, defaults, strict=True))

    with transaction.atomic():
        stream = complete()
        head = next(stream, None)
        if head is not None:
            _load(model._meta.db_table, columns, head, stream)
    return count


def _default(field: Any) -> Any:
    value = field.get_default()
    if isinstance(value, dict | list):
        return json.dumps(value)
    return "" if value is None and not field.null else value


def _load(table: str, columns: list[str], head: tuple[Any, ...], rest: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            copy.write_row(head)
            for row in rest:
                copy.write_row(row)
            return
    marks = ", ".join("?" * len(columns))
    connection.ensure_connection()
    raw = connection.connection
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
    raw.execute(statement, _plain(head))
    raw.executemany(statement, map(_plain, rest))


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """SQLite keeps moments as Django writes them: naive UTC text."""
    return [v.replace(tzinfo=None).isoformat(" ") if isinstance(v, datetime) else v for v in row]


def _finish() -> None:
    """Statistics and sequences, as they would be after a normal life."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("customers_customer", "customers_contact", "customers_interaction"):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
                )
        cursor.execute("ANALYZE")
