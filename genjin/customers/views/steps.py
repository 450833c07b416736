"""Next steps and reminders, the pause, the own rhythm, the dimensions: the dialogs of the customer's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers import actions
from genjin.customers.actions import Refused
from genjin.customers.dropping import warning_on
from genjin.customers.forms.small import (
    DIMENSIONS,
    CadenceForm,
    DimensionForm,
    PauseForm,
    ReasonForm,
    StepForm,
)
from genjin.customers.models import Contact, Customer, NextStep
from genjin.customers.models.dimension import DormancyState
from genjin.customers.present import short_value
from genjin.customers.views.basis import (
    customer_or_404,
    one_or_404,
    page_of,
    reads_again,
    show_form,
)
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

NAMES = {"due_on": "day", "due_at": "time"}


@requires()
@reads_again
def dimension(request: Request, pk: int, name: str) -> HttpResponse:
    """Change one dimension of a customer, with why."""
    customer = customer_or_404(request, pk, edit=True)
    if name not in DIMENSIONS:
        raise Http404
    known = DIMENSIONS[name]
    may_confirm = request.access.may("confirm_key_account")
    form = DimensionForm(
        request.POST or None, dimension=known, customer=customer, may_confirm=may_confirm,
        by=last_editor(customer),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, customer, name, form)
            return answers.saved(request, page_of(customer), _("Saved"))
        except Refused as error:
            refuse(form, error, {name: "value", "is_priority": "value"})
    history = list(customer.dimension_changes.filter(dimension=name, contact=None).select_related("by")[:8])
    for change in history:
        old, new = short_value(name, change.old), short_value(name, change.new)
        change.shown = f"{old or '—'} → {new or '—'}"  # type: ignore[attr-defined]
    return show_form(
        request, form, title=known.label, to=page_of(customer), text=known.help, customer=customer,
        history=history, dimension=name, template="customers/_dimension_fields.html",
        lost_warning=_lost_warning(customer) if name == "dormancy_state" else "",
    )  # fmt: skip


def _lost_warning(customer: Customer) -> str:
    """What to consider before giving a customer up (000-06)."""
    warning = "" if customer.dormancy_state == DormancyState.LOST else warning_on([customer])
    return _("Before choosing “Lost”: %(warning)s") % {"warning": warning} if warning else ""


def _set(request: Request, customer: Customer, name: str, form: DimensionForm) -> None:
    data = form.cleaned_data
    actions.set_dimension(
        customer_ids=[customer.pk], dimension=name, value=data["value"], why=data["why"],
        details=form.details(), by=request.user, at=request.now, expected_version=customer.version,
    )  # fmt: skip
    if "grade_locked" in data and data["grade_locked"] != customer.grade_locked:
        actions.set_dimension(
            customer_ids=[customer.pk], dimension="grade_locked", value=data["grade_locked"],
            why=data["why"], by=request.user, at=request.now,
        )  # fmt: skip


def _people(customer_id: int) -> list[Contact]:
    return list(Contact.objects.alive().filter(customer=customer_id, left_on=None))


@requires()
def add(request: Request, pk: int) -> HttpResponse:
    """Promise something on a date."""
    customer = customer_or_404(request, pk, edit=True)
    today = timezone.localdate(request.now)
    asked = "REMINDER" if request.GET.get("kind") == "REMINDER" else "NEXT_STEP"
    form = StepForm(request.POST or None, contacts=_people(pk), today=today, initial={"kind": asked})
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _add(request, customer, form))
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error, NAMES)
    title = _("Add a reminder") if asked == "REMINDER" else _("Add a next step")
    return show_form(request, form, title=title, to=page_of(customer), template="customers/_step_fields.html")


def _add(request: Request, customer: Customer, form: StepForm) -> str:
    """Save the next step; gives the address to go to."""
    actions.add_next_step(customer_id=customer.pk, draft=form.draft(), by=request.user, at=request.now)
    return page_of(customer)


def _step_or_404(request: Request, pk: int) -> NextStep:
    rows = NextStep.objects.filter(customer__in=Customer.objects.editable_by(request.user))
    return one_or_404(rows.select_related("customer"), pk)


@requires()
@reads_again
def edit(request: Request, pk: int) -> HttpResponse:
    """Change or move an open next step."""
    step = _step_or_404(request, pk)
    today = timezone.localdate(request.now)
    form = StepForm(
        request.POST or None, contacts=_people(step.customer_id), today=today, step=step,
        by=last_editor(step),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_next_step(
                step_id=step.pk, changes=form.changes(), why=form.cleaned_data["why"], by=request.user,
                at=request.now, expected_version=step.version,
            )  # fmt: skip
            return answers.saved(request, page_of(step.customer_id), _("Saved"))
        except Refused as error:
            refuse(form, error, NAMES)
    return show_form(
        request, form, title=_("Change the next step"), to=page_of(step.customer_id),
        template="customers/_step_fields.html",
    )  # fmt: skip


@require_POST
@requires()
def done(request: Request, pk: int) -> HttpResponse:
    """Say that a reminder or next step is done, without a log."""
    step = _step_or_404(request, pk)
    try:
        actions.close_next_step(step_id=step.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return answers.saved(request, page_of(step.customer_id))
    return answers.saved(request, page_of(step.customer_id), _("Done: %(step)s") % {"step": step.purpose})


@requires()
def cancel(request: Request, pk: int) -> HttpResponse:
    """Drop a next step, with a reason."""
    step = _step_or_404(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_next_step(
                step_id=step.pk, by=request.user, at=request.now, state=NextStep.State.CANCELLED,
                reason=form.cleaned_data["why"],
            )  # fmt: skip
            return answers.saved(request, page_of(step.customer_id), _("Cancelled"))
        except Refused as error:
            refuse(form, error, {"reason": "why"})
    return show_form(
        request, form, title=_("Cancel: %(step)s") % {"step": step.purpose}, to=page_of(step.customer_id),
        submit=_("Cancel this step"), danger=True,
    )  # fmt: skip


@requires()
@reads_again
def pause(request: Request, pk: int) -> HttpResponse:
    """Do not contact a customer before a day."""
    customer = customer_or_404(request, pk, edit=True)
    today = timezone.localdate(request.now)
    form = PauseForm(request.POST or None, customer=customer, today=today, by=last_editor(customer))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_not_before(
                customer_id=customer.pk, until=form.cleaned_data["not_before"],
                reason=form.cleaned_data["not_before_reason"], by=request.user, at=request.now,
                expected_version=customer.version,
            )  # fmt: skip
            return answers.saved(request, page_of(customer), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Do not contact before"), to=page_of(customer),
        text=_("Nothing is asked of you before that day; what falls due waits. Empty ends the pause."),
    )  # fmt: skip


@requires()
@reads_again
def cadence(request: Request, pk: int) -> HttpResponse:
    """Give a customer its own rhythm."""
    customer = customer_or_404(request, pk, edit=True)
    form = CadenceForm(request.POST or None, customer=customer, by=last_editor(customer))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_cadence(
                customer_id=customer.pk, days=data["cadence_days"], reason=data["cadence_reason"],
                until=data["cadence_until"], by=request.user, at=request.now,
                expected_version=customer.version,
            )  # fmt: skip
            return answers.saved(request, page_of(customer), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("Own rhythm"), to=page_of(customer))
