"""The record kinds of what leaves: mails on their way, trackings, the suppression list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.mail.models import OutgoingMail, Suppression, Tracking
from genjin.people import access
from genjin.people.models import User
from genjin.records.registry import RecordKind, register
from genjin.web.navigation import Entry, register_entry


def _trackings(user: User) -> QuerySet[Any]:
    return Tracking.objects.filter(owner__in=access.of(user).covers)


def _suppressions(user: User) -> QuerySet[Any]:
    return Suppression.objects.all()


def register_all() -> None:
    """Put the kinds on the register."""
    register(
        RecordKind(
            name="mail.outgoing", label=_("Outgoing mail"), plural=_("Outgoing mails"), model=OutgoingMail,
            visible_to=OutgoingMail.objects.visible_to, title=str, icon="mail",
            customer_of=lambda mail: mail.customer_id, personal=frozenset({"subject"}),
            field_labels={"send_at": _("Send at"), "state": _("State"), "attachments": _("Attachments")},
            value_labels=_state_of(OutgoingMail.State),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="mail.tracking", label=pgettext_lazy("mail", "Tracking"), plural=_("Trackings"),
            model=Tracking, visible_to=_trackings, title=lambda row: row.message.subject, icon="send",
            customer_of=lambda row: row.customer_id, personal=frozenset({"reason"}),
            field_labels={
                "state": _("State"), "days": _("Days"), "message_id": _("Newest mail"),
                "paused_until": _("Paused until"), "reason": _("Note"),
            },
            value_labels=_state_of(Tracking.State),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="mail.suppression", label=_("Suppressed address"), plural=_("Suppressed addresses"),
            model=Suppression, visible_to=_suppressions, title=str, icon="circle-x",
        )
    )  # fmt: skip


def register_entries() -> None:
    """Pages that the palette and the settings lead to."""
    register_entry(
        Entry(
            "outbox", _("Outbox"), "mail:outbox", "send", place="palette", order=310,
            keywords="outbox sending queue 发件箱 待发",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "tracking", _("Tracking list"), "mail:tracking", "history", place="palette", order=311,
            keywords="tracking unanswered 追踪 未回复",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "suppression", _("Suppression list"), "mail:suppression", "circle-x", right="manage_team",
            place="settings", order=640, keywords="unsubscribe suppression 退订 黑名单",
        )
    )  # fmt: skip


def _state_of(states: Any) -> Any:
    labels = dict(states.choices)
    return lambda name, value: str(labels.get(value, "")) if name == "state" else ""
