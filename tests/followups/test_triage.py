"""What was missing at go-live comes a few a day, in one order, whoever is decided with whom (day one)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.customers.models import Customer
from genjin.customers.models.dimension import GRADE_ORDER
from genjin.followups import triage
from genjin.followups.gather import gather
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(customer: Callable[..., Customer], people: Cast, moment: datetime) -> list[Customer]:
    """Five customers of one person from before, the most important first, and one of another person's."""
    before = moment - timedelta(days=400)
    made = [
        customer(
            created_at=before, follow_grade=grade, grade_order=GRADE_ORDER[grade], is_priority=is_priority
        )
        for grade, is_priority in (("LOW", True), ("TOP", False), ("MID", False), ("MID", False), ("", False))
    ]
    return [*made, customer(created_at=before, owner=people.wang)]


def places(rows: list[Customer], moment: datetime) -> list[int]:
    facts = gather([row.pk for row in rows], go_live_on=moment.date(), now=moment)
    return [facts[row.pk].triage_rank for row in rows]


def test_a_customer_decided_alone_has_the_place_that_it_has_among_all(
    old: list[Customer], moment: datetime
) -> None:
    assert places(old, moment) == [0, 1, 2, 3, 4, 0]
    assert [places([row], moment)[0] for row in old] == [0, 1, 2, 3, 4, 0]


def test_nobody_moves_up_when_another_was_followed_up(old: list[Customer], moment: datetime) -> None:
    Customer.objects.filter(pk=old[1].pk).update(last_follow_up_at=moment)
    assert places(old, moment) == [0, 0, 2, 3, 4, 0], "the one who was followed up is not asked for"


def test_whole_lists_are_read_once_for_many_and_give_the_same_places(
    old: list[Customer], moment: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(triage, "FEW", 0)
    day = moment.date()
    with triage.remembering():
        with django_assert_num_queries(2):
            first = triage.triage_ranks(old, day)
        with django_assert_num_queries(0):
            assert triage.triage_ranks(old[3:], day) == {row.pk: first[row.pk] for row in old[3:]}
    assert [first[row.pk] for row in old] == [0, 1, 2, 3, 4, 0]
    with django_assert_num_queries(1):
        triage.triage_ranks(old[:1], day)


def test_without_go_live_or_for_who_came_later_nothing_is_asked(
    customer: Callable[..., Customer], moment: datetime, django_assert_num_queries: Any
) -> None:
    row = customer(created_at=moment)
    with django_assert_num_queries(0):
        assert triage.triage_ranks([row], None) == {}
        assert triage.triage_ranks([row], moment.date()) == {}
