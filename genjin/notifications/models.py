"""What people are told, how they want to be told, and the daily mail that says it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.people.models import User


class Way(models.TextChoices):
    """How a person wants to be told of one kind of notice."""

    IN_APP = "IN_APP", _("In Genjin")
    DIGEST = "DIGEST", _("In Genjin and in the daily mail")
    OFF = "OFF", _("Not at all")


class Digest(models.Model):
    """The daily mail to one person: claimed before it is sent, so that no notice is mailed twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(help_text="Where the person works.")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}"


class Notices(models.QuerySet["Notice"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Notices:
        """One's own, without those one did not want to be told of."""
        return self.filter(user=user).exclude(way=Way.OFF)

    def unread(self) -> Notices:
        """Those that wait to be read."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """Something a person is told once; `key` makes sure of the once.

    `way` is what the person wanted when it happened: what was unwanted then is not told later either.
    """

    key = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.CASCADE, related_name="+")
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True, help_text="Where it leads, if not to the customer.")
    way = models.CharField(max_length=6, choices=Way, default=Way.IN_APP)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(Digest, null=True, on_delete=models.SET_NULL, related_name="notices")

    objects = Notices.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notices_unread"),
            models.Index(
                fields=["user", "at"], condition=Q(way="DIGEST", digest__isnull=True), name="notices_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class NoticePreference(models.Model):
    """How one person wants to be told of one kind; without a row: in Genjin."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    kind = models.CharField(max_length=60)
    way = models.CharField(max_length=6, choices=Way)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_way_per_kind")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.way}"
