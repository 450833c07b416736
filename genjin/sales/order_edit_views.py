"""Placing an order by hand and editing it: head, lines and charges in one form, also without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers.actions import Refused
from genjin.customers.actions.next_steps import NextStepDraft, add_next_step
from genjin.customers.models import Customer
from genjin.customers.queries import addressee_of, may_write
from genjin.customers.views.basis import reads_again
from genjin.fields.queries import fields_of
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales.actions.order_changes import EditedLine, change_order
from genjin.sales.actions.order_drafts import TERMS
from genjin.sales.actions.orders import NewOrder, known_products, place_order
from genjin.sales.models import Order, OrderKind, OrderLine
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.order_forms import ChargeForm, LineForm, NewSampleForm, OrderForm, as_id
from genjin.sales.order_views import order_or_404
from genjin.web import answers
from genjin.web.errors import error_page
from genjin.web.forms import Form, Overtaken
from genjin.web.guards import requires
from genjin.web.once import save_once

NAMES = {"contact_id": "contact", "owner_id": "owner", "customer_id": "customer"}
LINE = ("code", "description", "colour", "spec", "model", "quantity", "unit", "unit_price")
FRESH, ADDED = 3, 5
MOST_ROWS = 2500
"""More rows than an order may have lines are read, so that too many are refused and not cut off."""
ASK_AFTER = timedelta(days=14)


@dataclass
class Rows:
    """The forms of lines and charges of one page."""

    lines: list[LineForm]
    charges: list[ChargeForm]
    sheets: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def are_valid(self) -> bool:
        """Whether all that are filled in are right."""
        rows: list[Form] = [*self.filled_lines(), *self.filled_charges()]
        checked = [row.is_valid() for row in rows]
        return all(checked)

    def filled_lines(self) -> list[LineForm]:
        """Those in which something was typed."""
        return [row for row in self.lines if not row.is_blank]

    def filled_charges(self) -> list[ChargeForm]:
        """Those with an amount."""
        return [row for row in self.charges if not row.is_blank]

    def text(self) -> str:
        """All of them as one comparable text, for edits at the same time."""
        lines = [" · ".join(str(row.data.get(row.add_prefix(n)) or "") for n in LINE) for row in self.lines]
        names = ("kind", "label", "amount")
        lines += [
            " · ".join(str(row.data.get(row.add_prefix(n)) or "") for n in names)
            for row in self.filled_charges()
        ]
        return "\n".join(line for line in lines if line.strip(" ·"))


@requires()
def create(request: Request) -> HttpResponse:
    """Place an order: for a customer, as a repeat of another one, or after a sample."""
    if not may_write(request.access):
        return error_page(request, 404)
    order, customer, stored = _beginning(request)
    sample = NewSampleForm(
        request.POST or None, prefix="sample",
        initial={"follow_up_on": timezone.localdate(request.now) + ASK_AFTER},
    )  # fmt: skip
    return _form(request, order, customer, stored, (), sample)


def _beginning(request: Request) -> tuple[Order, Customer | None, list[dict[str, Any]]]:
    """An unsaved order with what the address tells, and its lines."""
    today = timezone.localdate(request.now)
    order = Order(ordered_on=today, owner=request.user, version=0)
    if request.GET.get("kind") in OrderKind.values:
        order.kind = request.GET["kind"]
    source = as_id(request.GET.get("sample")) or as_id(request.GET.get("copy"))
    if source is None:
        pk = as_id(request.GET.get("customer"))
        customer = Customer.objects.editable_by(request.user).filter(pk=pk).first() if pk else None
        return _for_customer(order, customer), customer, []
    old = order_or_404(request, source)
    is_sample = "sample" in request.GET
    for name in TERMS:
        setattr(order, name, getattr(old, name))
    order.kind = old.kind if old.kind != OrderKind.SAMPLE else OrderKind.BULK
    order.contact_id = old.contact_id
    stored = [_given(line, is_sample=is_sample) for line in old.lines.order_by("position", "pk")]
    return order, old.customer, stored


def _for_customer(order: Order, customer: Customer | None) -> Order:
    """On the terms of the customer's last order."""
    last = Order.objects.alive().filter(customer=customer).first() if customer else None
    if last is not None:
        for name in TERMS:
            if name not in ("remarks", "shipping_marks"):
                setattr(order, name, getattr(last, name))
    if customer is not None:
        order.contact_id = addressee_of(customer.pk, last.contact_id if last else None)
    return order


def _given(line: OrderLine, *, is_sample: bool) -> dict[str, Any]:
    """A line to begin with; a sample's quantity is not that of the bulk order."""
    values: dict[str, Any] = {name: getattr(line, name) for name in LINE}
    values["product"] = line.product_id
    if is_sample:
        values |= {"sample_line": line.pk, "quantity": None, "unit_price": None}
    return values


@requires()
@reads_again
def edit(request: Request, pk: int) -> HttpResponse:
    """Change an order: head, lines, charges."""
    order = order_or_404(request, pk, edit=True)
    stored = [
        {name: getattr(line, name) for name in LINE}
        | {"id": line.pk, "product": line.product_id, "sample_line": line.sample_line_id}
        for line in order.lines.order_by("position", "pk")
    ]
    charges = [{name: getattr(c, name) for name in ("kind", "label", "amount")} for c in order.charges.all()]
    return _form(request, order, order.customer, stored, charges, None)


def _form(
    request: Request,
    order: Order,
    customer: Customer | None,
    lines: Sequence[Mapping[str, Any]],
    charges: Sequence[Mapping[str, Any]],
    sample: NewSampleForm | None,
) -> HttpResponse:
    stored = _rows(lines, charges, fresh=0)
    posted = request.POST.copy() if request.method == "POST" else None
    rows = _posted(request) if posted is not None else _rows(lines, charges, fresh=FRESH)
    rows.sheets = _sheets(rows)
    custom = fields_of(ORDER_KIND, request.user)
    options: dict[str, Any] = {
        "order": order, "customer": customer, "user": request.user, "lines_text": stored.text(),
        "custom": custom, "by": last_editor(order) if order.pk else "",
    }  # fmt: skip
    if posted is not None and _only_rows(request):
        # A row was added or taken away: the same form again, nothing is checked or saved.
        initial = {name: posted.get(name) for name in posted}
        form = OrderForm(None, **options, initial=initial)
        form.initial["version"] = posted.get("version", "")
    else:
        if posted is not None:
            posted["lines_shown"] = rows.text()
        form = OrderForm(posted, **options)
        if (
            posted is not None
            and _are_valid(form, rows, sample)
            and (to := _save(request, form, rows, sample))
        ):
            return answers.saved(request, to, _("Saved"))
    context = {
        "form": form, "order": order, "customer": customer, "rows": rows, "sample": sample,
        "to": reverse("sales:order", args=[order.pk]) if order.pk else reverse("sales:board"),
    }  # fmt: skip
    return render(request, "sales/order_form.html", context)


def _are_valid(form: OrderForm, rows: Rows, sample: NewSampleForm | None) -> bool:
    kind = form.data.get("kind")
    checks = [form.is_valid(), rows.are_valid()]
    if sample is not None and kind == OrderKind.SAMPLE:
        checks.append(sample.is_valid())
    return all(checks)


def _only_rows(request: Request) -> bool:
    return any(name in request.POST for name in ("add_line", "remove_line", "add_charge"))


def _rows(lines: Sequence[Mapping[str, Any]], charges: Sequence[Mapping[str, Any]], *, fresh: int) -> Rows:
    products = known_products(as_id(line.get("product")) for line in lines)
    blank: list[Mapping[str, Any]] = [{} for _place in range(fresh)]
    return Rows(
        [
            LineForm(_data("lines", n, given), prefix=f"lines-{n}", products=products)
            for n, given in enumerate([*lines, *blank])
        ],
        [
            ChargeForm(_data("charges", n, given), prefix=f"charges-{n}")
            for n, given in enumerate([*charges, *blank[:1]])
        ],
    )


def _data(group: str, place: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """As if it had been posted; numbers without needless zeros."""
    return {
        f"{group}-{place}-{name}": f"{value.normalize():f}" if isinstance(value, Decimal) else value
        for name, value in given.items()
        if value not in (None, "")
    }


def _posted(request: Request) -> Rows:
    lines = _posted_rows(request, "lines", ("id", "sample_line", "product", *LINE))
    charges = _posted_rows(request, "charges", ("kind", "label", "amount"))
    gone = as_id(request.POST.get("remove_line"))
    if gone is not None and gone < len(lines):
        del lines[gone]
    if "add_line" in request.POST:
        lines += [{} for _place in range(ADDED)]
    if "add_charge" in request.POST:
        charges.append({})
    return _rows(lines, charges[:100], fresh=0)


def _posted_rows(request: Request, group: str, names: Sequence[str]) -> list[dict[str, Any]]:
    count = min(as_id(request.POST.get(f"{group}-count")) or 0, MOST_ROWS)
    return [
        {name: request.POST.get(f"{group}-{place}-{name}", "") for name in names} for place in range(count)
    ]


def _sheets(rows: Rows) -> dict[int, Mapping[str, str]]:
    """Specification sheets of the lines and of the samples they are made after."""
    ids = [
        pk
        for row in rows.lines
        for name in ("id", "sample_line")
        if (pk := as_id(row.data.get(row.add_prefix(name)))) is not None
    ]
    if not ids:
        return {}
    return dict(OrderLine.objects.filter(pk__in=ids).values_list("pk", "spec_sheet"))


def _save(request: Request, form: OrderForm, rows: Rows, sample: NewSampleForm | None) -> str | None:
    """Save and give the address to go to; what the action refuses goes beside its field."""
    order = form.order
    try:
        if order.pk is None:
            to, _is_new = save_once(request, lambda: _place(request, form, rows, sample))
            return to
        change_order(
            order_id=order.pk,
            changes=form.changes(),
            lines=[EditedLine(row.line(rows.sheets), row.cleaned_data["id"]) for row in rows.filled_lines()],
            charges=[row.charge() for row in rows.filled_charges()],
            by=request.user,
            at=request.now,
            expected_version=order.version,
        )
        return reverse("sales:order", args=[order.pk])
    except Refused as error:
        refuse(form, rows, error)
        return None


@transaction.atomic
def _place(request: Request, form: OrderForm, rows: Rows, sample: NewSampleForm | None) -> str:
    changes = form.changes()
    names = {"contact_id", "owner_id", "kind", "customer_po_no", "ordered_on", "delivery_on", "number"}
    head = {name: changes[name] for name in names}
    customer = form.cleaned_data["customer"]
    is_sample = changes["kind"] == OrderKind.SAMPLE and sample is not None
    asked = sample.cleaned_data if is_sample and sample is not None else {}
    order = place_order(
        item=NewOrder(
            customer_id=customer.pk,
            lines=[row.line(rows.sheets) for row in rows.filled_lines()],
            charges=[row.charge() for row in rows.filled_charges()],
            terms={name: changes[name] for name in TERMS},
            exchange_rate=changes["exchange_rate"],
            sample={k: v for k, v in asked.items() if k != "follow_up_on"},
            custom={k: v for k, v in changes.items() if k.startswith("custom.")},
            **head,
        ),
        by=request.user,
        at=request.now,
    )
    if asked.get("follow_up_on"):
        _follow_up(request, order, asked["follow_up_on"])
    return reverse("sales:order", args=[order.pk])


def _follow_up(request: Request, order: Order, day: date) -> None:
    """Who asks for a sample is interested: the next step asks how it was (002-56)."""
    purpose = _("Ask how sample %(number)s is") % {"number": order.number}
    try:
        add_next_step(
            customer_id=order.customer_id,
            draft=NextStepDraft(purpose=purpose, due_on=day, contact_id=order.contact_id),
            by=request.user,
            at=request.now,
        )
    except Refused as error:
        raise Refused({"sample-follow_up_on": error.messages[0]}) from None


def refuse(form: OrderForm, rows: Rows, error: ValidationError) -> None:
    """Put what was refused beside its field, in the head or in the row that it names."""
    if isinstance(error, Overtaken):
        raise error
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    groups: dict[str, Sequence[Form]] = {"lines": rows.filled_lines(), "charges": rows.filled_charges()}
    for name, errors in error.error_dict.items():
        group, _dash, rest = name.partition("-")
        place, _dash, column = rest.partition("-")
        if group in groups and place.isdecimal() and int(place) < len(groups[group]):
            row = groups[group][int(place)]
            row.add_error(column if column in row.fields else None, errors)
            continue
        shown = NAMES.get(name, name)
        form.add_error(shown if shown in form.fields else None, errors)
