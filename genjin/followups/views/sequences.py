"""Sequences on a customer's page: what runs and how far it is, begin, stop, take up again, set the date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.models import Customer
from genjin.customers.models.interaction import Channel
from genjin.customers.views.basis import show_form
from genjin.followups import sequence_actions, sequence_names, setting
from genjin.followups.chain_words import step_name
from genjin.followups.gather import gather
from genjin.followups.models import SequenceRun as RunRow
from genjin.followups.present import ICONS, customer_href
from genjin.followups.sequence_forms import BeginForm, RunDateForm, StopForm
from genjin.people.requests import Request
from genjin.policy.queries import effective
from genjin.rules.aftersales import run_of
from genjin.rules.case import Case
from genjin.rules.facts import CustomerFacts
from genjin.rules.plans import plans
from genjin.rules.runs import SequenceRun
from genjin.rules.sequences import planned_steps
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once


@dataclass(frozen=True)
class Line:
    """One step of a chain: done on a day, next, or later."""

    name: str
    icon: str
    due_on: date | None
    done_at: datetime | None
    is_next: bool
    is_late: bool


@dataclass(frozen=True)
class Chain:
    """One chain that runs: a sequence, or what follows a shipment."""

    title: str
    lines: list[Line]
    began_on: date
    row: RunRow | None = None
    about_on: date | None = None
    needs_date: bool = False

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(line.done_at is not None for line in self.lines)


def chains_of(customer_id: int, at: datetime) -> list[Chain]:
    """The chains of one customer as the rules see them now."""
    snapshot = setting.current(at)
    facts = gather([customer_id], go_live_on=snapshot.base.go_live_on).get(customer_id)
    if facts is None:
        return []
    case = Case(facts, snapshot.for_owner(facts.owner_id), at)
    rows = {row.key: row for row in RunRow.objects.running().filter(customer=customer_id)}
    names = sequence_names.of([run.sequence for run in facts.sequences])
    found = [
        _chain(case, run, names.get(run.sequence, run.sequence), rows.get(run.key), at)
        for run in facts.sequences
    ]
    return found + list(_after_shipments(case, facts, at))


def _after_shipments(case: Case, facts: CustomerFacts, at: datetime) -> Iterable[Chain]:
    for shipment in facts.shipments:
        yield _chain(case, run_of(case, shipment), _("After the shipment"), None, at)


def _chain(case: Case, run: SequenceRun, title: str, row: RunRow | None, at: datetime) -> Chain:
    today = case.setting.calendar(run.owner_id).local_date(at)
    lines: list[Line] = []
    has_next = False
    for planned in planned_steps(case, run):
        is_open = planned.settled_at is None
        lines.append(
            Line(
                step_name(planned.step.purpose),
                ICONS.get(Channel(planned.step.channel), "note"),
                planned.due_on,
                planned.settled_at,
                is_next=is_open and not has_next,
                is_late=is_open and planned.due_on is not None and planned.due_on < today,
            )
        )
        has_next = has_next or is_open
    needs_date = any(step.anchor == "DATE" for step in run.steps)
    return Chain(title, lines, timezone.localdate(run.began_at), row, run.about_on, needs_date)


def _customer(request: Request, pk: int, *, edit: bool = False) -> Customer:
    rows: Any = Customer.objects.editable_by if edit else Customer.objects.visible_to
    customer: Customer | None = rows(request.user).filter(pk=pk).first()
    if customer is None:
        raise Http404
    return customer


def _run(request: Request, pk: int) -> RunRow:
    """A run of a customer with whom this person may work."""
    row = RunRow.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    _customer(request, row.customer_id, edit=True)
    return row


@require_GET
@requires()
def panel(request: Request, pk: int) -> HttpResponse:
    """What runs for a customer, and what was stopped a moment ago."""
    customer = _customer(request, pk)
    lately = request.now - sequence_actions.REOPEN_WITHIN
    stopped = RunRow.objects.filter(customer=customer, state=RunRow.State.STOPPED, ended_at__gte=lately)
    context = {
        "customer": customer,
        "chains": chains_of(customer.pk, request.now),
        "stopped": [(row, sequence_names.called(row.sequence)) for row in stopped.order_by("-ended_at")[:3]],
        "may_edit": Customer.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "followups/_sequences_panel.html", context)


@requires()
def begin(request: Request, pk: int) -> HttpResponse:
    """Begin a sequence for a customer."""
    customer = _customer(request, pk, edit=True)
    running = set(RunRow.objects.running().filter(customer=customer).values_list("sequence", flat=True))
    offered = [
        plan
        for plan in plans(effective(customer.owner_id))
        if plan.is_offered and plan.steps and plan.key not in running
    ]
    form = BeginForm(request.POST if request.method == "POST" else None, plans=offered)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            save_once(
                request,
                lambda: _begun(
                    sequence_actions.begin(
                        customer_id=customer.pk, sequence=data["sequence"], about_on=data.get("about_on"),
                        by=request.user, at=request.now,
                    )
                ),
            )  # fmt: skip
            return answers.saved(request, customer_href(customer.pk), _("The sequence has begun."))
        except ValidationError as refused:
            refuse(form, refused)
    return show_form(
        request, form, title=_("Start a sequence"), to=customer_href(customer.pk), submit=_("Start"),
        text=_("Its steps come to Today one by one; what you send and log completes them."),
    )  # fmt: skip


def _begun(run: RunRow) -> str:
    return customer_href(run.customer_id)


@requires()
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop a sequence with a reason."""
    run = _run(request, pk)
    form = StopForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            sequence_actions.stop(
                run_id=run.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.now
            )
            undo = reverse("followups:reopen_sequence", args=[run.pk])
            return answers.saved(request, customer_href(run.customer_id), _("Stopped"), undo=undo)
        except ValidationError as refused:
            refuse(form, refused)
    title = _("Stop “%(name)s”") % {"name": sequence_names.called(run.sequence)}
    return show_form(request, form, title=title, to=customer_href(run.customer_id), submit=_("Stop"))


@require_POST
@requires()
def reopen(request: Request, pk: int) -> HttpResponse:
    """Take up again what was stopped."""
    run = _run(request, pk)
    try:
        sequence_actions.reopen(run_id=run.pk, by=request.user, at=request.now)
    except ValidationError as refused:
        return answers.saved(request, customer_href(run.customer_id), refused.messages[0])
    return answers.saved(request, customer_href(run.customer_id), _("The sequence goes on."))


@requires()
def set_date(request: Request, pk: int) -> HttpResponse:
    """Move the date a sequence is about."""
    run = _run(request, pk)
    form = RunDateForm(request.POST if request.method == "POST" else None, initial={"about_on": run.about_on})
    if request.method == "POST" and form.is_valid():
        try:
            sequence_actions.set_date(
                run_id=run.pk, about_on=form.cleaned_data["about_on"], by=request.user, at=request.now
            )
            return answers.saved(request, customer_href(run.customer_id), _("Saved"))
        except ValidationError as refused:
            refuse(form, refused)
    return show_form(
        request, form, title=_("Date it is about"), to=customer_href(run.customer_id),
        text=_("Steps that are not done move with it."),
    )  # fmt: skip
