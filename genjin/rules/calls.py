"""After a call that somebody answered a mail follows at once, lest the customer forgets it (000-29)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel

LAPSES_AFTER = timedelta(days=14)
"""A mail that recalls a call is pointless after that; what comes next is owed by other rules."""


def recap(case: Case) -> Iterator[Duty]:
    """Whoever called writes what was said within two hours after logging the call.

    Any later follow-up makes it needless; without an address it cannot be done. The pause does not hold it:
    it belongs to a talk that took place.
    """
    call = case.facts.last_call
    if call is None or not case.facts.has_owner or not case.has_email:
        return
    owner_id = case.facts.owner_id if call.by_id is None else call.by_id
    key = f"recap:interaction-{call.id}"
    if owner_id is None or case.is_closed(key) or case.clock.has_reached(call.at + LAPSES_AFTER):
        return
    calendar = case.setting.calendar(owner_id)
    go_live_on = case.setting.go_live_on
    if go_live_on is not None and call.logged_at < calendar.start_of_day(go_live_on):
        return
    hours = case.setting.policy.number("call_recap_hours")
    yield case.owe(
        Plan(
            key=key,
            owner_id=owner_id,
            due=call.logged_at + timedelta(hours=hours),
            obeys_pause=False,
            channel=Channel.EMAIL,
            contact_id=call.contact_id,
            is_deadline=True,
        ),
        rule=Rule.RECAP,
        work_class=WorkClass.ANSWER,
        reason=because(
            "RECAP_OWED", contact_id=call.contact_id, called_on=calendar.local_date(call.at), hours=hours
        ),
        requirement="000-29",
    )
