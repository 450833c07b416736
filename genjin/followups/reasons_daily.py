"""Why a customer was picked for the 2 + 2, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers.models.dimension import FollowGrade
from genjin.rules.facts import Half


def picked_today(params: Mapping[str, Any], names: object) -> str:
    """Which half, the grade that put the customer first, and since when nobody followed up."""
    half = _("2 + 2, customer with orders") if params["half"] == Half.CLOSED else _("2 + 2, prospect")
    grade = params["grade"]
    graded = (
        _("follow-up grade %(grade)s") % {"grade": FollowGrade(grade).label}
        if grade
        else _("no follow-up grade")
    )
    days = params["days"]
    if days is None:
        last = _("never followed up yet")
    else:
        last = ngettext("last follow-up %(n)d day ago", "last follow-up %(n)d days ago", days) % {"n": days}
    return f"{half} · {graded} · {last}"
