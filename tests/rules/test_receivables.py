"""What is owed, how late, and what is paid beyond it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.receivables import Ageing, Bucket, Credit, Owed, age, bucket_of, days_late

D = Decimal
ON = date(2026, 6, 30)


def owed(
    amount: str, due: date | None, *, paid: str = "0", order: int = 1, place: int = 0, who: int = 1
) -> Owed:
    return Owed(
        customer_id=who, order_id=order, currency="USD", amount=D(amount), paid=D(paid), due_on=due,
        part_id=10 * order + place, position=place,
    )  # fmt: skip


def credit(amount: str, order: int | None = None, who: int = 1, currency: str = "USD") -> Credit:
    return Credit(customer_id=who, currency=currency, amount=D(amount), order_id=order)


def figures(one: Ageing) -> tuple[list[Decimal], Decimal]:
    return [one.buckets[bucket] for bucket in Bucket], one.credit


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, Bucket.NOT_DUE), (1, Bucket.TO_30), (30, Bucket.TO_30), (31, Bucket.TO_60), (60, Bucket.TO_60),
     (61, Bucket.TO_90), (90, Bucket.TO_90), (91, Bucket.OVER_90)],
)  # fmt: skip
def test_the_buckets_meet_without_gap(days: int, bucket: Bucket) -> None:
    assert bucket_of(days) == bucket
    assert days_late(ON - timedelta(days=days), ON) == days


def test_what_has_no_due_day_yet_is_not_late() -> None:
    (one,) = age([owed("70", None), owed("30", ON - timedelta(days=31), place=1)], [], ON)
    assert figures(one) == ([D(70), D(0), D(30), D(0), D(0)], D(0))
    assert (one.total, one.overdue) == (D(100), D(30))


def test_a_credit_note_lowers_the_balance_first() -> None:
    parts = [owed("30", date(2026, 6, 1)), owed("70", None, place=1)]
    (one,) = age(parts, [credit("80", order=1)], ON)
    assert figures(one) == ([D(0), D(20), D(0), D(0), D(0)], D(0))


def test_what_is_paid_or_credited_beyond_the_price_stays_the_customers() -> None:
    parts = [owed("30", date(2026, 6, 1), paid="35"), owed("70", None, paid="70", place=1)]
    (one,) = age(parts, [credit("10", order=1), credit("3")], ON)
    assert (one.total, one.credit, one.balance) == (D(0), D(18), D(-18))


def test_an_over_payment_of_one_order_hides_nothing_of_another() -> None:
    (one,) = age([owed("30", None, paid="50"), owed("70", None, order=2)], [], ON)
    assert (one.total, one.credit, one.balance) == (D(70), D(20), D(50))


def test_currencies_and_customers_are_never_added_up() -> None:
    found = age([owed("30", None), owed("40", None, order=2, who=2)], [credit("5", currency="EUR")], ON)
    assert [(one.customer_id, one.currency) for one in found] == [(1, "EUR"), (1, "USD"), (2, "USD")]


def test_who_is_even_is_left_out() -> None:
    assert age([owed("30", ON, paid="30")], [], ON) == []


cents = st.integers(0, 10**6).map(lambda number: D(number) / 100)
parts_of = st.lists(
    st.builds(
        Owed,
        customer_id=st.integers(1, 2),
        order_id=st.just(0),
        currency=st.sampled_from(["USD", "EUR"]),
        amount=cents,
        paid=cents,
        due_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
        position=st.integers(0, 3),
    ),
    max_size=8,
)
credits_of = st.lists(
    st.builds(Credit, customer_id=st.integers(1, 2), currency=st.sampled_from(["USD", "EUR"]), amount=cents),
    max_size=3,
)


@given(parts_of, credits_of, st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_what_is_owed_less_credit_is_what_was_sold_less_what_was_paid(
    parts: list[Owed], credits: list[Credit], on: date
) -> None:
    found = age(parts, credits, on)
    sold = sum((part.amount - part.paid for part in parts), D(0)) - sum((one.amount for one in credits), D(0))
    assert sum((one.balance for one in found), D(0)) == sold
    for one in found:
        assert one.credit >= 0
        assert all(amount >= 0 for amount in one.buckets.values())
        assert sum((part.amount for part in one.parts), D(0)) == one.total


@given(parts_of, st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(1, 400))
def test_time_alone_only_makes_debts_later(parts: list[Owed], on: date, days: int) -> None:
    before, after = age(parts, [], on), age(parts, [], on + timedelta(days=days))
    assert [one.total for one in before] == [one.total for one in after]
    assert all(old.overdue <= new.overdue for old, new in zip(before, after, strict=True))
