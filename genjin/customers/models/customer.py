"""The customer: one company from its first inquiry on, whoever owns it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from genjin.customers.models.choices import ListEntry, Tag
from genjin.customers.models.country import Country
from genjin.customers.models.dimension import (
    DormancyState,
    FollowGrade,
    InterruptedKind,
    KeyAccount,
    LifecycleStage,
    RelationshipClass,
    ValueClass,
)
from genjin.customers.models.pool import PublicPool, open_pool_ids
from genjin.fields.models import FieldValue, WithFields, value_indexes
from genjin.people import access
from genjin.people.models import User

KIND = "customers.customer"
SHARED_INLINE = 1000
GATED_BY = ("owner_id", "collaborators")
"""What the journal calls the facts on which it depends who may see a customer and its contacts."""
COSTLY = (
    "social_links", "annual_purchase", "main_products", "advantages", "structure_note", "market_note",
    "remarks", "updated_at", "owned_since", "first_contact_at", "not_before_set_at", "value_class_until",
    "cadence_until", "address", "lifecycle_evidence", "pooled_at", "pool_note", "custom",
)  # fmt: skip
"""Fields that lists leave in the database (`defer`): long, or costly to turn into Python."""


class Customers(models.QuerySet["Customer"]):
    """Every read for a person starts at `visible_to`."""

    def alive(self) -> Customers:
        """Those neither in the recycle bin nor merged into another."""
        return self.filter(deleted_at__isnull=True)

    def in_bin(self) -> Customers:
        """Those in the recycle bin; what was merged into another comes back by undoing that only."""
        return self.filter(deleted_at__isnull=False, merged_into__isnull=True)

    def visible_to(self, user: User) -> Customers:
        """Those the person may see: by scope, as collaborator, and in the pools open to him (B-1)."""
        may = access.of(user)
        owned = may.owned(KIND)
        rows = self.alive()
        if owned is None:
            return rows
        if may.scope(KIND) == "NONE":
            return rows.none()
        # The ids of the pools, not a subquery: with them at hand each part of the OR has an index.
        pooled = Q(pool_id__in=open_pool_ids(user))
        return rows.filter(owned | pooled | Q(pk__in=self._shared_with(may)))

    def in_pools_of(self, user: User) -> Customers:
        """The customers in the pools of which the person may know."""
        rows = self.alive().filter(is_confirmed=True)
        may = access.of(user)
        if may.scope(KIND) == "ALL":
            return rows.filter(owner__isnull=True)
        # That they have no owner follows; told it too, PostgreSQL expects a tenth of a tenth of them.
        return rows.none() if may.scope(KIND) == "NONE" else rows.filter(pool_id__in=open_pool_ids(user))

    def held_by(self, user: User) -> Customers:
        """What the person sees without the public pool: the private sea (私海), whose list this is."""
        may = access.of(user)
        owned = may.owned(KIND)
        rows = self.alive().filter(is_confirmed=True)
        if owned is None:
            return rows
        if may.scope(KIND) == "NONE":
            return rows.none()
        # Read first: with the ids at hand the database knows how few rows these are and starts from them
        # instead of walking the whole sort order.
        shared = list(self._shared_with(may)[:SHARED_INLINE])
        if len(shared) == SHARED_INLINE:
            return rows.filter(owned | Q(pk__in=self._shared_with(may)))
        return rows.filter(owned | Q(pk__in=shared) if shared else owned)

    def editable_by(self, user: User) -> Customers:
        """Those the person may change: by scope, or as collaborator."""
        may = access.of(user)
        owned = may.owned(KIND, "edit")
        rows = self.alive()
        if owned is None:
            return rows
        if may.scope(KIND, "edit") == "NONE":
            return rows.none()
        return rows.filter(owned | Q(pk__in=self._shared_with(may)))

    def beside(self, path: str) -> models.Exists:
        """The condition, on rows of another table, that the customer with the id at `path` is among these.

        Asked customer by customer; `customer__in` makes SQLite list all of them first.
        """
        return models.Exists(self.filter(pk=models.OuterRef(path)))

    @staticmethod
    def _shared_with(may: access.Access) -> models.QuerySet[Collaborator, int]:
        return Collaborator.objects.filter(user_id__in=sorted(may.covers)).values_list(
            "customer_id", flat=True
        )


LISTED = Q(deleted_at__isnull=True, is_confirmed=True)
NEVER_ORDERED = Q(lifecycle_stage="PROSPECT", value_class="")
"""The prospects among the 2 + 2; all others have ordered (000-30)."""
SORTS = (
    "created_at", "name", "grade_order", "country", "next_step_at", "last_contact_at", "last_follow_up_at",
    "follow_up_count", "returns_on",
)  # fmt: skip
OWN_SORTS = ("name", "created_at", "next_step_at", "last_contact_at", "grade_order", "returns_on")


def _sorted_by(*fields: str) -> models.Index:
    """An index that serves a sort of the customer list and each of its pages, forwards and backwards."""
    name = "_".join(field.removesuffix("_id").removesuffix("_at") for field in fields)
    return models.Index(fields=[*fields, "id"], condition=LISTED, name=f"list_{name}"[:30])


def _standing_out(field: str, usual: Q) -> models.Index:
    """An index of the customers with an unusual value; PostgreSQL intersects those of several rare values.

    Without it the whole base is read to find the few customers that meet a rare combination.
    """
    return models.Index(fields=[field], condition=LISTED & ~usual, name=f"rare_{field}"[:30])


class Customer(WithFields):
    """A company we sell to or want to sell to.

    An unconfirmed one (a lead nobody accepted yet) has no serial, appears in no list and no pool.
    `exact_key` stands for name and country (`rules.duplicates.keys.exact_number`), which no two share; it is
    empty for another company of the same name, of which somebody said why, and for doubles from before.
    No owner means the public pool. Amounts of time are days; money has its currency beside it.
    """

    # Identity (002-19, B-35)
    serial = models.PositiveIntegerField(null=True, unique=True, editable=False)
    is_confirmed = models.BooleanField(default=True)
    name = models.CharField(_("Company name"), max_length=200)
    name_local = models.CharField(_("Name in Chinese or local script"), max_length=200, blank=True)
    short_name = models.CharField(_("Short name"), max_length=40)
    name_key = models.CharField(max_length=200, blank=True, editable=False)
    exact_key = models.BigIntegerField(null=True, editable=False)
    same_name_reason = models.CharField(_("Why another company of the same name"), max_length=200, blank=True)
    country = models.ForeignKey(
        # `list_country` serves it.
        Country,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("Country"),
        db_index=False,
    )
    city = models.CharField(_("City"), max_length=80, blank=True)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    timezone = models.CharField(_("Time zone"), max_length=64, blank=True)
    website = models.CharField(_("Website"), max_length=200, blank=True)
    domain = models.CharField(max_length=120, blank=True, editable=False)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    fax = models.CharField(_("Fax"), max_length=40, blank=True)
    social_links = models.JSONField(default=dict, blank=True)

    # Profile (002-28..34, 003-07..11, 004-14)
    business_type = models.ForeignKey(
        ListEntry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Business type"),
    )
    industry = models.ForeignKey(
        ListEntry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Industry"),
    )
    customer_group = models.ForeignKey(
        ListEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Group")
    )
    sales_channels = models.ManyToManyField(
        ListEntry, blank=True, related_name="+", verbose_name=_("Sales channels")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers", verbose_name=_("Tags"))
    founded_year = models.PositiveIntegerField(_("Founded"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    annual_purchase = models.DecimalField(
        _("Annual purchase"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    annual_purchase_currency = models.CharField(max_length=3, blank=True, default="USD")
    main_products = models.TextField(_("Main products"), max_length=2000, blank=True)
    advantages = models.TextField(_("Advantages"), max_length=2000, blank=True)
    structure_note = models.TextField(_("Organisation structure"), max_length=2000, blank=True)
    market_note = models.TextField(_("Market position and supply chain"), max_length=2000, blank=True)
    is_brand_owner = models.BooleanField(_("Brand owner"), default=False)
    buys_in_china = models.BooleanField(_("Buys in China"), null=True, blank=True)
    is_first_china_purchase = models.BooleanField(_("First purchase from China"), default=False)
    china_agent = models.CharField(_("Agent or forwarder in China"), max_length=200, blank=True)
    remarks = models.TextField(_("Remarks"), max_length=5000, blank=True)

    # Source (002-20, 004-07..10)
    source = models.ForeignKey(
        ListEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Source")
    )
    source_detail = models.CharField(_("Source in detail"), max_length=200, blank=True)
    referrer = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="referred",
        verbose_name=_("Introducer"),
    )
    referrer_name = models.CharField(_("Introducer (not a customer)"), max_length=120, blank=True)

    # Dimensions (domain A.8), each with its history in DimensionChange
    follow_grade = models.CharField(_("Follow-up grade"), max_length=12, choices=FollowGrade, blank=True)
    grade_order = models.PositiveSmallIntegerField(default=0, editable=False)
    grade_locked = models.BooleanField(_("Grade locked"), default=False)
    value_class = models.CharField(_("Purchase class"), max_length=1, choices=ValueClass, blank=True)
    value_class_until = models.DateField(_("Purchase class set by hand until"), null=True, blank=True)
    relationship_class = models.CharField(
        _("Relationship class"), max_length=12, choices=RelationshipClass, blank=True
    )
    interrupted_kind = models.CharField(
        _("Interrupted how"), max_length=8, choices=InterruptedKind, blank=True
    )
    lifecycle_stage = models.CharField(
        _("Lifecycle stage"), max_length=8, choices=LifecycleStage, default=LifecycleStage.PROSPECT
    )
    lifecycle_evidence = models.CharField(_("Evidence"), max_length=500, blank=True)
    dormancy_state = models.CharField(
        _("Dormancy"), max_length=8, choices=DormancyState, default=DormancyState.ACTIVE
    )
    is_priority = models.BooleanField(_("Priority customer"), default=False)
    priority_reason = models.CharField(_("Why priority"), max_length=200, blank=True)
    key_account = models.CharField(_("Key account"), max_length=10, choices=KeyAccount, default=KeyAccount.NO)
    fit_score = models.PositiveSmallIntegerField(_("Fit"), null=True, blank=True)
    potential_score = models.PositiveSmallIntegerField(_("Potential"), null=True, blank=True)

    # Ownership
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="customers",
        verbose_name=_("Owner"),
    )  # fmt: skip
    owned_since = models.DateTimeField(null=True, editable=False)

    # The public pool (B-1 to B-4): exactly one for each confirmed customer without an owner
    pool = models.ForeignKey(
        PublicPool, null=True, on_delete=models.PROTECT, related_name="customers", editable=False,
        verbose_name=_("Public pool"),
    )  # fmt: skip
    pooled_at = models.DateTimeField(null=True, editable=False)
    pool_locked = models.BooleanField(_("Never returns to the pool by rule"), default=False)
    protected_until = models.DateField(_("Kept from the pool until"), null=True, blank=True)
    pool_note = models.CharField(_("Why it is kept"), max_length=200, blank=True)
    returns_on = models.DateField(null=True, editable=False)
    return_code = models.CharField(max_length=12, blank=True, editable=False)

    # Rhythm (000-13, 001-36)
    not_before = models.DateField(_("Do not contact before"), null=True, blank=True)
    not_before_set_at = models.DateTimeField(null=True, editable=False)
    not_before_reason = models.CharField(_("Reason"), max_length=200, blank=True)
    cadence_days = models.PositiveSmallIntegerField(_("Own rhythm (days)"), null=True, blank=True)
    cadence_reason = models.CharField(_("Why another rhythm"), max_length=200, blank=True)
    cadence_until = models.DateField(_("Own rhythm until"), null=True, blank=True)

    # Kept by actions, never typed
    first_contact_at = models.DateTimeField(null=True, editable=False)
    last_contact_at = models.DateTimeField(null=True, editable=False)
    last_follow_up_at = models.DateTimeField(null=True, editable=False)
    follow_up_count = models.PositiveIntegerField(default=0, editable=False)
    next_step_at = models.DateTimeField(null=True, editable=False)
    next_step_purpose = models.CharField(max_length=200, blank=True, editable=False)
    next_step_channel = models.CharField(max_length=12, blank=True, editable=False)
    lacks_next_step = models.BooleanField(default=False, editable=False)

    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", editable=False,
        help_text="The record that took this one in: it lies in no list and no bin, its address leads there.",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = Customers.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(deleted_at__isnull=False),
                name="what_was_merged_is_in_no_list",
            ),
            models.UniqueConstraint(
                Lower("short_name"), "country", condition=Q(deleted_at__isnull=True, is_confirmed=True),
                name="short_names_differ_in_a_country",
            ),
            models.UniqueConstraint(
                fields=["exact_key"], condition=Q(deleted_at__isnull=True, is_confirmed=True),
                name="a_company_is_entered_once",
            ),
            models.CheckConstraint(
                condition=Q(pool__isnull=False, owner__isnull=True, is_confirmed=True)
                | Q(pool__isnull=True, owner__isnull=False)
                | Q(pool__isnull=True, is_confirmed=False),
                name="without_owner_in_exactly_one_pool",
            ),
        ]  # fmt: skip
        indexes = [
            *(_sorted_by(name) for name in SORTS),
            *(_sorted_by("owner", name) for name in OWN_SORTS),
            _sorted_by("follow_grade", "last_contact_at"),
            models.Index("last_contact_at", condition=LISTED & Q(is_priority=True), name="list_priority"),
            models.Index(
                "owner", "id", condition=LISTED & Q(lacks_next_step=True), name="list_lacks_next_step"
            ),
            models.Index(
                "last_contact_at", condition=LISTED & ~Q(key_account="NO"), name="list_key_accounts"
            ),
            *(
                models.Index(
                    fields=["owner", "grade_order", "last_follow_up_at", "id"],
                    condition=LISTED & half,
                    name=name,
                )
                for name, half in (("daily_closed", ~NEVER_ORDERED), ("daily_prospects", NEVER_ORDERED))
            ),
            models.Index(fields=["name_key"], name="customers_by_name_key"),
            models.Index(fields=["domain"], condition=~Q(domain=""), name="customers_by_domain"),
            _standing_out("value_class", Q(value_class="")),
            _standing_out("relationship_class", Q(relationship_class="")),
            _standing_out("lifecycle_stage", Q(lifecycle_stage="PROSPECT")),
            _standing_out("dormancy_state", Q(dormancy_state="ACTIVE")),
            _standing_out("fit_score", Q(fit_score__isnull=True)),
            _standing_out("potential_score", Q(potential_score__isnull=True)),
            _standing_out("not_before", Q(not_before__isnull=True)),
            _standing_out("protected_until", Q(protected_until__isnull=True)),
            _standing_out("pool_locked", Q(pool_locked=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> str:
        """The permanent serial as people read it, e.g. C00231; empty while unconfirmed."""
        return f"C{self.serial:05d}" if self.serial else ""

    @property
    def customer_code(self) -> str:
        """Region-country-short name in the reader's language (002-19); needs `country` loaded."""
        if self.country is None:
            return self.short_name
        return f"{self.country.get_region_display()}-{self.country}-{self.short_name}"

    @property
    def is_in_pool(self) -> bool:
        """Whether anybody may claim it."""
        return self.owner_id is None and self.is_confirmed


class SerialCounter(models.Model):
    """The last serial given to a customer: the single row (pk 1), locked while the next ones are given."""

    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="serial_counter_is_single")]

    def __str__(self) -> str:
        return str(self.last)


class Collaborator(models.Model):
    """A person who works with a customer beside its owner (共享 / 协作人)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="collaborations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="one_collaboration_each")]
        indexes = [models.Index(fields=["user", "customer"], name="collaborations_by_person")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.customer_id}"


class CustomerValue(FieldValue):
    """A custom value of a customer by which it is found and sorted; made anew from the customer's own."""

    record = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="field_values", db_index=False
    )

    class Meta:
        indexes = value_indexes("customer_values")

    def __str__(self) -> str:
        return f"{self.field_id} of customer {self.record_id}"
