"""What was said to and by customers, and what comes next."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models.contact import Contact
from genjin.customers.models.customer import Customer
from genjin.fields.models import WithFields
from genjin.people.models import User


class Channel(models.TextChoices):
    """How somebody is contacted; the identifiers are those of `genjin.rules.facts.Channel`."""

    EMAIL = "EMAIL", _("Mail")
    AUDIO_CALL = "AUDIO_CALL", _("Phone call")
    VIDEO_CALL = "VIDEO_CALL", _("Video call")
    CHAT = "CHAT", _("Chat")
    MEETING = "MEETING", _("Meeting")
    VISIT = "VISIT", _("Visit")
    OTHER = "OTHER", pgettext_lazy("channel", "Other")


class Interactions(models.QuerySet["Interaction"]):
    """Interactions are seen with their customer."""

    def alive(self) -> Interactions:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Interactions:
        """Interactions with customers the person may see."""
        return self.alive().filter(Customer.objects.visible_to(user).beside("customer_id"))


class Interaction(WithFields):
    """One contact with a customer, or a note about him (客户联系; 000-28, 001-18, 001-19, B-10).

    `counts_as_contact` and `counts_as_follow_up` are set by the table "What counts for what" (domain A.8).
    """

    class Kind(models.TextChoices):
        NOTE = "NOTE", _("Quick note")
        AUDIO_CALL = "AUDIO_CALL", _("Phone call")
        VIDEO_CALL = "VIDEO_CALL", _("Video call")
        EMAIL = "EMAIL", _("Mail")
        CHAT = "CHAT", _("Chat")
        MEETING = "MEETING", _("Meeting")
        VISIT = "VISIT", _("Our visit")
        INBOUND_VISIT = "INBOUND_VISIT", _("Customer's visit")
        EXHIBITION = "EXHIBITION", _("Exhibition")
        LETTER = "LETTER", _("Letter or parcel")
        COURTESY = "COURTESY", _("Greeting or gift")
        SERVICE = "SERVICE", _("Value-added service")

    class Direction(models.TextChoices):
        OUT = "OUT", _("We contacted them")
        IN = "IN", _("They contacted us")

    class Outcome(models.TextChoices):
        CONNECTED = "CONNECTED", _("Connected")
        NO_ANSWER = "NO_ANSWER", _("No answer")
        BUSY = "BUSY", _("Busy")
        CALL_BACK = "CALL_BACK", _("Call back later")

    class Reaction(models.TextChoices):
        POSITIVE = "POSITIVE", _("Positive")
        NEUTRAL = "NEUTRAL", _("Neutral")
        NEGATIVE = "NEGATIVE", _("Negative")
        NO_ANSWER = "NO_ANSWER", pgettext_lazy("reaction", "No reaction")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind)
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction, default=Direction.OUT)
    happened_at = models.DateTimeField(_("When"))
    contacts = models.ManyToManyField(
        Contact, blank=True, related_name="interactions", verbose_name=_("With")
    )
    content = models.TextField(_("Content"), max_length=10000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), null=True, blank=True)
    outcome = models.CharField(_("Outcome"), max_length=10, choices=Outcome, blank=True)
    reaction = models.CharField(_("Customer's reaction"), max_length=10, choices=Reaction, blank=True)
    reaction_note = models.CharField(_("Reaction in words"), max_length=500, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("Satisfaction (1-5)"), null=True, blank=True)
    is_private = models.BooleanField(_("Private exchange"), default=False)
    no_next_step_because = models.CharField(_("No next step because"), max_length=200, blank=True)
    counts_as_contact = models.BooleanField(default=False, editable=False)
    counts_as_follow_up = models.BooleanField(default=False, editable=False)
    is_late = models.BooleanField(
        default=False, editable=False, help_text="Logged later than the policy allows."
    )

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="interactions",
        editable=False,
    )
    logged_at = models.DateTimeField(editable=False)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="corrections", editable=False
    )
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1)

    objects = Interactions.as_manager()

    class Meta:
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "-happened_at", "-id"], name="timeline_of_customer"),
            models.Index(fields=["person", "-happened_at"], name="interactions_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"


class NextStep(models.Model):
    """Something a person promised to do: the next step of a log, or a reminder (000-10, B-10, B-11).

    `due_at` is a fixed moment (an appointment); `due_on` is a day in the owner's zone. One of them is set.
    """

    class Kind(models.TextChoices):
        NEXT_STEP = "NEXT_STEP", _("Next step")
        REMINDER = "REMINDER", _("Reminder")

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("next step", "Open")
        DONE = "DONE", pgettext_lazy("next step", "Done")
        CANCELLED = "CANCELLED", pgettext_lazy("next step", "Cancelled")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="next_steps")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEXT_STEP)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("How"), max_length=12, choices=Channel, default=Channel.EMAIL)
    purpose = models.CharField(_("Next step"), max_length=200)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(_("On"), null=True, blank=True)
    due_at = models.DateTimeField(_("At"), null=True, blank=True)
    written_in = models.ForeignKey(
        Interaction, null=True, on_delete=models.SET_NULL, related_name="next_steps", editable=False
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    closed_in = models.ForeignKey(
        Interaction, null=True, on_delete=models.SET_NULL, related_name="closes", editable=False
    )
    closing_reason = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["customer"], condition=Q(state="OPEN"), name="open_next_steps"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) ^ Q(due_at__isnull=False), name="next_step_has_one_due"
            )
        ]

    def __str__(self) -> str:
        return self.purpose
