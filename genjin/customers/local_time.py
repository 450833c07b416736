"""What time it is where a customer or a contact is, and whether one may call now (B-24, D-7).

`at` is pure; `of_customers` and `of_contacts` gather what it needs for a whole page in three queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from genjin.customers import countries
from genjin.customers.city_zones import zone_for
from genjin.customers.country_holidays import Holiday, closed_days
from genjin.customers.models import Contact, Country, Customer
from genjin.rules.facts import PreferredWindow
from genjin.rules.setting import UNKNOWN_MARKET, reachable
from genjin.rules.worktime import MINUTES_A_DAY, Hours, LocalState, WorkCalendar, daily, weekly

NIGHT_FROM, NIGHT_TO = time(22), time(7)
AHEAD = timedelta(days=45)
"""How far holidays are looked up: the next opening lies nearer than that."""


class Reason(StrEnum):
    """Why somebody is out of hours."""

    HOLIDAY = "HOLIDAY"
    WEEKEND = "WEEKEND"
    NIGHT = "NIGHT"
    EARLY = "EARLY"
    LATE = "LATE"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works and when: an IANA zone, the market's week, its holidays.

    `preferred` are hours the contact asked for; they replace the working hours, and on every day if the
    contact wants to be reached in private time (002-25).
    """

    zone: str
    week: tuple[tuple[Hours, ...], ...] = UNKNOWN_MARKET.week
    holidays: tuple[Holiday, ...] = ()
    preferred: PreferredWindow | None = None
    name: str = ""

    def calendar(self) -> WorkCalendar:
        """When one can be reached at this place: what the rules reckon with as well."""
        zone = ZoneInfo(self.zone)
        market = WorkCalendar(zone, week=self.week, holidays=closed_days(self.holidays))
        return reachable(zone, market, self.preferred)


def week_of(country: Country) -> tuple[tuple[Hours, ...], ...]:
    """The working week of a country."""
    hours = daily(_minutes(country.work_start), _minutes(country.work_end))
    return weekly(set(range(7)) - set(country.weekend_days), hours)


def preferred_window(contact: Contact) -> PreferredWindow | None:
    """When a contact likes to be reached; None without both ends."""
    start, end = contact.preferred_from, contact.preferred_to
    if start is None or end is None:
        return None
    is_private = contact.preferred_time == Contact.PreferredTime.PRIVATE
    return PreferredWindow(_minutes(start), _minutes(end), is_private)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The time at a place at one `moment`; `now` is that moment on the clocks there.

    `opens_at` and `can_call_until` are moments (aware, UTC).
    """

    place: Place
    moment: datetime
    now: datetime
    state: LocalState
    reason: Reason | None = None
    holiday: Holiday | None = None
    opens_at: datetime | None = None
    can_call_until: datetime | None = None

    @property
    def text(self) -> str:
        """The time there, e.g. 09:30."""
        return f"{self.now:%H:%M}"

    @property
    def day(self) -> date:
        """The day it is there."""
        return self.now.date()

    @property
    def dot(self) -> str:
        """The state as the component `clock` names it: open, soon or closed."""
        return {LocalState.IN_HOURS: "open", LocalState.SOON: "soon", LocalState.OUT: "closed"}[self.state]

    @property
    def sentence(self) -> str:
        """Whether one may call, and why not, in the reader's language."""
        if self.state is LocalState.IN_HOURS:
            return _("In working hours")
        if self.reason is Reason.HOLIDAY and self.holiday is not None:
            return _("Holiday: %(name)s") % {"name": self.holiday.name}
        if self.place.preferred and self.reason in (Reason.EARLY, Reason.LATE):
            return _("Outside the preferred hours")
        return {
            Reason.WEEKEND: _("Weekend"),
            Reason.NIGHT: _("Night"),
            Reason.EARLY: _("Before working hours"),
            Reason.LATE: _("After working hours"),
        }.get(self.reason or Reason.LATE, "")

    @property
    def opens_in(self) -> str:
        """How long until work begins there, e.g. "in 3 hours"; empty in working hours."""
        if self.opens_at is None or self.state is LocalState.IN_HOURS:
            return ""
        minutes = -int(-(self.opens_at - self.moment).total_seconds() // 60)
        if minutes < 60:
            return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
        hours = round(minutes / 60)
        if hours < 48:
            return ngettext("in %(n)d hour", "in %(n)d hours", hours) % {"n": hours}
        days = round(minutes / MINUTES_A_DAY)
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def at(place: Place, moment: datetime) -> LocalTime:
    """The time at a place, whether it is in hours there, why not, when it opens, until when one may call."""
    calendar = place.calendar()
    local = moment.astimezone(calendar.zone)
    state = calendar.local_state(moment)
    if state is LocalState.IN_HOURS:
        until = _closing(calendar, moment)
        return LocalTime(place, moment, local, state, can_call_until=until)
    opens = calendar.next_opening(moment)
    reason, holiday = _why_out(place, calendar, local)
    return LocalTime(place, moment, local, state, reason, holiday, opens_at=opens)


def _closing(calendar: WorkCalendar, moment: datetime) -> datetime:
    """The end of the stretch of work that goes on, also when it runs on over midnight."""
    until = moment.astimezone(UTC)
    for _step in range(14):
        day = calendar.local_date(until)
        end = next((e for s, e in calendar.openings(day) if s <= until < e), None)
        if end is None:
            break
        until = end.astimezone(UTC)
    return until


def _why_out(place: Place, calendar: WorkCalendar, local: datetime) -> tuple[Reason, Holiday | None]:
    day, clock = local.date(), local.time()
    hours = calendar.hours_of(day)
    if not hours:
        holiday = next((h for h in place.holidays if h.is_closed and h.covers(day)), None)
        return (Reason.HOLIDAY, holiday) if holiday else (Reason.WEEKEND, None)
    if clock >= NIGHT_FROM or clock < NIGHT_TO:
        return Reason.NIGHT, None
    minutes = clock.hour * 60 + clock.minute
    return (Reason.LATE if minutes >= hours[-1].end else Reason.EARLY), None


def zone_of_customer(customer: Customer, country: Country | None) -> str:
    """The customer's own zone, else that of its city or country; empty when nothing is known."""
    if known(customer.timezone):
        return customer.timezone
    return zone_for(country.code, customer.city, country.timezones) if country else ""


def zone_of_contact(contact: Contact, customer: Customer, countries_by_code: Mapping[str, Country]) -> str:
    """The contact's own zone, else that of the contact's city or country, else the customer's."""
    if known(contact.timezone):
        return contact.timezone
    code = contact.country_id or customer.country_id
    country = countries_by_code.get(code or "")
    elsewhere = contact.country_id and contact.country_id != customer.country_id
    if country is not None and (contact.city or elsewhere):
        return zone_for(country.code, contact.city, country.timezones)
    return zone_of_customer(customer, countries_by_code.get(customer.country_id or ""))


def known(zone: str) -> bool:
    """Whether that is the name of a time zone."""
    if not zone:
        return False
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def place_of(
    zone: str,
    country: Country | None,
    holidays: Iterable[Holiday] = (),
    preferred: PreferredWindow | None = None,
) -> Place | None:
    """A place from what is known; None without a zone."""
    if not zone:
        return None
    if country is None:
        return Place(zone, preferred=preferred)
    return Place(zone, week_of(country), tuple(holidays), preferred, str(country))


def of_countries(rows: Sequence[Country], moment: datetime) -> dict[str, LocalTime]:
    """The time in the first zone of each country; one query."""
    holidays = _holidays({row.code for row in rows}, moment)
    places = {row.code: place_of((row.timezones or [""])[0], row, holidays.get(row.code, ())) for row in rows}
    return {code: at(place, moment) for code, place in places.items() if place is not None}


class Around:
    """The countries of a page, and their holidays around a moment, in two queries for everybody on it."""

    def __init__(self, codes: Iterable[str | None], moment: datetime) -> None:
        self.moment = moment
        self.countries = countries.countries_of({code for code in codes if code})
        self._day = moment.astimezone(UTC).date()
        self._corrections = countries.corrections_around(self.countries, self._day)
        self.holidays = countries.corrected(self.countries, *_days_around(self._day), self._corrections)
        self._known: dict[tuple[str, str, PreferredWindow | None], LocalTime | None] = {}

    def warning(self, code: str, today: date) -> Holiday | None:
        """The holiday to warn of today in a country of the page, if there is one (002-36)."""
        return countries.warning_of(code, today, self._corrections)

    def of_customer(self, row: Customer) -> LocalTime | None:
        """The time at a customer; None when its place is unknown."""
        code = row.country_id or ""
        return self._time(zone_of_customer(row, self.countries.get(code)), code, None)

    def of_contact(self, row: Contact) -> LocalTime | None:
        """The time at a contact, whose `customer` is loaded."""
        code = row.country_id or row.customer.country_id or ""
        return self._time(zone_of_contact(row, row.customer, self.countries), code, preferred_window(row))

    def _time(self, zone: str, code: str, preferred: PreferredWindow | None) -> LocalTime | None:
        """The time at a place, reckoned once for everybody who can be reached there at the same hours."""
        key = (zone, code, preferred)
        if key not in self._known:
            place = place_of(zone, self.countries.get(code), self.holidays.get(code, ()), preferred)
            self._known[key] = at(place, self.moment) if place is not None else None
        return self._known[key]


def of_customers(rows: Sequence[Customer], moment: datetime) -> dict[int, LocalTime]:
    """The time at each of these customers, by id; those of unknown place are left out. Two queries."""
    around = Around({row.country_id for row in rows}, moment)
    times = ((row.pk, around.of_customer(row)) for row in rows)
    return {pk: time for pk, time in times if time is not None}


def of_contacts(rows: Sequence[Contact], moment: datetime) -> dict[int, LocalTime]:
    """The time at each of these contacts, by id, in two queries; needs their `customer` loaded."""
    around = Around({code for row in rows for code in (row.country_id, row.customer.country_id)}, moment)
    times = ((row.pk, around.of_contact(row)) for row in rows)
    return {pk: time for pk, time in times if time is not None}


def _holidays(codes: Iterable[str], moment: datetime) -> dict[str, list[Holiday]]:
    """Holidays around a moment."""
    return countries.holidays_of(set(codes), *_days_around(moment.astimezone(UTC).date()))


def _days_around(day: date) -> tuple[date, date]:
    """A day more on both sides, as it may be another day there."""
    return day - timedelta(days=1), day + AHEAD


@lru_cache(maxsize=2)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def zone_city(zone: str) -> str:
    """The city that a time zone is named after, in the reader's language."""
    return _city(zone, "zh_Hans" if (get_language() or "").startswith("zh") else "en")


@lru_cache(maxsize=1000)
def _city(zone: str, language: str) -> str:
    locale = _locale(language)
    known = locale.time_zones
    alias = next(
        (old for old, new in get_global("zone_aliases").items() if new == zone and old in known), zone
    )
    city = (known.get(zone) or known.get(alias) or {}).get("city")
    return str(city or zone.rpartition("/")[2].replace("_", " "))
