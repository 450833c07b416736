"""The cells of the customer list, a function a column.

They are functions and no templates because a page has 450 of them: rendered as templates they took as long as
everything else of the page together. What is stored always goes through `format_html`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from genjin.customers.models import Contact, Customer, Tag
from genjin.fields.columns import CustomColumn
from genjin.fields.names import COLUMN, is_custom
from genjin.web.lists import Column
from genjin.web.templatetags.web import day, grade, icon, moment_text

NOTHING = mark_safe("")


class Cells:
    """The cells of each row of one page, for one reader."""

    def __init__(self, columns: Sequence[Column], *, now: datetime, overdue_before: datetime) -> None:
        self.now, self.overdue_before = now, overdue_before
        self.list_url = reverse("customers:list")
        self.labels = {column.name: column.label for column in columns}
        self.renderers = [CELLS.get(column.name) or _custom(column) for column in columns]
        self.choices: dict[str, dict[Any, str]] = {}

    def of(self, customer: Customer) -> SafeString:
        """All cells of one row."""
        return SafeString("".join([render(self, customer) for render in self.renderers]))

    def choice(self, field: str, value: object) -> str:
        """The word for a value of a field with choices, looked up once a page."""
        if field not in self.choices:
            choices = Customer._meta.get_field(field).flatchoices  # type: ignore[union-attr]
            self.choices[field] = {stored: str(label) for stored, label in choices}
        return self.choices[field].get(value, str(value or ""))


def _small(text: object, css: str = "") -> SafeString:
    if text in (None, ""):
        return NOTHING
    return (
        format_html('<small class="{}">{}</small>', css, text)
        if css
        else format_html("<small>{}</small>", text)
    )


def _quiet(text: str) -> SafeString:
    return format_html('<span class="quiet">{}</span>', text)


def _name(cells: Cells, customer: Customer) -> SafeString:
    star = NOTHING
    if customer.is_priority:
        title = _("Priority customer")
        star = format_html(' <span class="accent-ink" title="{}">{}</span>', title, icon("star", "s", title))
    below = customer.number
    if customer.name_local:
        below = f"{below} · {customer.name_local}"
    return format_html(
        '<td class="main-cell fluid fluid-name"><a href="{}{}/" data-open><bdi>{}</bdi></a>{}'
        '<small class="cut">{}</small></td>',
        cells.list_url, customer.pk, customer.name, star, below,
    )  # fmt: skip


def _grade(cells: Cells, customer: Customer) -> SafeString:
    if not customer.follow_grade:
        return mark_safe('<td class="keep nowrap"></td>')
    word = cells.choice("follow_grade", customer.follow_grade)
    shown = grade(customer.grade_order, word, cells.labels["grade"])
    return format_html('<td class="keep nowrap">{}</td>', shown)


def _country(cells: Cells, customer: Customer) -> SafeString:
    return format_html(
        '<td class="fluid fluid-place">{}{}</td>', customer.country or "", _small(customer.city)
    )


def _contact(cells: Cells, customer: Customer) -> SafeString:
    people = format_html_join(
        "", "<bdi>{}</bdi>{}",
        ((contact.name, _small(contact.job_title, "cut")) for contact in customer.primary_contacts),  # type: ignore[attr-defined]
    )  # fmt: skip
    return format_html('<td class="fluid">{}</td>', people)


def _owner(cells: Cells, customer: Customer) -> SafeString:
    shown = str(customer.owner) if customer.owner else _quiet(_("Public pool"))
    return format_html('<td class="short">{}</td>', shown)


def _next_step(cells: Cells, customer: Customer) -> SafeString:
    shown = NOTHING
    if customer.next_step_at:
        css = "bad nowrap" if customer.next_step_at < cells.overdue_before else "nowrap"
        shown = format_html(
            '<span class="{}">{}</span><small class="cut">{}</small>',
            css, day(customer.next_step_at), customer.next_step_purpose,
        )  # fmt: skip
    elif customer.lacks_next_step:
        shown = format_html('<span class="warn nowrap">{}</span>', _("No next step"))
    return format_html('<td class="fluid fluid-text">{}</td>', shown)


def _last_contact(cells: Cells, customer: Customer) -> SafeString:
    at = customer.last_contact_at
    return format_html(
        '<td class="short">{}</td>', moment_text(at, cells.now, "ago") if at else _quiet(_("never"))
    )


def _last_follow_up(cells: Cells, customer: Customer) -> SafeString:
    at = customer.last_follow_up_at
    return format_html('<td class="short">{}</td>', moment_text(at, cells.now, "ago") if at else "")


def _key_account(cells: Cells, customer: Customer) -> SafeString:
    stored = customer.key_account
    return format_html(
        '<td class="short">{}</td>', "" if stored == "NO" else cells.choice("key_account", stored)
    )


def _scores(cells: Cells, customer: Customer) -> SafeString:
    fit = _("Fit %(n)s/5") % {"n": customer.fit_score} if customer.fit_score else ""
    potential = _("Potential %(n)s/5") % {"n": customer.potential_score} if customer.potential_score else ""
    return format_html('<td class="nowrap">{}{}</td>', fit, _small(potential))


def _tags(cells: Cells, customer: Customer) -> SafeString:
    chips = format_html_join(
        "",
        '<span class="chip tag-{}">{}</span>',
        ((tag.colour, tag.name) for tag in customer.shown_tags),  # type: ignore[attr-defined]
    )
    return format_html('<td class="fluid fluid-tags"><span class="chips">{}</span></td>', chips)


def _follow_ups(cells: Cells, customer: Customer) -> SafeString:
    return format_html('<td class="number">{}</td>', customer.follow_up_count)


def _returns(cells: Cells, customer: Customer) -> SafeString:
    shown: object = day(customer.returns_on)
    if not shown and customer.pool_locked:
        shown = _quiet(_("never"))
    return format_html('<td class="nowrap" data-label="{}">{}</td>', _("Returns on"), shown)


def _created(cells: Cells, customer: Customer) -> SafeString:
    return format_html('<td class="nowrap">{}</td>', day(customer.created_at))


Renderer = Callable[[Cells, Customer], SafeString]


def _choice(field: str) -> Renderer:
    def render(cells: Cells, customer: Customer) -> SafeString:
        return format_html('<td class="short">{}</td>', cells.choice(field, getattr(customer, field)))

    return render


def _entry(name: str, css: str) -> Renderer:
    """A column that shows another record by its name."""

    def render(cells: Cells, customer: Customer) -> SafeString:
        return format_html('<td class="{}">{}</td>', css, getattr(customer, name) or "")

    return render


def _custom(column: Column) -> Renderer:
    """A column that shows a custom field."""
    css = "number nowrap" if column.number else "fluid"

    def render(cells: Cells, customer: Customer) -> SafeString:
        told = column.tell(customer) if isinstance(column, CustomColumn) else None
        return format_html('<td class="{}">{}</td>', css, told.html if told else "")

    return render


CELLS: dict[str, Renderer] = {
    "name": _name,
    "grade": _grade,
    "country": _country,
    "contact": _contact,
    "owner": _owner,
    "next_step": _next_step,
    "last_contact": _last_contact,
    "last_follow_up": _last_follow_up,
    "relationship": _choice("relationship_class"),
    "value": _choice("value_class"),
    "stage": _choice("lifecycle_stage"),
    "dormancy": _choice("dormancy_state"),
    "key_account": _key_account,
    "scores": _scores,
    "source": _entry("source", "fluid"),
    "business_type": _entry("business_type", "fluid"),
    "tags": _tags,
    "follow_ups": _follow_ups,
    "returns": _returns,
    "pool": _entry("pool", "short"),
    "created": _created,
}
"""The renderer of each column of `columns.COLUMNS`, by name."""


NAMES = ("name_zh", "name_en")
JOINED = {
    "country": NAMES,
    "owner": (*NAMES, "email"),
    "source": NAMES,
    "business_type": NAMES,
    "pool": NAMES,
}
"""The columns that show another record, and what its name is made of."""
READS: dict[str, tuple[str, ...]] = {
    "name": ("serial", "name", "name_local", "is_priority"),
    "grade": ("follow_grade", "grade_order"),
    "country": ("city",),
    "next_step": ("next_step_at", "next_step_purpose", "lacks_next_step"),
    "last_contact": ("last_contact_at",),
    "last_follow_up": ("last_follow_up_at",),
    "relationship": ("relationship_class",),
    "value": ("value_class",),
    "stage": ("lifecycle_stage",),
    "dormancy": ("dormancy_state",),
    "key_account": ("key_account",),
    "scores": ("fit_score", "potential_score"),
    "follow_ups": ("follow_up_count",),
    "returns": ("returns_on", "pool_locked"),
    "created": ("created_at",),
}
"""Which of its own fields a column shows; of ninety a page needs fifteen."""


def with_what_is_shown(rows: QuerySet[Customer], chosen: Collection[str]) -> QuerySet[Customer]:
    """The rows with what these columns show and nothing else, in a fixed number of queries."""
    shown = {"name", *chosen}
    joined = [name for name in JOINED if name in shown]
    fields = [field for name in READS if name in shown for field in READS[name]]
    fields += [COLUMN] if any(is_custom(name) for name in shown) else []
    fields += [f"{name}__{field}" for name in joined for field in JOINED[name]]
    if joined:  # without names all relations would be joined
        rows = rows.select_related(*joined)
    if "tags" in shown:
        rows = rows.prefetch_related(Prefetch("tags", Tag.objects.all(), to_attr="shown_tags"))
    if "contact" in shown:
        first = Contact.objects.alive().filter(is_primary=True).only("customer_id", "name", "job_title")
        rows = rows.prefetch_related(Prefetch("contacts", queryset=first, to_attr="primary_contacts"))
    return rows.only(*fields)
