"""Setting up a mailbox: what was typed and found, until it becomes an account or is forgotten."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from genjin.mail.models.account import MailAccount
from genjin.people.models import User


class Setups(models.QuerySet["AccountSetup"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Setups:
        """Those that the person began; nobody looks at another one's."""
        return self.filter(user=user)


class AccountSetup(models.Model):
    """One attempt to set up a mailbox, or to change the servers or the password of one (`account`)."""

    class State(models.TextChoices):
        FINDING = "FINDING"
        UNKNOWN = "UNKNOWN"
        """Nothing was found: the servers are to be filled in by hand."""
        CONSENT = "CONSENT"
        """The provider wants to be asked by the person (OAuth 2)."""
        TESTING = "TESTING"
        FAILED = "FAILED"
        WORKS = "WORKS"
        USED = "USED"

    WAITING = (State.FINDING, State.TESTING)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(MailAccount, null=True, on_delete=models.CASCADE, related_name="setups")
    made = models.ForeignKey(
        MailAccount, null=True, on_delete=models.SET_NULL, related_name="+", help_text="What became of it."
    )
    is_shared = models.BooleanField(default=False)
    address = models.CharField(max_length=254)
    values = models.JSONField(default=dict, help_text="Attributes of the account.")
    secret = models.TextField(blank=True, help_text="Encrypted; emptied when it was used.")
    found_by = models.CharField(max_length=10, blank=True, help_text="provider, mx, srv, autoconfig or hand.")
    state = models.CharField(max_length=8, choices=State, default=State.FINDING)
    attempt = models.PositiveIntegerField(default=1, help_text="Raised with each test.")
    reading = models.JSONField(default=dict, help_text="Code and details of what is wrong with reading.")
    sending = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    objects = Setups.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.address

    @property
    def is_waiting(self) -> bool:
        """Whether a job works on it."""
        return self.state in self.WAITING

    def as_account(self) -> MailAccount:
        """The account as it would be; not stored."""
        fields: dict[str, Any] = {**self.values, "address": self.address, "secret": self.secret}
        return MailAccount(**fields)


class SenderDomain(models.Model):
    """What the DNS says about a domain from which mails are sent (SPF, DKIM, DMARC)."""

    domain = models.CharField(max_length=253, unique=True)
    selectors = models.JSONField(default=list, help_text="DKIM selectors that somebody named.")
    findings = models.JSONField(default=list, help_text="[{check, state, code, details}]")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain
