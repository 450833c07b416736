"""By what customers that may be one company find each other, and the pairs that were found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models.customer import Customer
from genjin.people.models import User
from genjin.records.conditions import OneByOne


class DuplicateKey(models.Model):
    """A key that the names, sites, mail addresses and phones of a customer have (`rules.duplicates.keys`).

    Some eight a customer, so rows are small: the key is a number of 32 bits, the row has no id of its own,
    and the database does not look up the customer for each of them. Who is in the recycle bin has none.
    """

    pk = models.CompositePrimaryKey("key", "customer_id")
    key = models.IntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="+")

    def __str__(self) -> str:
        return f"{self.key} of {self.customer_id}"


class DuplicateMark(models.Model):
    """The customer is to be compared with all others again; removed only if the version is the same still.

    `needs_keys`: its keys were never written, or by older rules.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    needs_keys = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version}"


class DuplicateCheck(models.Model):
    """How far the nightly check of keys and pairs is; one row.

    `passed`: the last customer whose keys were checked, none when no check is under way. `compared`: the last
    one that was marked for its own sake. `rules`: by which state of the rules everybody was compared.
    """

    passed = models.BigIntegerField(null=True)
    compared = models.BigIntegerField(default=0)
    rules = models.CharField(max_length=16, blank=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passed {self.passed}, compared {self.compared}"


class DuplicatePairs(models.QuerySet["DuplicatePair"]):
    """Every read for a person starts at `visible_to`."""

    def alive(self) -> DuplicatePairs:
        """Those of which neither customer lies in the recycle bin."""
        return self.filter(first__deleted_at__isnull=True, second__deleted_at__isnull=True)

    def visible_to(self, user: User) -> DuplicatePairs:
        """Pairs of which the person may see at least one customer; of the other, no more than its owner."""
        mine = Customer.objects.visible_to(user)
        sides = [OneByOne(mine.filter(pk=OuterRef(side))) for side in ("first_id", "second_id")]
        return self.alive().filter(sides[0] | sides[1])


class DuplicatePair(models.Model):
    """Two customers that may be one company: how probable, why, and what people said to it.

    `first` is the one with the lower id. `reasons` are [code, parameters] of `rules.duplicates.score`.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("pair of customers", "Open")
        DIFFERENT = "DIFFERENT", pgettext_lazy("pair of customers", "Not the same")

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(_("Why"), max_length=200, blank=True)

    objects = DuplicatePairs.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_two_customers"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="lower_customer_first"),
        ]
        indexes = [models.Index(fields=["state", "-score", "-id"], name="pairs_by_score")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.score}"
