"""The organisation, its teams, its users, what they may do and when they are there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def bilingual(zh: str, en: str) -> str:
    """The name in the language of the moment, else the other one."""
    first, second = (zh, en) if (get_language() or "").startswith("zh") else (en, zh)
    return first or second


def monday_to_friday() -> list[int]:
    """The usual working week; Monday is 0."""
    return [0, 1, 2, 3, 4]


class Organisation(models.Model):
    """The firm that runs this instance: the single row (pk 1)."""

    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    logo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    base_currency = models.CharField(max_length=3, default="CNY")
    timezone = models.CharField(max_length=64, default="Asia/Shanghai")
    country = models.CharField(max_length=2, default="CN")
    work_start = models.TimeField(default=time(9))
    work_end = models.TimeField(default=time(18))
    lunch_start = models.TimeField(null=True, blank=True, default=time(12))
    lunch_end = models.TimeField(null=True, blank=True, default=time(13))
    work_days = models.JSONField(default=monday_to_friday, help_text="Monday is 0.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_single")]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class CalendarDay(models.Model):
    """One day on which the company's calendar differs from its week: closed, or a make-up workday (调休).

    `source` tells official notices (OFFICIAL) from the company's own closures (OWN); an own day wins.
    """

    class Kind(models.TextChoices):
        CLOSED = "CLOSED", _("Closed")
        WORKDAY = "WORKDAY", _("Make-up workday")

    class Source(models.TextChoices):
        OFFICIAL = "OFFICIAL", _("Public holiday")
        OWN = "OWN", _("Own")

    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=8, choices=Source)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["day", "source"], name="one_calendar_day_per_source")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"

    @property
    def name(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class Team(models.Model):
    """A group of people; its managers answer for the team's customers."""

    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    managers = models.ManyToManyField("people.User", related_name="managed_teams", blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class Role(models.Model):
    """What a kind of person may do.

    `rights` lists names of `genjin.people.access.RIGHTS`; `scopes` maps a record kind (or "*") to
    {"see": scope, "edit": scope} with scope one of NONE, OWN, TEAM, ALL.
    """

    class Code(models.TextChoices):
        SALESPERSON = "SALESPERSON", _("Salesperson")
        MANAGER = "MANAGER", _("Manager")
        DIRECTOR = "DIRECTOR", _("Director")
        FINANCE = "FINANCE", _("Finance")
        ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
        READ_ONLY = "READ_ONLY", _("Read only")

    code = models.CharField(max_length=16, choices=Code, primary_key=True)
    rights = models.JSONField(default=list)
    scopes = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.Code(self.code).label)


class People(models.QuerySet["User"]):
    """Querysets of users."""

    def visible_to(self, user: User) -> People:
        """Everybody signed in sees who the colleagues are: the history names them."""
        return self if user.is_active else self.none()

    def manageable_by(self, user: User, team_ids: Iterable[int], *, everyone: bool) -> People:
        """Whom this person may answer for: everybody for an administrator, else himself and these teams."""
        if everyone:
            return self
        return self.filter(models.Q(pk=user.pk) | models.Q(team_id__in=list(team_ids)))

    def can_sign_in(self) -> People:
        """Those who accepted their invitation and did not leave."""
        return self.filter(is_active=True, joined_at__isnull=False)


class PeopleByEmail(BaseUserManager.from_queryset(People)):  # type: ignore[misc]
    """Finds people by their sign-in address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email__iexact=username)
        return user


class User(AbstractBaseUser):
    """A person who signs in. A person who left is inactive, never deleted: the history names them."""

    class Language(models.TextChoices):
        BROWSER = "", _("As the browser")
        ZH = "zh-hans", "简体中文"
        EN = "en", "English"

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(max_length=254)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, default=Role.Code.SALESPERSON)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    language = models.CharField(max_length=8, choices=Language, default=Language.BROWSER, blank=True)
    timezone = models.CharField(max_length=64, blank=True, help_text="Empty: the organisation's.")
    work_start = models.TimeField(null=True, blank=True, help_text="Empty: the organisation's.")
    work_end = models.TimeField(null=True, blank=True)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    shortcuts = models.BooleanField(default=True)
    has_laptop = models.BooleanField(default=True)
    probation_until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True)
    invited_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    # Found by the sign-in backend together with the person of a session.
    has_second_factor: bool = False
    second_factor_required: bool | None = False

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PeopleByEmail()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en) or self.email

    def get_full_name(self) -> str:
        return str(self)

    @property
    def initials(self) -> str:
        """One Chinese character or up to two Latin letters, for the round picture."""
        name = str(self)
        if name and ord(name[0]) > 0x2E80:
            return name[0]
        return "".join(part[0] for part in name.split()[:2]).upper() or "?"

    @property
    def state(self) -> str:
        """INVITED until the invitation is accepted, then ACTIVE; LEFT once deactivated."""
        if not self.is_active:
            return "LEFT"
        return "ACTIVE" if self.joined_at else "INVITED"

    # Django's own permission calls are answered without its permission tables.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    @property
    def is_staff(self) -> bool:
        return False


class Absence(models.Model):
    """Days on which a person is away; the deputy sees and does the person's work meanwhile (D-5, D-21)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    deputy = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="deputises"
    )
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["deputy", "last_day"], name="absences_by_deputy")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="absence_ends_after_its_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def covers(self, day: date) -> bool:
        """Whether the person is away on that day."""
        return self.first_day <= day <= self.last_day


class EquipmentLoan(models.Model):
    """A company phone or laptop lent to somebody, mostly for evening use (000-36)."""

    borrower = models.ForeignKey(User, on_delete=models.PROTECT, related_name="loans")
    item = models.CharField(max_length=80)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-from_day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__isnull=True) | models.Q(until_day__gte=models.F("from_day")),
                name="loan_ends_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return self.item


class SavedView(models.Model):
    """A named set of filters, sort and columns over one list (`customers.customer`); shared or one's own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True, help_text="Query string of filters and sort.")
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint("user", "list_name", Lower("name"), name="saved_view_names_differ")
        ]

    def __str__(self) -> str:
        return self.name


class ListPreference(models.Model):
    """The columns a person wants in a list when no saved view says otherwise (001-42)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="list_preferences")
    list_name = models.CharField(max_length=60)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "list_name"], name="one_preference_per_list")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.list_name}"
