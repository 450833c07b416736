"""The three dates of a letter of credit, and until when its documents must be presented (B-18, UCP 600).

- Latest shipment (44C): no bank holiday moves it (article 29 c).
- Presentation (48): so many calendar days after shipment, 21 when nothing is said, never after expiry (14 c).
- Expiry (31D), and the last day of presentation: on a day on which the bank is closed they move to the next
  on which it is open (29 a). Shipment counts from the date of the B/L.
"""

from __future__ import annotations

from datetime import date, timedelta

from genjin.rules.worktime import WorkCalendar

USUAL_DAYS = 21


def last_expiry(expiry: date, bank: WorkCalendar) -> date:
    """The last day on which the bank takes documents at all."""
    return bank.next_workday(expiry) or expiry


def last_presentation(
    shipped_on: date | None, expiry: date, bank: WorkCalendar, presentation_days: int | None = USUAL_DAYS
) -> date:
    """The last day on which the documents may be presented; before shipment that is the last of the L/C."""
    latest = last_expiry(expiry, bank)
    if shipped_on is None:
        return latest
    days = USUAL_DAYS if presentation_days is None else presentation_days
    period_ends = shipped_on + timedelta(days=days)
    return min(bank.next_workday(period_ends) or period_ends, latest)


def is_shipped_late(shipped_on: date, latest_shipment: date | None) -> bool:
    """Whether the goods left after the day the L/C allows: a discrepancy."""
    return latest_shipment is not None and shipped_on > latest_shipment
