"""The dates of letters of credit by UCP 600."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.letters_of_credit import is_shipped_late, last_expiry, last_presentation
from tests.rules.build import CHINA

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)

CASES = [
    # shipped, expiry, presentation days, last day
    (date(2026, 3, 2), date(2026, 5, 29), 21, date(2026, 3, 23)),
    (date(2026, 3, 2), date(2026, 5, 29), None, date(2026, 3, 23)),  # 21 when nothing is said
    (date(2026, 3, 2), date(2026, 3, 18), 21, date(2026, 3, 18)),  # never after expiry
    (date(2026, 3, 2), date(2026, 5, 29), 5, MONDAY),  # Saturday: the next banking day
    (date(2026, 3, 2), date(2026, 3, 7), 21, MONDAY),  # expiry moves as well
    (date(2026, 1, 25), date(2026, 4, 30), 21, date(2026, 2, 24)),  # Spring Festival
    (None, date(2026, 3, 7), 21, MONDAY),
]  # fmt: skip


@pytest.mark.parametrize(("shipped", "expiry", "days", "last"), CASES)
def test_documents_are_presented_by_the_earlier_of_period_and_expiry(
    shipped: date | None, expiry: date, days: int | None, last: date
) -> None:
    assert last_presentation(shipped, expiry, CHINA, days) == last


def test_latest_shipment_is_not_moved_by_a_closed_bank() -> None:
    saturday = date(2026, 3, 7)
    assert is_shipped_late(MONDAY, saturday)
    assert not is_shipped_late(saturday, saturday)
    assert not is_shipped_late(MONDAY, None)


days_of_year = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days_of_year, days_of_year, st.integers(0, 60))
def test_the_last_day_is_a_banking_day_within_the_letter(shipped: date, expiry: date, days: int) -> None:
    last = last_presentation(shipped, expiry, CHINA, days)
    assert CHINA.is_workday(last)
    assert last <= last_expiry(expiry, CHINA)
    assert last <= last_presentation(None, expiry, CHINA, days)
    assert last >= min(shipped + timedelta(days=days), expiry)
