"""Prices by term, refund, exchange cost and margin (B-15), by worked examples and properties."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.profit import (
    Expenses,
    Goods,
    cif_price,
    estimate,
    export_cost,
    line_margin,
    premium_of,
    refund,
)

LAMP = Goods(quantity=D(1000), price=D("5"), cost=D("22.60"), vat_rate=D(13), refund_rate=D(13))
RATE = D("7.1")


@pytest.mark.parametrize(
    ("purchase", "vat", "back_rate", "back"),
    [
        ("113", "13", "13", "13"),
        ("113", "13", "9", "9"),
        ("113", "13", "0", "0"),
        ("109", "9", "9", "9"),
        ("100", "0", "0", "0"),
    ],
)
def test_the_refund_is_counted_on_the_price_without_vat(purchase, vat, back_rate, back):
    assert refund(D(purchase), D(vat), D(back_rate)) == D(back)
    assert export_cost(D(purchase), D(vat), D(back_rate)) == D(purchase) - D(back)


def test_an_fob_offer_earns_its_price_less_export_cost_and_what_is_spent_here():
    made = estimate([LAMP], D(0), "FOB", RATE, Expenses(domestic=D(1500), freight=D(800)))
    assert made.revenue == D("35500")
    assert made.purchase == D("22600")
    assert made.refund == D("2600")
    assert made.freight == 0  # the buyer pays it
    assert made.profit == D("35500") - D("20000") - D("1500")
    assert made.margin == D("39.44")
    assert made.fx_cost == D("4.3000")  # 21,500 CNY for 5,000 USD


def test_a_cif_offer_pays_freight_insurance_commission_and_bank():
    spent = Expenses(
        D(1500), freight=D(400), insurance_percent=D("0.5"), commission_percent=D(3), bank_charges=D(30)
    )
    made = estimate([LAMP], D(600), "CIF", RATE, spent)
    price = D(5600)
    insurance = price * D("1.1") * D("0.005")
    assert made.insurance == insurance * RATE
    assert made.commission == D(168) * RATE
    assert made.fob == price - 400 - insurance
    assert made.cif == pytest.approx(price)
    assert made.profit == (price - 400 - insurance - 168 - 30) * RATE - 20000 - 1500
    assert made.fx_cost == (D(21500) / (made.fob - 168)).quantize(D("0.0001"))


def test_what_costs_nothing_known_is_counted_and_told():
    made = estimate([LAMP, Goods(D(1), D(10))], D(0), "FOB", RATE, Expenses())
    assert made.unknown == 1
    assert line_margin(Goods(D(1), D(10)), RATE) is None


def test_the_margin_of_a_line():
    assert line_margin(LAMP, RATE) == D("43.66")
    assert line_margin(Goods(D(1), D(0), cost=D(1)), RATE) == 0


def test_an_offer_for_nothing_breaks_no_rule():
    made = estimate([], D(0), "FOB", RATE, Expenses(domestic=D(10)))
    assert (made.margin, made.fx_cost, made.profit) == (0, None, D(-10))


money = st.decimals(min_value=1, max_value=10**6, places=2)


@given(money, money, st.decimals(min_value=0, max_value=5, places=2))
def test_cif_holds_its_own_premium(fob, freight, percent):
    cif = cif_price(fob, freight, percent)
    assert abs(cif - premium_of(cif, percent) - fob - freight) < D("0.0001")


@given(money, money, money, money)
def test_a_higher_price_earns_more_and_a_higher_cost_less(quantity, price, cost, more):
    def profit(price, cost):
        goods = Goods(quantity, price, cost, D(13), D(13))
        return estimate([goods], D(0), "FOB", RATE, Expenses()).profit

    assert profit(price + more, cost) > profit(price, cost)
    assert profit(price, cost + more) < profit(price, cost)
