"""The team's page: exceptions only, each with the way to its records; and a person's own numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.models import Interaction
from genjin.followups.exceptions import Day, Target, lines_of, streak
from genjin.followups.models import PersonDay
from genjin.policy.models import CompanySwitches
from genjin.rules.day import DutyKind
from tests.rules.build import day
from tests.sales.ordering import line as order_line
from tests.sales.ordering import placed


@pytest.fixture
def planned():
    """`planned(user, day, call=(0, 1), …)` is a day of that person with these targets."""
    names = {
        "call": DutyKind.CALL_TODAY, "month": DutyKind.CUSTOMERS_CALLED, "cleared": DutyKind.LIST_CLEARED,
        "closed": DutyKind.CLOSED_TODAY,
    }  # fmt: skip

    def make(user, on, is_behind=False, **targets):
        duties = [
            {"kind": names[name].value, "done": done, "of": of, "due_on": str(on), "is_behind": is_behind}
            for name, (done, of) in targets.items()
        ]
        return PersonDay.objects.create(user=user, day=on, duties=duties)

    return make


@pytest.fixture
def line(people, moment):
    def of(user, reader=None):
        found = lines_of(reader or people.chen, moment.date(), moment)
        return next((one for one in found if one.user == user), None)

    return of


def cells(client, user):
    """The numbers of a person on the team's page, by label."""
    rows = client.get(reverse("followups:team")).context["rows"]
    row = next(one for one in rows if one.line.user == user)
    return {cell.label: cell for cell in row.cells}


def test_overdue_work_is_counted_by_person_and_leads_to_its_tasks(
    customer, step, decided, sign_in, people, moment
):
    row = customer(first_contact_at=moment, last_contact_at=moment, last_follow_up_at=moment)
    step(row, moment.date() - timedelta(days=6))
    decided(row, at=moment)
    client = sign_in(people.chen)
    cell = cells(client, people.lin)["Overdue"]
    assert (cell.text, cell.tone) == ("1", "bad")
    assert row.name in client.get(cell.href).content.decode()
    today = client.get(cell.href.replace("overdue", "promises")).content.decode()
    assert row.name not in today


def test_customers_without_a_next_step_lead_to_the_same_number_in_the_list(customer, sign_in, people, moment):
    for _ in range(2):
        customer(lacks_next_step=True)
    customer(owner=people.wang, lacks_next_step=True)
    client = sign_in(people.chen)
    cell = cells(client, people.lin)["Without a next step"]
    assert cell.text == "2"
    assert len(client.get(cell.href).context["page"].rows) == 2


def test_silent_important_customers_lead_to_the_same_number_in_the_list(customer, sign_in, people, moment):
    long_ago, lately = moment - timedelta(days=40), moment - timedelta(days=5)
    customer(follow_grade="TOP", last_contact_at=long_ago)
    customer(follow_grade="UPPER_MID", last_contact_at=long_ago)
    customer(follow_grade="TOP", last_contact_at=lately)
    customer(follow_grade="LOW", last_contact_at=long_ago)
    client = sign_in(people.chen)
    cell = cells(client, people.lin)["Silent and important"]
    assert cell.text == "2"
    assert len(client.get(cell.href).context["page"].rows) == 2


def test_the_call_and_the_list_of_the_last_working_day_are_what_was_missed(
    customer, planned, line, people, moment
):
    today = moment.date()
    customer()
    planned(people.lin, today, call=(0, 1), cleared=(0, 1))
    planned(people.lin, today - timedelta(days=3), call=(0, 1), cleared=(1, 1))
    planned(people.lin, today - timedelta(days=4), call=(1, 1), cleared=(0, 1))
    found = line(people.lin)
    assert found.missed_call.day == today - timedelta(days=3), "today is not over"
    assert found.missed_list is None


def test_the_month_s_calls_are_told_and_stand_out_when_the_days_left_hardly_suffice(
    customer, planned, sign_in, people, moment
):
    customer()
    planned(people.lin, moment.date(), is_behind=True, month=(2, 5))
    client = sign_in(people.chen)
    cell = cells(client, people.lin)["Called this month"]
    assert (cell.text, cell.tone) == ("2/5", "warn")
    assert client.get(cell.href).status_code == 200


def test_who_has_nothing_to_look_at_is_only_named(customer, line, sign_in, people):
    customer(owner=people.wang)
    assert line(people.wang).is_calm
    answer = sign_in(people.chen).get(reverse("followups:team"))
    assert [one.user for one in answer.context["calm"]] == [people.wang]


def test_a_manager_sees_himself_first_and_nobody_of_other_teams(customer, sign_in, people):
    for owner in (people.chen, people.lin, people.hu):
        customer(owner=owner, lacks_next_step=True)
    context = sign_in(people.chen).get(reverse("followups:team")).context
    assert [row.line.user for row in context["own"]] == [people.chen]
    assert [row.line.user for row in context["rows"]] == [people.lin]


def test_counts_stop_at_a_thousand(customer, sign_in, people, monkeypatch):
    monkeypatch.setattr("genjin.followups.exceptions.MOST", 2)
    monkeypatch.setattr("genjin.followups.views.team.MOST", 2)
    for _ in range(4):
        customer(lacks_next_step=True)
    assert cells(sign_in(people.chen), people.lin)["Without a next step"].text == "2+"


def test_the_page_costs_the_same_for_one_person_and_for_many(customer, sign_in, people, planned, moment):
    client = sign_in(people.zhao)

    def cost():
        with CaptureQueriesContext(connection) as made:
            client.get(reverse("followups:team"))
        return len(made)

    customer(lacks_next_step=True)
    cost()
    few = cost()
    for owner in (people.wang, people.hu, people.chen):
        customer(owner=owner, lacks_next_step=True)
        planned(owner, moment.date(), call=(0, 1))
    assert cost() == few


def test_one_s_own_numbers_stand_first_and_show_days_and_calls(customer, planned, sign_in, people, moment):
    row = customer(name="Called Valves")
    Interaction.objects.create(
        customer=row, person=people.lin, kind="AUDIO_CALL", direction="OUT", outcome="CONNECTED",
        content="Asked about the valves", happened_at=moment - timedelta(hours=2), logged_at=moment,
        counts_as_contact=True, counts_as_follow_up=True,
    )  # fmt: skip
    planned(people.lin, moment.date(), call=(1, 1), month=(1, 5))
    answer = sign_in(people.lin).get(reverse("followups:own_numbers"))
    page = answer.content.decode()
    assert "Called Valves" in page
    assert answer.context["called"] == 1
    assert "1/5" in page


def test_others_numbers_are_for_who_leads_them(customer, sign_in, people):
    address = reverse("followups:numbers", args=[people.lin.pk])
    assert sign_in(people.chen).get(address).status_code == 200
    assert sign_in(people.wang).get(address).status_code == 404
    assert sign_in(people.chen).get(reverse("followups:numbers", args=[people.hu.pk])).status_code == 404


def days(*kept):
    """Days back from today, the newest first: whether nothing was missed, None for a day off."""
    return [
        Day(
            day("03-20") - timedelta(days=number),
            {} if one is None else {DutyKind.CALL_TODAY: Target(int(one), 1)},
        )
        for number, one in enumerate(kept)
    ]


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ((), 0),
        ((True, True, True), 3),
        ((False, True, True, False, True), 2),  # today may still be done
        ((True, None, None, True, False), 2),
        ((True, False), 1),
    ],
)
def test_days_in_a_row_without_a_miss(kept, expected):
    assert streak(days(*kept), day("03-20")) == expected


def _fallen(customer, people, moment, amounts):
    """Orders a month apart of these amounts."""
    for number, amount in enumerate(amounts):
        on = moment.date() - timedelta(days=30 * (len(amounts) - number))
        lines = (order_line(amount, 1),)
        placed(customer, people.lin, moment, ordered_on=on, delivery_on=None, lines=lines)


def test_orders_that_fell_are_counted_by_person_and_lead_to_them(customer, sign_in, people, moment):
    CompanySwitches.objects.update(go_live_on=moment.date() - timedelta(days=365))
    for amounts in ((10000, 5000), (10000, 5000, 2500), (10000, 5000, 2500, 1000)):
        _fallen(customer(), people, moment, amounts)
    _fallen(customer(owner=people.hu), people, moment, (10000, 5000))
    client = sign_in(people.chen)
    fell, again = (cells(client, people.lin)[name] for name in ("Orders fell", "Fell in a row"))
    assert (fell.text, again.text, again.note, again.tone) == ("3", "2", "late: 1", "bad")
    for href, count in ((fell.href, 3), (again.href, 2), (again.note_href, 1)):
        page = client.get(href)
        assert len(page.context["page"].rows) == count, href
        assert "Show all" in page.content.decode()
    totals = {
        str(label): value for label, value, _tone in client.get(reverse("followups:team")).context["totals"]
    }
    assert totals["Orders fell"] == "3"


def test_who_has_orders_falling_in_a_row_comes_before_who_is_overdue(customer, step, decided, people, moment):
    CompanySwitches.objects.update(go_live_on=moment.date() - timedelta(days=365))
    _fallen(customer(), people, moment, (10000, 5000, 2500, 1000))
    late = customer(
        owner=people.wang, first_contact_at=moment, last_contact_at=moment, last_follow_up_at=moment
    )
    step(late, moment.date() - timedelta(days=6), owner_id=people.wang.pk)
    decided(late, at=moment)
    order = [one.user for one in lines_of(people.chen, moment.date(), moment)]
    assert order.index(people.lin) < order.index(people.wang)


def test_a_narrowed_list_of_declines_reads_nonsense_as_nothing(customer, sign_in, people, moment):
    client = sign_in(people.chen)
    for query in ("owner=x&level=-1", "owner=99999999999999999999", "level=²"):
        assert client.get(f"{reverse('sales:declines')}?{query}").status_code == 200
