"""Fills an empty database with a base of any size, past the actions for speed (bench only)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import rows
from bench.loading import bulk, finish, load, write
from bench.rows import NOW, PURPOSE, Size
from genjin.customers.kinds import POOL_GATE
from genjin.customers.models import (
    Contact,
    ContactPoint,
    Customer,
    Interaction,
    ListEntry,
    NextStep,
    PublicPool,
    SerialCounter,
    Tag,
)
from genjin.followups import sweep
from genjin.followups.apply import duty_data
from genjin.followups.decide import decide_customers
from genjin.followups.models import CustomerDecision, Task
from genjin.instance.models import Instance
from genjin.people.models import Role, Team, User
from genjin.policy.models import CompanySwitches
from genjin.records import registry
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel, NextStepFact, NextStepKind
from genjin.search import engine, words
from genjin.search.models import Document, Word
from genjin.search.tokens import index_tokens, sort_key

PASSWORD = "bench bench bench"
GO_LIVE = (NOW - timedelta(days=30)).date()
DECIDED = 1
"""Whose customers the brain itself decides (the one who is measured); others get their tasks in bulk."""

Tell = Callable[[str], None]


def generate(size: Size, *, tell: Tell) -> None:
    """Fill an empty, migrated database; refuses one that already has customers."""
    if Customer.objects.exists():
        raise RuntimeError("the bench fills empty databases only")
    set_clock()
    CompanySwitches.objects.update(go_live_on=GO_LIVE)
    owners = _people(size.people)
    tags = [Tag.objects.create(name=f"tag {number}").pk for number in range(20)]
    for name, model, found in (
        ("customers", Customer, _customers(size, owners)),
        ("contacts", Contact, rows.contacts(size)),
        ("contact points", ContactPoint, rows.points(size)),
        ("interactions", Interaction, rows.interactions(size, owners)),
        ("next steps", NextStep, rows.next_steps(size, owners)),
        ("tags", Customer.tags.through, rows.tagged(size, tags)),
        ("tasks", Task, _tasks(size, owners)),
        ("decisions", CustomerDecision, _decisions(size)),
    ):
        begun = time.monotonic()
        written = write(model, found)
        tell(f"{written:,} {name} in {time.monotonic() - begun:.0f} s")
    SerialCounter.objects.update_or_create(pk=1, defaults={"last": size.customers})
    _index(size, owners, tell)
    finish(Customer, Contact, ContactPoint, Interaction, NextStep, Task, Document, Word)
    _decide(owners[DECIDED], tell)


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


def _customers(size: Size, owners: list[int]) -> Iterator[dict[str, Any]]:
    choices = {
        name: list(ListEntry.objects.filter(list=name).order_by("pk").values_list("pk", flat=True))
        for name in ("SOURCE", "BUSINESS_TYPE")
    }
    pool_id = PublicPool.objects.get(is_default=True).pk
    for row in rows.customers(size, owners, choices["SOURCE"], choices["BUSINESS_TYPE"]):
        yield row if row["owner_id"] else row | {"pool_id": pool_id, "pooled_at": row["created_at"]}


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


def _index(size: Size, owners: list[int], tell: Tell) -> None:
    """The search documents, the same as `genjin.search.actions` writes (a test compares them)."""
    begun = time.monotonic()
    # Made before COPY begins: a connection that copies answers no query.
    found = _texts(size, _customers(size, owners))
    is_postgresql = connection.vendor == "postgresql"
    columns = ["id", "kind", "object_id", "customer_id", "title", "title_key", "text", "gate"]
    written = 0

    def documents() -> Iterator[tuple[Any, ...]]:
        nonlocal written
        for kind, object_id, customer_id, title, text in found:
            written += 1
            gate = _gate(customer_id, owners)
            row = (written, kind, object_id, customer_id, title, sort_key(title), text, gate)
            yield (*row, _vector(customer_id, title, text, gate)) if is_postgresql else row

    with transaction.atomic(), bulk(Document._meta.db_table):
        load(Document._meta.db_table, [*columns, "tokens"] if is_postgresql else columns, documents())
        if not is_postgresql:
            again = enumerate(_texts(size, _customers(size, owners)), start=1)
            tokens = (
                (pk, " ".join([*index_tokens(title, text), engine.GATE + _gate(customer_id, owners)]))
                for pk, (_kind, _id, customer_id, title, text) in again
            )
            load("search_tokens", ["rowid", "tokens"], tokens)
    words.learn({title for *_ids, title, _text in _texts(size, _customers(size, owners))})
    tell(f"{written:,} search documents in {time.monotonic() - begun:.0f} s")


def _texts(size: Size, companies: Iterable[dict[str, Any]]) -> Iterator[tuple[str, int, int, str, str]]:
    """Kind, id, customer, title and further text of all that is searched."""
    text_of: Any = registry.get("customers.customer").search_text
    for row in companies:
        title, text = text_of(Customer(**row))
        yield "customers.customer", row["id"], row["id"], title, text
    for row in rows.contacts(size):
        text = f"{row['job_title']}\n{rows.address(size, row['id'])}"
        yield "customers.contact", row["id"], row["customer_id"], row["name"], text


def _gate(customer_id: int, owners: list[int]) -> str:
    """The gate of a customer's documents; nobody collaborates in the bench."""
    owner = rows.owner_of(customer_id, owners)
    return f"o{owner}" if owner else POOL_GATE


def _vector(customer_id: int, title: str, text: str, gate: str) -> str:
    """Tokens (letters and digits only) as PostgreSQL reads a tsvector."""
    tokens = [*index_tokens(title, text), engine.GATE + gate]
    return " ".join(f"'{token}'" for token in engine.with_further(customer_id, tokens))


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
