"""Countries and money as people write them."""

from decimal import Decimal

import pytest

from genjin.exchange.reading import DecimalSign
from genjin.exchange.values import country, money


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("德国", "DE"), ("Germany", "DE"), ("GERMANY ", "DE"), ("Deutschland", "DE"),
        ("de", "DE"), ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"),
        ("美国", "US"), ("UK", "GB"), ("England", "GB"), ("U.A.E", "AE"),
        ("阿联酋", "AE"), ("Viet Nam", "VN"), ("Türkiye", "TR"), ("Turkey", "TR"),
        ("韩国", "KR"), ("Korea, Republic of", "KR"), ("Côte d’Ivoire", "CI"), ("Brasil", "BR"),
        ("The Netherlands", "NL"), ("Czech Republic", "CZ"), ("沙特", "SA"), ("香港", "HK"),
        ("Germany (德国)", "DE"), ("德国/Germany", "DE"), ("Germany / France", None), ("Atlantis", None),
        ("", None), ("Россия", "RU"),
    ],
)  # fmt: skip
def test_a_country_is_found_in_either_language_and_many_spellings(text, code):
    assert country(text) == code


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("$1,234.50", DecimalSign.POINT, (Decimal("1234.50"), "USD")),
        ("1.234,50 €", DecimalSign.COMMA, (Decimal("1234.50"), "EUR")),
        ("USD 1,000.5", DecimalSign.POINT, (Decimal("1000.5"), "USD")),
        ("500元", DecimalSign.NONE, (Decimal(500), "CNY")),
        ("(12.50)", DecimalSign.POINT, (Decimal("-12.50"), "")),
        ("¥800", DecimalSign.NONE, (Decimal(800), "")),
        ("1,234 USD", DecimalSign.AMBIGUOUS, None),
        ("about 5", DecimalSign.POINT, None),
        ("5 XYZQ", DecimalSign.POINT, None),
    ],
)
def test_money_is_read_with_its_currency_and_never_guessed(text, sign, expected):
    assert money(text, sign) == expected
