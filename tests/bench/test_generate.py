"""The bench's base, written past the actions, is what the actions would have written."""

from __future__ import annotations

import pytest
from django.db import connection

from bench import brain, computed, generate, rows
from bench.spread import spread
from genjin.customers.actions import duplicate_keys
from genjin.customers.models import (
    Contact,
    Customer,
    DuplicateKey,
    DuplicateMark,
    Interaction,
    SerialCounter,
)
from genjin.customers.models.customer import KIND, CustomerValue
from genjin.fields import value_actions
from genjin.followups.models import CustomerDecision, Task
from genjin.people.models import User
from genjin.search import actions
from genjin.search.models import Document

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "postgresql", reason="filling PostgreSQL needs a superuser"),
]

SIZE = rows.Size(customers=400, contacts=600, interactions=900, people=10)


@pytest.fixture
def base() -> list[str]:
    told: list[str] = []
    generate.generate(SIZE, tell=told.append)
    return told


def test_a_generated_base_is_complete_and_its_documents_and_tasks_are_true(base: list[str]) -> None:
    assert (Customer.objects.count(), Contact.objects.count()) == (400, 600)
    assert Interaction.objects.filter(customer=rows.busy(SIZE)).count() >= rows.LONG_HISTORY
    assert SerialCounter.objects.get(pk=1).last == 400
    assert CustomerDecision.objects.filter(decided_at__isnull=False).count() == 400
    seller = User.objects.get(email="seller1@bench.example")
    assert Task.objects.filter(owner=seller, due_on__lte=rows.NOW.date()).exists()

    before = list(
        Document.objects.order_by("pk").values_list("pk", "customer_id", "title", "title_key", "text", "gate")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_tokens WHERE search_tokens MATCH '\"buyer7\"'")
        assert cursor.fetchone() == (1,)
    for kind, model in (("customers.customer", Customer), ("customers.contact", Contact)):
        actions.index_records(kind, model.objects.values_list("pk", flat=True))
    after = list(
        Document.objects.order_by("pk").values_list("pk", "customer_id", "title", "title_key", "text", "gate")
    )
    assert before == after
    with pytest.raises(RuntimeError, match="empty databases only"):
        generate.generate(SIZE, tell=base.append)


def test_the_keys_of_duplicates_and_the_custom_values_are_what_the_actions_write(base: list[str]) -> None:
    def keys() -> tuple[set[tuple[int, int]], dict[int, int | None]]:
        rows = DuplicateKey.objects.values_list("key", "customer_id")
        return set(rows), dict(Customer.objects.values_list("pk", "exact_key"))

    def values() -> list[tuple[object, ...]]:
        rows = CustomerValue.objects.order_by("record", "field")
        return list(rows.values_list("record", "field", "text", "number", "day", "target"))

    assert not DuplicateMark.objects.exists()
    before = keys()
    assert len(before[0]) > 400 * 6
    assert None not in before[1].values()
    duplicate_keys.refresh(range(1, 401), at=rows.NOW)
    assert keys() == before

    found = values()
    assert 400 < len(found) < 3 * 400
    customers = list(Customer.objects.order_by("pk"))
    cleaned, problems = value_actions.cleaned(KIND, [value_actions.held(one) for one in customers])
    assert problems == {}
    assert cleaned == [value_actions.held(one) for one in customers]
    value_actions.index(KIND, customers)
    assert values() == found


def test_rows_are_computed_alike_in_one_process_and_in_many() -> None:
    found = list(rows.contacts(SIZE))[:7]
    batch = [(computed.CONTACT, row) for row in found]
    given = (SIZE, [1, 2, 3], "sqlite")
    alone = list(spread(computed.documents, batch, *given, in_processes=False))
    assert len(alone) == 7
    assert list(spread(computed.documents, batch, *given, in_processes=True)) == alone


def test_what_the_brain_takes_is_measured_on_real_work(
    base: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brain, "WARM", 1)
    chosen = brain.large()
    monkeypatch.setattr(brain, "EVENTS", 3)
    assert all(brain.events(name, ids)["queries"] > 10 for name, ids in chosen.items())
    *_, [mailed] = chosen.values()
    assert Task.objects.filter(customer=mailed, key__startswith="tracking:").exists()

    swept = brain.sweep(due=5, share=1)
    assert (swept["customers"], swept["due"]) == (20, 20)
    tasks = Task.objects.count()
    assert brain.first(share=0.5)["customers"] == 200
    assert Task.objects.count() > tasks / 2
