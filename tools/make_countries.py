"""Write `genjin/customers/data/countries.json`: facts of all countries from CLDR, libphonenumber and tzdata.

Run by a developer when the libraries move on: `python tools/make_countries.py`; the file is committed, and
`tests/customers/test_country_data.py` says when it has fallen behind. What the libraries do not know (our
regions, weekends where CLDR is silent, which zone most people live in) stands in the tables below.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import phonenumbers
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import get_territory_currencies

TARGET = Path(__file__).resolve().parent.parent / "genjin" / "customers" / "data" / "countries.json"

# The UN's subregions (M49), except: Iran and Turkey with the Middle East, the Caucasus and Cyprus with
# Europe, the uninhabited far south with Antarctica. Every code stands in exactly one line.
REGIONS = {
    "EAST_ASIA": "CN HK JP KP KR MN MO TW",
    "SOUTHEAST_ASIA": "BN ID KH LA MM MY PH SG TH TL VN",
    "SOUTH_ASIA": "AF BD BT IN LK MV NP PK",
    "CENTRAL_ASIA": "KG KZ TJ TM UZ",
    "MIDDLE_EAST": "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    "EUROPE": (
        "AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS IT "
        "JE LI LT "
        "LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA"
    ),
    "AFRICA": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG "
        "ML MR MU "
        "MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW"
    ),
    "NORTH_AMERICA": "BM CA GL PM US",
    "LATIN_AMERICA": (
        "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GT GY HN HT JM KN KY LC "
        "MF MQ MS "
        "MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    "OCEANIA": "AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
    "ANTARCTICA": "AQ BV GS HM TF",
}
# As people in the trade say it, where CLDR is long or formal.
NAMES_ZH = {
    "AE": "阿联酋",
    "BA": "波黑",
    "HK": "中国香港",
    "MO": "中国澳门",
    "PS": "巴勒斯坦",
    "TW": "中国台湾",
}
NAMES_EN = {"HK": "Hong Kong", "MO": "Macao", "MM": "Myanmar", "PS": "Palestine"}
# Monday is 0. CLDR gives Saturday and Sunday to whomever it does not know; these keep other days.
WEEKENDS = {"BD": [4, 5], "BN": [4, 6], "DJ": [4, 5], "MV": [4, 5], "NP": [5], "PS": [4, 5], "SO": [4]}
# The zone of most people, where the first of tzdata's zone.tab is another.
MAIN_ZONES = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
# Where no one lives: the zone and the calling code of whoever looks after it.
UNINHABITED_ZONES = {"BV": "Europe/Oslo", "HM": "Antarctica/Mawson"}
CALLING_CODES = {"AQ": 672, "BV": 47, "GS": 500, "HM": 672, "PN": 64, "TF": 262, "UM": 1}
# Where CLDR lists several currencies of today, the one that is asked for in invoices.
CURRENCIES = {"BT": "BTN", "HT": "HTG", "LS": "LSL", "NA": "NAD", "PA": "USD", "PS": "ILS", "ZW": "USD"}
# Of whom most are Muslims: Ramadan makes work slow there.
RAMADAN = (
    "AE AF AZ BD BF BH BN DJ DZ EG EH GM GN ID IQ IR JO KG KM KW KZ LB LY MA ML MR MV MY NE NG OM PK PS "
    "QA SA "
    "SD SL SN SO SY TD TJ TM TN TR UZ YE YT"
)
# Offices that open or close at other hours than 09:00-18:00.
HOURS = {
    "09:00-17:00": "AU CA CY DK FI GB IE IL IS JP MT NL NO NZ SE US ZA",
    "08:00-17:00": "AT CH CO CR CZ DE EC GT HN HU ID KE MY NI PE PH PL SK SV TH TZ UG VN",
    "08:00-16:00": "BH EG IQ IR JO KW LY OM QA SD SY YE",
    "08:00-18:00": "BO PY",
    "10:00-18:00": "IN NP PK",
    "09:00-19:00": "ES",
}


def codes() -> list[str]:
    """Every ISO 3166-1 alpha-2 code, as tzdata lists them."""
    return [line.split("\t")[0] for line in _table("iso3166.tab")]


def zones() -> dict[str, list[str]]:
    """IANA zones of each country, that of most people first."""
    found: dict[str, list[str]] = {}
    for line in _table("zone.tab"):
        code, _place, zone = line.split("\t")[:3]
        found.setdefault(code, []).append(zone)
    for code, zone in UNINHABITED_ZONES.items():
        found.setdefault(code, [zone])
    for code, main in MAIN_ZONES.items():
        found[code].remove(main)
        found[code].insert(0, main)
    return found


def _table(name: str) -> list[str]:
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def weekend(code: str) -> list[int]:
    """Days of rest, Monday being 0, by CLDR unless we know better."""
    if code in WEEKENDS:
        return WEEKENDS[code]
    # The week belongs to the territory, but babel keeps it with locales: any locale of the country tells it.
    named = next((name for name in sorted(locale_identifiers()) if name.endswith(f"_{code}")), "en_US")
    locale = Locale.parse(named)
    first, last = locale.weekend_start, locale.weekend_end
    days, day = [first], first
    while day != last:
        day = (day + 1) % 7
        days.append(day)
    return sorted(days)


def _named_in(table: dict[str, str], code: str, default: str) -> str:
    return next((value for value, listed in table.items() if code in listed.split()), default)


def country(code: str, zones_of: dict[str, list[str]]) -> dict[str, object]:
    """One line of the file."""
    zh, en = Locale("zh", script="Hans"), Locale("en")
    currencies = get_territory_currencies(code)
    return {
        "code": code,
        "name_zh": NAMES_ZH.get(code, zh.territories[code]),
        "name_en": NAMES_EN.get(code, en.territories[code]),
        "region": _named_in(REGIONS, code, ""),
        "calling_code": str(CALLING_CODES.get(code) or phonenumbers.country_code_for_region(code)),
        "currency": CURRENCIES.get(code) or (currencies[0] if currencies else ""),
        "timezones": zones_of[code],
        "weekend_days": weekend(code),
        "hours": _named_in(HOURS, code, "09:00-18:00"),
        "ramadan": code in RAMADAN.split(),
    }


def lines() -> str:
    """The whole file: one country a line, so that a change is one line too."""
    zones_of = zones()
    rows = [json.dumps(country(code, zones_of), ensure_ascii=False) for code in codes()]
    return "[\n" + ",\n".join(rows) + "\n]\n"


if __name__ == "__main__":
    TARGET.write_text(lines(), encoding="utf-8")
