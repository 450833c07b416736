"""Mail accounts, who may use them, and their folders as the server has them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.people import access
from genjin.people.models import User


class Accounts(models.QuerySet["MailAccount"]):
    """Every read for a person starts at `visible_to`; nobody reads a mailbox by rank."""

    def alive(self) -> Accounts:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)

    def visible_to(self, user: User) -> Accounts:
        """Accounts whose mail the person may read: own ones, those of whom he deputises for, shared ones."""
        return self._allowing(user, "may_read")

    def answered_by(self, user: User) -> Accounts:
        """Accounts from which the person may send."""
        return self._allowing(user, "may_answer")

    def assigned_by(self, user: User) -> Accounts:
        """Shared accounts whose conversations the person may give to colleagues."""
        return self.alive().filter(is_shared=True, members__user=user, members__may_assign=True)

    def administered_by(self, user: User) -> Accounts:
        """Accounts whose setting the person may change: own ones; shared ones for administrators."""
        shared = Q(is_shared=True) if access.of(user).may("administer") else Q(pk__in=[])
        return self.alive().filter(Q(is_shared=False, owner=user) | shared)

    def _allowing(self, user: User, right: str) -> Accounts:
        own = Q(is_shared=False, owner__in=sorted(access.of(user).covers))
        shared = AccountMember.objects.filter(user=user, **{right: True}).values("account_id")
        return self.alive().filter(own | Q(is_shared=True, pk__in=shared))


class MailAccount(models.Model):
    """One mailbox and how it is reached (B-7); an own one has an owner, a shared one has members."""

    class Transport(models.TextChoices):
        IMAP = "IMAP", "IMAP + SMTP"
        MAILDIR = "MAILDIR", _("Folder of the demo")

    class Security(models.TextChoices):
        TLS = "TLS", "TLS"
        STARTTLS = "STARTTLS", "STARTTLS"
        NONE = "NONE", pgettext_lazy("encryption", "None")

    class Auth(models.TextChoices):
        PASSWORD = "PASSWORD", _("Password or app password")
        XOAUTH2 = "XOAUTH2", "OAuth 2"

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", pgettext_lazy("mail account", "Active")
        PAUSED = "PAUSED", pgettext_lazy("mail account", "Paused")
        BROKEN = "BROKEN", pgettext_lazy("mail account", "Does not work")

    name = models.CharField(_("Name"), max_length=80, help_text=_("What colleagues see."))
    address = models.CharField(_("Mail address"), max_length=254)
    sender_name = models.CharField(_("Sender name"), max_length=120, blank=True)
    aliases = models.JSONField(default=list, help_text="Further addresses whose mail lies here, lower case.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="mail_accounts"
    )
    is_shared = models.BooleanField(_("Shared mailbox"), default=False)
    provider = models.CharField(max_length=40, blank=True, help_text="Key in the table of known providers.")
    transport = models.CharField(max_length=8, choices=Transport, default=Transport.IMAP)
    maildir = models.CharField(max_length=300, blank=True)

    imap_host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_security = models.CharField(
        _("IMAP encryption"), max_length=8, choices=Security, default=Security.TLS
    )
    smtp_host = models.CharField(_("SMTP server"), max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=465)
    smtp_security = models.CharField(
        _("SMTP encryption"), max_length=8, choices=Security, default=Security.TLS
    )
    username = models.CharField(_("User name"), max_length=254, blank=True)
    auth = models.CharField(_("Sign-in"), max_length=8, choices=Auth, default=Auth.PASSWORD)
    secret = models.TextField(
        blank=True, help_text="Encrypted password or OAuth token (`genjin.mail.secrets`)."
    )

    is_public_only = models.BooleanField(
        default=False,
        help_text="Set up by somebody who is no administrator: servers of the own network are never reached.",
    )
    token_leased_until = models.DateTimeField(
        null=True, help_text="Real time: until then one process asks for a new OAuth token."
    )

    sync_from = models.DateField(_("Mails since"), null=True, blank=True)
    saves_sent = models.BooleanField(
        _("Copy sent mails into the Sent folder"),
        default=True,
        help_text=_("Off where the provider does it."),
    )
    hourly_limit = models.PositiveIntegerField(_("Mails an hour at most"), null=True, blank=True)
    daily_limit = models.PositiveIntegerField(_("Mails a day at most"), null=True, blank=True)

    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    problem = models.CharField(max_length=40, blank=True, help_text="Code of `genjin.mail.problems`.")
    problem_details = models.JSONField(default=dict)
    problem_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="Attempts to read in a row that failed.")
    try_again_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True, help_text="The process that reads it now.")
    leased_until = models.DateTimeField(null=True, help_text="Real time.")
    watch_owner = models.CharField(
        max_length=64, blank=True, help_text="The process that waits for news of the server (IDLE)."
    )
    watched_until = models.DateTimeField(null=True, help_text="Real time.")
    read_at = models.DateTimeField(null=True, help_text="When it was last read to the end.")
    is_first_sync_done = models.BooleanField(default=False)

    created_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Accounts.as_manager()

    class Meta:
        ordering = ["is_shared", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shared=True, owner__isnull=True) | Q(is_shared=False, owner__isnull=False),
                name="account_is_owned_or_shared",
            ),
            models.UniqueConstraint(
                fields=["address"], condition=Q(removed_at__isnull=True), name="one_account_per_address"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class AccountMember(models.Model):
    """What one person may do with a shared mailbox."""

    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    may_read = models.BooleanField(_("Read"), default=True)
    may_answer = models.BooleanField(_("Answer"), default=True)
    may_assign = models.BooleanField(_("Assign"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.account_id}"


class MailFolder(models.Model):
    """A folder of a mailbox and how far it was read (RFC 3501, 7162).

    `known_up_to`: all UIDs up to it were seen. `filled_down_to`: the first sync reads the newest first, so
    UIDs from here upwards are stored; 1 when it is complete, None before it began.
    """

    class Role(models.TextChoices):
        INBOX = "INBOX", _("Inbox")
        SENT = "SENT", pgettext_lazy("mail folder", "Sent")
        DRAFTS = "DRAFTS", pgettext_lazy("mail folder", "Drafts")
        ARCHIVE = "ARCHIVE", pgettext_lazy("mail folder", "Archive")
        JUNK = "JUNK", pgettext_lazy("mail folder", "Junk")
        TRASH = "TRASH", pgettext_lazy("mail folder", "Trash")
        OTHER = "OTHER", pgettext_lazy("mail folder", "Other")

    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="folders")
    path = models.CharField(max_length=500, help_text="As the server names it, decoded (RFC 3501, 5.1.3).")
    role = models.CharField(max_length=8, choices=Role, default=Role.OTHER)
    is_synced = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(null=True)
    known_up_to = models.BigIntegerField(default=0)
    filled_down_to = models.BigIntegerField(null=True)
    modseq = models.BigIntegerField(null=True, help_text="HIGHESTMODSEQ up to which flags are known.")
    on_server = models.PositiveIntegerField(default=0, help_text="Messages the server had when last asked.")
    unread = models.PositiveIntegerField(default=0)
    failed_uids = models.JSONField(
        default=list, help_text="UIDs that could not be fetched, with the code why."
    )
    read_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True, help_text="When the server did not have it any more.")

    class Meta:
        ordering = ["account_id", "id"]
        constraints = [models.UniqueConstraint(fields=["account", "path"], name="one_folder_per_path")]

    def __str__(self) -> str:
        return self.path

    @property
    def left(self) -> int:
        """About how many messages the first reading has still before it, by how far the numbers came."""
        if not self.filled_down_to or not self.known_up_to:
            return 0
        return self.on_server * min(self.filled_down_to - 1, self.known_up_to) // self.known_up_to
