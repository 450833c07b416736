"""The settings of documents: seller, bank, terms, colour, numbers, with a look at the result."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from genjin.customers.actions import Refused
from genjin.customers.views.basis import reads_again
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales.actions.layouts import change_layout
from genjin.sales.document_parts import Firm, day, goods_table, sums_of, words_of
from genjin.sales.documents import pdf
from genjin.sales.documents.content import Content, Section
from genjin.sales.documents.words import LANGUAGES, word
from genjin.sales.models import DocumentLayout, NumberKind, OfferLine
from genjin.sales.offer_document_views import LOCKED
from genjin.sales.offer_views import today_of
from genjin.web import answers
from genjin.web.addresses import address_if_any
from genjin.web.forms import LongTextField, TextField, refuse
from genjin.web.guards import requires
from genjin.web.versions import VersionedForm

FIELDS = (
    "seller_name", "seller_name_zh", "seller_address", "seller_phone", "seller_email", "accent",
    "bank_details", "quotation_terms", "proforma_terms", "default_validity_days", "approve_below_margin",
)  # fmt: skip
NUMBER_LABELS = {
    NumberKind.QUOTATION: gettext_lazy("Quotations"),
    NumberKind.PROFORMA: gettext_lazy("Proforma invoices"),
    NumberKind.ORDER: gettext_lazy("Orders"),
    NumberKind.SAMPLE: gettext_lazy("Samples"),
    NumberKind.SHIPMENT: gettext_lazy("Shipments"),
    NumberKind.COMMERCIAL_INVOICE: gettext_lazy("Commercial invoices"),
    NumberKind.PACKING_LIST: gettext_lazy("Packing lists"),
    NumberKind.RECEIPT: gettext_lazy("Receipts"),
    NumberKind.CREDIT_NOTE: gettext_lazy("Credit notes"),
}


class LayoutForm(VersionedForm):
    """All of it."""

    seller_name = TextField(label=gettext_lazy("Name on documents"), required=False)
    seller_name_zh = TextField(label=gettext_lazy("Name in Chinese"), required=False)
    seller_address = LongTextField(label=gettext_lazy("Address"), max_length=500, required=False)
    seller_phone = TextField(label=gettext_lazy("Phone"), max_length=60, required=False)
    seller_email = TextField(label=gettext_lazy("Mail address"), max_length=254, required=False)
    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}\Z", label=gettext_lazy("Colour"), widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": gettext_lazy("Choose a colour such as #1f4f8f.")},
    )  # fmt: skip
    bank_details = LongTextField(
        label=gettext_lazy("Bank details"), max_length=3000, required=False, rows=5,
        help_text=gettext_lazy("Beneficiary, bank, account, SWIFT: as customers must type them."),
    )  # fmt: skip
    quotation_terms = LongTextField(
        label=gettext_lazy("Terms on quotations"), max_length=8000, required=False
    )
    proforma_terms = LongTextField(
        label=gettext_lazy("Terms on proforma invoices"), max_length=8000, required=False
    )
    default_validity_days = forms.IntegerField(
        label=gettext_lazy("Quotations are valid for (days)"), min_value=1, max_value=1000
    )
    approve_below_margin = forms.DecimalField(
        label=gettext_lazy("Approval below a margin of (%)"), min_value=0, max_value=100, max_digits=5,
        decimal_places=2,
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind, label in NUMBER_LABELS.items():
            name = f"prefix_{kind.value}"
            self.fields[name] = TextField(label=label, max_length=8, required=False)
            self.fields[name].initial = self.current.get(name, "")
        self.initial["version"] = self._snapshot()

    @property
    def prefixes(self) -> list[Any]:
        """The fields of number prefixes."""
        return [self[f"prefix_{kind.value}"] for kind in NUMBER_LABELS]


def _stored(layout: DocumentLayout) -> dict[str, Any]:
    own = layout.number_prefixes
    return {name: getattr(layout, name) for name in FIELDS} | {
        f"prefix_{kind.value}": own.get(kind.value, kind.value) for kind in NUMBER_LABELS
    }


@requires("administer")
@reads_again
def layout(request: Request) -> HttpResponse:
    """Look at it and change it."""
    stored = DocumentLayout.objects.filter(pk=1).first() or DocumentLayout(pk=1)
    form = LayoutForm(
        request.POST or None, current=_stored(stored), version=stored.version,
        by=last_editor(stored),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        values = {name: data[name] for name in FIELDS} | {"accent": data["accent"].lower()}
        values["number_prefixes"] = {kind.value: data[f"prefix_{kind.value}"] for kind in NUMBER_LABELS}
        try:
            change_layout(values=values, by=request.user, at=request.now)
        except Refused as error:
            refuse(form, error)
        else:
            return answers.saved(request, reverse("sales:layout"), _("Saved"))
    context = {
        "form": form, "languages": LANGUAGES.items(), "logo_url": address_if_any("files:change_logo"),
    }  # fmt: skip
    return render(request, "sales/layout.html", context)


@require_safe
@requires("administer")
def layout_preview(request: Request, ending: str) -> HttpResponse:
    """How documents look now, with made-up goods."""
    language = request.GET.get("language", "en-zh")
    language = language if language in LANGUAGES else "en-zh"
    if ending not in ("pdf", "png"):
        raise Http404
    firm = Firm.current()
    content, pictures = _sample(firm, language, request), firm.pictures()
    data = pdf.render(content, pictures) if ending == "pdf" else pdf.render_picture(content, pictures)
    response = HttpResponse(data, content_type="application/pdf" if ending == "pdf" else "image/png")
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sample(firm: Firm, language: str, request: Request) -> Content:
    today = today_of(request)
    lines = [
        OfferLine(
            code=f"LED-{number}", description=name, spec=spec, quantity=Decimal(quantity), unit="pcs",
            unit_price=Decimal(price),
        )
        for number, name, spec, quantity, price in (
            (101, "LED bulb A60 9W 灯泡", "E27, 2700 K, 806 lm", 5000, "0.685"),
            (204, "Panel light 60 × 60 面板灯", "36 W, UGR < 19", 800, "11.40"),
        )
    ]  # fmt: skip
    goods = Decimal("12545.00")
    sections = [
        Section(word(key, language), text)
        for key, text in (("bank", firm.layout.bank_details), ("terms", firm.layout.proforma_terms))
        if text.strip()
    ]
    return Content(
        title=word("proforma", language),
        number=f"{firm.layout.number_prefixes.get('PI', 'PI')}{today.year}-0042",
        language=language,
        currency="USD",
        accent=firm.layout.accent,
        seller=firm.lines(),
        buyer_label=word("buyer", language),
        buyer=("Example Trading LLC", "12 Harbour Road", "Rotterdam"),
        facts=(
            (word("date", language), day(today, language)),
            (word("valid_until", language), day(today + timedelta(days=30), language)),
            (word("price_terms", language), "FOB Ningbo"),
        ),
        tables=(goods_table(lines, "USD", language),),
        sums=sums_of(goods, (), goods, "USD", language),
        words=words_of(goods, "USD", language),
        sections=tuple(sections),
        signatures=(word("seller", language), word("buyer", language)),
    )
