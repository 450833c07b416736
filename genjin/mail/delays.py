"""Why a mail waits: the codes that the outbox keeps, and what people are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.mail import problems
from genjin.mail.sentences import told

UNDO = "UNDO"
SCHEDULED = "SCHEDULED"
LOCAL_TIME = "LOCAL_TIME"
HELD = "HELD"
ACCOUNT_PAUSED = "ACCOUNT_PAUSED"
ACCOUNT_HOUR = "ACCOUNT_HOUR"
ACCOUNT_DAY = "ACCOUNT_DAY"
DOMAIN_HOUR = "DOMAIN_HOUR"
PAUSE = "PAUSE"
THROTTLED = "THROTTLED"
CONNECTION = "CONNECTION"
TEMPORARY = "TEMPORARY"
SOME_TEMPORARY = "SOME_TEMPORARY"
ANSWERED = "ANSWERED"
OTHER_OWNER = "OTHER_OWNER"
AUTHOR_LEFT = "AUTHOR_LEFT"
RESTORED = "RESTORED"

SENTENCES: Mapping[str, Any] = {
    UNDO: _("It leaves in a moment; until then it can be taken back."),
    SCHEDULED: _("To be sent at the time that was chosen."),
    LOCAL_TIME: _("To be sent when working hours begin where the recipient is."),
    HELD: _("This instance is held: nothing is sent until an administrator releases it."),
    ACCOUNT_PAUSED: _("This mailbox is paused or no longer used."),
    ACCOUNT_HOUR: _("%(limit)s mails an hour are the limit of this mailbox."),
    ACCOUNT_DAY: _("%(limit)s mails in 24 hours are the limit of this mailbox."),
    DOMAIN_HOUR: _("%(limit)s recipients an hour at %(domain)s are the limit."),
    PAUSE: _("This mailbox rests %(limit)s seconds after each mail."),
    THROTTLED: _("The mail server asks to be left alone for a while: %(answer)s"),
    CONNECTION: _("The mail server could not be used. %(problem)s"),
    TEMPORARY: _("The mail server refused it for now: %(answer)s"),
    SOME_TEMPORARY: _("Some recipients were refused for now: %(answer)s"),
    ANSWERED: _("The recipient has written meanwhile. Read it, then send this or take it back."),
    OTHER_OWNER: _("The customer has another owner meanwhile. Send it all the same, or take it back."),
    AUTHOR_LEFT: _("Its author does not work here any more. A colleague with this mailbox may send it."),
    RESTORED: _(
        "A backup was restored, and the Sent folder could not be asked whether this mail left since. "
        "%(problem)s Look there, then send it or take it back."
    ),
}
ASKS = frozenset((ANSWERED, OTHER_OWNER, AUTHOR_LEFT, RESTORED))
"""Delays that no waiting ends: somebody must decide."""
BY_CHOICE = frozenset((UNDO, SCHEDULED, LOCAL_TIME))
"""Delays that the writer wanted."""


def sentence(code: str, details: Mapping[str, Any] | None = None) -> str:
    """Why it waits, in the language in use; "" without a reason."""
    known = dict(details or {})
    if code in (CONNECTION, RESTORED):
        known["problem"] = problems.sentence(str(known.get("problem", "")), known.get("about"))
    return told(SENTENCES, code, known)
