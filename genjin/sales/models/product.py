"""What the firm sells: products, their prices, what goes with them, and who makes them (D-8, D-26)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from genjin.fields.models import WithFields
from genjin.people.models import User, bilingual
from genjin.sales.models.choices import Incoterm

PRODUCT_KIND = "sales.product"
SUPPLIER_KIND = "sales.supplier"


class ProductCategory(models.Model):
    """A group of products, within another one or on top."""

    name_zh = models.CharField(_("Name in Chinese"), max_length=80, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return bilingual(self.name_zh, self.name_en)


class Suppliers(models.QuerySet["Supplier"]):
    """Factories, which everybody who signs in may know."""

    def alive(self) -> Suppliers:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Suppliers:
        """All of them; what they charge needs the right to see costs."""
        return self.alive()


class Supplier(models.Model):
    """A factory: a light record, so that nodes of production have somebody to ask (D-26)."""

    name = models.CharField(pgettext_lazy("supplier", "Name"), max_length=200)
    short_name = models.CharField(_("Short name"), max_length=40, blank=True)
    contact_name = models.CharField(_("Contact"), max_length=80, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.CharField(_("Mail address"), max_length=254, blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    lead_time_days = models.PositiveIntegerField(_("Usual lead time (days)"), null=True, blank=True)
    remarks = models.TextField(_("Remarks"), blank=True)
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Suppliers.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.short_name or self.name


class Products(models.QuerySet["Product"]):
    """The catalogue, which everybody who signs in may see; costs need a right of their own."""

    def alive(self) -> Products:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def offered(self) -> Products:
        """Those one may put into a new quotation."""
        return self.alive().filter(is_active=True)

    def visible_to(self, user: User) -> Products:
        """All of them."""
        return self.alive()


class Product(WithFields):
    """One thing sold under one code. Lengths are cm, weights kg, of one carton; rates are percent.

    `cost` is what the factory is paid for one unit, VAT included, in `cost_currency`; it is shown to nobody
    without the right `see_costs`, nor does it leave by export, search or journal.
    """

    code = models.CharField(_("Product code"), max_length=60)
    name_en = models.CharField(_("Name in English"), max_length=200)
    name_zh = models.CharField(_("Name in Chinese"), max_length=200, blank=True)
    names = models.JSONField(
        default=dict, blank=True, help_text="Names in further languages, by language code."
    )
    category = models.ForeignKey(
        ProductCategory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("Category"),
    )
    spec = models.TextField(_("Specification"), blank=True)
    model = models.CharField(_("Model"), max_length=80, blank=True)
    colour = models.CharField(_("Colour"), max_length=60, blank=True)
    unit = models.CharField(_("Unit"), max_length=16, default="pcs")
    moq = models.DecimalField(
        _("Minimum order quantity"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    hs_code = models.CharField(_("HS code"), max_length=14, blank=True)
    vat_rate = models.DecimalField(_("VAT rate (%)"), max_digits=5, decimal_places=2, default=Decimal(13))
    tax_refund_rate = models.DecimalField(
        _("Tax refund rate (%)"), max_digits=5, decimal_places=2, default=Decimal(13)
    )
    packing = models.CharField(_("Packing"), max_length=200, blank=True)
    units_per_carton = models.PositiveIntegerField(_("Units per carton"), null=True, blank=True)
    carton_length = models.DecimalField(
        _("Carton length (cm)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    carton_width = models.DecimalField(
        _("Carton width (cm)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    carton_height = models.DecimalField(
        _("Carton height (cm)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    gross_weight = models.DecimalField(
        _("Gross weight per carton (kg)"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    net_weight = models.DecimalField(
        _("Net weight per carton (kg)"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    cost = models.DecimalField(
        _("Cost with VAT per unit"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    cost_currency = models.CharField(_("Currency of the cost"), max_length=3, default="CNY")
    supplier = models.ForeignKey(
        Supplier,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("Supplier"),
    )
    lead_time_days = models.PositiveIntegerField(_("Lead time (days)"), null=True, blank=True)
    is_active = models.BooleanField(_("On sale"), default=True)
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Products.as_manager()

    class Meta:
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(deleted_at__isnull=True), name="product_codes_differ"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """In the language of the moment, else the other one."""
        first = self.names.get(get_language() or "", "") if self.names else ""
        return first or bilingual(self.name_zh, self.name_en)

    @property
    def carton_volume(self) -> Decimal | None:
        """Cubic metres of one carton; None while a side is unknown."""
        sides = (self.carton_length, self.carton_width, self.carton_height)
        if any(side is None for side in sides):
            return None
        volume = Decimal(1)
        for side in sides:
            assert side is not None
            volume *= side / 100
        return volume


class PriceTier(models.Model):
    """What one unit is offered at, from a quantity on, in one currency and by one term of delivery."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="tiers")
    currency = models.CharField(_("Currency"), max_length=3)
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm, default=Incoterm.FOB)
    incoterm_place = models.CharField(_("Place"), max_length=80, blank=True)
    min_quantity = models.DecimalField(
        _("From quantity"), max_digits=14, decimal_places=3, default=Decimal(1)
    )
    price = models.DecimalField(_("Unit price"), max_digits=14, decimal_places=4)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)

    class Meta:
        ordering = ["product_id", "currency", "incoterm", "min_quantity"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="tier_price_is_no_debt"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0), name="tier_quantity_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.incoterm} {self.currency} {self.price}"


class ProductLink(models.Model):
    """That a product goes with another one, or takes its place (003-40)."""

    class Kind(models.TextChoices):
        COMPLEMENTARY = "COMPLEMENTARY", _("Goes with it")
        SUCCESSOR = "SUCCESSOR", _("Takes its place")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=13, choices=Kind)

    class Meta:
        ordering = ["product_id", "kind", "other_id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "other", "kind"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~Q(product=models.F("other")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind} {self.other_id}"


class SupplierOffer(models.Model):
    """What a factory asked for a product on a day; for eyes with the right `see_costs` (D-26)."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="supplier_offers")
    cost = models.DecimalField(_("Cost with VAT per unit"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    min_quantity = models.DecimalField(
        _("From quantity"), max_digits=14, decimal_places=3, default=Decimal(1)
    )
    lead_time_days = models.PositiveIntegerField(_("Lead time (days)"), null=True, blank=True)
    offered_on = models.DateField(_("Offered on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["product_id", "-offered_on", "-id"]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.product_id} {self.cost}"
