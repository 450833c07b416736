"""Fills an empty database with a base of any size, past the actions for speed (bench only)."""

from __future__ import annotations

import json
import re
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import computed, rows
from bench.loading import bulk, finish, load, write
from bench.rows import NOW, PURPOSE, CustomFields, Size
from bench.spread import spread
from genjin.customers.models import (
    Contact,
    ContactPoint,
    Customer,
    DuplicateKey,
    DuplicatePair,
    Interaction,
    ListEntry,
    NextStep,
    PublicPool,
    SerialCounter,
    Tag,
)
from genjin.customers.models.customer import KIND, CustomerValue
from genjin.fields.actions import create_field
from genjin.fields.models import CustomField
from genjin.followups import sweep
from genjin.followups.apply import duty_data
from genjin.followups.decide import decide_customers
from genjin.followups.models import CustomerDecision, Task
from genjin.instance.models import Instance
from genjin.people.models import Role, Team, User
from genjin.policy.models import CompanySwitches
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel, NextStepFact, NextStepKind
from genjin.search import words
from genjin.search.models import Document, Word

PASSWORD = "bench bench bench"
GO_LIVE = (NOW - timedelta(days=30)).date()
DECIDED = 1
"""Whose customers the brain itself decides (the one who is measured); others get their tasks in bulk."""

LARGE = 20_000
"""So many customers are worth starting processes for."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Base:
    """Whom and what the rows name: keys of what was made before them."""

    size: Size
    owners: list[int]
    sources: list[int]
    types: list[int]
    tags: list[int]
    pool_id: int
    fields: CustomFields

    def customers(self) -> Iterator[dict[str, Any]]:
        """The customers, without exact keys; asks no database."""
        for row in rows.customers(self.size, self.owners, self.sources, self.types, self.fields):
            yield row if row["owner_id"] else row | {"pool_id": self.pool_id, "pooled_at": row["created_at"]}

    def spread(self, work: Callable[..., list[Any]], found: Iterable[Any], *given: Any) -> Iterator[Any]:
        """`work` on these rows, in processes if there are many."""
        return spread(work, found, *given, in_processes=self.size.customers >= LARGE)


def generate(size: Size, *, tell: Tell) -> None:
    """Fill an empty, migrated database; refuses one that already has customers."""
    if Customer.objects.exists():
        raise RuntimeError("the bench fills empty databases only")
    set_clock()
    CompanySwitches.objects.update(go_live_on=GO_LIVE)
    base = _base(size)
    for name, model, found in (
        ("customers", Customer, base.spread(computed.with_exact_keys, base.customers())),
        ("contacts", Contact, rows.contacts(size)),
        ("contact points", ContactPoint, rows.points(size)),
        ("custom values", CustomerValue, rows.custom_values(size, base.fields)),
        ("interactions", Interaction, rows.interactions(size, base.owners)),
        ("next steps", NextStep, rows.next_steps(size, base.owners)),
        ("tags", Customer.tags.through, rows.tagged(size, base.tags)),
        ("pairs", DuplicatePair, rows.pairs(size)),
        ("tasks", Task, _tasks(size, base.owners)),
        ("decisions", CustomerDecision, _decisions(size)),
    ):
        begun = time.monotonic()
        written = write(model, found)
        tell(f"{written:,} {name} in {time.monotonic() - begun:.0f} s")
    SerialCounter.objects.update_or_create(pk=1, defaults={"last": size.customers})
    _duplicate_keys(base, tell)
    _index(base, tell)
    finish(
        Customer, Contact, ContactPoint, CustomerValue, DuplicatePair, Interaction, NextStep, Task, Document,
        Word,
    )  # fmt: skip
    _decide(base.owners[DECIDED], tell)


def set_clock() -> None:
    """Let business time start again where the base ends, whenever it is measured."""
    Instance.objects.update(kind=Instance.Kind.TEST, set_up_at=NOW, clock_offset=NOW - timezone.now())


def _people(count: int) -> list[int]:
    many = max(1, count // 10)
    teams = [Team.objects.create(name_en=f"Team {number}", name_zh=f"{number} 组") for number in range(many)]
    plain = User()
    plain.set_password(PASSWORD)
    people = [
        User(
            email=f"seller{number}@bench.example", name_en=f"Seller {number}", name_zh=f"业务员 {number}",
            team=teams[number % many], joined_at=NOW, password=plain.password,
        )
        for number in range(count)
    ]  # fmt: skip
    bosses = [
        User(
            email=f"{role.lower()}@bench.example", name_en=role.title(), role_id=role, joined_at=NOW,
            password=plain.password,
        )
        for role in (Role.Code.DIRECTOR, Role.Code.MANAGER, Role.Code.ADMINISTRATOR)
    ]  # fmt: skip
    made = User.objects.bulk_create(people)
    User.objects.bulk_create(bosses)
    return [person.pk for person in made]


def _base(size: Size) -> Base:
    choices = {
        name: list(ListEntry.objects.filter(list=name).order_by("pk").values_list("pk", flat=True))
        for name in ("SOURCE", "BUSINESS_TYPE")
    }
    return Base(
        size=size,
        owners=_people(size.people),
        sources=choices["SOURCE"],
        types=choices["BUSINESS_TYPE"],
        tags=[Tag.objects.create(name=f"tag {number}").pk for number in range(20)],
        pool_id=PublicPool.objects.get(is_default=True).pk,
        fields=_custom_fields(),
    )


def _custom_fields() -> CustomFields:
    names = list(dict.fromkeys((*rows.SEGMENTS, rows.RARE_SEGMENT)))
    types = CustomField.Type
    made = [
        create_field(kind=KIND, type=type_, name_en=name, choices=choices, by=None, at=NOW)
        for type_, name, choices in (
            (types.CHOICE, "Segment", [{"name_en": name} for name in names]),
            (types.NUMBER, "Containers a year", ()),
            (types.DATE, "Met at a fair", ()),
        )
    ]
    segment, volume, fair = made
    return CustomFields(
        segment.pk, volume.pk, fair.pk, {choice.name_en: choice.pk for choice in segment.choices.all()},
        (segment.key, volume.key, fair.key),
    )  # fmt: skip


def _tasks(size: Size, owners: list[int]) -> Iterator[dict[str, Any]]:
    """The task of every next step, like those that the brain writes."""
    for number in range(1, size.customers + 1):
        due = rows.step_due(number)
        owner = owners[number % len(owners)]
        if due is None or owner == owners[DECIDED]:
            continue
        step = NextStepFact(
            id=number, kind=NextStepKind.NEXT_STEP, due=due.date(), purpose=PURPOSE, written_at=NOW,
            written_by_id=owner, owner_id=owner, channel=Channel.EMAIL, contact_id=None,
        )  # fmt: skip
        duty = Duty(
            key=step.key, rule=Rule.NEXT_STEP, customer_id=number, owner_id=owner, channel=Channel.EMAIL,
            due=due + timedelta(hours=1), due_on=due.date(), is_due_date_only=True, purpose=PURPOSE,
            work_class=WorkClass.TRACKING, requirement="000-02",
            reason=because("NEXT_STEP_SET", by_id=owner, written_on=NOW.date()),
        )  # fmt: skip
        yield {
            "key": duty.key, "customer_id": number, "owner_id": owner, "channel": "EMAIL",
            "due_at": duty.due, "due_on": duty.due_on, "rank": int(duty.work_class),
            "place": number % 5, "duties": json.dumps([duty_data(duty)]), "decided_at": NOW,
        }  # fmt: skip


def _decisions(size: Size) -> Iterator[dict[str, Any]]:
    """Everybody was decided an hour ago and sleeps for a week, so that the worker has nothing to catch up."""
    for number in range(1, size.customers + 1):
        yield {
            "customer_id": number, "decided_at": NOW - timedelta(hours=1),
            "wake_at": NOW + timedelta(days=7),
        }  # fmt: skip


def _duplicate_keys(base: Base, tell: Tell) -> None:
    """The keys by which duplicates are found; nobody is marked to be compared."""
    begun = time.monotonic()
    # In the order of the table's key, or its pages would be written many times.
    order = array("q")
    for key, customer in base.spread(computed.duplicate_keys, base.customers(), base.size):
        order.append(key << 32 | customer)
    pairs = ((both >> 32, both & 0xFFFFFFFF) for both in sorted(order))
    table = DuplicateKey._meta.db_table
    with transaction.atomic(), bulk(table):
        load(table, ["key", "customer_id"], pairs)
    tell(f"{len(order):,} keys of duplicates in {time.monotonic() - begun:.0f} s")


def _index(base: Base, tell: Tell) -> None:
    """The search documents, the same as `genjin.search.actions` writes (a test compares them)."""
    begun = time.monotonic()
    is_postgresql = connection.vendor == "postgresql"
    columns = ["id", "kind", "object_id", "customer_id", "title", "title_key", "text", "gate"]
    found = base.spread(
        computed.documents,
        chain(
            ((computed.CUSTOMER, row) for row in base.customers()),
            ((computed.CONTACT, row) for row in rows.contacts(base.size)),
        ),
        base.size, base.owners, connection.vendor,
    )  # fmt: skip
    tokens: list[tuple[int, str]] = []
    bare: set[str] = set()
    written = 0

    def documents() -> Iterator[tuple[Any, ...]]:
        nonlocal written
        for row in found:
            written += 1
            bare.add(re.sub(r"\d+", "", row[3]))
            if is_postgresql:
                yield (written, *row)
            else:
                tokens.append((written, row[-1]))
                yield (written, *row[:-1])

    with transaction.atomic(), bulk(Document._meta.db_table):
        load(Document._meta.db_table, [*columns, "tokens"] if is_postgresql else columns, documents())
        if not is_postgresql:
            load("search_tokens", ["rowid", "tokens"], iter(tokens))
    words.learn(bare)
    tell(f"{written:,} search documents in {time.monotonic() - begun:.0f} s")


def _decide(owner: int, tell: Tell) -> None:
    """Have the brain decide one person's customers, and note what everybody's decisions rest on."""
    sweep.carry_changes(NOW)
    begun = time.monotonic()
    ids = list(Customer.objects.filter(owner=owner).values_list("pk", flat=True))
    report = decide_customers(ids, at=NOW)
    spent = time.monotonic() - begun
    tell(
        f"{len(ids):,} customers decided in {spent:.0f} s "
        f"({report.written:,} tasks, {len(report.failed)} failed)"
    )
