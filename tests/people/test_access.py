"""The one gate: scopes × deputies × roles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genjin.customers.models import Customer
from genjin.people import access
from genjin.people.models import Absence, Role, User

KIND = "customers.customer"


def seen(user: User, today) -> set[str]:
    condition = access.load(User.objects.get(pk=user.pk), today=today).owned(KIND)
    rows = Customer.objects.all() if condition is None else Customer.objects.filter(condition)
    return set(rows.values_list("name", flat=True))


@pytest.fixture
def customers(customer, people):
    for name in ("lin", "wang", "hu"):
        customer(name=name, owner=getattr(people, name))
    customer(name="pool", owner=None)


@pytest.mark.parametrize(
    ("scope", "who", "expected"),
    [
        ("NONE", "lin", set()),
        ("OWN", "lin", {"lin"}),
        ("TEAM", "lin", {"lin", "wang"}),
        ("ALL", "lin", {"lin", "wang", "hu", "pool"}),
        ("TEAM", "hu", {"hu"}),
        ("TEAM", "zhou", set()),
        ("OWN", "chen", set()),
        ("TEAM", "chen", {"lin", "wang"}),
    ],
)
def test_a_scope_reaches_exactly_its_records(people, customers, moment, scope, who, expected):
    Role.objects.update(scopes={"*": {"see": scope, "edit": "NONE"}})
    assert seen(getattr(people, who), moment.date()) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, {"hu"}), (0, {"hu", "lin"}), (4, {"hu", "lin"}), (5, {"hu"})],
)
def test_a_deputy_sees_the_absent_ones_customers_on_those_days_only(
    people, customers, moment, days, expected
):
    Role.objects.update(scopes={"*": {"see": "OWN", "edit": "OWN"}})
    first = moment.date()
    Absence.objects.create(
        user=people.lin, deputy=people.hu, first_day=first, last_day=first + timedelta(days=4)
    )
    assert seen(people.hu, first + timedelta(days=days)) == expected


def test_a_scope_of_one_kind_wins_over_the_general_one(people, moment):
    Role.objects.filter(pk="SALESPERSON").update(
        scopes={"*": {"see": "OWN", "edit": "OWN"}, KIND: {"see": "ALL", "edit": "NONE"}}
    )
    found = access.load(User.objects.get(pk=people.lin.pk), today=moment.date())
    assert (found.scope(KIND), found.scope(KIND, "edit"), found.scope("sales.order")) == (
        "ALL",
        "NONE",
        "OWN",
    )


@pytest.mark.parametrize("scope", ["NONE", "OWN", "TEAM", "ALL"])
def test_one_record_at_hand_is_judged_as_the_query_judges_it(people, customers, moment, scope):
    Role.objects.update(scopes={"*": {"see": scope, "edit": "NONE"}})
    for who in ("lin", "hu", "chen", "zhou"):
        user = User.objects.get(pk=getattr(people, who).pk)
        found = access.load(user, today=moment.date())
        reached = {
            row.name
            for row in Customer.objects.select_related("owner")
            if found.reaches(KIND, owner_id=row.owner_id, owner_team_id=row.owner and row.owner.team_id)
        }
        assert reached == seen(user, moment.date())


def test_a_manager_of_two_teams_sees_both(people, customers, moment):
    people.west.managers.add(people.chen)
    assert seen(people.chen, moment.date()) == {"lin", "wang", "hu"}


def test_loading_access_costs_one_query_when_the_role_is_there(people, moment, django_assert_num_queries):
    user = User.objects.select_related("role").get(pk=people.chen.pk)
    with django_assert_num_queries(1):
        access.load(user, today=moment.date())
