"""What lines and totals come to, and how they are said in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.amount_words import in_chinese, in_english
from genjin.rules.amounts import line_amount, rounded, share, total


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "amount"),
    [
        ("3", "1.115", "USD", "3.35"),
        ("1", "0.005", "USD", "0.01"),
        ("1", "0.0049", "USD", "0.00"),
        ("1000.5", "0.0333", "EUR", "33.32"),
        ("7", "12.5", "JPY", "88"),
        ("1", "1.2345", "KWD", "1.23"),
    ],
)
def test_a_line_is_rounded_half_up_to_its_currencys_digits(quantity, price, currency, amount):
    assert line_amount(Decimal(quantity), Decimal(price), currency) == Decimal(amount)


def test_the_total_is_the_sum_of_what_stands_in_the_lines():
    assert total([Decimal("0.005"), Decimal("0.005")], "USD") == Decimal("0.02")
    assert str(total([], "USD")) == "0.00"


def test_a_credit_is_rounded_away_from_zero_like_a_price():
    assert share(Decimal("-1050.5"), Decimal(1), "USD") == Decimal("-10.51")


@given(st.lists(st.decimals(min_value=0, max_value=10**8, places=4), max_size=30))
def test_the_total_differs_from_the_exact_sum_by_less_than_a_cent_a_line(amounts):
    assert abs(total(amounts, "USD") - sum(amounts, Decimal(0))) <= Decimal("0.005") * len(amounts)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0", "USD", "SAY US DOLLARS ZERO ONLY"),
        ("1", "USD", "SAY US DOLLAR ONE ONLY"),
        ("0.01", "USD", "SAY US DOLLARS ZERO AND CENT ONE ONLY"),
        ("21.50", "USD", "SAY US DOLLARS TWENTY-ONE AND CENTS FIFTY ONLY"),
        ("100", "EUR", "SAY EUROS ONE HUNDRED ONLY"),
        ("1115", "USD", "SAY US DOLLARS ONE THOUSAND ONE HUNDRED AND FIFTEEN ONLY"),
        ("12000.05", "GBP", "SAY POUNDS STERLING TWELVE THOUSAND AND PENCE FIVE ONLY"),
        ("1000019", "USD", "SAY US DOLLARS ONE MILLION NINETEEN ONLY"),
        ("88.4", "JPY", "SAY JAPANESE YEN EIGHTY-EIGHT ONLY"),
        ("2.5", "XYZ", "SAY XYZ TWO AND CENTS FIFTY ONLY"),
    ],
)
def test_an_amount_in_english_words(amount, currency, words):
    assert in_english(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("10", "壹拾元整"),
        ("105", "壹佰零伍元整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1000000", "壹佰万元整"),
        ("10000001", "壹仟万零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1200000000000", "壹万贰仟亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("20300", "贰万零叁佰元整"),
    ],
)
def test_an_amount_in_chinese_capitals(amount, words):
    assert in_chinese(Decimal(amount), "CNY") == f"人民币{words}"


@pytest.mark.parametrize("say", [in_english, in_chinese])
@pytest.mark.parametrize("amount", ["-0.01", "100000000000000"])
def test_what_no_document_may_come_to_is_refused(say, amount):
    with pytest.raises(ValueError, match="cannot be said"):
        say(Decimal(amount), "USD")


@given(st.decimals(min_value=0, max_value=10**13, places=2))
def test_different_amounts_have_different_words(amount):
    other = amount + Decimal("0.01")
    assert in_chinese(amount, "USD") != in_chinese(other, "USD")
    assert in_english(amount, "USD") != in_english(other, "USD")
    assert "零零" not in in_chinese(amount, "USD")
    assert rounded(amount, "USD") == amount
