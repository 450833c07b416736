"""Countries: facts of the product, a profile the team writes, corrections to computed holidays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.people.models import bilingual


class Country(models.Model):
    """One country or territory by ISO 3166-1 alpha-2 code (002-35).

    `weekend_days` has Monday as 0; `timezones` are IANA names, the first being that of most people.
    """

    class Region(models.TextChoices):
        EAST_ASIA = "EAST_ASIA", _("East Asia")
        SOUTHEAST_ASIA = "SOUTHEAST_ASIA", _("Southeast Asia")
        SOUTH_ASIA = "SOUTH_ASIA", _("South Asia")
        CENTRAL_ASIA = "CENTRAL_ASIA", _("Central Asia")
        MIDDLE_EAST = "MIDDLE_EAST", _("Middle East")
        EUROPE = "EUROPE", _("Europe")
        AFRICA = "AFRICA", _("Africa")
        NORTH_AMERICA = "NORTH_AMERICA", _("North America")
        LATIN_AMERICA = "LATIN_AMERICA", _("Latin America")
        OCEANIA = "OCEANIA", _("Oceania")
        ANTARCTICA = "ANTARCTICA", _("Antarctica")

    code = models.CharField(max_length=2, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    region = models.CharField(max_length=16, choices=Region)
    calling_code = models.CharField(max_length=8, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    timezones = models.JSONField(default=list)
    weekend_days = models.JSONField(default=list)
    work_start = models.TimeField()
    work_end = models.TimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class CountrySection(models.Model):
    """One section of a country's profile, shared by all its customers (002-35, 002-37)."""

    class Section(models.TextChoices):
        ECONOMY = "ECONOMY", _("Economic level")
        CULTURE = "CULTURE", _("Politics and culture")
        LAW = "LAW", _("Law and regulations")
        CONSUMPTION = "CONSUMPTION", _("Consumption and preferences")
        TRAVEL = "TRAVEL", _("Travel")
        TRADE = "TRADE", _("Import and customs")

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="sections")
    section = models.CharField(max_length=12, choices=Section)
    text = models.TextField(max_length=20000, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "section"], name="one_text_per_section")]

    def __str__(self) -> str:
        return f"{self.country_id} {self.section}"


class HolidayCorrection(models.Model):
    """A day the computed holidays of a country lack or have wrongly, or a period with its effect (002-36)."""

    class Kind(models.TextChoices):
        ADDED = "ADDED", _("Added")
        REMOVED = "REMOVED", _("Removed")

    class Effect(models.TextChoices):
        CLOSED = "CLOSED", _("Closed")
        SLOW = "SLOW", _("Slow")

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="corrections")
    first_day = models.DateField()
    last_day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ADDED)
    effect = models.CharField(max_length=8, choices=Effect, default=Effect.CLOSED)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    warning_days = models.PositiveIntegerField(default=14, help_text="How early a warning appears.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["country", "first_day"], name="corrections_by_country")]

    def __str__(self) -> str:
        return f"{self.country_id} {self.first_day} {self.kind}"
