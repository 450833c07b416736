"""What is being written and sent: drafts, the outbox, results by recipient, send-tracking, suppression."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.files.models import StoredFile
from genjin.mail.models.account import MailAccount
from genjin.mail.models.message import MailThread, Message
from genjin.mail.models.template import TemplateVersion
from genjin.people.models import User


class Outgoings(models.QuerySet["OutgoingMail"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Outgoings:
        """Own drafts, and what is on its way from accounts from which the person may send."""
        sent = Q(account__in=MailAccount.objects.answered_by(user)) & ~Q(state=OutgoingMail.State.DRAFT)
        return self.filter(Q(author=user) | sent)


class OutgoingMail(models.Model):
    """A mail from its first letter to its last recipient.

    `message_id` is fixed with the first draft. Claimed (SENDING) before the SMTP dialogue; what ends between
    the final dot and the record stays UNCERTAIN until its author decides: a mail is sent at most once.
    """

    class Kind(models.TextChoices):
        NEW = "NEW", pgettext_lazy("mail", "New")
        REPLY = "REPLY", _("Reply")
        FORWARD = "FORWARD", _("Forward")
        AUTOMATIC = "AUTOMATIC", _("Automatic acknowledgement")

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("mail", "Draft")
        WAITING = "WAITING", pgettext_lazy("mail", "Waiting to be sent")
        SENDING = "SENDING", pgettext_lazy("mail", "Being sent")
        SENT = "SENT", pgettext_lazy("mail", "Sent")
        PARTLY = "PARTLY", _("Sent to some")
        FAILED = "FAILED", _("Not sent")
        UNCERTAIN = "UNCERTAIN", _("Perhaps sent")
        CANCELLED = "CANCELLED", pgettext_lazy("mail", "Cancelled")

    account = models.ForeignKey(MailAccount, null=True, on_delete=models.PROTECT, related_name="outgoing")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.NEW)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    message_id = models.CharField(max_length=300, unique=True, help_text="Without angle brackets.")
    answers = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(MailThread, null=True, on_delete=models.PROTECT, related_name="outgoing")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")
    template = models.ForeignKey(TemplateVersion, null=True, on_delete=models.PROTECT, related_name="+")

    to = models.JSONField(default=list, help_text="[[name, address], …]")
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    subject = models.CharField(_("Subject"), max_length=500, blank=True)
    html = models.TextField(blank=True, help_text="Sanitised; empty for plain text.")
    text = models.TextField(blank=True)
    is_plain = models.BooleanField(_("Plain text"), default=False)
    language = models.CharField(max_length=8, blank=True)
    about = models.CharField(
        max_length=80, blank=True, help_text="The key of the duty that it does, such as `aftersales:…`."
    )
    track_days = models.PositiveSmallIntegerField(
        null=True, help_text="1 to 3: enter tracking; None: do not (000-11)."
    )

    wants_open_hint = models.BooleanField(
        default=False, help_text="Whether the writer asks for a hint that it was opened."
    )
    open_token = models.CharField(
        max_length=32, null=True, unique=True, help_text="In the address of its pixel; None without one."
    )

    queued_at = models.DateTimeField(null=True, help_text="When somebody last said that it shall go.")
    queued_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who owned the customer then; another owner holds a mail that was sent later.",
    )  # fmt: skip
    send_at = models.DateTimeField(null=True, help_text="Not before; the end of undo, or the hour chosen.")
    try_at = models.DateTimeField(null=True, help_text="When the worker looks at it next.")
    delay = models.CharField(
        max_length=40, blank=True, help_text="Code of why it waits (`genjin.mail.delays`)."
    )
    delay_details = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True, help_text="Job and attempt, `id:attempt`.")
    claimed_at = models.DateTimeField(null=True)
    reached = models.CharField(
        max_length=12,
        blank=True,
        help_text="How far the dialogue came: CONNECTED, RECIPIENTS, DATA, DOT, ACCEPTED.",
    )
    answer = models.CharField(max_length=500, blank=True, help_text="The server's last words.")
    raw = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    is_copied = models.BooleanField(default=False, help_text="Whether the Sent folder has it.")
    sent_as = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="outgoing")
    matched_at = models.DateTimeField(
        null=True, help_text="When a restored instance looked for it in the Sent folder."
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Outgoings.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="SENDING"), name="one_dialogue_per_account"
            )
        ]
        indexes = [
            models.Index(fields=["try_at"], condition=Q(state="WAITING"), name="outbox"),
            models.Index(fields=["author", "-changed_at"], name="mails_by_author"),
            models.Index(fields=["account", "-sent_at"], name="sent_by_account"),
            models.Index(fields=["thread"], name="outgoing_of_thread"),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id


class OutgoingRecipient(models.Model):
    """What became of one recipient; written when the mail leaves the drafts."""

    class State(models.TextChoices):
        WAITING = "WAITING", pgettext_lazy("recipient", "Waiting")
        ACCEPTED = "ACCEPTED", pgettext_lazy("recipient", "Accepted")
        TEMPORARY = "TEMPORARY", pgettext_lazy("recipient", "Refused for now")
        REFUSED = "REFUSED", pgettext_lazy("recipient", "Refused")
        SUPPRESSED = "SUPPRESSED", pgettext_lazy("recipient", "Must not be mailed")
        UNCERTAIN = "UNCERTAIN", pgettext_lazy("recipient", "Unknown")

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="recipients")
    role = models.CharField(max_length=3, choices=[("TO", "To"), ("CC", "Cc"), ("BCC", "Bcc")])
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=254, help_text="Lower case.")
    domain = models.CharField(max_length=253)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    code = models.PositiveSmallIntegerField(null=True, help_text="SMTP reply code.")
    answer = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["mail_id", "id"]
        constraints = [models.UniqueConstraint(fields=["mail", "address"], name="one_result_per_recipient")]
        indexes = [models.Index(fields=["domain", "-at"], name="recipients_by_domain")]

    def __str__(self) -> str:
        return self.address


class MailOpen(models.Model):
    """That the pixel of a mail was fetched, and by what kind of reader: a hint, never proof."""

    class Kind(models.TextChoices):
        PROGRAM = "PROGRAM", _("A mail program")
        PROXY = "PROXY", _("A provider's proxy")
        MACHINE = "MACHINE", _("A machine")

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="opens")
    at = models.DateTimeField()
    kind = models.CharField(max_length=7, choices=Kind)

    class Meta:
        ordering = ["mail_id", "at"]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.kind}"


class Tracking(models.Model):
    """That the newest sent mail of a conversation awaits an answer (发送追踪, 000-08 to 000-25)."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", pgettext_lazy("tracking", "Awaiting an answer")
        ANSWERED = "ANSWERED", pgettext_lazy("tracking", "Answered")
        BOUNCED = "BOUNCED", pgettext_lazy("tracking", "Bounced")
        CANCELLED = "CANCELLED", pgettext_lazy("tracking", "Cancelled")
        COMPLETED = "COMPLETED", pgettext_lazy("tracking", "Completed")

    thread = models.ForeignKey(MailThread, on_delete=models.CASCADE, related_name="trackings")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="trackings")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="+", help_text="The newest one."
    )
    started_with = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(help_text="Calendar days after the newest mail (1 to 3).")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    paused_until = models.DateField(null=True, help_text="An automatic reply said so.")
    ended_with = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The answer or bounce."
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(state="ACTIVE"), name="one_active_tracking_per_thread"
            )
        ]
        indexes = [
            models.Index(fields=["customer"], condition=Q(state="ACTIVE"), name="active_trackings"),
            models.Index(fields=["owner"], condition=Q(state="ACTIVE"), name="trackings_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.thread_id}"


class Suppression(models.Model):
    """An address or a domain to which nothing may go, or no group mail (退订)."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "UNSUBSCRIBED", _("Unsubscribed")
        COMPLAINT = "COMPLAINT", _("Complained about mail")
        BOUNCED = "BOUNCED", _("Address does not exist")
        HAND = "HAND", _("Entered by hand")

    class Scope(models.TextChoices):
        GROUP = "GROUP", _("Group mail")
        ALL = "ALL", _("All mail")

    address = models.CharField(
        _("Address or domain"), max_length=254, help_text="Lower case; @domain for all."
    )
    scope = models.CharField(_("Concerns"), max_length=5, choices=Scope, default=Scope.GROUP)
    reason = models.CharField(_("Reason"), max_length=12, choices=Reason)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "scope"], condition=Q(lifted_at__isnull=True), name="suppressed_once"
            )
        ]

    def __str__(self) -> str:
        return self.address
