"""Grading: each dimension by its own rules, with its own history."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers import actions
from genjin.customers.actions import Refused
from genjin.customers.models import DimensionChange
from genjin.journal.models import Entry


@pytest.fixture
def mine(customer, people):
    return customer(owner=people.lin)


@pytest.fixture
def grade(mine, people, moment):
    def set_(dimension, value, by=people.lin, **more):
        actions.set_dimension(
            customer_ids=[mine.pk], dimension=dimension, value=value, by=by, at=moment, **more
        )
        mine.refresh_from_db()
        return mine

    return set_


def test_a_grade_is_kept_with_old_new_who_when_and_why(grade, people, moment):
    assert grade("follow_grade", "TOP", why="Asked for 40 containers").grade_order == 5
    assert grade("follow_grade", "MID").grade_order == 3
    first, second = DimensionChange.objects.order_by("id")
    assert (first.old, first.new, first.why, first.by, first.at, first.cause) == (
        "", "TOP", "Asked for 40 containers", people.lin, moment, "PERSON",
    )  # fmt: skip
    assert (second.old, second.new) == ("TOP", "MID")
    assert Entry.objects.filter(verb="grade").count() == 2


def test_a_locked_grade_yields_to_a_manager_only(grade, people):
    with pytest.raises(Refused):
        grade("grade_locked", True)
    grade("grade_locked", True, by=people.chen)
    with pytest.raises(Refused) as refused:
        grade("follow_grade", "LOW")
    assert "follow_grade" in refused.value.message_dict
    assert grade("follow_grade", "LOW", by=people.chen).follow_grade == "LOW"


def test_a_salesperson_proposes_a_key_account_and_a_manager_confirms(grade, people):
    assert grade("key_account", "PROPOSED").key_account == "PROPOSED"
    with pytest.raises(Refused):
        grade("key_account", "CONFIRMED")
    assert grade("key_account", "CONFIRMED", by=people.chen).key_account == "CONFIRMED"
    with pytest.raises(Refused):
        grade("key_account", "NO")


def test_a_purchase_class_by_hand_needs_a_reason_and_an_end(grade):
    with pytest.raises(Refused) as refused:
        grade("value_class", "A", details={"value_class_until": date(2027, 3, 1)})
    assert "why" in refused.value.message_dict
    with pytest.raises(Refused) as refused:
        grade("value_class", "A", why="Frame contract")
    assert "value_class_until" in refused.value.message_dict
    done = grade("value_class", "A", why="Frame contract", details={"value_class_until": date(2027, 3, 1)})
    assert (done.value_class, done.value_class_until) == ("A", date(2027, 3, 1))


def test_the_rule_needs_neither_and_ends_the_override(grade):
    grade("value_class", "A", why="Frame contract", details={"value_class_until": date(2027, 3, 1)})
    assert grade("value_class", "B", by=None, cause="RULE").value_class_until is None


def test_interrupted_says_how_and_forgets_it_afterwards(grade):
    with pytest.raises(Refused) as refused:
        grade("relationship_class", "INTERRUPTED")
    assert "interrupted_kind" in refused.value.message_dict
    assert (
        grade("relationship_class", "INTERRUPTED", details={"interrupted_kind": "SMALL"}).interrupted_kind
        == "SMALL"
    )
    assert grade("relationship_class", "SEED").interrupted_kind == ""


@pytest.mark.parametrize(
    ("dimension", "value"), [("lifecycle_stage", "OLD"), ("dormancy_state", "LOST"), ("is_priority", True)]
)
def test_some_dimensions_need_a_reason(grade, dimension, value):
    with pytest.raises(Refused) as refused:
        grade(dimension, value)
    assert "why" in refused.value.message_dict
    assert getattr(grade(dimension, value, why="All seven ticks"), dimension) == value


@pytest.mark.parametrize(
    ("dimension", "value"),
    [
        ("follow_grade", "A"), ("lifecycle_stage", ""), ("fit_score", 0), ("fit_score", "six"),
        ("potential_score", 5.5), ("name", "x"), ("key_account", None),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_the_dimension_is_refused(grade, dimension, value):
    with pytest.raises(Refused):
        grade(dimension, value)


def test_scores_can_be_taken_back(grade):
    assert grade("fit_score", "4").fit_score == 4
    assert grade("fit_score", "").fit_score is None


def test_the_priority_list_is_short(customer, people, moment):
    ids = [customer(owner=people.lin).pk for _ in range(21)]

    def prefer(some):
        actions.set_dimension(
            customer_ids=some, dimension="is_priority", value=True, why="Gold", by=people.lin, at=moment,
        )  # fmt: skip

    prefer(ids[:20])
    with pytest.raises(Refused):
        prefer(ids[20:])


def test_many_are_graded_with_a_bounded_number_of_queries(customer, people, moment):
    def queries(count: int) -> int:
        ids = [customer(owner=people.lin).pk for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            assert (
                actions.set_dimension(
                    customer_ids=ids, dimension="follow_grade", value="MID", by=people.lin, at=moment
                )
                == count
            )
        return len(seen)

    assert queries(50) == queries(2)
