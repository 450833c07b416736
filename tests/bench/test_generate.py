"""The bench's base, written past the actions, is what the actions would have written."""

from __future__ import annotations

import pytest
from django.db import connection

from bench import generate, rows
from genjin.customers.models import Contact, Customer, Interaction, SerialCounter
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
