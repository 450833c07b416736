"""The words of trade: terms, ways of payment and transport (glossary C.4, C.5)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Incoterm(models.TextChoices):
    """Incoterms 2020, then older ones that stay readable (B-16)."""

    EXW = "EXW", "EXW"
    FCA = "FCA", "FCA"
    CPT = "CPT", "CPT"
    CIP = "CIP", "CIP"
    DAP = "DAP", "DAP"
    DPU = "DPU", "DPU"
    DDP = "DDP", "DDP"
    FAS = "FAS", "FAS"
    FOB = "FOB", "FOB"
    CFR = "CFR", "CFR"
    CIF = "CIF", "CIF"
    DDU = "DDU", "DDU"
    DAT = "DAT", "DAT"
    DAF = "DAF", "DAF"
    DES = "DES", "DES"
    DEQ = "DEQ", "DEQ"


OLD_INCOTERMS = frozenset({Incoterm.DDU, Incoterm.DAT, Incoterm.DAF, Incoterm.DES, Incoterm.DEQ})
"""Shown where they stand; no longer offered."""


class PaymentMethod(models.TextChoices):
    """How the customer pays."""

    TT = "TT", _("T/T")
    TT_ADVANCE = "TT_ADVANCE", _("T/T in advance")
    LC = "LC", _("L/C")
    DP = "DP", _("D/P")
    DA = "DA", _("D/A")
    OA = "OA", _("Open account (O/A)")
    WESTERN_UNION = "WESTERN_UNION", _("Western Union")
    PAYPAL = "PAYPAL", "PayPal"
    CREDIT_CARD = "CREDIT_CARD", _("Credit card")
    ALIPAY = "ALIPAY", _("Alipay")
    WECHAT = "WECHAT", _("WeChat Pay")
    OTHER = "OTHER", pgettext_lazy("payment", "Other")


class TransportMode(models.TextChoices):
    """How the goods travel."""

    SEA = "SEA", pgettext_lazy("transport", "Sea")
    AIR = "AIR", pgettext_lazy("transport", "Air")
    RAIL = "RAIL", pgettext_lazy("transport", "Rail")
    ROAD = "ROAD", pgettext_lazy("transport", "Road")
    COURIER = "COURIER", pgettext_lazy("transport", "Courier")
    POST = "POST", pgettext_lazy("transport", "Post")
    OTHER = "OTHER", pgettext_lazy("transport", "Other")


class ContainerType(models.TextChoices):
    """Containers, and less than one."""

    GP20 = "20GP", "20GP"
    GP40 = "40GP", "40GP"
    HQ40 = "40HQ", "40HQ"
    HQ45 = "45HQ", "45HQ"
    LCL = "LCL", "LCL"


class ChargeKind(models.TextChoices):
    """What stands below the goods of an offer or an order; its amount has its sign."""

    FREIGHT = "FREIGHT", _("Freight")
    INSURANCE = "INSURANCE", _("Insurance")
    SAMPLE_FEE = "SAMPLE_FEE", _("Sample fee")
    DISCOUNT = "DISCOUNT", _("Discount")
    CREDIT = "CREDIT", _("Customer credit")
    OTHER = "OTHER", pgettext_lazy("charge", "Other charge")
