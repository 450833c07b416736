"""Templates with their versions, and signatures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.mail.models.account import MailAccount
from genjin.people.models import Team, User


class Templates(models.QuerySet["MailTemplate"]):
    """Every read for a person starts at `visible_to`."""

    def alive(self) -> Templates:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Templates:
        """The company's, those of the person's team, and own ones."""
        teams = Q(scope=MailTemplate.Scope.TEAM, team=user.team_id) if user.team_id else Q(pk__in=[])
        return self.alive().filter(
            Q(scope=MailTemplate.Scope.COMPANY) | teams | Q(scope=MailTemplate.Scope.OWN, owner=user)
        )


class MailTemplate(models.Model):
    """A text to write from, in one language (000-18, 000-46); its content stands in versions."""

    class Scope(models.TextChoices):
        OWN = "OWN", pgettext_lazy("template", "Only me")
        TEAM = "TEAM", pgettext_lazy("template", "Team")
        COMPANY = "COMPANY", pgettext_lazy("template", "Company")

    name = models.CharField(_("Name"), max_length=80)
    purpose = models.CharField(
        max_length=60, blank=True, help_text="Step or attempt it is meant for, such as `tracking.2`."
    )
    language = models.CharField(_("Language"), max_length=8, default="en")
    scope = models.CharField(_("For"), max_length=7, choices=Scope, default=Scope.OWN)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Templates.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One wording of a template. At most one is approved; drafts are for their writers."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("template", "Draft")
        APPROVED = "APPROVED", pgettext_lazy("template", "Approved")
        RETIRED = "RETIRED", pgettext_lazy("template", "Former")

    template = models.ForeignKey(MailTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.CharField(_("Subject"), max_length=500, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["template_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["template"], condition=Q(state="APPROVED"), name="one_approved_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"


class Signature(models.Model):
    """What stands below mails from an account in one language (签名)."""

    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="signatures")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+",
        help_text="Whose it is in a shared mailbox; None for everybody's.",
    )  # fmt: skip
    language = models.CharField(_("Language"), max_length=8, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["account_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "language"], condition=Q(user__isnull=True), name="one_signature_for_all"
            ),
            models.UniqueConstraint(fields=["account", "user", "language"], name="one_signature_each"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.language}"
