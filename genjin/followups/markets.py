"""When people work in each country, computed when first asked for and kept as long as the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date
from zoneinfo import ZoneInfo

from genjin.customers import countries, country_holidays
from genjin.customers.local_time import week_of
from genjin.customers.models import Country
from genjin.rules.worktime import WorkCalendar


class Markets(Mapping[str, WorkCalendar]):
    """Working week and holidays by ISO country, for the year before `year` to the one after it.

    A country that was not prepared is read when asked for; `prepare` reads many with two queries.
    """

    def __init__(self, year: int) -> None:
        self._first, self._last = date(year - 1, 1, 1), date(year + 1, 12, 31)
        self._known: dict[str, WorkCalendar | None] = {}

    def prepare(self, codes: Iterable[str]) -> None:
        """Read those of the countries that are not known yet."""
        missing = sorted(set(codes) - self._known.keys())
        if not missing:
            return
        holidays = countries.holidays_of(missing, self._first, self._last)
        rows = Country.objects.in_bulk(missing)
        for code in missing:
            closed = country_holidays.closed_days(holidays[code])
            self._known[code] = market_calendar(rows[code], closed) if code in rows else None

    def __getitem__(self, code: str) -> WorkCalendar:
        self.prepare([code] if code else [])
        calendar = self._known.get(code)
        if calendar is None:
            raise KeyError(code)
        return calendar

    def __iter__(self) -> Iterator[str]:
        return (code for code, calendar in self._known.items() if calendar is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def market_calendar(country: Country, holidays: frozenset[date]) -> WorkCalendar:
    """The week of a country; its zone stands for "local" and is replaced by that of each contact."""
    return WorkCalendar(
        zone=ZoneInfo(country.timezones[0]) if country.timezones else ZoneInfo(str(UTC)),
        week=week_of(country),
        holidays=holidays,
    )
