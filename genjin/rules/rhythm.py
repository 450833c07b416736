"""The longest gap between two follow-ups: by purchase class, or the customer's own (001-32 to 001-36)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Change, Duty, EndCadenceOverride, Reason, Rule, WorkClass, because
from genjin.rules.facts import CadenceOverride, Channel
from genjin.rules.worktime import ONE_DAY, Direction

REQUIREMENTS = {"A": "001-33", "B": "001-34", "C": "001-35"}


def rhythm(case: Case) -> Iterator[Duty]:
    """A customer is followed up within the gap of his purchase class; who never bought has no rhythm.

    Due is the last working day within the gap. One node is open at a time; a dismissed node is followed by
    the next, so that dismissing skips one follow-up and not the customer.
    """
    facts = case.facts
    owner_id = facts.owner_id
    override = _override_in_force(case)
    if owner_id is None or not facts.is_worked:
        return
    if override is None and facts.value_class is None:
        return
    days, requirement = _gap(case, override)
    began = facts.last_follow_up_at or facts.owned_since or facts.created_at
    key, anchor, _ = case.open_node("rhythm", began)
    anchor_on = case.setting.calendar(owner_id).local_date(anchor)
    yield case.owe(
        Plan(
            key=key,
            owner_id=owner_id,
            due=_not_before_own(case, anchor_on + timedelta(days=days)),
            direction=Direction.EARLIER,
            after=_last_day_before(case, anchor_on),
            day_one=partial(_spread, days=days),
            channel=usual_channel(case),
        ),
        rule=Rule.RHYTHM,
        work_class=WorkClass.CADENCE,
        reason=_reason(case, override, days),
        requirement=requirement,
        is_proactive=True,
    )


def end_of_override(case: Case) -> Iterator[Change]:
    """After its last day the customer's own rhythm is taken off the record, for people to see."""
    override = case.facts.cadence_override
    if override is not None and override.until_on is not None and _override_in_force(case) is None:
        yield EndCadenceOverride(case.facts.customer_id, override.until_on)


def _override_in_force(case: Case) -> CadenceOverride | None:
    override = case.facts.cadence_override
    if override is None or override.until_on is None:
        return override
    ends = case.setting.company.start_of_day(override.until_on + ONE_DAY)
    return None if case.clock.has_reached(ends) else override


def _gap(case: Case, override: CadenceOverride | None) -> tuple[int, str]:
    """The longest gap in days, and the requirement that asks for it."""
    if override is not None:
        return override.max_gap_days, "001-36"
    value_class = str(case.facts.value_class)
    return case.setting.policy.number(f"cadence.{value_class}"), REQUIREMENTS[value_class]


def _not_before_own(case: Case, due: date) -> date:
    """What was late before it was handed over is due on the day of the hand-over, not before."""
    owned_since: datetime | None = case.facts.owned_since
    return due if owned_since is None else max(due, case.owner_calendar.local_date(owned_since))


def _last_day_before(case: Case, anchor_on: date) -> date:
    """The day that moving earlier must not reach: the follow-up itself, or the day before the hand-over."""
    owned_since = case.facts.owned_since
    if owned_since is None:
        return anchor_on
    return max(anchor_on, case.owner_calendar.local_date(owned_since) - ONE_DAY)


def _spread(case: Case, go_live_on: date, days: int) -> date:
    """Customers late at go-live are spread over one gap after it, the most important first."""
    return go_live_on + timedelta(days=case.facts.triage_rank % days)


def usual_channel(case: Case) -> Channel:
    """A mail if there is an address, else a call if there is a number."""
    if case.has_email:
        return Channel.EMAIL
    return Channel.AUDIO_CALL if case.has_phone else Channel.OTHER


def _reason(case: Case, override: CadenceOverride | None, days: int) -> Reason:
    last = case.facts.last_follow_up_at
    last_on = case.owner_calendar.local_date(last) if last else None
    if override is not None:
        return because(
            "RHYTHM_OF_CUSTOMER", days=days, until=override.until_on, why=override.reason, last_on=last_on
        )
    return because("RHYTHM_OF_CLASS", value_class=str(case.facts.value_class), days=days, last_on=last_on)
