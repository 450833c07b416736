"""What whoever drops customers is told before: how little was tried (000-06)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers.models import Customer
from genjin.policy.queries import effective_for
from genjin.rules.dropping import is_too_early
from genjin.rules.facts import FollowGrade


def warning_on(customers: Iterable[Customer]) -> str:
    """The warning on dropping these customers, by their owners' policies; empty when enough was tried.

    The statistic in it has no traceable study, so it is named as quoted (000-04).
    """
    asked = list(customers)
    policies = effective_for({one.owner_id for one in asked})
    early = [
        one.follow_up_count
        for one in asked
        if is_too_early(_grade_of(one), one.follow_up_count, policies[one.owner_id])
    ]
    if not early:
        return ""
    quoted = _("A quoted statistic says that most orders come after the fourth.")
    return f"{_said(early, len(asked))} {quoted}"


def _said(early: list[int], asked: int) -> str:
    if asked == 1:
        said = ngettext("Only %(count)d follow-up so far.", "Only %(count)d follow-ups so far.", early[0])
        return said % {"count": early[0]}
    said = ngettext(
        "%(n)d of these customers has had few follow-ups so far (%(fewest)d).",
        "%(n)d of these customers have had few follow-ups so far (one only %(fewest)d).",
        len(early),
    )
    return said % {"n": len(early), "fewest": min(early)}


def _grade_of(customer: Customer) -> FollowGrade | None:
    return FollowGrade(customer.follow_grade) if customer.follow_grade else None
