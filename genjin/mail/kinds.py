"""The record kind of a message: what the journal tells of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.mail.models import Message
from genjin.records.registry import RecordKind, register


def register_all() -> None:
    """Put the kind on the register; it is found by a search of its own (`finding`)."""
    register(
        RecordKind(
            name="mail.message", label=pgettext_lazy("record", "Mail"), plural=_("Mails"), model=Message,
            visible_to=Message.objects.visible_to, title=str, icon="mail",
            url_name="mail:message", personal=frozenset({"subject"}),
            field_labels={
                "verdict": _("What it is"),
                "assigned_to_id": _("Looked after by"),
                "is_private": _("Private"),
            },
            value_labels=lambda name, value: (
                str(dict(Message.Verdict.choices).get(value, "")) if name == "verdict" else ""
            ),
        )
    )  # fmt: skip
