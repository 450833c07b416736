"""Price tiers, the last deal price and the floor (000-62, C-06)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.pricing import (
    Deal,
    Note,
    PriceTerms,
    State,
    Tier,
    check_price,
    floor_price,
    last_deal_price,
    overlapping,
    tier_for,
)
from genjin.rules.units import UNITS, unit_code

FOB = PriceTerms("USD", "FOB", "pcs", D("7.2"))


def deal(
    day: str, price: str, *, order: int = 1, currency: str = "USD", incoterm: str = "FOB", unit: str = "pcs",
    rate: str | None = "7", quantity: str = "100",
) -> Deal:  # fmt: skip
    terms = PriceTerms(currency, incoterm, unit, D(rate) if rate else None)
    return Deal(order, f"SC{order}", date.fromisoformat(day), D(price), D(quantity), terms)


JANUARY = deal("2026-01-10", "5.00", order=1)
JUNE = deal("2026-06-10", "4.80", order=2)


@pytest.mark.parametrize(
    ("deals", "terms", "price", "notes"),
    [
        ([JANUARY, JUNE], FOB, "4.80", set()),  # the last one, though it was cheaper
        ([JUNE, JANUARY], FOB, "4.80", set()),  # whatever the order they are told in
        ([JANUARY, deal("2026-06-10", "6.2", order=2, incoterm="CIF")], FOB, "5.00", set()),
        ([deal("2026-06-10", "6.2", incoterm="CIF")], FOB, "6.2", {Note.OTHER_INCOTERM}),
        ([deal("2026-06-10", "57", unit="doz")], FOB, "57", {Note.OTHER_UNIT}),
        ([deal("2026-06-10", "4.8", unit="PCE")], FOB, "4.8", set()),
        # 4.50 EUR at the order's 7.9 are 35.55 CNY; at 7.2 CNY a dollar 4.9375 USD
        ([deal("2026-06-10", "4.50", currency="EUR", rate="7.9")], FOB, "4.9375", {Note.CONVERTED}),
        ([deal("2026-06-10", "4.50", currency="EUR", rate=None)], FOB, "4.50", {Note.NO_RATE}),
        ([JANUARY, deal("2026-06-10", "4.50", order=2, currency="EUR", rate=None)], FOB, "5.00", set()),
        # two lines of one order: the cheaper one was paid too
        ([deal("2026-06-10", "5.2"), deal("2026-06-10", "5.1")], FOB, "5.1", set()),
        # two orders on one day: the later one
        ([deal("2026-06-10", "5.2", order=9), deal("2026-06-10", "5.1", order=8)], FOB, "5.2", set()),
        ([JANUARY, deal("2026-06-10", "0", order=2)], FOB, "5.00", set()),  # a gift is no deal
    ],
)
def test_the_last_deal_price(deals: list[Deal], terms: PriceTerms, price: str, notes: set[Note]) -> None:
    last = last_deal_price(deals, terms)
    assert last is not None
    assert (last.price, last.notes) == (D(price), notes)


def test_nothing_sold_before_makes_no_floor_and_no_warning() -> None:
    assert last_deal_price([], FOB) is None
    assert floor_price([], FOB) is None
    assert check_price(D("0.01"), None).state is State.OK


def test_other_terms_make_a_warning_and_no_floor() -> None:
    cif = [deal("2026-06-10", "6.2", incoterm="CIF")]
    assert floor_price(cif, FOB) is None
    verdict = check_price(D("1"), last_deal_price(cif, FOB))
    assert (verdict.state, verdict.may_go_out) == (State.WARNED, True)


@pytest.mark.parametrize(
    ("price", "reason", "is_approved", "state", "may_go_out"),
    [
        ("4.80", "", False, "OK", True),
        ("4.81", "", False, "OK", True),
        ("4.7999", "", False, "NEEDS_REASON", False),
        ("4.50", "", True, "NEEDS_REASON", False),  # approval without a reason is none
        ("4.50", "CONCESSION", False, "NEEDS_APPROVAL", False),
        ("4.50", "COST_FALL", True, "ALLOWED", True),
        ("0", "SUPPORT", False, "NEEDS_APPROVAL", False),
    ],
)
def test_below_the_floor_takes_a_reason_and_approval(
    price: str, reason: str, is_approved: bool, state: str, may_go_out: bool
) -> None:
    last = last_deal_price([JUNE], FOB)
    verdict = check_price(D(price), last, reason=reason, is_approved=is_approved)
    assert (verdict.state, verdict.may_go_out) == (state, may_go_out)


def test_how_far_below_is_told_per_unit_and_in_percent() -> None:
    verdict = check_price(D("4.50"), last_deal_price([JUNE], FOB))
    assert (verdict.short, verdict.short_percent) == (D("0.30"), D("6.3"))


def test_a_thank_you_is_told_to_be_a_line_of_its_own() -> None:
    verdict = check_price(D("4.50"), last_deal_price([JUNE], FOB), reason="THANKS")
    assert verdict.is_credit
    assert not check_price(D("4.50"), last_deal_price([JUNE], FOB), reason="SUPPORT").is_credit


def tier(price: str, least: str = "1", begin: str | None = None, end: str | None = None) -> Tier:
    return Tier(
        "USD", "FOB", D(least), D(price),
        date.fromisoformat(begin) if begin else None, date.fromisoformat(end) if end else None,
    )  # fmt: skip


TIERS = [tier("5", "100"), tier("4.8", "500"), tier("4.5", "1000", "2026-01-01", "2026-06-30")]


@pytest.mark.parametrize(
    ("quantity", "day", "price"),
    [
        ("99.999", "2026-03-01", None),
        ("100", "2026-03-01", "5"),
        ("999", "2026-03-01", "4.8"),
        ("1000", "2026-06-30", "4.5"),
        ("1000", "2026-07-01", "4.8"),
        ("1000", "2025-12-31", "4.8"),
    ],
)
def test_the_tier_of_a_quantity_on_a_day(quantity: str, day: str, price: str | None) -> None:
    found = tier_for(TIERS, quantity=D(quantity), currency="USD", incoterm="FOB", day=date.fromisoformat(day))
    assert (found.price if found else None) == (D(price) if price else None)


def test_a_tier_of_other_terms_is_none() -> None:
    day = date(2026, 3, 1)
    assert tier_for(TIERS, quantity=D(500), currency="EUR", incoterm="FOB", day=day) is None
    assert tier_for(TIERS, quantity=D(500), currency="USD", incoterm="CIF", day=day) is None


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (tier("5"), tier("4"), True),
        (tier("5", "1"), tier("4", "2"), False),
        (tier("5", end="2026-06-30"), tier("4", begin="2026-07-01"), False),
        (tier("5", end="2026-06-30"), tier("4", begin="2026-06-30"), True),
        (tier("5", begin="2026-01-01", end="2026-12-31"), tier("4", begin="2026-05-01"), True),
    ],
)
def test_tiers_that_say_two_prices_for_one_day(one: Tier, other: Tier, clash: bool) -> None:
    assert overlapping([one, other]) == ([(0, 1)] if clash else [])


@pytest.mark.parametrize(
    ("typed", "code"),
    [("PCS", "pcs"), ("件", "pcs"), (" pc. ", "pcs"), ("M2", "sqm"), ("吨", "t"), ("Kanister", "kanister")],
)
def test_a_unit_has_one_code_whatever_was_typed(typed: str, code: str) -> None:
    assert unit_code(typed) == code


def test_no_way_to_write_a_unit_means_two() -> None:
    words = [word for unit in UNITS for word in {unit.code, unit.zh, unit.en, *unit.others}]
    assert len(words) == len(set(words))


prices = st.decimals("0.0001", "9999", places=4)
currencies = st.sampled_from(["USD", "EUR", "CNY"])
terms_of_trade = st.builds(
    PriceTerms,
    currencies,
    st.sampled_from(["FOB", "CIF"]),
    st.sampled_from(["pcs", "doz"]),
    st.none() | st.decimals("0.01", "20", places=4),
)
many_deals = st.lists(
    st.builds(
        Deal,
        st.integers(1, 9),
        st.just("SC"),
        st.dates(date(2024, 1, 1), date(2026, 12, 31)),
        st.just(D(0)) | prices,
        st.decimals("0", "999", places=1),
        terms_of_trade,
    ),
    max_size=8,
)


@given(many_deals, terms_of_trade, prices, st.sampled_from(["", "SUPPORT", "THANKS"]), st.booleans())
def test_nothing_below_the_floor_goes_out_without_reason_and_approval(
    deals: list[Deal], terms: PriceTerms, price: D, reason: str, is_approved: bool
) -> None:
    floor = floor_price(deals, terms)
    verdict = check_price(price, last_deal_price(deals, terms), reason=reason, is_approved=is_approved)
    if verdict.may_go_out and floor is not None and price < floor:
        assert reason
        assert is_approved
    if floor is None or price >= floor:
        assert verdict.may_go_out


@given(many_deals, terms_of_trade, st.randoms(use_true_random=False))
def test_the_order_in_which_deals_are_told_changes_nothing(
    deals: list[Deal], terms: PriceTerms, dice
) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(deals)
    dice.shuffle(shuffled)
    one, other = last_deal_price(deals, terms), last_deal_price(shuffled, terms)
    assert (one and (one.price, one.notes == other.notes)) == (other and (other.price, True))  # type: ignore[union-attr]


@given(many_deals, terms_of_trade)
def test_a_floor_comes_from_a_real_deal_on_comparable_terms(deals: list[Deal], terms: PriceTerms) -> None:
    last = last_deal_price(deals, terms)
    if last is None:
        assert not [one for one in deals if one.price > 0 and one.quantity > 0]
        return
    assert last.deal in deals
    if last.is_comparable:
        assert last.deal.terms.incoterm == terms.incoterm
        assert last.deal.terms.unit == terms.unit
        assert last.currency == terms.currency
        newer = [one for one in deals if one.terms == last.deal.terms and one.price > 0 and one.quantity > 0]
        assert last.deal.day == max(one.day for one in newer)


tiers_of_a_product = st.lists(
    st.builds(
        Tier,
        st.sampled_from(["USD", "EUR"]),
        st.just("FOB"),
        st.sampled_from([D(1), D(100), D(500)]),
        prices,
        st.none() | st.dates(date(2026, 1, 1), date(2026, 6, 30)),
        st.none() | st.dates(date(2026, 7, 1), date(2026, 12, 31)),
    ),
    max_size=5,
)


@given(tiers_of_a_product, st.decimals("0", "900", places=0), st.dates(date(2025, 12, 1), date(2027, 1, 31)))
def test_a_tier_found_holds_and_no_higher_one_does(tiers: list[Tier], quantity: D, day: date) -> None:
    found = tier_for(tiers, quantity=quantity, currency="USD", incoterm="FOB", day=day)
    held = [one for one in tiers if one.currency == "USD" and one.holds_on(day)]
    reached = [one.min_quantity for one in held if one.min_quantity <= quantity]
    assert (found.min_quantity if found else None) == (max(reached) if reached else None)
