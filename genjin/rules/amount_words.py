"""Amounts in words, as documents of trade state them: English, and Chinese capitals (大写).

Chinese follows the rules for bills (支付结算办法, annex 1): 零 between separated digits, 整 after whole
units.
"""

from __future__ import annotations

from decimal import Decimal

from genjin.rules.amounts import LARGEST, rounded

ENGLISH = {
    "USD": ("US DOLLAR", "US DOLLARS", "CENT", "CENTS"),
    "EUR": ("EURO", "EUROS", "CENT", "CENTS"),
    "GBP": ("POUND STERLING", "POUNDS STERLING", "PENNY", "PENCE"),
    "CNY": ("CHINESE YUAN", "CHINESE YUAN", "FEN", "FEN"),
    "HKD": ("HONG KONG DOLLAR", "HONG KONG DOLLARS", "CENT", "CENTS"),
    "AUD": ("AUSTRALIAN DOLLAR", "AUSTRALIAN DOLLARS", "CENT", "CENTS"),
    "CAD": ("CANADIAN DOLLAR", "CANADIAN DOLLARS", "CENT", "CENTS"),
    "NZD": ("NEW ZEALAND DOLLAR", "NEW ZEALAND DOLLARS", "CENT", "CENTS"),
    "SGD": ("SINGAPORE DOLLAR", "SINGAPORE DOLLARS", "CENT", "CENTS"),
    "CHF": ("SWISS FRANC", "SWISS FRANCS", "CENTIME", "CENTIMES"),
    "JPY": ("JAPANESE YEN", "JAPANESE YEN", "", ""),
    "KRW": ("KOREAN WON", "KOREAN WON", "", ""),
    "AED": ("UAE DIRHAM", "UAE DIRHAMS", "FILS", "FILS"),
    "SAR": ("SAUDI RIYAL", "SAUDI RIYALS", "HALALA", "HALALAS"),
    "INR": ("INDIAN RUPEE", "INDIAN RUPEES", "PAISA", "PAISE"),
    "BRL": ("BRAZILIAN REAL", "BRAZILIAN REAIS", "CENTAVO", "CENTAVOS"),
    "MXN": ("MEXICAN PESO", "MEXICAN PESOS", "CENTAVO", "CENTAVOS"),
    "RUB": ("RUSSIAN ROUBLE", "RUSSIAN ROUBLES", "KOPECK", "KOPECKS"),
    "ZAR": ("SOUTH AFRICAN RAND", "SOUTH AFRICAN RAND", "CENT", "CENTS"),
    "TRY": ("TURKISH LIRA", "TURKISH LIRA", "KURUS", "KURUS"),
    "THB": ("THAI BAHT", "THAI BAHT", "SATANG", "SATANG"),
}
"""One and many of the unit, one and many of its hundredth."""

CHINESE = {
    "CNY": "人民币", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "HKD": "港币", "JPY": "日元", "KRW": "韩元",
    "AUD": "澳元", "CAD": "加元", "NZD": "新西兰元", "SGD": "新加坡元", "CHF": "瑞士法郎",
    "AED": "阿联酋迪拉姆", "SAR": "沙特里亚尔", "INR": "印度卢比", "BRL": "巴西雷亚尔",
    "MXN": "墨西哥比索", "RUB": "卢布", "ZAR": "南非兰特", "TRY": "土耳其里拉", "THB": "泰铢",
}  # fmt: skip

_SMALL = (
    "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN SIXTEEN "
    "SEVENTEEN EIGHTEEN NINETEEN"
).split()
_TENS = "TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY".split()
_GROUPS = ("", "THOUSAND", "MILLION", "BILLION", "TRILLION")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MYRIADS = ("", "万", "亿", "万亿")


def in_english(amount: Decimal, currency: str) -> str:
    """`SAY US DOLLARS TWELVE AND CENTS FIFTY ONLY`; raises ValueError below zero or from 10^14 on."""
    whole, cents = _parts(amount, currency)
    one, many, cent, cent_many = ENGLISH.get(currency, (currency, currency, "CENT", "CENTS"))
    said = f"SAY {one if whole == 1 else many} {_english(whole)}"
    if cents and cent:
        said += f" AND {cent if cents == 1 else cent_many} {_english(cents)}"
    return f"{said} ONLY"


def in_chinese(amount: Decimal, currency: str) -> str:
    """`人民币壹万贰仟元伍角整`; raises ValueError as `in_english` does."""
    whole, cents = _parts(amount, currency)
    name = CHINESE.get(currency, currency)
    dimes, fen = divmod(cents, 10)
    said = f"{_chinese(whole)}元" if whole or not cents else ""
    if not cents:
        return f"{name}{said}整"
    if dimes:
        said += f"{_DIGITS[dimes]}角"
    elif whole:
        said += "零"
    return f"{name}{said}{_DIGITS[fen]}分" if fen else f"{name}{said}整"


def _parts(amount: Decimal, currency: str) -> tuple[int, int]:
    """Whole units and hundredths of the rounded amount."""
    exact = rounded(amount, currency)
    if exact < 0 or exact >= LARGEST:
        raise ValueError(f"{amount} cannot be said in words")
    whole, cents = divmod(int(exact * 100), 100)
    return whole, cents


def _english(number: int) -> str:
    if not number:
        return _SMALL[0]
    groups = []
    for name in _GROUPS:
        number, group = divmod(number, 1000)
        if group:
            groups.append(f"{_hundreds(group)} {name}".strip())
    return " ".join(reversed(groups))


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_SMALL[hundreds]} HUNDRED"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        words.append(_SMALL[rest])
    return " AND ".join(words)


def _chinese(number: int) -> str:
    """Digits by myriads; a gap of zeros, of whatever length, is one 零."""
    if not number:
        return _DIGITS[0]
    said, gap = "", False
    groups = [number // 10**power % 10000 for power in (12, 8, 4, 0)]
    for place, group in zip((3, 2, 1, 0), groups, strict=True):
        if not group:
            gap = bool(said)
            continue
        if said and (gap or group < 1000):
            said += _DIGITS[0]
        said += _myriad(group) + _MYRIADS[place]
        gap = False
    # 万亿 followed by 亿 is said once: 壹万贰仟亿, not 壹万亿贰仟亿
    return said.replace("万亿", "万", 1) if groups[0] and groups[1] else said


def _myriad(number: int) -> str:
    """A number of at most four digits."""
    said, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            said += (_DIGITS[0] if gap and said else "") + _DIGITS[digit] + _PLACES[power]
            gap = False
        else:
            gap = True
    return said
