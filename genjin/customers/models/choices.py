"""Lists and texts that an administrator may edit, and tags."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from genjin.customers.models.dimension import DecisionRole
from genjin.people.models import bilingual


class ListEntries(models.QuerySet["ListEntry"]):
    """Choices as people know them: without those that were removed."""

    def kept(self) -> ListEntries:
        """Those not removed, in use or not."""
        return self.filter(removed_at__isnull=True)


class ListEntry(models.Model):
    """One choice of an editable list; an inactive one stays readable where it was used (B-9).

    A removed one is nowhere in use any more: what names it means `replaced_by`, or nothing. Its row stays,
    because history names it.
    """

    class List(models.TextChoices):
        SOURCE = "SOURCE", _("Source")
        BUSINESS_TYPE = "BUSINESS_TYPE", _("Business type")
        INDUSTRY = "INDUSTRY", _("Industry")
        CUSTOMER_GROUP = "CUSTOMER_GROUP", _("Customer group")
        SALES_CHANNEL = "SALES_CHANNEL", _("Sales channel")

    list = models.CharField(max_length=16, choices=List)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True, editable=False)
    replaced_by = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Replaced by"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = ListEntries.as_manager()

    class Meta:
        ordering = ["list", "position", "id"]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class RoleHint(models.Model):
    """The company's own words on how to negotiate with somebody of a decision role (002-22).

    A language left empty keeps the text that ships with the product; so does a role without a row.
    """

    LONGEST = 300

    role = models.CharField(_("Decision role"), max_length=12, choices=DecisionRole, unique=True)
    text_zh = models.CharField(_("Hint in Chinese"), max_length=LONGEST, blank=True)
    text_en = models.CharField(_("Hint in English"), max_length=LONGEST, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.get_role_display())

    @property
    def text(self) -> str:
        """The words in the language of the moment; empty leaves it to those that ship with the product."""
        return self.text_zh if (get_language() or "").startswith("zh") else self.text_en


class Tag(models.Model):
    """A free mark on customers; names differ whatever their case."""

    class Colour(models.TextChoices):
        GREY = "grey", _("Grey")
        BLUE = "blue", _("Blue")
        GREEN = "green", _("Green")
        AMBER = "amber", _("Amber")
        RED = "red", _("Red")
        VIOLET = "violet", _("Violet")

    name = models.CharField(max_length=40)
    colour = models.CharField(max_length=8, choices=Colour, default=Colour.GREY)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_names_differ")]

    def __str__(self) -> str:
        return self.name
