"""What is done on a shipment's page by one small form or press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers.actions import Refused
from genjin.customers.actions.basis import may
from genjin.customers.views.basis import one_or_404, reads_again, show_form
from genjin.files import actions as files
from genjin.files.forms import FilesField
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.rules.aftersales import FEEDBACK
from genjin.sales.actions import aftersales, testimonials
from genjin.sales.actions import shipments as actions
from genjin.sales.models import Shipment, Testimonial
from genjin.sales.models.shipment import COMPLAINT_KIND, SHIPMENT_KIND
from genjin.sales.shipment_forms import (
    ArrivalForm,
    FeedbackForm,
    ScheduleForm,
    ShipForm,
    StepForm,
    TestimonialForm,
)
from genjin.sales.shipment_views import shipment_or_404, step_of
from genjin.sales.small_forms import small_form
from genjin.web import answers
from genjin.web.forms import Form
from genjin.web.guards import requires


def page_of(pk: int, anchor: str = "") -> str:
    """Address of a shipment's page."""
    return reverse("sales:shipment", args=[pk]) + (f"#{anchor}" if anchor else "")


def _on(day: date, now: datetime) -> datetime:
    """That day: now if it is today, else its noon where the reader is."""
    if day == timezone.localdate(now):
        return now
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())


@requires()
def ship(request: Request, pk: int) -> HttpResponse:
    """The goods left."""
    found = shipment_or_404(request, pk, edit=True)
    initial = {name: getattr(found, name) for name in ("eta", "bl_no", "vessel", "voyage")}
    initial["shipped_on"] = found.atd or timezone.localdate(request.now)
    form = ShipForm(request.POST or None, initial=initial)

    def save() -> None:
        values = dict(form.cleaned_data)
        left_on = values.pop("shipped_on")
        actions.ship(
            shipment_id=pk, by=request.user, at=request.now, shipped_at=_on(left_on, request.now),
            values=values | {"atd": left_on},
        )  # fmt: skip

    text = _("The shipping advice is due today; the chain after the shipment begins.")
    return small_form(
        request, form, save, title=_("The goods have left"), to=page_of(pk), text=text, submit=_("Shipped")
    )


@requires()
@reads_again
def schedule(request: Request, pk: int) -> HttpResponse:
    """Move the dates of the voyage."""
    found = shipment_or_404(request, pk, edit=True)
    form = ScheduleForm(request.POST or None, shipment=found, by=last_editor(found))

    def save() -> None:
        dates = dict(form.cleaned_data)
        reason = dates.pop("reason")
        actions.revise_schedule(
            shipment_id=pk,
            dates=dates,
            reason=reason,
            by=request.user,
            at=request.now,
            expected=found.version,
        )

    return small_form(request, form, save, title=_("Vessel schedule"), to=page_of(pk))


@requires()
def arrival(request: Request, pk: int) -> HttpResponse:
    """What the customer says of clearance and receipt, with photos."""
    found = shipment_or_404(request, pk, edit=True)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ArrivalForm(*posted, shipment=found)

    def save() -> None:
        data = dict(form.cleaned_data)
        uploads = data.pop("photos")
        stored = [(files.put(at=request.now, stream=one.file), one.name) for one in uploads]
        complaint = aftersales.answer_arrival(shipment_id=pk, by=request.user, at=request.now, **data)
        if stored:
            kind, to = (COMPLAINT_KIND, complaint.pk) if complaint else (SHIPMENT_KIND, pk)
            _attach(request, kind, to, found.customer_id, stored)

    try:
        return small_form(
            request, form, save, title=_("Cleared, received, intact?"), to=page_of(pk),
            template="sales/_arrival_fields.html",
        )  # fmt: skip
    except files.Refused as error:
        form.add_error("photos", str(error))
        return show_form(request, form, title=_("Cleared, received, intact?"), to=page_of(pk))


@requires()
def feedback(request: Request, pk: int) -> HttpResponse:
    """What the customer says of sales, market and quality."""
    found = shipment_or_404(request, pk, edit=True)
    row = step_of(found, aftersales.step_named(FEEDBACK, found.owner_id))
    initial = {name: getattr(row, name) for name in FeedbackForm.base_fields} if row else {}
    form = FeedbackForm(request.POST or None, initial=initial)

    def save() -> None:
        aftersales.answer_feedback(shipment_id=pk, answers=form.cleaned_data, by=request.user, at=request.now)

    return small_form(request, form, save, title=_("Feedback of the customer"), to=page_of(pk))


@requires()
def step_done(request: Request, pk: int, name: str) -> HttpResponse:
    """A step was done elsewhere: by phone, by another mailbox."""
    found = shipment_or_404(request, pk, edit=True)
    if found.shipped_at is None or len(name) > 40:
        raise Http404
    form = StepForm(request.POST or None, initial={"done_on": timezone.localdate(request.now)})

    def save() -> None:
        aftersales.note_step(
            shipment_id=pk, name=name, by=request.user, at=request.now, note=form.cleaned_data["note"],
            done_at=_on(form.cleaned_data["done_on"], request.now),
        )  # fmt: skip

    return small_form(request, form, save, title=_("Done elsewhere"), to=page_of(pk))


@requires()
def testimonial(request: Request, pk: int) -> HttpResponse:
    """What became of a testimonial that was asked for."""
    row = one_or_404(Testimonial.objects.filter(shipment__isnull=False), pk)
    found = shipment_or_404(request, row.shipment_id or 0, edit=True)
    form = TestimonialForm(request.POST or None)

    def save() -> None:
        testimonials.answer(testimonial_id=pk, by=request.user, at=request.now, **form.cleaned_data)

    text = _("When it was received, the thank-you credit is proposed to the manager.")
    return small_form(request, form, save, title=_("Testimonial"), to=page_of(found.pk), text=text)


@require_POST
@requires()
def take_back(request: Request, pk: int) -> HttpResponse:
    """The goods did not leave after all."""
    return _press(request, pk, actions.take_back_shipping)


@require_POST
@requires()
def recycle(request: Request, pk: int) -> HttpResponse:
    """Into the recycle bin."""
    _require_recycling(request)
    shipment_or_404(request, pk, edit=True)
    actions.recycle_shipment(shipment_id=pk, by=request.user, at=request.now)
    undo = reverse("sales:restore_shipment", args=[pk])
    return answers.saved(request, reverse("sales:shipments"), _("Moved to the recycle bin"), undo=undo)


@require_POST
@requires()
def restore(request: Request, pk: int) -> HttpResponse:
    """Back from the recycle bin."""
    _require_recycling(request)
    gone = one_or_404(Shipment.objects.in_bin(request.user), pk)
    try:
        actions.restore_shipment(shipment_id=gone.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, " ".join(error.messages))
        return answers.saved(request, reverse("sales:shipments"))
    return answers.saved(request, page_of(pk), _("Restored"))


def _require_recycling(request: Request) -> None:
    if not may(request.user, "recycle", request.now):
        raise Http404


def _press(request: Request, pk: int, verb: Callable[..., Any]) -> HttpResponse:
    shipment_or_404(request, pk, edit=True)
    try:
        verb(shipment_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, page_of(pk))
    return answers.saved(request, page_of(pk), _("Saved"))


class _FilesForm(Form):
    attachments = FilesField()


@require_POST
@requires()
def shipment_files(request: Request, pk: int) -> HttpResponse:
    """Attach papers and photos."""
    found = shipment_or_404(request, pk, edit=True)
    form = _FilesForm(request.POST, request.FILES)
    to = page_of(pk, "files")
    if not form.is_valid():
        messages.error(request, str(form.errors["attachments"][0]))
        return answers.saved(request, to)
    try:
        uploads = form.cleaned_data["attachments"]
        stored = [(files.put(at=request.now, stream=one.file), one.name) for one in uploads]
    except files.Refused as error:
        messages.error(request, str(error))
        return answers.saved(request, to)
    _attach(request, SHIPMENT_KIND, pk, found.customer_id, stored)
    return answers.saved(request, to, _("Attached"))


def _attach(
    request: Request, kind: str, pk: int, customer_id: int, stored: Sequence[tuple[Any, str]]
) -> None:
    with transaction.atomic():
        files.attach(
            by=request.user, at=request.now, kind=kind, object_id=pk, customer_id=customer_id, files=stored
        )
