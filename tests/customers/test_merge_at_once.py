"""Merging while others work on the same customers: nobody waits in a circle, nothing is left behind."""

from __future__ import annotations

from typing import Any

import pytest

from genjin.customers import actions
from genjin.customers.actions import LogDraft, NextStepDraft, Refused
from genjin.customers.actions.merging import merge_customers, undo_merge
from genjin.customers.models import Contact, Customer, Interaction, Merge, NextStep
from tests.people.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def pair(people: Any, customer: Any, moment: Any) -> tuple[Customer, Customer]:
    """Two customers of Lin's, each with a contact and a log."""
    made = customer(name="Marmara Teknik"), customer(name="Bosphorus Trading")
    for one in made:
        row = {"customer_id": one.pk, "name": f"Buyer of {one.name}"}
        person = actions.create_contact(row=row, by=people.lin, at=moment)
        draft = LogDraft(kind="NOTE", content=one.name, contact_ids=[person.pk])
        actions.log_interaction(customer_id=one.pk, draft=draft, by=people.lin, at=moment)
    return made


def unexpected(found: list[Any]) -> list[Any]:
    """What went wrong otherwise than by a sentence to the person."""
    known = (Refused, Customer.DoesNotExist)
    return [one for one in found if isinstance(one, Exception) and not isinstance(one, known)]


def test_a_log_edited_while_its_customer_is_merged_goes_along(people, pair, moment):
    kept, gone = pair
    log = Interaction.objects.get(customer=gone)
    for number in range(ROUNDS):
        found = at_once(
            lambda: merge_customers(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment),
            lambda n=number: actions.change_interaction(
                interaction_id=log.pk, changes={"content": f"Edited {n}"}, by=people.lin, at=moment
            ),
        )
        assert unexpected(found) == []
        log.refresh_from_db()
        assert (log.customer_id, log.content) == (kept.pk, f"Edited {number}")
        undo_merge(merge_id=Merge.objects.standing().get().pk, by=people.lin, at=moment)


def test_what_is_promised_while_a_customer_is_merged_is_promised_to_the_kept_one(people, pair, moment):
    kept, gone = pair
    for number in range(ROUNDS):
        step = NextStepDraft(purpose=f"Step {number}", due_on=moment.date())
        found = at_once(
            lambda: merge_customers(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment),
            lambda s=step: actions.add_next_step(customer_id=gone.pk, draft=s, by=people.lin, at=moment),
        )
        assert unexpected(found) == []
        assert not NextStep.objects.filter(customer=gone).exists()
        undo_merge(merge_id=Merge.objects.standing().get().pk, by=people.lin, at=moment)


def test_a_contact_added_while_a_customer_is_merged_is_with_the_kept_one_or_refused(people, pair, moment):
    kept, gone = pair
    row = {"customer_id": gone.pk, "name": "Deniz Kaya"}
    found = at_once(
        lambda: merge_customers(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment),
        lambda: actions.create_contact(row=row, by=people.lin, at=moment),
    )
    assert unexpected(found) == []
    assert not Contact.objects.filter(customer=gone).exists()
    assert Contact.objects.filter(customer=kept, is_primary=True).count() == 1


def test_of_two_who_undo_one_merge_one_does_and_the_other_is_told(people, pair, moment):
    kept, gone = pair
    merge = merge_customers(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment)
    work = [lambda by=by: undo_merge(merge_id=merge.pk, by=by, at=moment) for by in (people.lin, people.chen)]
    found = at_once(*work)
    assert sum(isinstance(one, Merge) for one in found) == 1
    assert [one.messages for one in found if isinstance(one, Refused)] == [["This merge was undone already."]]


def test_a_chain_merged_at_once_ends_in_one_customer_or_is_refused(people, pair, customer, moment):
    first, second = pair
    third = customer(name="Ege Pompa")
    found = at_once(
        lambda: merge_customers(kept_id=second.pk, gone_id=first.pk, by=people.lin, at=moment),
        lambda: merge_customers(kept_id=third.pk, gone_id=second.pk, by=people.chen, at=moment),
    )
    assert unexpected(found) == []
    alive = set(Customer.objects.alive().values_list("pk", flat=True))
    logs = set(Interaction.objects.values_list("customer_id", flat=True))
    assert third.pk in alive
    assert second.pk not in alive
    assert logs <= alive
