"""What rules need beside the customer: policy, calendars, colleagues, markets and the go-live date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from genjin.rules.facts import ContactFact, PreferredWindow
from genjin.rules.policy import Policy
from genjin.rules.worktime import WorkCalendar, daily, weekly


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

    def works_on(self, day: date) -> bool:
        """Whether it is a working day of his on which he is not away."""
        is_away = any(absence.from_on <= day <= absence.to_on for absence in self.absences)
        return self.calendar.is_workday(day) and not is_away


@dataclass(frozen=True, slots=True)
class DutyTurn:
    """Who answers customers outside of working hours, from one moment to another."""

    user_id: int
    begins: datetime
    ends: datetime


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

    duty_roster: tuple[DutyTurn, ...] = ()

    def on_duty(self, moment: datetime) -> int | None:
        """Who answers customers at that moment outside of working hours; None where nobody is named."""
        turns = (turn for turn in self.duty_roster if turn.begins <= moment < turn.ends)
        return min((turn.user_id for turn in turns), default=None)

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
        return reachable(zone, market or UNKNOWN_MARKET, contact.preferred)


UNKNOWN_MARKET = WorkCalendar(ZoneInfo("UTC"), week=weekly(range(5), daily(9 * 60, 18 * 60)))
"""What counts where a contact's country is not known; the zone is replaced by that of the contact."""


def reachable(zone: ZoneInfo, market: WorkCalendar, preferred: PreferredWindow | None) -> WorkCalendar:
    """When somebody in that zone can be reached: on the market's days, in the window that he prefers."""
    if preferred is None:
        return replace(market, zone=zone)
    window = daily(preferred.start, preferred.end)
    if preferred.is_private:
        return WorkCalendar(zone, week=(window,) * 7)
    return replace(market, zone=zone, week=tuple(window if hours else () for hours in market.week))
