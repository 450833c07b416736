"""What the rules tell people, as kinds of notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.followups.actions import DELEGATED, GIVEN_BACK
from genjin.followups.chain_words import MANAGERS_NOTICES
from genjin.followups.reasons import NOTICES, names_for, render
from genjin.notifications.kinds import Kind, register
from genjin.rules.duties import NoticeKind


def kind_name(kind: NoticeKind) -> str:
    """The name under which a kind of the rules is told: `followups.overdue`."""
    return f"followups.{kind.lower()}"


def register_all() -> None:
    """Every kind of the rules; managers' kinds are asked of managers only."""
    for number, kind in enumerate(NoticeKind):
        managers = (NoticeKind.OVERDUE_MANAGER, NoticeKind.DECLINE_AGAIN, *MANAGERS_NOTICES)
        right = "manage_team" if kind in managers else ""
        register(
            Kind(
                kind_name(kind),
                NOTICES[kind],
                lambda params: _sentences([params])[0],
                sentences=_sentences,
                right=right,
                order=10 + number,
            )
        )
    _register_delegations()


def _register_delegations() -> None:
    register(
        Kind(
            DELEGATED,
            gettext_lazy("Handed to you"),
            lambda p: (
                _("%(who)s asks you to take this over: %(why)s") % {"who": p["by"], "why": p["why"]}
                if p["why"]
                else _("%(who)s asks you to take a task over") % {"who": p["by"]}
            ),
            order=30,
        )
    )
    register(
        Kind(
            GIVEN_BACK,
            gettext_lazy("Given back to you"),
            lambda p: _("%(who)s gave back what you had handed over") % {"who": p["by"]},
            order=31,
        )
    )


def _sentences(params: Sequence[Mapping[str, Any]]) -> list[str]:
    reasons = [one["reason"] for one in params]
    names = names_for(reasons)
    return [render(reason, names) for reason in reasons]
