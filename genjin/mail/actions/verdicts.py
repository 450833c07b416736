"""Correcting by hand what a message was taken for, with everything that follows from it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail.actions import filing, threads, tracking
from genjin.mail.models import Message
from genjin.people.models import User

Verdict = Message.Verdict
CHOICES = (Verdict.HUMAN, Verdict.AUTO_REPLY, Verdict.BOUNCE, Verdict.BULK, Verdict.CALENDAR)


@transaction.atomic
def correct_verdict(*, message_id: int, verdict: str, by: User, at: datetime) -> Message:
    """Say what a message is; whether it counts as contact, as an answer and for tracking is decided anew.

    Raises `Refused` for a message the person does not see and for a verdict that there is not.
    """
    rows = Message.objects.visible_to(by).select_for_update(of=("self",))
    message = rows.filter(pk=message_id).first()
    if message is None:
        raise Refused(_("There is no such mail."))
    if verdict not in CHOICES:
        raise Refused({"verdict": _("Choose what it is.")})
    if verdict == message.verdict:
        return message
    before, message.verdict, message.verdict_by = message.verdict, verdict, by
    message.save(update_fields=["verdict", "verdict_by"])
    journal.record(
        by=by, at=at,
        written=[
            Written(
                "correct", "mail.message", message.pk, title=message.subject, personal_title=True,
                changes={"verdict": (before, verdict)},
            )
        ],
    )  # fmt: skip
    threads.refresh(ids=[message.thread_id])
    filing.recount(message=message, at=at)
    tracking.verdict_changed(message_id=message.pk, at=at)
    return message
