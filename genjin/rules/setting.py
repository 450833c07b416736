"""What rules need beside the customer: policy, calendars, colleagues, markets and the go-live date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from genjin.rules.facts import ContactFact, PreferredWindow
from genjin.rules.policy import Policy
from genjin.rules.worktime import MINUTES_A_DAY, Hours, WorkCalendar


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is away, the last one included, and who stands in."""

    from_on: date
    to_on: date
    deputy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who owns customers: when he works, when he is away, whom he answers to."""

    user_id: int
    calendar: WorkCalendar
    manager_id: int | None = None
    absences: tuple[Absence, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """A snapshot of everything that is the same for many customers; loading it is the shell's work.

    `people` must hold the owners, the owners of next steps, and whoever stands in for them or manages
    them; for a person who is missing the company's calendar counts.
    """

    policy: Policy
    company: WorkCalendar
    go_live_on: date | None = None
    """What lies before this day gives facts, never overdue duties."""
    people: Mapping[int, Colleague] = field(default_factory=dict)
    markets: Mapping[str, WorkCalendar] = field(default_factory=dict)
    """Working week and holidays by ISO country; the zone is replaced by that of the contact."""

    def calendar(self, user_id: int) -> WorkCalendar:
        """When that person works."""
        colleague = self.people.get(user_id)
        return colleague.calendar if colleague else self.company

    def manager_of(self, user_id: int) -> int | None:
        """Whom that person answers to, if anybody."""
        colleague = self.people.get(user_id)
        return colleague.manager_id if colleague else None

    def contact_calendar(self, contact: ContactFact) -> WorkCalendar | None:
        """When a contact can be reached: his market's days, his preferred window; unknown without a zone."""
        if contact.timezone is None:
            return None
        zone = ZoneInfo(contact.timezone)
        market = self.markets.get(contact.country or "")
        calendar = WorkCalendar(zone) if market is None else replace(market, zone=zone)
        if contact.preferred is None:
            return calendar
        window = _hours_of(contact.preferred)
        return replace(calendar, week=tuple(window if hours else () for hours in calendar.week))


def _hours_of(window: PreferredWindow) -> tuple[Hours, ...]:
    if window.start < window.end:
        return (Hours(window.start, window.end),)
    evening = Hours(window.start, MINUTES_A_DAY)
    return (Hours(0, window.end), evening) if window.end else (evening,)
