"""What was done towards a customer as evidence that steps of a chain are done (C-04, domain A.8).

| step      | done by                            |
|-----------|------------------------------------|
| mail      | a mail that a person sent          |
| call      | a call that was answered, or video |
| meeting   | a meeting or visit, or video       |
| visit     | a visit                            |
| chat      | a chat                             |
| any other | nothing; somebody says so          |

It counts from a few days before the step is due. What was done in one way on one day is one step of a chain,
but of as many chains as it fits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from genjin.rules.facts import Attempt, Channel
from genjin.rules.worktime import WorkCalendar

CALLS = frozenset({Channel.AUDIO_CALL, Channel.VIDEO_CALL})
COUNTS: dict[Channel, frozenset[Channel]] = {
    Channel.EMAIL: frozenset({Channel.EMAIL}),
    Channel.AUDIO_CALL: CALLS,
    Channel.VIDEO_CALL: CALLS,
    Channel.MEETING: frozenset({Channel.MEETING, Channel.VISIT, Channel.VIDEO_CALL}),
    Channel.VISIT: frozenset({Channel.VISIT}),
    Channel.CHAT: frozenset({Channel.CHAT}),
    Channel.OTHER: frozenset(),
}


class Evidence:
    """What was done, to be used up by the steps of one chain in their order."""

    def __init__(self, done: Iterable[Attempt], calendar: WorkCalendar) -> None:
        rows = sorted((one for one in done if one.reached), key=lambda one: (one.at, one.channel))
        self._rows = [(calendar.local_date(one.at), one.channel, one.at) for one in rows]
        self._used: set[tuple[date, Channel]] = set()

    def take(self, channel: Channel, *, after: datetime, on: date) -> datetime | None:
        """When a step that is done in that way was done, after a moment and not before a day."""
        for day, how, at in self._rows:
            if how in COUNTS[channel] and at > after and day >= on and (day, how) not in self._used:
                self._used.add((day, how))
                return at
        return None
