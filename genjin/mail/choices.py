"""Words for what messages and their people are; apart from the tables, for a process without a database."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Verdict(TextChoices):
    """What a message is, as `rules.letters` judged it."""

    HUMAN = "HUMAN", _("Written by a person")
    AUTO_REPLY = "AUTO_REPLY", _("Automatic reply")
    BOUNCE = "BOUNCE", pgettext_lazy("mail", "Bounce")
    BULK = "BULK", _("Bulk mail")
    CALENDAR = "CALENDAR", _("Appointment")
    UNREADABLE = "UNREADABLE", _("Could not be read")


class Direction(TextChoices):
    """Whether it was written to us or by us."""

    IN = "IN", pgettext_lazy("mail", "Received")
    OUT = "OUT", pgettext_lazy("mail", "Sent")


class Role(TextChoices):
    """Where an address stands in the head of a message."""

    FROM = "FROM", pgettext_lazy("mail", "From")
    SENDER = "SENDER", pgettext_lazy("mail", "Sender")
    REPLY_TO = "REPLY_TO", _("Reply to")
    TO = "TO", pgettext_lazy("mail", "To")
    CC = "CC", pgettext_lazy("mail", "Cc")
    BCC = "BCC", pgettext_lazy("mail", "Bcc")
