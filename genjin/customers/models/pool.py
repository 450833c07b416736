"""The public pools, and who took what out of them or gave it back (B-1 to B-4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from genjin.people import access
from genjin.people.models import Team, User
from genjin.records.prepared import Given, Prepared


class Pools(models.QuerySet["PublicPool"]):
    """Every read for a person starts at `visible_to`."""

    def active(self) -> Pools:
        """Those in use."""
        return self.filter(is_active=True)

    def open_to(self, user_ids: frozenset[int] | Given) -> Pools:
        """Those whose customers these people see and claim: without members, or theirs."""
        theirs = Q(members__among=user_ids) | Q(managers__among=user_ids)
        return self.filter(Q(members__isnull=True) | theirs).distinct()

    def visible_to(self, user: User) -> Pools:
        """Those of which the person may know: all for who sees every customer, else those open to him."""
        may = access.of(user)
        return self if may.scope("customers.customer") == "ALL" else self.open_to(may.covers)


def open_pool_ids(user: User) -> list[int]:
    """The ids of the pools open to a person, read once for each loading of the person's access."""
    may = access.of(user)
    known: tuple[access.Access, list[int]] | None = getattr(user, "_open_pools", None)
    if known is None or known[0] is not may:
        known = (may, sorted(pool.pk for pool in _OPEN_POOLS(people=may.covers)))
        user._open_pools = known  # type: ignore[attr-defined]
    return known[1]


class PublicPool(models.Model):
    """A place for customers that nobody owns: open to all, or to its members (公海).

    One is the default: it cannot be closed, and takes what names no other. Customers of `teams` return
    to this one by rule.
    """

    name_zh = models.CharField(_("Name in Chinese"), max_length=60, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=60, blank=True)
    is_default = models.BooleanField(default=False, editable=False)
    is_active = models.BooleanField(default=True, editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("Members")
    )
    managers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("Pool managers")
    )
    teams = models.ManyToManyField(
        Team, blank=True, related_name="+", verbose_name=_("Customers of these teams return here")
    )
    version = models.PositiveIntegerField(default=1)

    objects = Pools.as_manager()

    class Meta:
        ordering = ["-is_default", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_pool"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="the_default_pool_is_in_use"
            ),
        ]

    def __str__(self) -> str:
        zh_first = (get_language() or "").startswith("zh")
        names = (self.name_zh, self.name_en) if zh_first else (self.name_en, self.name_zh)
        return names[0] or names[1]


_OPEN_POOLS = Prepared(lambda: PublicPool.objects.open_to(Given("people")))


class PoolMove(models.Model):
    """One way into a pool or out of it: what the limits on claiming count."""

    class Kind(models.TextChoices):
        RETURNED = "RETURNED", _("Returned by hand")
        BY_RULE = "BY_RULE", _("Returned by rule")
        CLAIMED = "CLAIMED", _("Claimed")
        ASSIGNED = "ASSIGNED", _("Handed out")

    INTO = (Kind.RETURNED, Kind.BY_RULE)

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="pool_moves")
    pool = models.ForeignKey(PublicPool, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["person", "kind", "at"], name="pool_moves_of_person"),
            models.Index(fields=["customer", "person", "at"], name="pool_moves_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.customer_id} {self.person_id}"
