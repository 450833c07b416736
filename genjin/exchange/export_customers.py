"""Customers, contacts and contact logs as sheets: what the customer list shows, to this reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.columns import COLUMNS
from genjin.customers.list_views import asked_for, columns_for, columns_with, filters_for
from genjin.customers.masking import is_masked, mask
from genjin.customers.models import Contact, ContactPoint, Customer, Interaction
from genjin.customers.models.customer import KIND, Customers
from genjin.exchange.export_fields import custom_columns
from genjin.exchange.export_sheets import ALL, Asked, Column, Exportable, Reader, Sheet, register
from genjin.fields.columns import sorted_by
from genjin.fields.queries import fields_of
from genjin.people import access
from genjin.web.lists import in_force

CHUNK = 500
Value = Callable[[Any, Reader], Any]


def customers_seen(reader: Reader, asked: Asked) -> Customers:
    """The customers of the list with its filters, in no order; without a reader all that are alive."""
    if reader.user is None:
        return Customer.objects.alive().filter(is_confirmed=True)
    form = filters_for(reader.user, asked.query)
    return asked_for(reader.user, form, asked.query, now=reader.at, zone=reader.zone)


def filter_in_words(reader: Reader, asked: Asked) -> str:
    """The filters in force as people read them, for the journal."""
    if reader.user is None:
        return ""
    form = filters_for(reader.user, asked.query)
    pairs = in_force(form) if form.is_valid() else []
    return _("; ").join(
        _("%(label)s: %(text)s") % {"label": label, "text": text} for _n, label, text in pairs
    )


def hides(customer: Customer, reader: Reader) -> bool:
    """Whether the reader sees the customer's contact data masked; needs its collaborations loaded."""
    if reader.user is None:
        return False
    shared = frozenset(link.user_id for link in customer.collaborations.all())
    return is_masked(customer, access.of(reader.user), shared)


def _of(name: str) -> Value:
    """The attribute itself."""
    return lambda row, reader: getattr(row, name)


def _named(name: str) -> Value:
    """The record or choice as it is called; nothing for none."""
    return lambda row, reader: str(getattr(row, name) or "")


def _choice(name: str) -> Value:
    return lambda row, reader: str(getattr(row, f"get_{name}_display")())


def _primary(name: str) -> Value:
    return lambda row, reader: next((getattr(c, name) for c in row.primary_contacts), "")


def _phone(name: str) -> Value:
    def value(row: Customer, reader: Reader) -> str:
        number: str = getattr(row, name)
        return mask(ContactPoint.Kind.PHONE, number) if hides(row, reader) else number

    return value


def _owner(row: Customer, reader: Reader) -> str:
    return str(row.owner) if row.owner else _("Public pool")


def _key_account(row: Customer, reader: Reader) -> str:
    return "" if row.key_account == "NO" else str(row.get_key_account_display())


def _tags(row: Customer, reader: Reader) -> str:
    return _(", ").join(tag.name for tag in row.tags.all())


NAME = Column("name", gettext_lazy("Customer"), _of("name"), 32)
CODE = Column("number", gettext_lazy("Customer code"), _of("number"), 12)
OF_LIST: dict[str, tuple[Column, ...]] = {
    "name": (
        CODE,
        NAME,
        Column("name_local", gettext_lazy("Name in Chinese or local script"), _of("name_local"), 24),
        Column("is_priority", gettext_lazy("Priority customer"), _of("is_priority"), 8),
    ),
    "grade": (Column("follow_grade", gettext_lazy("Follow-up grade"), _choice("follow_grade"), 12),),
    "country": (
        Column("country", gettext_lazy("Country"), _named("country"), 14),
        Column("city", gettext_lazy("City"), _of("city"), 14),
    ),
    "contact": (
        Column("contact", gettext_lazy("Main contact"), _primary("name"), 20),
        Column("contact_title", gettext_lazy("Position"), _primary("job_title"), 20),
    ),
    "owner": (Column("owner", gettext_lazy("Owner"), _owner, 14),),
    "next_step": (
        Column("next_step_at", gettext_lazy("Next step due"), _of("next_step_at"), 17),
        Column("next_step", gettext_lazy("Next step"), _of("next_step_purpose"), 30),
    ),
    "last_contact": (Column("last_contact", gettext_lazy("Last contact"), _of("last_contact_at"), 17),),
    "last_follow_up": (
        Column("last_follow_up", gettext_lazy("Last follow-up"), _of("last_follow_up_at"), 17),
    ),
    "relationship": (
        Column("relationship_class", gettext_lazy("Relationship class"), _choice("relationship_class")),
    ),
    "value": (Column("value_class", gettext_lazy("Purchase class"), _choice("value_class")),),
    "stage": (Column("lifecycle_stage", gettext_lazy("Lifecycle stage"), _choice("lifecycle_stage")),),
    "dormancy": (Column("dormancy_state", gettext_lazy("Dormancy"), _choice("dormancy_state")),),
    "key_account": (Column("key_account", gettext_lazy("Key account"), _key_account, 12),),
    "scores": (
        Column("fit_score", gettext_lazy("Fit (1-5)"), _of("fit_score"), 8),
        Column("potential_score", gettext_lazy("Potential (1-5)"), _of("potential_score"), 8),
    ),
    "source": (Column("source", gettext_lazy("Source"), _named("source")),),
    "business_type": (Column("business_type", gettext_lazy("Business type"), _named("business_type")),),
    "tags": (Column("tags", gettext_lazy("Tags"), _tags, 24),),
    "follow_ups": (Column("follow_up_count", gettext_lazy("Follow-ups"), _of("follow_up_count"), 10),),
    "returns": (Column("returns_on", gettext_lazy("Returns to the pool"), _of("returns_on"), 12),),
    "pool": (Column("pool", gettext_lazy("Public pool"), _named("pool"), 16),),
    "created": (Column("created_at", gettext_lazy("Created"), _of("created_at"), 17),),
}
FURTHER = (
    Column("short_name", gettext_lazy("Short name"), _of("short_name")),
    Column("address", gettext_lazy("Address"), _of("address"), 30),
    Column("website", gettext_lazy("Website"), _of("website"), 24),
    Column("phone", gettext_lazy("Phone"), _phone("phone"), 18),
    Column("fax", gettext_lazy("Fax"), _phone("fax"), 18),
    Column("industry", gettext_lazy("Industry"), _named("industry")),
    Column("customer_group", gettext_lazy("Group"), _named("customer_group")),
    Column("source_detail", gettext_lazy("Source in detail"), _of("source_detail"), 20),
    Column("founded_year", gettext_lazy("Founded"), _of("founded_year"), 10),
    Column("employees", gettext_lazy("Employees"), _of("employees"), 10),
    Column("annual_purchase", gettext_lazy("Annual purchase"), _of("annual_purchase")),
    Column(
        "annual_purchase_currency",
        gettext_lazy("Currency"),
        lambda row, reader: row.annual_purchase_currency if row.annual_purchase is not None else "",
        8,
    ),
    Column("main_products", gettext_lazy("Main products"), _of("main_products"), 30),
    Column("advantages", gettext_lazy("Advantages"), _of("advantages"), 30),
    Column("not_before", gettext_lazy("Do not contact before"), _of("not_before"), 12),
    Column("remarks", gettext_lazy("Remarks"), _of("remarks"), 40),
)


def customer_columns(names: Iterable[str], reader: Reader) -> tuple[Column, ...]:
    """The columns of a sheet for these columns of the list, in the list's order, custom fields last."""
    wanted = set(names)
    shown = COLUMNS.shown(wanted, COLUMNS.default)
    own = [column for one in shown for column in OF_LIST[one.name]]
    return (*own, *(c for c in custom_columns(KIND, reader) if c.name.partition(":")[0] in wanted))


def all_customer_columns(reader: Reader) -> tuple[Column, ...]:
    """Everything that a row about a customer can say."""
    return (*customer_columns(COLUMNS.by_name, reader), *FURTHER, *custom_columns(KIND, reader))


def with_related(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Customers with all that their columns read, in a fixed number of queries a chunk."""
    first = Contact.objects.alive().filter(is_primary=True).only("customer_id", "name", "job_title")
    related = ("country", "owner", "source", "business_type", "industry", "customer_group", "pool")
    return rows.select_related(*related).prefetch_related(
        "tags", "collaborations", Prefetch("contacts", queryset=first, to_attr="primary_contacts")
    )


def _customers(reader: Reader, asked: Asked) -> Iterable[Sheet]:
    sorting = columns_with(fields_of(KIND, reader.user)).sorting(asked.query.get("sort"))
    key = F(sorting.column.sort)
    order = key.desc(nulls_last=True) if sorting.descending else key.asc(nulls_last=True)
    rows = sorted_by(with_related(customers_seen(reader, asked)), sorting)
    rows = rows.order_by(order, "-pk" if sorting.descending else "pk")
    yield Sheet(_("Customers"), columns_of(reader, asked), rows.iterator(chunk_size=CHUNK))


def columns_of(reader: Reader, asked: Asked) -> tuple[Column, ...]:
    """The columns that are wanted: those shown in the list, or all."""
    if asked.columns == ALL or reader.user is None:
        return all_customer_columns(reader)
    return customer_columns(columns_for(reader.user, asked.query), reader)


# Contacts


def _points(*kinds: str) -> Value:
    """The ways of these kinds to reach a person, masked where the page masks them."""

    def value(row: Contact, reader: Reader) -> str:
        hidden = hides(row.customer, reader)
        found = [point for point in row.points.all() if point.kind in kinds]
        texts = (mask(p.kind, p.normalised or p.value) if hidden else p.value for p in found)
        return _(", ").join(texts)

    return value


def _unmasked(name: str) -> Value:
    """Facts about a person that only insiders see."""
    return lambda row, reader: None if hides(row.customer, reader) else getattr(row, name)


def _of_customer(column: Column) -> Column:
    return Column(
        f"customer_{column.name}",
        column.label,
        lambda row, reader: column.value(row.customer, reader),
        column.width,
    )


def _birthday(row: Contact, reader: Reader) -> str:
    if hides(row.customer, reader) or not row.birthday_month or not row.birthday_day:
        return ""
    return f"{row.birthday_month:02d}-{row.birthday_day:02d}"


Kind = ContactPoint.Kind
NAMED = {Kind.EMAIL, Kind.MOBILE, Kind.PHONE, Kind.FAX, Kind.WHATSAPP, Kind.WECHAT}
CONTACT_COLUMNS = (
    _of_customer(CODE),
    _of_customer(NAME),
    Column("name", gettext_lazy("Name"), _of("name"), 22),
    Column("name_local", gettext_lazy("Name in local script"), _of("name_local"), 18),
    Column("salutation", gettext_lazy("Salutation"), _of("salutation"), 10),
    Column("job_title", gettext_lazy("Position"), _of("job_title"), 22),
    Column("department", gettext_lazy("Department"), _choice("department")),
    Column("decision_role", gettext_lazy("Decision role"), _choice("decision_role")),
    Column("relationship_depth", gettext_lazy("Relationship depth"), _choice("relationship_depth")),
    Column("is_primary", gettext_lazy("Main contact"), _of("is_primary"), 8),
    Column("is_key_person", gettext_lazy("Key person"), _of("is_key_person"), 8),
    Column("email", gettext_lazy("Mail"), _points(Kind.EMAIL), 30),
    Column("mobile", pgettext_lazy("contact point", "Mobile"), _points(Kind.MOBILE), 20),
    Column("phone", pgettext_lazy("contact point", "Phone"), _points(Kind.PHONE), 20),
    Column("fax", gettext_lazy("Fax"), _points(Kind.FAX), 18),
    Column("whatsapp", "WhatsApp", _points(Kind.WHATSAPP), 20),
    Column("wechat", gettext_lazy("WeChat"), _points(Kind.WECHAT), 18),
    Column(
        "other_points", gettext_lazy("Other ways to reach"), _points(*(k for k in Kind if k not in NAMED)), 24
    ),
    Column("country", gettext_lazy("Country"), _named("country"), 14),
    Column("city", gettext_lazy("City"), _of("city"), 14),
    Column("languages", gettext_lazy("Languages"), _of("languages")),
    Column("birthday", gettext_lazy("Birthday (month-day)"), _birthday, 12),
    Column("topics", gettext_lazy("Topics to talk about"), _unmasked("topics"), 24),
    Column("taboos", gettext_lazy("Taboos"), _unmasked("taboos"), 20),
    Column("left_on", gettext_lazy("Left the company on"), _of("left_on"), 12),
    Column("remarks", gettext_lazy("Remarks"), _unmasked("remarks"), 40),
)


def contacts_seen(reader: Reader, asked: Asked) -> QuerySet[Contact]:
    """The contacts of the customers seen."""
    return Contact.objects.alive().filter(customers_seen(reader, asked).order_by().beside("customer_id"))


def contact_columns(reader: Reader) -> tuple[Column, ...]:
    """The columns of contacts; custom fields are facts about a person that only insiders see."""
    custom = custom_columns(Contact._meta.label_lower, reader)
    return (*CONTACT_COLUMNS, *(_for_insiders(column) for column in custom))


def _for_insiders(column: Column) -> Column:
    def value(row: Contact, reader: Reader) -> Any:
        return None if hides(row.customer, reader) else column.value(row, reader)

    return replace(column, value=value)


def contacts_sheet(rows: QuerySet[Contact], columns: tuple[Column, ...]) -> Sheet:
    """These contacts with all that their columns read."""
    loaded = rows.select_related("country", "customer").prefetch_related("points", "customer__collaborations")
    ordered = loaded.order_by("customer_id", "-is_primary", "pk")
    return Sheet(_("Contacts"), columns, ordered.iterator(chunk_size=CHUNK))


# Contact logs


def _with(row: Interaction, reader: Reader) -> str:
    return _(", ").join(contact.name for contact in row.contacts.all())


INTERACTION_COLUMNS = (
    _of_customer(CODE),
    _of_customer(NAME),
    Column("happened_at", gettext_lazy("When"), _of("happened_at"), 17),
    Column("kind", gettext_lazy("Kind"), _choice("kind"), 14),
    Column("direction", gettext_lazy("Direction"), _choice("direction"), 18),
    Column("contacts", gettext_lazy("With"), _with, 22),
    Column("content", gettext_lazy("Content"), _of("content"), 60),
    Column("minutes", gettext_lazy("Minutes"), _of("minutes"), 8),
    Column("outcome", gettext_lazy("Outcome"), _choice("outcome"), 14),
    Column("reaction", gettext_lazy("Customer's reaction"), _choice("reaction"), 14),
    Column("reaction_note", gettext_lazy("Reaction in words"), _of("reaction_note"), 30),
    Column("satisfaction", gettext_lazy("Satisfaction (1-5)"), _of("satisfaction"), 8),
    Column("person", gettext_lazy("Logged by"), _named("person"), 14),
    Column("logged_at", gettext_lazy("Logged at"), _of("logged_at"), 17),
)


def interactions_seen(reader: Reader, asked: Asked) -> QuerySet[Interaction]:
    """The contact logs of the customers seen."""
    return Interaction.objects.alive().filter(customers_seen(reader, asked).order_by().beside("customer_id"))


def interaction_columns(reader: Reader) -> tuple[Column, ...]:
    """The columns of contact logs."""
    return (*INTERACTION_COLUMNS, *custom_columns(Interaction._meta.label_lower, reader))


def interactions_sheet(rows: QuerySet[Interaction], columns: tuple[Column, ...]) -> Sheet:
    """These logs with all that their columns read, the newest of each customer first."""
    loaded = rows.select_related("customer", "person").prefetch_related("contacts")
    ordered = loaded.order_by("customer_id", "-happened_at", "-pk")
    return Sheet(_("Contact logs"), columns, ordered.iterator(chunk_size=CHUNK))


def register_all() -> None:
    """Put these kinds into the table."""
    for kind in (
        Exportable("customers", gettext_lazy("Customers"), "building", customers_seen, _customers),
        Exportable(
            "contacts", gettext_lazy("Contacts"), "user", contacts_seen,
            lambda reader, asked: [contacts_sheet(contacts_seen(reader, asked), contact_columns(reader))],
        ),
        Exportable(
            "interactions", gettext_lazy("Contact logs"), "chat", interactions_seen,
            lambda reader, asked: [
                interactions_sheet(interactions_seen(reader, asked), interaction_columns(reader))
            ],
        ),
    ):  # fmt: skip
        register(kind)
