"""What is done on an order's page or on the board by one small form or press."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from genjin.customers.actions import Refused
from genjin.customers.views.basis import one_or_404
from genjin.files import actions as files
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales import order_forms, order_page, progress_mail
from genjin.sales.actions import order_changes, order_nodes, order_sales, samples
from genjin.sales.models import Order, OrderKind, OrderLine, OrderNode, SampleDetails
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.order_views import order_or_404
from genjin.sales.order_words import CHECKLIST
from genjin.sales.small_forms import small_form
from genjin.web import answers
from genjin.web.guards import requires


def page_of(order: Order, anchor: str = "") -> str:
    """Address of an order's page."""
    return reverse("sales:order", args=[order.pk]) + (f"#{anchor}" if anchor else "")


def _node_or_404(request: Request, pk: int) -> OrderNode:
    node = OrderNode.objects.filter(pk=pk).first()
    if node is None:
        raise Http404
    node.order = order_or_404(request, node.order_id, edit=True)
    return node


def _line_or_404(request: Request, pk: int) -> OrderLine:
    line = OrderLine.objects.filter(pk=pk).first()
    if line is None:
        raise Http404
    line.order = order_or_404(request, line.order_id, edit=True)
    return line


@require_POST
@requires()
def node(request: Request, pk: int) -> HttpResponse:
    """Save what was typed into a node's row; the nodes come back as they are then."""
    found = _node_or_404(request, pk)
    form = order_forms.NodeDaysForm(request.POST)
    if not form.is_valid():
        return _nodes(request, found.order, str(next(iter(form.errors.values()))[0]))
    names = [name for name in form.cleaned_data if name in request.POST and name != "version"]
    changes = {name: form.cleaned_data[name] for name in names}
    return _change_node(request, found, changes, form.cleaned_data["version"])


@require_POST
@requires()
def node_done(request: Request, pk: int) -> HttpResponse:
    """A node is done today."""
    found = _node_or_404(request, pk)
    return _change_node(request, found, {"actual_on": timezone.localdate(request.now)}, None)


def _change_node(
    request: Request, found: OrderNode, changes: dict[str, Any], version: int | None
) -> HttpResponse:
    try:
        order_nodes.change_node(
            node_id=found.pk, changes=changes, by=request.user, at=request.now, expected_version=version
        )
    except Refused as error:
        return _nodes(request, found.order, error.messages[0])
    if not request.htmx:
        return HttpResponseRedirect(page_of(found.order, "nodes"))
    return _nodes(request, found.order)


def _nodes(request: Request, order: Order, error: str = "") -> HttpResponse:
    """The nodes as a fragment, or back on the order's page."""
    if not request.htmx:
        if error:
            messages.error(request, error)
        return HttpResponseRedirect(page_of(order, "nodes"))
    order.refresh_from_db()
    context = {
        "order": order, "may_edit": True, "node_error": error,
        **order_page.nodes_context(order, timezone.localdate(request.now)),
    }  # fmt: skip
    response = render(request, "sales/_nodes.html", context, status=422 if error else 200)
    return response if error else answers.changed(request, response)


@requires()
def edit_node(request: Request, pk: int) -> HttpResponse:
    """Everything of a node: dates, who sees to it, the factory, a note."""
    found = _node_or_404(request, pk)
    form = order_forms.NodeForm(request.POST or None, node=found, by=last_editor(found.order))
    return small_form(
        request, form,
        lambda: order_nodes.change_node(
            node_id=pk, changes=form.changes(), by=request.user, at=request.now,
            expected_version=found.order.version,
        ),
        title=found.name or found.get_kind_display(), to=page_of(found.order, "nodes"),
        template="sales/_node_fields.html", node=found,
    )  # fmt: skip


@requires()
def add_node(request: Request, pk: int) -> HttpResponse:
    """A node of one's own."""
    found = order_or_404(request, pk, edit=True)
    form = order_forms.NewNodeForm(request.POST or None)
    return small_form(
        request, form,
        lambda: order_nodes.add_node(
            order_id=pk, name=form.cleaned_data["name"], planned_on=form.cleaned_data["planned_on"],
            by=request.user, at=request.now,
        ),
        title=_("Add a node"), to=page_of(found, "nodes"),
    )  # fmt: skip


@require_POST
@requires()
def remove_node(request: Request, pk: int) -> HttpResponse:
    """Take a node away."""
    found = _node_or_404(request, pk)
    to = page_of(found.order, "nodes")
    return _pressed(request, lambda: order_nodes.remove_node(node_id=pk, by=request.user, at=request.now), to)


def _pressed(request: Request, do: Callable[[], Any], to: str, said: object = "") -> HttpResponse:
    """Do what one press asks for; what is refused is told."""
    try:
        do()
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, to)
    return answers.saved(request, to, said or _("Saved"))


def _next_node(order: Order) -> OrderNode:
    rows = order.nodes.filter(actual_on=None, kind=order.next_node_kind, planned_on=order.next_node_on)
    found = rows.order_by("position", "pk").first()
    if found is None:
        raise Http404
    return found


@requires()
def next_done(request: Request, pk: int) -> HttpResponse:
    """On the board: the next node of an order is done."""
    return _next(request, pk, "actual_on", _("Next node is done"))


@requires()
def next_moved(request: Request, pk: int) -> HttpResponse:
    """On the board: the next node of an order gets another date."""
    return _next(request, pk, "planned_on", _("Move the next node"))


def _next(request: Request, pk: int, column: str, title: str) -> HttpResponse:
    found = order_or_404(request, pk, edit=True)
    following = _next_node(found)
    first = timezone.localdate(request.now) if column == "actual_on" else following.planned_on
    form = order_forms.DayForm(request.POST or None, initial={"day": first})
    return small_form(
        request, form,
        lambda: order_nodes.change_node(
            node_id=following.pk, changes={column: form.cleaned_data["day"]}, by=request.user,
            at=request.now,
        ),
        title=title, to=answers.back_to(request, _board(request)),
        text=f"{found.number} · {following.name or following.get_kind_display()}",
    )  # fmt: skip


def _board(request: Request) -> str:
    """The board as it was shown, if the dialog was opened there."""
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    board = reverse("sales:board")
    return f"{board}?{here.query}" if here.path == board and here.query else board


@requires()
def order_state(request: Request, pk: int) -> HttpResponse:
    """How far an order is, by hand; dropping a card on another column posts the same."""
    found = order_or_404(request, pk, edit=True)
    form = order_forms.StateForm(request.POST or None, initial={"state": found.state})
    given = order_forms.as_id(request.POST.get("version"))
    return small_form(
        request, form,
        lambda: order_nodes.set_state(
            order_id=pk, state=form.cleaned_data["state"], by=request.user, at=request.now,
            expected_version=given,
        ),
        title=_("Change the state"), to=_board(request) if request.htmx else page_of(found),
        text=found.number,
    )  # fmt: skip


@requires()
def order_downstream(request: Request, pk: int) -> HttpResponse:
    """What became of the goods, by hand (dimension 10)."""
    found = order_or_404(request, pk, edit=True)
    form = order_forms.DownstreamForm(request.POST or None, initial={"state": found.downstream_state})
    return small_form(
        request, form,
        lambda: order_nodes.set_downstream(
            order_ids=[pk], state=form.cleaned_data["state"], by=request.user, at=request.now
        ),
        title=_("Downstream state"), to=page_of(found),
    )  # fmt: skip


@requires()
def cancel_order(request: Request, pk: int) -> HttpResponse:
    """Cancel an order, with a reason."""
    found = order_or_404(request, pk, edit=True)
    form = order_forms.CancelForm(request.POST or None)
    return small_form(
        request, form,
        lambda: order_changes.cancel_order(
            order_id=pk, reason=form.cleaned_data["reason"], by=request.user, at=request.now
        ),
        title=_("Cancel the order"), to=page_of(found), submit=_("Cancel the order"), danger=True,
    )  # fmt: skip


@requires()
def cancel_quantity(request: Request, pk: int) -> HttpResponse:
    """Cancel a part of a line."""
    line = _line_or_404(request, pk)
    form = order_forms.CancelQuantityForm(request.POST or None)
    return small_form(
        request, form,
        lambda: order_changes.cancel_quantity(
            line_id=pk, quantity=form.cleaned_data["quantity"], reason=form.cleaned_data["reason"],
            by=request.user, at=request.now,
        ),
        title=_("Cancel a quantity"), to=page_of(line.order, "lines"), text=f"{line.code} {line.description}",
    )  # fmt: skip


@require_POST
@requires()
def close_order(request: Request, pk: int) -> HttpResponse:
    """The order is done."""
    found = order_or_404(request, pk, edit=True)
    act = lambda: order_changes.close_order(order_id=pk, by=request.user, at=request.now)  # noqa: E731
    return _pressed(request, act, page_of(found), pgettext("order", "Closed"))


@require_POST
@requires()
def reopen_order(request: Request, pk: int) -> HttpResponse:
    """It is not done after all."""
    found = order_or_404(request, pk, edit=True)
    act = lambda: order_changes.reopen(order_id=pk, by=request.user, at=request.now)  # noqa: E731
    return _pressed(request, act, page_of(found), _("Reopened"))


@require_POST
@requires("recycle")
def recycle_order(request: Request, pk: int) -> HttpResponse:
    """Put an order into the recycle bin; it can be taken back at once."""
    found = order_or_404(request, pk, edit=True)
    try:
        order_changes.recycle(order_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, page_of(found))
    undo = reverse("sales:restore_order", args=[pk])
    return answers.saved(request, reverse("sales:board"), _("Moved to the recycle bin"), undo=undo)


@require_POST
@requires("recycle")
def restore_order(request: Request, pk: int) -> HttpResponse:
    """Take an order out of the recycle bin."""
    gone = one_or_404(Order.objects.in_bin(request.user), pk)
    try:
        order_changes.restore(order_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, reverse("sales:board"))
    return answers.saved(request, page_of(gone), _("Restored"))


@require_POST
@requires()
def checklist(request: Request, pk: int) -> HttpResponse:
    """What was confirmed on entering (003-30)."""
    found = order_or_404(request, pk, edit=True)
    ticked = {name: name in request.POST for name in CHECKLIST}
    return _pressed(
        request,
        lambda: order_changes.change_order(
            order_id=pk, changes={"checklist": ticked}, by=request.user, at=request.now
        ),
        page_of(found),
    )


@requires()
def shares(request: Request, pk: int) -> HttpResponse:
    """Whose result the order is; together 100 percent (B-16)."""
    found = order_or_404(request, pk, edit=True)
    known = list(found.shares.order_by("pk").values_list("user", "percent")) or [
        (found.owner_id, Decimal(100))
    ]
    initial: dict[str, Any] = {}
    for place, (user_id, percent) in enumerate(known[: order_forms.SharesForm.PEOPLE]):
        initial |= {f"user_{place}": user_id, f"percent_{place}": f"{Decimal(percent).normalize():f}"}
    form = order_forms.SharesForm(request.POST or None, initial=initial)
    return small_form(
        request, form,
        lambda: order_changes.change_order(
            order_id=pk, changes={}, shares=form.shares(), by=request.user, at=request.now
        ),
        title=_("Performance split"), to=page_of(found), text=_("Together the shares are 100 %."),
        template="sales/_shares_fields.html",
    )  # fmt: skip


@requires()
def sample(request: Request, pk: int) -> HttpResponse:
    """The life of a sample."""
    found = order_or_404(request, pk, edit=True)
    details = SampleDetails.objects.filter(order=found).first()
    if found.kind != OrderKind.SAMPLE or details is None:
        raise Http404
    initial = {name: getattr(details, name) for name in samples.SAMPLE}
    form = order_forms.SampleForm(request.POST or None, initial=initial)
    return small_form(
        request, form,
        lambda: samples.change_sample(
            order_id=pk, changes=form.cleaned_data, by=request.user, at=request.now
        ),
        title=_("Sample"), to=page_of(found, "sample"), template="sales/_sample_fields.html",
    )  # fmt: skip


@requires()
def spec_sheet(request: Request, pk: int) -> HttpResponse:
    """What a sample must be like (002-58)."""
    line = _line_or_404(request, pk)
    shown = "\n".join(f"{name}: {text}" for name, text in line.spec_sheet.items())
    form = order_forms.SpecSheetForm(request.POST or None, initial={"sheet": shown})
    return small_form(
        request, form,
        lambda: samples.set_spec_sheet(
            line_id=pk, spec_sheet=form.entries(), by=request.user, at=request.now
        ),
        title=_("Specification sheet"), to=page_of(line.order, "lines"),
        text=f"{line.code} {line.description}",
    )  # fmt: skip


@requires()
def sell_through(request: Request, pk: int) -> HttpResponse:
    """What the customer says of the sale (003-21)."""
    found = order_or_404(request, pk, edit=True)
    form = order_forms.SaleForm(
        request.POST or None, customer_id=found.customer_id,
        initial={"day": timezone.localdate(request.now)},
    )  # fmt: skip

    def save() -> None:
        data = dict(form.cleaned_data)
        told_by = data.pop("informant")
        order_sales.record_sale(
            order_id=pk, informant_id=told_by.pk if told_by else None, by=request.user, at=request.now,
            **data,
        )  # fmt: skip

    return small_form(request, form, save, title=_("How it sells"), to=page_of(found, "sell-through"))


@require_POST
@requires()
def order_files(request: Request, pk: int) -> HttpResponse:
    """Attach photos of the progress, and other files."""
    found = order_or_404(request, pk, edit=True)
    form = order_forms.OrderFilesForm(request.POST, request.FILES)
    to = page_of(found, "progress")
    if not form.is_valid():
        messages.error(request, str(form.errors["attachments"][0]))
        return answers.saved(request, to)
    try:
        stored = [
            (files.put(at=request.now, stream=upload.file), upload.name)
            for upload in form.cleaned_data["attachments"]
        ]
    except files.Refused as error:
        messages.error(request, str(error))
        return answers.saved(request, to)
    with transaction.atomic():
        files.attach(
            by=request.user, at=request.now, kind=ORDER_KIND, object_id=pk, customer_id=found.customer_id,
            files=stored,
        )  # fmt: skip
    return answers.saved(request, to, _("Attached"))


@require_POST
@requires()
def share_progress(request: Request, pk: int) -> HttpResponse:
    """Note that the customer was shown the progress, by whatever way (003-23)."""
    found = order_or_404(request, pk, edit=True)
    to = page_of(found, "progress")
    try:
        order_sales.share_progress(order_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, to)
    return answers.saved(request, to, _("Noted as shared"))


@require_POST
@requires()
def write_progress(request: Request, pk: int) -> HttpResponse:
    """Begin the mail that shows the customer the progress, with the photos he has not seen."""
    found = order_or_404(request, pk, edit=True)
    try:
        mail = progress_mail.write(order=found, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, page_of(found, "progress"))
    return HttpResponseRedirect(reverse("mail:draft", args=[mail.pk]))
