"""Spreading a receipt over what is open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.allocating import Payable, Share, spread
from genjin.rules.amounts import rounded

D = Decimal


def payable(pk: int, open_: str, due: date | None = None, **more: object) -> Payable:
    return Payable(part_id=pk, open=D(open_), currency="USD", due_on=due, **more)  # type: ignore[arg-type]


def test_the_oldest_due_is_paid_first_and_what_is_not_due_last() -> None:
    parts = [payable(1, "50"), payable(2, "30", date(2026, 2, 1)), payable(3, "20", date(2026, 1, 1))]
    shares, left = spread(D(60), "USD", parts)
    assert [(one.part_id, one.amount) for one in shares] == [(3, D(20)), (2, D(30)), (1, D(10))]
    assert left == 0


def test_what_nobody_needs_is_left() -> None:
    assert spread(D("100.01"), "USD", [payable(1, "100")]) == ([Share(1, D("100.00"), D(100))], D("0.01"))


def test_another_currency_pays_at_its_rate_to_the_cent() -> None:
    shares, left = spread(
        D("1000.00"), "EUR", [payable(1, "700", rate=D("1.08")), payable(2, "500", rate=D("1.08"))]
    )
    assert shares == [Share(1, D("648.15"), D(700)), Share(2, D("351.85"), D("380.00"))]
    assert left == 0


def test_the_smallest_coin_of_each_currency_is_kept() -> None:
    shares, left = spread(D(10000), "JPY", [payable(1, "50.55", rate=D("0.0067"))])
    assert shares == [Share(1, D(7545), D("50.55"))]
    assert left == D(2455)


cents = st.integers(0, 10**7).map(lambda number: D(number) / 100)
payables = st.lists(
    st.builds(
        Payable,
        part_id=st.integers(1, 10**6),
        open=cents,
        currency=st.just("USD"),
        due_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        rate=st.integers(1, 3 * 10**6).map(lambda number: D(number) / 10**5),
    ),
    max_size=6,
    unique_by=lambda part: part.part_id,
)


@given(cents, payables)
def test_not_a_cent_is_made_or_lost(amount: Decimal, parts: list[Payable]) -> None:
    shares, left = spread(amount, "EUR", parts)
    assert sum((share.amount for share in shares), D(0)) + left == amount
    assert left >= 0
    open_ = {part.part_id: part for part in parts}
    for share in shares:
        part = open_[share.part_id]
        assert share.amount > 0
        assert 0 < share.order_amount <= part.open
        assert share.order_amount == rounded(share.order_amount, "USD")
    assert len({share.part_id for share in shares}) == len(shares)


@given(cents, payables)
def test_nothing_is_left_while_a_part_of_the_same_currency_is_open(
    amount: Decimal, parts: list[Payable]
) -> None:
    plain = [Payable(part_id=one.part_id, open=one.open, currency="USD", due_on=one.due_on) for one in parts]
    shares, left = spread(amount, "USD", plain)
    assert left == max(D(0), amount - sum((part.open for part in plain), D(0)))
    assert all(share.amount == share.order_amount for share in shares)
