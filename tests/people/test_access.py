"""Whose customers a person sees, by role, deputy and collaboration."""

import pytest

from genjin.customers.models import Collaborator, Customer
from genjin.people import access
from genjin.people.models import Absence


@pytest.mark.parametrize(
    ("who", "seen"),
    [("lin", {"lin", "pool"}), ("chen", {"lin", "wang", "pool"}), ("zhao", {"lin", "wang", "hu", "pool"})],
)
def test_a_scope_shows_own_team_or_all_and_always_the_pool(people, customer, who, seen):
    for owner in ("lin", "wang", "hu"):
        customer(short_name=owner, owner=getattr(people, owner))
    customer(short_name="pool", owner=None)
    shown = Customer.objects.visible_to(getattr(people, who)).values_list("short_name", flat=True)
    assert set(shown) == seen


def test_a_deputy_sees_the_absent_persons_customers_only_on_those_days(people, customer, moment):
    customer(owner=people.hu)
    today = moment.date()
    Absence.objects.create(user=people.hu, first_day=today, last_day=today, deputy=people.lin)
    access.of(people.lin, today=today)
    assert Customer.objects.visible_to(people.lin).count() == 1
    access.of(people.lin, today=today.replace(day=25))
    assert Customer.objects.visible_to(people.lin).count() == 0


def test_a_collaborator_sees_and_may_change_the_customer(people, customer, moment):
    shared = customer(owner=people.hu)
    Collaborator.objects.create(customer=shared, user=people.lin, since=moment)
    assert Customer.objects.editable_by(people.lin).get() == shared
