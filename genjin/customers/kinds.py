"""The record kinds of this folder, as the journal, the search and other folders know them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import (
    Contact,
    Customer,
    CustomerValue,
    Interaction,
    ListEntry,
    NextStep,
    PublicPool,
    RoleHint,
    Tag,
)
from genjin.customers.models.customer import GATED_BY
from genjin.customers.models.customer import KIND as CUSTOMER
from genjin.fields.actions import on_change
from genjin.fields.kinds import FieldKind, register_fields
from genjin.fields.models import CustomField
from genjin.fields.queries import searched_text
from genjin.people import access
from genjin.people.models import User
from genjin.records.registry import RecordKind, find, register
from genjin.search.jobs import rebuild_slice
from genjin.web import navigation

CONTACT_PERSONAL = frozenset(
    {
        "name", "name_local", "salutation", "job_title", "city", "languages", "points", "birthday_month",
        "birthday_day", "career_note", "topics", "taboos", "source_detail", "remarks", "preferred_time",
        "preferred_from", "preferred_to", "china_visits_per_year", "last_china_visit", "next_china_visit",
        "sensitive_note", "custom",
    }
)  # fmt: skip


def field_labels(model: type[Model]) -> dict[str, Any]:
    """What people call the fields; those of foreign keys also under their column's name."""
    labels: dict[str, Any] = {}
    for field in model._meta.get_fields():
        label = getattr(field, "verbose_name", None)
        if label is not None:
            labels[field.name] = label
            labels[getattr(field, "attname", field.name)] = label
    return labels


def choice_labels(model: type[Model]) -> Any:
    """A function that names the values of fields with choices; of other values it says nothing."""
    choices: dict[str, dict[Any, Any]] = {
        f.name: dict(f.flatchoices) for f in model._meta.concrete_fields if f.choices
    }

    def label(name: str, value: Any) -> str:
        known = choices.get(name, {})
        return str(known[value]) if isinstance(value, str | int) and value in known else ""

    return label


OF_CUSTOMERS = {
    "tags": _("Tags"), "collaborators": _("Collaborators"), "serial": _("Customer code"),
    "annual_purchase_currency": _("Currency"), "not_before_set_at": _("Entered on"),
}  # fmt: skip
OF_STEPS = {
    "due": _("Due"), "state": _("State"), "kind": _("Kind"), "owner_id": _("Owner"),
    "contact_id": _("Contact"), "closing_reason": _("Reason"),
}  # fmt: skip
OF_LISTS = {
    "name": pgettext_lazy("tag", "Name"), "name_zh": _("Name in Chinese"), "name_en": _("Name in English"),
    "colour": _("Colour"), "position": pgettext_lazy("in a list", "Position"), "is_active": _("In use"),
    "replaced_by_id": _("Replaced by"),
}  # fmt: skip


def _all_of(model: type[Model], user: User) -> QuerySet[Any]:
    """Everybody who signs in may see these."""
    return model._default_manager.all()


def _customer_text(customer: Customer) -> tuple[str, str]:
    further = (
        customer.name_local, customer.short_name, customer.number, customer.city, customer.website,
        customer.domain, customer.phone, customer.main_products, customer.remarks,
        # What was merged into it is found by its old number and names, and leads here.
        *(text for old in customer.merged.all() for text in _names(old)),
    )  # fmt: skip
    return customer.name, "\n".join(text for text in further if text)


def _names(customer: Customer) -> tuple[str, ...]:
    return customer.number, customer.name, customer.name_local, customer.short_name


def _contact_text(contact: Contact) -> tuple[str, str]:
    points = [point.value for point in contact.points.all()]
    return contact.name, "\n".join(t for t in (contact.name_local, contact.job_title, *points) if t)


CUSTOMER_WORDS = (
    "name", "name_local", "short_name", "city", "website", "phone", "main_products", "remarks", *GATED_BY,
)  # fmt: skip
"""The fields after whose change a customer is found otherwise, or by others."""
CUSTOMER_COLUMNS = (
    "name", "name_local", "short_name", "serial", "city", "website", "domain", "phone", "main_products",
    "remarks", "owner", "custom", "deleted_at",
)  # fmt: skip
CONTACT_COLUMNS = ("name", "name_local", "job_title", "customer__owner", "custom", "deleted_at")
"""What the index reads of them, of nearly a hundred columns."""
POOL_GATE = "p"


def customer_gates(customer: Customer) -> list[str]:
    """Behind which gates a customer lies for the search: its owner's or the pool's, its collaborators'."""
    owner = f"o{customer.owner_id}" if customer.owner_id else POOL_GATE
    return [owner, *(f"c{link.user_id}" for link in customer.collaborations.all())]


def customer_keys(user: User) -> list[str] | None:
    """The gates that open to a person, as `Customer.objects.visible_to` would say it."""
    may = access.of(user)
    scope = may.scope(CUSTOMER)
    if scope == "ALL":
        return None
    if scope == "NONE":
        return []
    owners = set(may.covers)
    if scope == "TEAM":
        owners.update(User.objects.filter(team_id__in=sorted(may.team_ids)).values_list("pk", flat=True))
    return [POOL_GATE, *(f"o{pk}" for pk in owners), *(f"c{pk}" for pk in may.covers)]


ENTRIES = (
    navigation.Entry("customers", _("Customers"), "customers:list", "customers", order=30, phone=True),
    navigation.Entry(
        "new customer", _("New customer"), "customers:create", "plus", place="palette", order=31
    ),
    navigation.Entry(
        "customer bin",
        _("Recycle bin"),
        "customers:bin",
        "trash",
        place="palette",
        right="recycle",
        order=90,
    ),
    navigation.Entry(
        "lists", _("Lists"), "customers:lists", "list", place="settings", right="edit_policy", order=150
    ),
    navigation.Entry(
        "hints",
        _("Negotiation hints"),
        "customers:hints",
        "chat",
        place="settings",
        right="edit_policy",
        order=151,
    ),
    navigation.Entry(
        "duplicates",
        _("Duplicates"),
        "customers:pairs",
        "copy",
        place="palette",
        order=32,
        keywords="疑似重复 查重 duplicate double merge",
    ),
    navigation.Entry(
        "pools",
        _("Public pools"),
        "customers:pools",
        "inbox",
        place="settings",
        order=149,
        keywords="公海 领取 public pool claim",
    ),
    navigation.Entry(
        "hand_over",
        _("Hand-over"),
        "customers:hand_overs",
        "users",
        place="settings",
        right="assign_owner",
        order=113,
        keywords="leaver reassign 交接 离职",
    ),
    navigation.Entry(
        "merges",
        _("Merged customers"),
        "customers:merges",
        "copy",
        place="palette",
        order=91,
        keywords="合并 merge undo duplicates 查重",
    ),
    navigation.Entry("tags", _("Tags"), "customers:tag_list", "tag", place="settings", order=152),
)


def register_entries() -> None:
    """Put the pages of this folder into rail, palette and settings; an entry without address is not shown."""
    for entry in ENTRIES:
        navigation.register_entry(entry)


def register_all() -> None:
    """Put the kinds of this folder on the register."""
    register(
        RecordKind(
            name="customers.customer", label=_("Customer"), plural=_("Customers"), model=Customer,
            visible_to=Customer.objects.visible_to, title=lambda c: c.name,
            url_name="customers:customer", icon="building", customer_of=lambda c: c.pk,
            search_text=_customer_text,
            search_fields=CUSTOMER_WORDS,
            search_more=partial(searched_text, CUSTOMER),
            search_prefetch=("collaborations", "merged"), search_columns=CUSTOMER_COLUMNS,
            gates=customer_gates, keys=customer_keys,
            field_labels=field_labels(Customer) | OF_CUSTOMERS,
            value_labels=choice_labels(Customer),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="customers.contact", label=_("Contact"), plural=_("Contacts"), model=Contact,
            visible_to=Contact.objects.visible_to, title=lambda c: c.name,
            url_name="customers:contact", icon="user", customer_of=lambda c: c.customer_id,
            personal=CONTACT_PERSONAL, search_text=_contact_text,
            search_fields=("name", "name_local", "job_title", "points"),
            search_more=partial(searched_text, "customers.contact"),
            search_prefetch=("points", "customer__collaborations"), search_columns=CONTACT_COLUMNS,
            gates=lambda c: customer_gates(c.customer), keys=customer_keys,
            field_labels=field_labels(Contact) | {"points": _("Ways to reach")},
            value_labels=choice_labels(Contact),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="customers.interaction", label=_("Contact log"), plural=_("Contact logs"),
            model=Interaction, visible_to=Interaction.objects.visible_to,
            title=lambda i: f"{i.happened_at:%Y-%m-%d}", icon="chat", customer_of=lambda i: i.customer_id,
            personal=frozenset({"content", "reaction_note", "custom"}),
            field_labels=field_labels(Interaction), value_labels=choice_labels(Interaction),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="customers.nextstep", label=_("Next step"), plural=_("Next steps"), model=NextStep,
            visible_to=lambda user: NextStep.objects.filter(
                Customer.objects.visible_to(user).beside("customer_id")
            ),
            title=lambda s: s.purpose, icon="calendar", customer_of=lambda s: s.customer_id,
            field_labels=field_labels(NextStep) | OF_STEPS, value_labels=choice_labels(NextStep),
        )
    )  # fmt: skip
    _register_choices()
    register_fields(FieldKind(CUSTOMER, _("Customers"), Customer, CustomerValue))
    register_fields(FieldKind("customers.contact", _("Contacts"), Contact))
    register_fields(FieldKind("customers.interaction", _("Contact logs"), Interaction))
    on_change(_index_anew)


def _index_anew(field: CustomField) -> None:
    """Have everybody of the kind found, or found no longer, by the values of a field."""
    kind = find(field.kind)
    if field.type in CustomField.WRITTEN and kind is not None and kind.search_more is not None:
        rebuild_slice.enqueue(field.kind)


def _register_choices() -> None:
    """What the company makes for itself: pools, tags, lists, hints."""
    register(
        RecordKind(
            name="customers.publicpool", label=_("Public pool"), plural=_("Public pools"), model=PublicPool,
            visible_to=PublicPool.objects.visible_to, title=str, url_name="customers:pool", icon="inbox",
            field_labels=field_labels(PublicPool) | OF_LISTS,
        )
    )  # fmt: skip
    for model, label, plural in (
        (Tag, _("Tag"), _("Tags")),
        (ListEntry, _("Choice"), _("Choices")),
        (RoleHint, _("Negotiation hint"), _("Negotiation hints")),
    ):
        register(
            RecordKind(
                name=model._meta.label_lower, label=label, plural=plural, model=model,
                visible_to=partial(_all_of, model), title=str,
                url_name="", icon="tag", field_labels=field_labels(model) | OF_LISTS,
                value_labels=choice_labels(model),
            )
        )  # fmt: skip
