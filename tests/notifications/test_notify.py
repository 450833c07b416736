"""Telling people something once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from genjin.notifications import actions, kinds, queries
from genjin.notifications.models import Notice, Way
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def rain() -> Iterator[None]:
    """A kind of notice that only these tests know."""
    kinds.register(kinds.Kind("test.rain", "Rain", lambda params: f"{params['mm']} mm"))
    yield
    kinds.forget("test.rain")


def test_a_person_is_told_once_for_a_key(people: Cast, moment: datetime) -> None:
    both = [people.lin.pk, people.wang.pk]
    assert actions.notify(kind="test.rain", user_ids=both, key="monday", params={"mm": 3}, at=moment) == 2
    again = [people.lin.pk, people.chen.pk]
    later = moment + timedelta(hours=1)
    assert actions.notify(kind="test.rain", user_ids=again, key="monday", params={"mm": 9}, at=later) == 1
    (line,) = queries.newest(people.lin, 10)
    assert (line.title, line.text, line.notice.at) == ("Rain", "3 mm", moment)
    assert queries.unread_count(people.chen) == 1


def test_a_kind_nobody_registered_is_a_mistake(people: Cast, moment: datetime) -> None:
    with pytest.raises(KeyError):
        actions.notify(kind="test.snow", user_ids=[people.lin.pk], key="k", at=moment)


def test_what_was_unwanted_when_it_happened_is_not_told_later(people: Cast, moment: datetime) -> None:
    actions.prefer(user=people.lin, ways={"test.rain": Way.OFF})
    actions.notify(kind="test.rain", user_ids=[people.lin.pk], key="monday", params={"mm": 3}, at=moment)
    assert (queries.unread_count(people.lin), queries.newest(people.lin, 10)) == (0, [])
    actions.prefer(user=people.lin, ways={"test.rain": Way.IN_APP})
    actions.notify(kind="test.rain", user_ids=[people.lin.pk], key="monday", params={"mm": 3}, at=moment)
    assert (queries.unread_count(people.lin), Notice.objects.count()) == (0, 1)


def test_reading_some_leaves_the_others(people: Cast, moment: datetime) -> None:
    for day in ("monday", "tuesday"):
        actions.notify(kind="test.rain", user_ids=[people.lin.pk], key=day, params={"mm": 3}, at=moment)
    first = Notice.objects.get(key="monday")
    assert actions.read_notices(user=people.wang, at=moment, ids=[first.pk]) == 0, "not Wang's"
    assert actions.read_notices(user=people.lin, at=moment, ids=[first.pk]) == 1
    assert queries.unread_count(people.lin) == 1
    assert actions.read_notices(user=people.lin, at=moment) == 1


def test_lines_cost_the_same_however_many_they_are(
    people: Cast, moment: datetime, django_assert_num_queries: object
) -> None:
    for number in range(20):
        actions.notify(
            kind="test.rain", user_ids=[people.lin.pk], key=str(number), params={"mm": number}, at=moment
        )
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.newest(people.lin, 50)) == 20
