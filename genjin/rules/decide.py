"""All rules together: what is owed to one customer now and later, what the clock changes, who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from genjin.rules.aftersales import after_shipments
from genjin.rules.answers import answers
from genjin.rules.calls import recap
from genjin.rules.case import Case
from genjin.rules.daily import daily
from genjin.rules.declines import decline_notices, declines, reorders
from genjin.rules.delegation import settled_delegations
from genjin.rules.duties import Change, Decision, Duty, Notice
from genjin.rules.facts import CustomerFacts
from genjin.rules.gaps import contact_data, first_contact, first_contact_notices, no_next_step
from genjin.rules.next_steps import next_steps, overdue_notices
from genjin.rules.offers import offers
from genjin.rules.order_nodes import order_nodes
from genjin.rules.payments import letters_of_credit, payments
from genjin.rules.promises import promise_notices, promises
from genjin.rules.rhythm import end_of_override, rhythm
from genjin.rules.sequences import beginnings, ends_of_sequences, sequences
from genjin.rules.setting import Setting
from genjin.rules.tracking import end_of_tracking, tracking

RULES_VERSION = "8"
"""Raised whenever the same facts, setting and clock may give another answer: everybody is decided again."""

DUTIES: tuple[Callable[[Case], Iterable[Duty]], ...] = (
    next_steps,
    first_contact,
    no_next_step,
    rhythm,
    tracking,
    recap,
    contact_data,
    sequences,
    after_shipments,
    promises,
    daily,
    answers,
    payments,
    letters_of_credit,
    declines,
    reorders,
    order_nodes,
    offers,
)
CHANGES: tuple[Callable[[Case], Iterable[Change]], ...] = (
    end_of_override,
    end_of_tracking,
    beginnings,
    ends_of_sequences,
)
NOTICES: tuple[Callable[[Case, Sequence[Duty]], Iterable[Notice]], ...] = (
    overdue_notices,
    first_contact_notices,
    promise_notices,
    settled_delegations,
    decline_notices,
)


def decide(facts: CustomerFacts, setting: Setting, now: datetime) -> Decision:
    """What is owed to a customer, by whom, when and why; the same input gives the same answer.

    Duties lie ahead as well: who shows "today" takes those whose `due_on` has come.
    """
    case = Case(facts, setting, now)
    duties = sorted((duty for rule in DUTIES for duty in rule(case)), key=lambda duty: (duty.due, duty.key))
    # Of one rule in any fixed order; what begins by one rule may end by the next.
    changes = tuple(change for rule in CHANGES for change in sorted(rule(case), key=str))
    notices = sorted(
        (notice for rule in NOTICES for notice in rule(case, duties)), key=lambda notice: notice.key
    )
    return Decision(tuple(duties), changes, tuple(notices), case.clock.next_change)
