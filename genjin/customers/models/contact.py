"""The people at a customer and the ways to reach them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models.country import Country
from genjin.customers.models.customer import Customer
from genjin.customers.models.dimension import DecisionRole, RelationshipDepth
from genjin.fields.models import WithFields
from genjin.people.models import User


class Contacts(models.QuerySet["Contact"]):
    """Contacts are seen with their customer."""

    def alive(self) -> Contacts:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Contacts:
        """Contacts of customers the person may see."""
        # Asked customer by customer: with IN, SQLite would list all customers once for every search.
        return self.alive().filter(
            Exists(Customer.objects.visible_to(user).filter(pk=OuterRef("customer_id")))
        )

    def editable_by(self, user: User) -> Contacts:
        """Contacts of customers the person may change."""
        return self.alive().filter(Customer.objects.editable_by(user).beside("customer_id"))


class Contact(WithFields):
    """A person at a customer (002-20..27, 001-37..41)."""

    class Department(models.TextChoices):
        PURCHASING = "PURCHASING", _("Purchasing")
        TECHNICAL = "TECHNICAL", _("Technical / QC")
        DOCUMENTS = "DOCUMENTS", _("Customs / documents")
        SALES = "SALES", _("Sales")
        WAREHOUSE = "WAREHOUSE", _("Warehouse")
        FINANCE = "FINANCE", _("Finance")
        MANAGEMENT = "MANAGEMENT", _("Management")
        OTHER = "OTHER", pgettext_lazy("department", "Other")

    class Seniority(models.TextChoices):
        STAFF = "STAFF", _("Staff")
        MIDDLE = "MIDDLE", _("Middle management")
        TOP = "TOP", _("Top management")

    class PreferredTime(models.TextChoices):
        WORKING = "WORKING", _("Working time")
        PRIVATE = "PRIVATE", _("Private time")

    class PreferredLength(models.TextChoices):
        BRIEF = "BRIEF", _("Brief")
        LONG = "LONG", _("Long talk")

    class PreferredStyle(models.TextChoices):
        FORMAL = "FORMAL", _("Formal")
        INFORMAL = "INFORMAL", _("Informal")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("Name"), max_length=120)
    name_local = models.CharField(_("Name in local script"), max_length=120, blank=True)
    salutation = models.CharField(_("Salutation"), max_length=40, blank=True)
    job_title = models.CharField(_("Position"), max_length=120, blank=True)
    department = models.CharField(_("Department"), max_length=12, choices=Department, blank=True)
    seniority = models.CharField(_("Seniority"), max_length=8, choices=Seniority, blank=True)
    decision_role = models.CharField(
        _("Decision role"), max_length=12, choices=DecisionRole, default=DecisionRole.UNKNOWN
    )
    relationship_depth = models.CharField(
        _("Relationship depth"), max_length=16, choices=RelationshipDepth, default=RelationshipDepth.NONE
    )
    reports_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        verbose_name=_("Reports to"),
    )
    needs_report = models.BooleanField(_("Must report to a superior"), default=False)
    is_primary = models.BooleanField(_("Main contact"), default=False)
    is_key_person = models.BooleanField(_("Key person"), default=False)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Country"),
        help_text=_("If not the company's."),
    )  # fmt: skip
    city = models.CharField(_("City"), max_length=80, blank=True)
    timezone = models.CharField(_("Time zone"), max_length=64, blank=True)
    languages = models.CharField(_("Languages"), max_length=120, blank=True)

    preferred_time = models.CharField(_("Prefers time"), max_length=8, choices=PreferredTime, blank=True)
    preferred_from = models.TimeField(_("From"), null=True, blank=True)
    preferred_to = models.TimeField(_("To"), null=True, blank=True)
    preferred_length = models.CharField(
        _("Prefers length"), max_length=8, choices=PreferredLength, blank=True
    )
    preferred_style = models.CharField(_("Prefers style"), max_length=8, choices=PreferredStyle, blank=True)
    main_channel = models.CharField(_("Main channel"), max_length=12, blank=True)

    birthday_month = models.PositiveSmallIntegerField(_("Birthday (month)"), null=True, blank=True)
    birthday_day = models.PositiveSmallIntegerField(_("Birthday (day)"), null=True, blank=True)
    career_note = models.TextField(_("Career"), max_length=2000, blank=True)
    industry_knowledge = models.PositiveSmallIntegerField(_("Knows the trade (1-5)"), null=True, blank=True)
    topics = models.CharField(_("Topics to talk about"), max_length=300, blank=True)
    taboos = models.CharField(_("Taboos"), max_length=300, blank=True)
    china_visits_per_year = models.PositiveSmallIntegerField(
        _("Visits to China a year"), null=True, blank=True
    )
    last_china_visit = models.DateField(_("Last in China"), null=True, blank=True)
    next_china_visit = models.DateField(_("Next in China"), null=True, blank=True)
    source_detail = models.CharField(_("How we met"), max_length=200, blank=True)
    remarks = models.TextField(_("Remarks"), max_length=5000, blank=True)
    left_on = models.DateField(_("Left the company on"), null=True, blank=True)

    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1)

    objects = Contacts.as_manager()

    class Meta:
        ordering = ["-is_primary", "id"]
        indexes = [models.Index(fields=["customer", "-is_primary", "id"], name="contacts_of_customer")]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """One way to reach a contact: a mail address, a phone number, a messenger handle (002-27, 000-40).

    `normalised` is what is compared: lower-case address, E.164 number, or the handle without spaces.
    """

    class Kind(models.TextChoices):
        EMAIL = "EMAIL", _("E-mail")
        MOBILE = "MOBILE", pgettext_lazy("contact point", "Mobile")
        PHONE = "PHONE", pgettext_lazy("contact point", "Phone")
        FAX = "FAX", _("Fax")
        WHATSAPP = "WHATSAPP", "WhatsApp"
        WECHAT = "WECHAT", _("WeChat")
        TELEGRAM = "TELEGRAM", "Telegram"
        TEAMS = "TEAMS", "Teams"
        LINKEDIN = "LINKEDIN", "LinkedIn"
        FACEBOOK = "FACEBOOK", "Facebook"
        INSTAGRAM = "INSTAGRAM", "Instagram"
        OTHER = "OTHER", pgettext_lazy("contact point", "Other")

    class State(models.TextChoices):
        UNKNOWN = "UNKNOWN", pgettext_lazy("handle state", "Not tried")
        SEARCHED = "SEARCHED", _("Searched")
        REQUESTED = "REQUESTED", _("Requested")
        ACCEPTED = "ACCEPTED", _("Accepted")
        INVALID = "INVALID", _("Does not work")

    CALLS = (Kind.MOBILE, Kind.PHONE, Kind.WHATSAPP)
    PHONES = (Kind.MOBILE, Kind.PHONE, Kind.FAX, Kind.WHATSAPP)

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=254)
    normalised = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.UNKNOWN)

    class Meta:
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "kind", "normalised"], name="one_contact_point_each")
        ]
        indexes = [models.Index(fields=["kind", "normalised"], name="contact_points_by_value")]

    def __str__(self) -> str:
        return self.value


class SensitiveNote(models.Model):
    """Restricted personal facts, off by default; owner only, with a purpose, erasable (C-18, 002-24)."""

    class Topic(models.TextChoices):
        RELIGION = "RELIGION", _("Religion")
        HOBBIES = "HOBBIES", _("Hobbies")
        FAMILY = "FAMILY", _("Family")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="sensitive_notes")
    topic = models.CharField(max_length=10, choices=Topic)
    text = models.CharField(max_length=500)
    purpose = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "topic"], name="one_note_per_topic")]

    def __str__(self) -> str:
        return f"{self.topic} of contact {self.contact_id}"
