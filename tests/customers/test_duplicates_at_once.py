"""Two people entering one company in the same moment: one has it, the other is told who, nothing is lost."""

from __future__ import annotations

import pytest

from genjin.customers import actions
from genjin.customers.actions import Refused, RowsRefused
from genjin.customers.actions.duplicate_pairs import pair_slice
from genjin.customers.models import Customer, DuplicateKey, DuplicateMark, DuplicatePair
from genjin.people import access
from genjin.people.models import Role, User
from tests.people.test_at_once import at_once


@pytest.fixture
def two(transactional_db, moment):
    made = [
        User.objects.create(
            email=f"p{n}@example.com", name_en=f"P{n}", role_id=Role.Code.SALESPERSON, joined_at=moment
        )
        for n in range(2)
    ]
    for user in made:
        access.of(user, today=moment.date())
    return made


def test_of_two_spellings_saved_at_once_one_wins_and_the_other_learns_who(two, moment):
    names = ["Nordlicht Armaturen GmbH", "NORDLICHT-ARMATUREN AG"]

    def enter(index):
        row = {"name": names[index], "country_id": "DE", "short_name": f"N{index}"}
        return lambda: actions.create_customer(row=row, by=two[index], at=moment)

    found = at_once(enter(0), enter(1))
    won = [one for one in found if isinstance(one, Customer)]
    lost = [one for one in found if isinstance(one, Refused)]
    assert (len(won), len(lost)) == (1, 1), found
    said = f"“{won[0].name}” is entered already; its owner is {won[0].owner}."
    assert lost[0].message_dict == {"name": [said]}
    assert set(DuplicateKey.objects.values_list("customer_id", flat=True)) == {won[0].pk}


def test_two_renaming_into_one_company_at_once(two, moment):
    rows = [
        actions.create_customer(row={"name": name, "country_id": "DE"}, by=user, at=moment)
        for name, user in zip(("Alpha", "Beta"), two, strict=True)
    ]

    def rename(index):
        changes = {"name": "Gamma GmbH" if index else "GAMMA"}
        return lambda: actions.change_customer(
            customer_id=rows[index].pk, changes=changes, by=two[index], at=moment
        )

    found = at_once(rename(0), rename(1))
    assert sorted(type(one).__name__ for one in found) == ["Customer", "Refused"], found
    names = set(Customer.objects.values_list("name", flat=True))
    assert len(names & {"GAMMA", "Gamma GmbH"}) == 1 and len(names & {"Alpha", "Beta"}) == 1


def test_batches_with_a_company_in_common_are_taken_whole_or_not_at_all(two, moment):
    def enter(index):
        rows = [{"name": "Delta GmbH", "country_id": "DE", "short_name": f"D{index}"}]
        rows += [{"name": f"Own {index} {n}"} for n in range(5)]
        return lambda: actions.create_customers(rows=rows, by=two[index], at=moment)

    found = at_once(enter(0), enter(1))
    lost = [one for one in found if isinstance(one, RowsRefused)]
    assert len(lost) == 1 and list(lost[0].rows) == [0], found
    assert Customer.objects.count() == 6


def test_changes_during_a_sweep_leave_no_pair_unfound(two, moment):
    for n in range(8):
        row = {"name": f"Firma {chr(65 + n) * 5}", "country_id": "DE"}
        actions.create_customer(row=row, by=two[n % 2], at=moment)
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))

    def change():
        for pk in ids[:4]:
            changes = {"website": "one.example"}
            actions.change_customer(customer_id=pk, changes=changes, by=two[0], at=moment)

    def sweep():
        for _ in range(6):
            pair_slice(at=moment, most=3)

    found = at_once(change, sweep)
    assert found == [None, None]
    while pair_slice(at=moment):
        pass
    assert not DuplicateMark.objects.exists()
    pairs = set(DuplicatePair.objects.values_list("first_id", "second_id"))
    assert pairs >= {(a, b) for a in ids[:4] for b in ids[:4] if a < b}
