"""The profile of a customer, and the short form that makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from genjin.customers.list_choices import followed
from genjin.customers.models import Contact, Country, Customer, ListEntry
from genjin.customers.models.dimension import FollowGrade
from genjin.fields.forms import CustomFieldsMixin
from genjin.fields.models import CustomField
from genjin.people.models import User, bilingual
from genjin.records.prepared import Prepared
from genjin.web.forms import LONGEST_KEY, Checks, Combo, Form, LongTextField, Pick, TextField
from genjin.web.versions import VersionedForm

Lists = Mapping[str, Sequence[ListEntry]]
LIST_FIELDS = {
    "business_type": ListEntry.List.BUSINESS_TYPE,
    "industry": ListEntry.List.INDUSTRY,
    "customer_group": ListEntry.List.CUSTOMER_GROUP,
    "source": ListEntry.List.SOURCE,
}
NETWORKS = ("linkedin", "facebook", "instagram")
"""Networks whose addresses are kept of a company (003-14)."""


def entry_choices(entries: Sequence[ListEntry], current: ListEntry | None = None) -> list[tuple[str, str]]:
    """The choices in use, and the current one though it be out of use."""
    rows = list(entries)
    if current is not None and current not in rows:
        rows.append(current)
    return [("", "—"), *((str(e.pk), str(e)) for e in rows)]


def country_choices() -> list[tuple[str, str]]:
    """All countries by name in the reader's language."""
    return list(_named(tuple(_COUNTRIES()), get_language()))


_COUNTRIES = Prepared(lambda: Country.objects.values_list("code", "name_zh", "name_en"))


@lru_cache(maxsize=4)
def _named(rows: tuple[tuple[str, str, str], ...], language: str | None) -> list[tuple[str, str]]:
    """Sorted once, as long as there are the same countries."""
    named = ((code, bilingual(zh, en)) for code, zh, en in rows)
    return [("", "—"), *sorted(named, key=lambda row: row[1])]


class CustomerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One customer; a key that no column can hold is an unknown one."""

    def to_python(self, value: Any) -> Any:
        """The customer of that key."""
        key = str(getattr(value, "pk", value) or "")
        if key and not (key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class CustomerForm(CustomFieldsMixin, VersionedForm):
    """Everything of the profile; dimensions and owners are changed on the customer's page."""

    name = TextField(label=gettext_lazy("Company name"), max_length=200)
    name_local = TextField(
        label=gettext_lazy("Name in Chinese or local script"), max_length=200, required=False
    )
    short_name = TextField(label=gettext_lazy("Short name"), max_length=40)
    same_name_reason = TextField(
        label=gettext_lazy("Why it is another company of the same name"), max_length=200, required=False,
        help_text=gettext_lazy("With a reason it may be entered all the same; the history keeps it."),
    )  # fmt: skip
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, widget=Combo)
    city = TextField(label=gettext_lazy("City"), max_length=80, required=False)
    address = TextField(label=gettext_lazy("Address"), max_length=300, required=False)
    timezone = TextField(
        label=gettext_lazy("Time zone"), max_length=64, required=False,
        help_text=gettext_lazy("Only if it differs from that of the city, such as Asia/Dubai."),
    )  # fmt: skip
    website = TextField(label=gettext_lazy("Website"), max_length=200, required=False)
    phone = TextField(label=gettext_lazy("Phone"), max_length=40, required=False)
    fax = TextField(label=gettext_lazy("Fax"), max_length=40, required=False)
    business_type = forms.ChoiceField(label=gettext_lazy("Business type"), required=False)
    industry = forms.ChoiceField(label=gettext_lazy("Industry"), required=False)
    customer_group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)
    sales_channels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sales channels"), required=False, coerce=int,
        widget=Checks(attrs={"inline": True}),
    )  # fmt: skip
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    source_detail = TextField(
        label=gettext_lazy("Source in detail"), max_length=200, required=False,
        help_text=gettext_lazy("Which exhibition, which platform."),
    )  # fmt: skip
    referrer = CustomerField(
        label=gettext_lazy("Introduced by customer"), required=False, queryset=Customer.objects.none(),
        widget=Combo(source=reverse_lazy("customers:options")),
    )  # fmt: skip
    referrer_name = TextField(
        label=gettext_lazy("Introduced by somebody else"), max_length=120, required=False
    )
    founded_year = forms.IntegerField(
        label=gettext_lazy("Founded"), min_value=1000, max_value=2100, required=False
    )
    employees = forms.IntegerField(
        label=gettext_lazy("Employees"), min_value=0, max_value=10_000_000, required=False
    )
    annual_purchase = forms.DecimalField(
        label=gettext_lazy("Annual purchase"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    annual_purchase_currency = forms.RegexField(
        r"^[A-Z]{3}$", label=gettext_lazy("Currency"), max_length=3, required=False,
        error_messages={
            "invalid": gettext_lazy("Write the three capital letters of the currency, such as EUR.")
        },
    )  # fmt: skip
    main_products = LongTextField(
        label=gettext_lazy("Main products"), max_length=2000, required=False, rows=2
    )
    advantages = LongTextField(label=gettext_lazy("Advantages"), max_length=2000, required=False, rows=2)
    structure_note = LongTextField(
        label=gettext_lazy("Organisation structure"), max_length=2000, required=False, rows=2
    )
    market_note = LongTextField(
        label=gettext_lazy("Market position and supply chain"), max_length=2000, required=False, rows=2
    )
    is_brand_owner = forms.BooleanField(label=gettext_lazy("Brand owner"), required=False)
    buys_in_china = forms.ChoiceField(
        label=gettext_lazy("Buys in China"), required=False, widget=Pick,
        choices=[("", gettext_lazy("Unknown")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )  # fmt: skip
    is_first_china_purchase = forms.BooleanField(
        label=gettext_lazy("First purchase from China"), required=False,
        help_text=gettext_lazy("Needs help with customs clearance."),
    )  # fmt: skip
    china_agent = TextField(label=gettext_lazy("Agent or forwarder in China"), max_length=200, required=False)
    linkedin = TextField(label="LinkedIn", max_length=200, required=False)
    facebook = TextField(label="Facebook", max_length=200, required=False)
    instagram = TextField(label="Instagram", max_length=200, required=False)
    remarks = LongTextField(label=gettext_lazy("Remarks"), max_length=5000, required=False, rows=3)

    def __init__(
        self,
        data: Any,
        *args: Any,
        lists: Lists,
        customer: Customer,
        channels: Sequence[ListEntry],
        user: User,
        custom: Sequence[CustomField] = (),
        **options: Any,
    ) -> None:
        current = {
            name: getattr(customer, name)
            for name in self.base_fields
            if hasattr(customer, name) and name not in (*LIST_FIELDS, "country", "sales_channels", "referrer")
        }
        current["buys_in_china"] = {True: "yes", False: "no"}.get(customer.buys_in_china, "")  # type: ignore[arg-type]
        current |= {name: str(getattr(customer, f"{name}_id") or "") for name in LIST_FIELDS}
        current |= {name: (customer.social_links or {}).get(name, "") for name in NETWORKS}
        current |= {"country": customer.country_id or "", "sales_channels": [e.pk for e in channels]}
        current["referrer"] = customer.referrer
        data = followed(data, (*LIST_FIELDS, "sales_channels"), "")
        super().__init__(data, *args, current=current, version=customer.version, **options)
        fill_lists(self, lists, customer, channels)
        self.customer = customer
        # An introducer whom a colleague chose stays, though this reader could not choose it.
        visible = Exists(Customer.objects.visible_to(user).filter(pk=OuterRef("pk")))
        choosable = Customer.objects.filter(visible | Q(pk=customer.referrer_id)).exclude(pk=customer.pk)
        self.fields["referrer"].queryset = choosable  # type: ignore[attr-defined]
        self.take_fields(custom, customer)

    def changes(self) -> dict[str, Any]:
        """What `change_customer` takes."""
        data = dict(self.cleaned_data)
        referrer = data.pop("referrer")
        data["referrer_id"] = referrer.pk if referrer else None
        return row_of(data, self.customer.social_links)

    def clean(self) -> dict[str, Any]:
        """One introducer, not two."""
        cleaned = super().clean()
        if cleaned.get("referrer") and cleaned.get("referrer_name"):
            self.add_error("referrer_name", _("Choose a customer or write a name, not both."))
        return cleaned


def fill_lists(
    form: forms.Form, lists: Lists, customer: Customer | None = None, channels: Sequence[ListEntry] = ()
) -> None:
    """Give the fields of editable lists and the country their choices; what a customer has is among them."""
    fields: dict[str, Any] = form.fields
    for name, list_ in LIST_FIELDS.items():
        if name in fields:
            fields[name].choices = entry_choices(lists[list_], getattr(customer, name, None))
    if "sales_channels" in fields:
        offered = lists[ListEntry.List.SALES_CHANNEL]
        rows = [*offered, *(e for e in channels if e not in offered)]
        fields["sales_channels"].choices = [(e.pk, str(e)) for e in rows]
    if "country" in fields:
        fields["country"].choices = country_choices()


def row_of(data: Mapping[str, Any], social: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The columns of a customer that cleaned values of a form mean."""
    row = dict(data)
    for name in (*LIST_FIELDS,):
        if name in row:
            row[f"{name}_id"] = int(row.pop(name) or 0) or None
    if "country" in row:
        row["country_id"] = row.pop("country") or None
    if "sales_channels" in row:
        row["sales_channel_ids"] = row.pop("sales_channels")
    if "linkedin" in row:
        given = {name: row.pop(name) for name in NETWORKS}
        others = {k: v for k, v in (social or {}).items() if k not in given}
        row["social_links"] = {**others, **{k: v for k, v in given.items() if v}}
    if row.get("buys_in_china") in ("", "yes", "no"):
        row["buys_in_china"] = {"yes": True, "no": False}.get(row["buys_in_china"])
    return row


class CustomValuesForm(CustomFieldsMixin, VersionedForm):
    """The custom fields of one record, or some of them, edited on its page."""

    def __init__(
        self,
        *args: Any,
        record: Customer | Contact,
        custom: Sequence[CustomField],
        **options: Any,
    ) -> None:
        super().__init__(*args, current={}, version=record.version, **options)
        self.take_fields(custom, record)


class NewCustomerForm(CustomFieldsMixin, Form):
    """What one knows in the first minute; the rest is added on the customer's page."""

    name = TextField(label=gettext_lazy("Company name"), max_length=200)
    name_local = TextField(
        label=gettext_lazy("Name in Chinese or local script"), max_length=200, required=False
    )
    short_name = TextField(
        label=gettext_lazy("Short name"), max_length=40, required=False,
        help_text=gettext_lazy("Part of the customer code; made from the name when left empty."),
    )  # fmt: skip
    same_name_reason = TextField(
        label=gettext_lazy("Why it is another company of the same name"), max_length=200, required=False,
        help_text=gettext_lazy("With a reason it may be entered all the same; the history keeps it."),
    )  # fmt: skip
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, widget=Combo)
    city = TextField(label=gettext_lazy("City"), max_length=80, required=False)
    website = TextField(label=gettext_lazy("Website"), max_length=200, required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    source_detail = TextField(
        label=gettext_lazy("Source in detail"), max_length=200, required=False,
        help_text=gettext_lazy("Which exhibition, which platform."),
    )  # fmt: skip
    business_type = forms.ChoiceField(label=gettext_lazy("Business type"), required=False)
    follow_grade = forms.ChoiceField(
        label=gettext_lazy("Follow-up grade"), choices=FollowGrade.choices, required=False, widget=Pick
    )
    main_products = LongTextField(
        label=gettext_lazy("Main products"), max_length=2000, required=False, rows=2
    )
    remarks = LongTextField(label=gettext_lazy("Remarks"), max_length=5000, required=False, rows=2)
    contact_name = TextField(label=gettext_lazy("Name"), max_length=120, required=False)
    contact_job_title = TextField(label=gettext_lazy("Position"), max_length=120, required=False)
    contact_department = forms.ChoiceField(
        label=gettext_lazy("Department"), required=False, choices=[("", "—"), *Contact.Department.choices]
    )
    contact_email = TextField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    contact_phone = TextField(label=gettext_lazy("Mobile or WhatsApp"), max_length=40, required=False)

    def __init__(
        self, data: Any, *args: Any, lists: Lists, custom: Sequence[CustomField] = (), **options: Any
    ) -> None:
        super().__init__(followed(data, tuple(LIST_FIELDS), ""), *args, **options)
        fill_lists(self, lists)
        self.take_fields(custom)

    def clean(self) -> dict[str, Any]:
        """Whoever gives a way to reach somebody names the person."""
        cleaned = super().clean() or self.cleaned_data
        reach = cleaned.get("contact_email") or cleaned.get("contact_phone")
        if reach and not cleaned.get("contact_name") and "contact_name" not in self.errors:
            self.add_error("contact_name", _("Whose is it? Give the person's name."))
        return cleaned

    def row(self) -> dict[str, Any]:
        """What `create_customer` takes."""
        own = {k: v for k, v in self.cleaned_data.items() if not k.startswith("contact_")}
        return row_of(own)

    def ways(self) -> list[tuple[str, str]]:
        """How the first contact is reached, as far as was typed."""
        data = self.cleaned_data
        return [("EMAIL", data["contact_email"]), ("MOBILE", data["contact_phone"])]

    def contact_row(self, customer_id: int) -> dict[str, Any] | None:
        """What `create_contact` takes, None when no person was named."""
        data = self.cleaned_data
        if not data.get("contact_name"):
            return None
        return {
            "customer_id": customer_id,
            "name": data["contact_name"],
            "job_title": data["contact_job_title"],
            "department": data["contact_department"],
            "points": [{"kind": kind, "value": value} for kind, value in self.ways() if value],
        }
