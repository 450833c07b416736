"""Handing over what a person owns, and taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers import actions, handover, handover_kinds
from genjin.customers.actions import NextStepDraft, Refused
from genjin.customers.handover import Choice
from genjin.customers.handover_jobs import carry_out
from genjin.customers.models import Collaborator, Customer, HandOver, HandOverItem, NextStep
from genjin.journal.models import Entry
from genjin.notifications import queries as notices
from genjin.notifications.models import Notice
from genjin.people.models import SavedView, User
from tests.conftest import Cast

Make = Callable[..., Customer]
ALL = [
    handover_kinds.CUSTOMERS, handover_kinds.COLLABORATIONS, handover_kinds.STEPS, handover_kinds.VIEWS,
]  # fmt: skip
IN_TURN, LEAST, COUNTRY = HandOver.Rule.IN_TURN, HandOver.Rule.LEAST_LOAD, HandOver.Rule.BY_COUNTRY


@pytest.fixture
def start(people: Cast, moment: datetime) -> Callable[..., HandOver]:
    """`start(wang, …)` hands Lin's work over to these people and carries it out."""

    def go(*receivers: User, rule: str = IN_TURN, run: bool = True, by: User | None = None, **more: object):  # type: ignore[no-untyped-def]
        choice = Choice(rule, [user.pk for user in receivers], ALL, **more)  # type: ignore[arg-type]
        expected = len(handover.plan(people.lin.pk, choice).pieces)
        made = actions.start_hand_over(
            person=people.lin, reason="LEAVING", choice=choice, why="Leaves", by=by or people.chen, at=moment,
            expected=expected,
        )  # fmt: skip
        if run:
            carry_out.func(made.pk)
        return HandOver.objects.get(pk=made.pk)

    return go


def take_back(row: HandOver, by: User, at: datetime, receiver: User | None = None) -> HandOver:
    actions.undo_hand_over(
        hand_over_id=row.pk, by=by, at=at, receiver_id=receiver.pk if receiver is not None else None
    )
    carry_out.func(row.pk)
    return HandOver.objects.get(pk=row.pk)


def owners() -> Counter[str]:
    return Counter(Customer.objects.values_list("owner__name_en", flat=True))


def test_nothing_is_reset_and_open_steps_go_along(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    row = customer(
        follow_grade="TOP", value_class="B", cadence_days=9, follow_up_count=4,
        owned_since=moment - timedelta(days=90),
    )  # fmt: skip
    day = moment.date() + timedelta(days=3)
    step = actions.add_next_step(
        customer_id=row.pk, draft=NextStepDraft(purpose="Call", due_on=day), by=people.lin, at=moment
    )
    done = actions.add_next_step(
        customer_id=row.pk, draft=NextStepDraft(purpose="Past", due_on=day), by=people.lin, at=moment
    )
    actions.close_next_step(step_id=done.pk, by=people.lin, at=moment)
    assert start(people.wang).state == HandOver.State.DONE
    row.refresh_from_db()
    assert row.owner == people.wang
    assert row.owned_since >= moment, "his since now"
    assert (row.follow_grade, row.value_class, row.cadence_days, row.follow_up_count) == ("TOP", "B", 9, 4)
    of = dict(NextStep.objects.values_list("pk", "owner_id"))
    assert of == {step.pk: people.wang.pk, done.pk: people.lin.pk}, "past ones stay with who did them"
    entry = Entry.objects.get(kind="customers.customer", verb="assign")
    assert (entry.changes["owner_id"], entry.note) == ([people.lin.pk, people.wang.pk], "Leaves")


def test_the_rules_divide(people: Cast, customer: Make) -> None:
    for number in range(7):
        customer(country_id="DE" if number < 3 else "TR")
    customer(owner=people.wang)
    both = [people.wang.pk, people.chen.pk]
    sizes = {}
    for rule, countries in ((IN_TURN, {}), (LEAST, {}), (COUNTRY, {"TR": people.chen.pk})):
        plan = handover.plan(people.lin.pk, Choice(rule, both, ALL, countries))
        sizes[rule] = (*(plan.counts()[pk, handover_kinds.CUSTOMERS] for pk in both), dict(plan.staying))
    assert sizes == {
        IN_TURN: (4, 3, {}),
        LEAST: (3, 4, {}),
        COUNTRY: (0, 4, {handover_kinds.CUSTOMERS: 3}),
    }


def test_shared_customers_and_views_go_along(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    theirs = customer(owner=people.hu)
    Collaborator.objects.create(customer=theirs, user=people.lin, since=moment)
    strange = customer(owner=people.hu)
    day = moment.date()
    for row in (theirs, strange):
        NextStep.objects.create(customer=row, owner=people.lin, purpose="p", due_on=day, created_at=moment)
    for user in (people.lin, people.wang):
        SavedView.objects.create(user=user, list_name="customers.customer", name="Hot", is_shared=True)
    SavedView.objects.create(user=people.lin, list_name="customers.customer", name="Private")
    row = start(people.wang)
    assert list(theirs.collaborations.values_list("user", flat=True)) == [people.wang.pk]
    steps = dict(NextStep.objects.values_list("customer", "owner"))
    assert steps == {theirs.pk: people.wang.pk, strange.pk: people.hu.pk}, "else to the customer's owner"
    names = set(SavedView.objects.filter(user=people.wang).values_list("name", flat=True))
    assert names == {"Hot", "Hot (Lin Xiaowen)"}
    assert take_back(row, people.chen, moment).state == HandOver.State.UNDONE
    assert list(theirs.collaborations.values_list("user", flat=True)) == [people.lin.pk]
    assert set(NextStep.objects.values_list("owner", flat=True)) == {people.lin.pk}
    assert SavedView.objects.filter(user=people.lin).count() == 2


def test_what_was_changed_since_is_kept_and_named(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    rows = [customer(name=f"C{number}") for number in range(4)]
    day = moment.date()
    step = NextStep.objects.create(
        customer=rows[2], owner=people.lin, purpose="p", due_on=day, created_at=moment
    )
    own = NextStep.objects.create(
        customer=rows[3], owner=people.wang, purpose="his", due_on=day, created_at=moment
    )
    before = rows[3].owned_since
    Collaborator.objects.create(customer=rows[3], user=people.wang, since=moment)
    row = start(people.wang)
    assert not Collaborator.objects.exists(), "an owner need not share with himself"
    later = moment + timedelta(days=2)
    actions.assign_owner(ids=[rows[0].pk], owner_id=people.hu.pk, why="w", by=people.zhao, at=later)
    actions.recycle(ids=[rows[1].pk], by=people.chen, at=later)
    actions.close_next_step(step_id=step.pk, by=people.wang, at=later)
    row = take_back(row, people.chen, later)
    assert row.state == HandOver.State.UNDONE
    kept = {item.title: (item.state, item.kept) for item in row.items.exclude(kept="")}
    assert kept == {"C0": ("KEPT", "OWNER"), "C1": ("KEPT", "DELETED"), "C2": ("BACK", "CLOSED")}
    assert list(Customer.objects.order_by("pk").values_list("owner", flat=True)) == [
        people.hu.pk, people.wang.pk, people.lin.pk, people.lin.pk,
    ]  # fmt: skip
    rows[3].refresh_from_db()
    own.refresh_from_db()
    assert (rows[3].owned_since, own.owner) == (before, people.wang)
    assert Collaborator.objects.filter(customer=rows[3], user=people.wang).exists(), "shares it as before"


def test_a_killed_job_goes_on_where_it_was(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    for _number in range(150):
        customer()
    row = start(people.wang, run=False)
    assert actions.move_slice(hand_over_id=row.pk, at=moment)
    assert owners() == {"Wang Lei": 100, "Lin Xiaowen": 50}
    carry_out.func(row.pk)
    assert owners() == {"Wang Lei": 150}
    assert Entry.objects.filter(kind="customers.customer", verb="assign").count() == 150, "each once"
    assert actions.move_slice(hand_over_id=row.pk, at=moment) is False


def test_taken_back_while_in_progress_the_rest_never_moves(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    for _number in range(150):
        customer()
    row = start(people.wang, run=False)
    actions.move_slice(hand_over_id=row.pk, at=moment)
    assert take_back(row, people.chen, moment).state == HandOver.State.UNDONE
    assert owners() == {"Lin Xiaowen": 150}
    assert Counter(row.items.values_list("state", flat=True)) == {"BACK": 100, "STAYED": 50}


def test_after_a_week_it_stays(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    customer()
    row = start(people.wang)
    with pytest.raises(Refused, match="7 days only"):
        take_back(row, people.chen, moment + timedelta(days=7, seconds=1))
    assert take_back(row, people.chen, moment + timedelta(days=7)).state == HandOver.State.UNDONE


def test_everybody_concerned_is_told_once(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    for _number in range(3):
        customer()
    row = start(people.wang, people.chen)
    carry_out.func(row.pk)
    told = {
        user.name_en: [line.text for line in notices.newest(user, 9)]
        for user in (people.lin, people.wang, people.chen)
    }
    assert told == {
        "Lin Xiaowen": [
            "Chen Gang gave 1 of your customers to Chen Gang · Leaves",
            "Chen Gang gave 2 of your customers to Wang Lei · Leaves",
        ],
        "Wang Lei": ["Chen Gang gave you 2 customers of Lin Xiaowen · Leaves"],
        "Chen Gang": [],
    }


def test_one_customer_that_changes_hands_is_told_with_its_name(
    people: Cast, customer: Make, moment: datetime
) -> None:
    row = customer()
    actions.assign_owner(ids=[row.pk], owner_id=people.wang.pk, why="Trip", by=people.chen, at=moment)
    assert set(Notice.objects.values_list("user", "customer")) == {
        (people.lin.pk, row.pk), (people.wang.pk, row.pk),
    }  # fmt: skip


def test_a_manager_hands_over_within_the_team_only(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    customer()
    for by, receiver in ((people.wang, people.wang), (people.guest, people.wang), (people.chen, people.hu)):
        with pytest.raises(Refused):
            start(receiver, by=by, run=False)
    with pytest.raises(Refused):
        start(people.zhou, by=people.zhao, run=False)  # finance owns no customers
    assert not HandOver.objects.exists()
    assert start(people.hu, by=people.zhao).state == HandOver.State.DONE
    with pytest.raises(Refused, match="Only a manager"):
        take_back(HandOver.objects.get(), people.wang, moment)


def test_only_one_at_a_time_and_only_what_was_seen(
    people: Cast, customer: Make, start: Callable[..., HandOver], moment: datetime
) -> None:
    customer()
    choice = Choice(IN_TURN, [people.wang.pk], ALL)
    with pytest.raises(Refused, match="changed meanwhile"):
        actions.start_hand_over(
            person=people.lin, reason="LEAVING", choice=choice, why="w", by=people.chen, at=moment, expected=9
        )
    start(people.wang, run=False)
    with pytest.raises(Refused, match="in progress"):
        start(people.wang, run=False)


def test_the_wizard_shows_what_will_happen_and_does_it(
    people: Cast, customer: Make, sign_in: Callable[[User], Client]
) -> None:
    for number in range(5):
        customer(country_id="DE" if number else None)
    client = sign_in(people.chen)
    page = reverse("customers:hand_over", args=[people.lin.pk])
    assert "Lin Xiaowen" in client.get(reverse("customers:hand_overs")).content.decode()
    asked = {
        "reason": "LEAVING", "kinds": [handover_kinds.CUSTOMERS], "rule": "IN_TURN", "why": "Leaves",
        "receivers": [people.wang.pk, people.chen.pk],
    }  # fmt: skip
    missing = client.post(page, asked | {"receivers": [], "preview": "1"}).content.decode()
    assert "Choose at least one colleague." in missing
    country = client.post(page, asked | {"rule": "COUNTRY", "preview": "1"}).content.decode()
    assert "at least one country" in country
    preview = client.post(page, asked | {"preview": "1"}).content.decode()
    assert 'name="expected" value="5"' in preview
    assert not HandOver.objects.exists()
    answer = client.post(page, asked | {"start": "1", "expected": "5"})
    row = HandOver.objects.get()
    assert answer.headers["Location"] == reverse("customers:handed_over", args=[row.pk])
    assert "0 of 5" in client.get(answer.headers["Location"]).content.decode()
    carry_out.func(row.pk)
    assert owners() == {"Wang Lei": 3, "Chen Gang": 2}
    done = client.get(reverse("customers:hand_over_progress", args=[row.pk])).content.decode()
    assert "Take this part back" in done
    assert "every 2s" not in done
    client.post(reverse("customers:undo_hand_over", args=[row.pk]), {"receiver": people.wang.pk})
    carry_out.func(row.pk)
    assert owners() == {"Lin Xiaowen": 3, "Chen Gang": 2}
    row.refresh_from_db()
    assert row.state == HandOver.State.DONE, "the other part may still come back"
    assert HandOverItem.objects.filter(state="MOVED").count() == 2


def test_whose_access_ends_leads_to_the_wizard(
    people: Cast, customer: Make, sign_in: Callable[[User], Client]
) -> None:
    customer()
    client = sign_in(people.admin)
    wizard = reverse("customers:hand_over", args=[people.lin.pk])
    assert wizard in client.get(reverse("people:user", args=[people.lin.pk])).content.decode()
    answer = client.post(reverse("people:deactivate", args=[people.lin.pk]))
    assert answer.headers["Location"] == wizard
    assert 'value="LEAVING"' in client.get(wizard).content.decode()
    other = client.post(reverse("people:deactivate", args=[people.hu.pk]))
    assert other.headers["Location"] == reverse("people:user", args=[people.hu.pk]), "nothing to hand over"
    for user in (people.lin, people.guest, people.zhou):
        assert sign_in(user).get(wizard).status_code in (302, 404)
