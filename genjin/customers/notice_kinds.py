"""What people are told about whose customers are whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from genjin.notifications import kinds
from genjin.notifications.kinds import Kind, register
from genjin.people.models import bilingual


def _conflict(p: Mapping[str, Any]) -> str:
    """`who`, a name [Chinese, English], entered it; `typed`: the company name as typed."""
    return _("%(who)s entered “%(typed)s”, which resembles this customer of yours") % {
        "who": _name(p.get("who")) or _("Somebody"),
        "typed": p.get("typed", ""),
    }


def _name(both: Sequence[str] | None) -> str:
    return bilingual(*both) if both else ""


def _handed_over(p: Mapping[str, Any]) -> str:
    """`who` gave `count` customers of `from` to `to`, each a name [Chinese, English]; `mine`, `undone`."""
    values = {
        "who": _name(p.get("who")) or _("The system"),
        "from": _name(p.get("from")) or _("the public pool"),
        "to": _name(p.get("to")),
        "count": p.get("count", 1),
    }
    if p.get("undone"):
        sentence = ngettext(
            "%(who)s took a hand-over back: %(count)d customer is with %(from)s again",
            "%(who)s took a hand-over back: %(count)d customers are with %(from)s again",
            values["count"],
        )
    elif p.get("mine"):
        sentence = ngettext(
            "%(who)s gave %(count)d of your customers to %(to)s",
            "%(who)s gave %(count)d of your customers to %(to)s",
            values["count"],
        )
    else:
        sentence = ngettext(
            "%(who)s gave you %(count)d customer of %(from)s",
            "%(who)s gave you %(count)d customers of %(from)s",
            values["count"],
        )
    said = sentence % values
    return f"{said} · {p['why']}" if p.get("why") else said


def _merged(p: Mapping[str, Any]) -> str:
    """`who` [Chinese, English] merged `gone` into `kept`, or undid it (`undone`)."""
    values = {"who": _name(p.get("who")) or _("The system"), "gone": p["gone"], "kept": p["kept"]}
    if p.get("undone"):
        return _("%(who)s undid the merge of “%(gone)s” into “%(kept)s”") % values
    return _("%(who)s merged “%(gone)s” into “%(kept)s”") % values


def _proposed(p: Mapping[str, Any]) -> str:
    """`who` [Chinese, English] thinks that `gone` and `kept` are one; `why` says it in his words."""
    said = _("%(who)s proposes to merge “%(gone)s” into “%(kept)s”") % {
        "who": _name(p.get("who")), "gone": p["gone"], "kept": p["kept"],
    }  # fmt: skip
    return f"{said} · {p['why']}" if p.get("why") else said


def register_all() -> None:
    """The kinds about ownership."""
    register(
        Kind(kinds.OWNERSHIP_CONFLICT, gettext_lazy("Somebody entered your customer"), _conflict, order=30)
    )
    register(Kind(kinds.HANDED_OVER, gettext_lazy("Hand-over"), _handed_over, order=33))
    register(Kind(kinds.MERGED, gettext_lazy("Customers merged"), _merged, order=34))
    register(Kind(kinds.MERGE_PROPOSED, gettext_lazy("Merge proposed"), _proposed, order=35))
