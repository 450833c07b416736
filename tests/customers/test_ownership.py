"""Claiming, handing over, the public pool, collaborators; the recycle bin."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import NextStepDraft, Refused
from genjin.customers.models import Collaborator, Customer, NextStep, PublicPool, SerialCounter
from genjin.journal.models import Entry
from genjin.people import access
from genjin.people.models import Organisation, Role, User


def test_who_claims_first_owns(customer, people, moment):
    free = customer(owner=None)
    assert actions.claim(customer_id=free.pk, by=people.lin, at=moment).owner == people.lin
    with pytest.raises(Refused, match="Lin Xiaowen was faster"):
        actions.claim(customer_id=free.pk, by=people.wang, at=moment)
    free.refresh_from_db()
    assert (free.owner, free.owned_since) == (people.lin, moment)


def test_claiming_ones_own_again_changes_nothing(customer, people, moment):
    free = customer(owner=None)
    for _ in range(2):
        actions.claim(customer_id=free.pk, by=people.lin, at=moment)
    assert Entry.objects.filter(verb="claim").count() == 1


def test_only_who_may_gives_a_customer_to_another(customer, people, moment):
    his = customer(owner=people.wang)
    with pytest.raises(Refused):
        actions.assign_owner(ids=[his.pk], owner_id=people.lin.pk, by=people.wang, at=moment, why="Busy")
    with pytest.raises(Refused):
        actions.assign_owner(ids=[his.pk], owner_id=people.lin.pk, by=people.chen, at=moment)
    assert (
        actions.assign_owner(
            ids=[his.pk], owner_id=people.lin.pk, by=people.chen, at=moment, why="Speaks Arabic"
        )
        == 1
    )
    entry = Entry.objects.get(verb="assign")
    assert (entry.changes["owner_id"], entry.note) == ([people.wang.pk, people.lin.pk], "Speaks Arabic")


def test_nobody_who_left_becomes_an_owner(customer, people, moment):
    User.objects.filter(pk=people.wang.pk).update(is_active=False)
    with pytest.raises(Refused):
        actions.assign_owner(
            ids=[customer(owner=None).pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="x"
        )


def test_open_next_steps_go_with_the_customer(customer, people, moment):
    mine = customer(owner=people.lin)
    steps = [
        actions.add_next_step(
            customer_id=mine.pk, draft=NextStepDraft("Call", due_on=date(2026, 12, 1)), by=by, at=moment
        ).pk
        for by in (people.lin, people.chen)
    ]
    actions.assign_owner(ids=[mine.pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="x")
    owners = list(NextStep.objects.filter(pk__in=steps).order_by("pk").values_list("owner__email", flat=True))
    assert owners == ["wang@example.com", "chen@example.com"]
    actions.return_to_pool(ids=[mine.pk], by=people.chen, at=moment, why="No time")
    assert list(NextStep.objects.order_by("pk").values_list("state", flat=True)) == ["CANCELLED", "OPEN"]


def test_the_owner_returns_a_customer_with_a_reason(customer, people, moment):
    mine = customer(owner=people.lin)
    with pytest.raises(Refused):
        actions.return_to_pool(ids=[mine.pk], by=people.lin, at=moment, why=" ")
    with pytest.raises(Refused):
        actions.return_to_pool(ids=[mine.pk], by=people.wang, at=moment, why="Not mine")
    assert actions.return_to_pool(ids=[mine.pk], by=people.lin, at=moment, why="Never answers") == 1
    mine.refresh_from_db()
    assert mine.is_in_pool


def test_collaborators_see_and_edit(customer, people, moment):
    mine = customer(owner=people.lin)
    assert not Customer.objects.visible_to(people.wang).exists()
    actions.set_collaborators(
        customer_ids=[mine.pk], add=[people.wang.pk, people.lin.pk], by=people.lin, at=moment
    )
    assert list(Collaborator.objects.values_list("user_id", flat=True)) == [people.wang.pk]
    assert Customer.objects.editable_by(people.wang).get() == mine
    actions.set_collaborators(customer_ids=[mine.pk], remove=[people.wang.pk], by=people.lin, at=moment)
    assert not Customer.objects.visible_to(people.wang).exists()


def test_the_bin_needs_the_right_and_gives_back(customer, people, moment):
    mine = customer(owner=people.lin)
    with pytest.raises(Refused):
        actions.recycle(ids=[mine.pk], by=people.lin, at=moment)
    assert actions.recycle(ids=[mine.pk], by=people.chen, at=moment) == 1
    assert not Customer.objects.visible_to(people.zhao).exists()
    assert actions.restore(ids=[mine.pk], by=people.chen, at=moment) == 1
    assert Customer.objects.visible_to(people.lin).get() == mine


def test_what_cannot_return_says_why(customer, people, moment, turkey):
    gone = customer(owner=people.lin, short_name="Fakir", country=turkey)
    actions.recycle(ids=[gone.pk], by=people.chen, at=moment)
    customer(short_name="fakir", country=turkey)
    with pytest.raises(Refused, match="Fakir"):
        actions.restore(ids=[gone.pk], by=people.chen, at=moment)


def at_once(count, work):
    """Run `work(index)` in as many threads, released together; what each gave or raised."""
    gate, found = Barrier(count), [None] * count

    def run(index):
        gate.wait(10)
        try:
            found[index] = work(index)
        except Exception as error:
            found[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def two(transactional_db, moment):
    Organisation.objects.get_or_create(pk=1)
    scopes = {"*": {"see": "OWN", "edit": "OWN"}}
    Role.objects.get_or_create(code="SALESPERSON", defaults={"scopes": scopes})
    made = [User.objects.create(email=f"{n}@example.com", name_en=n.title()) for n in ("ann", "bob", "cid")]
    for user in made:
        access.of(user, today=moment.date())
    return made


def test_of_many_who_claim_at_once_exactly_one_wins(two, moment):
    free = Customer.objects.create(
        name="Free", short_name="Free", serial=1, created_at=moment, updated_at=moment,
        pool=PublicPool.objects.get(is_default=True),
    )  # fmt: skip
    found = at_once(3, lambda i: actions.claim(customer_id=free.pk, by=two[i], at=moment))
    won = [f for f in found if isinstance(f, Customer)]
    lost = [f for f in found if isinstance(f, Refused)]
    assert (len(won), len(lost)) == (1, 2)
    free.refresh_from_db()
    assert all(str(free.owner) in f.messages[0] for f in lost)


def test_serials_given_at_once_are_each_given_once(two, moment):
    def make(index):
        rows = [{"name": f"Company {index}-{n}"} for n in range(5)]
        return actions.create_customers(rows=rows, by=two[index], at=moment)

    found = at_once(3, make)
    assert not [f for f in found if isinstance(f, Exception)]
    serials = sorted(c.serial for made in found for c in made)
    last = SerialCounter.objects.get(pk=1).last
    assert serials == list(range(last - 14, last + 1))


def test_a_lead_changes_hands_but_does_not_go_to_the_pool(customer, people, moment, sign_in):
    lead = customer(owner=people.lin, is_confirmed=False)
    with pytest.raises(Refused):
        actions.return_to_pool(ids=[lead.pk], by=people.lin, at=moment, why="No time")
    answer = sign_in(people.lin).post(reverse("customers:to_pool", args=[lead.pk]), {"why": "No time"})
    assert answer.status_code == 200 and answer.context["form"].errors
    assert (
        actions.assign_owner(ids=[lead.pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="x") == 1
    )
    lead.refresh_from_db()
    assert lead.owner == people.wang
