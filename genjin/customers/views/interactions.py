"""Writing down what was said, editing it in time, correcting it later."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from genjin.customers import actions, queries
from genjin.customers.actions import Refused
from genjin.customers.actions.interactions import KIND
from genjin.customers.forms import EditLogForm, LogForm
from genjin.customers.forms.small import CorrectionForm
from genjin.customers.log_limits import limits_of
from genjin.customers.models import Contact, Customer, Interaction
from genjin.customers.views.basis import (
    customer_or_404,
    interaction_or_404,
    one_or_404,
    page_of,
    reads_again,
    show_form,
    status_of,
)
from genjin.fields.queries import fields_of
from genjin.files import actions as files
from genjin.files.models import StoredFile
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.rules import interactions as rules
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

LOG_NAMES = {
    "due_on": "next_on", "due_at": "next_time", "purpose": "next_purpose", "channel": "next_channel",
    "contact": "contacts",
}  # fmt: skip


def log_form(request: Request, customer: Customer, **initial: Any) -> LogForm:
    """The form of a new log of this customer, filled with what was posted, else with `initial`."""
    people = list(Contact.objects.alive().filter(customer=customer, left_on=None))
    kind, contact = request.GET.get("kind", ""), request.GET.get("contact", "")
    if kind in Interaction.Kind.values:
        initial["kind"] = kind
    if contact.isdecimal() and int(contact) in {p.pk for p in people}:
        initial["contacts"] = [int(contact)]
    is_posted = request.method == "POST"
    return LogForm(
        request.POST if is_posted else None,
        request.FILES if is_posted else None,
        contacts=people,
        now=request.now,
        limits=limits_of(request.user.pk),
        steps=queries.open_steps([customer.pk]).get(customer.pk, []),
        today=timezone.localdate(request.now),
        custom=fields_of(KIND, request.user),
        initial=initial,
    )


@requires()
def log(request: Request, pk: int) -> HttpResponse:
    """Write down a contact and the next step, as a page or in a dialog."""
    customer = customer_or_404(request, pk, edit=True)
    form = log_form(request, customer)
    if request.method == "POST" and form.is_valid():
        try:
            stored = receive(request, form)
            to, _is_new = save_once(request, lambda: _log(request, customer, form, stored))
            return answers.saved(request, to, _("Logged"))
        except files.Refused as error:
            form.add_error("attachments", str(error))
        except Refused as error:
            refuse(form, error, LOG_NAMES)
    context = {
        "form": form,
        "effects": _first_effects(form) if request.method == "GET" else form.effects(),
        "customer": customer, "to": page_of(customer), "action": request.get_full_path(),
        "effect_url": reverse("customers:log_effect", args=[customer.pk]),
        "draft_key": f"log-{customer.pk}",
    }  # fmt: skip
    template = "customers/_log_dialog.html" if request.htmx else "customers/log.html"
    return render(request, template, context, status=status_of(form, inside=bool(request.htmx)))


def _log(request: Request, customer: Customer, form: LogForm, stored: list[tuple[StoredFile, str]]) -> str:
    """Save the log with its attachments, both or neither; gives the address to go to."""
    with transaction.atomic():
        logged = actions.log_interaction(
            customer_id=customer.pk, draft=form.draft(), by=request.user, at=request.now,
            next_step=form.next_step(), closes=form.closed_ids(),
        )  # fmt: skip
        attach(request, logged, stored)
    return page_of(customer)


def receive(request: Request, form: LogForm) -> list[tuple[StoredFile, str]]:
    """Keep the bytes of what was attached, with their names; before the transaction of the log."""
    uploads = form.cleaned_data.get("attachments") or []
    return [(files.put(at=request.now, stream=upload.file), upload.name) for upload in uploads]


def attach(request: Request, logged: Interaction, stored: list[tuple[StoredFile, str]]) -> None:
    """Put what was received to the log, in its transaction."""
    if stored:
        files.attach(
            by=request.user, at=request.now, kind="customers.interaction", object_id=logged.pk,
            customer_id=logged.customer_id, files=stored,
        )  # fmt: skip


def _first_effects(form: LogForm) -> list[str]:
    """What saving the form as it is first shown would do."""
    shown = {
        "kind": form["kind"].value(), "outcome": form["outcome"].value(), "closes": form["closes"].value()
        if "closes" in form.fields else [],
    }  # fmt: skip
    as_shown = LogForm(
        shown, contacts=form.people, now=form.now, limits=form.limits, steps=form.steps, today=form.today
    )
    as_shown.is_valid()
    return as_shown.effects()


@require_POST
@requires()
def effect(request: Request, pk: int) -> HttpResponse:
    """What saving the log as it stands would do."""
    customer = customer_or_404(request, pk, edit=True)
    form = log_form(request, customer)
    form.is_valid()
    return render(request, "customers/_log_effect.html", {"effects": form.effects()})


@requires()
@reads_again
def edit(request: Request, pk: int) -> HttpResponse:
    """Edit one's own log while the policy allows it; later a correction is appended."""
    found = interaction_or_404(request, pk)
    limits = limits_of(found.person_id)
    if not rules.is_editable(found.logged_at, request.now, limits):
        return HttpResponseRedirect(reverse("customers:correct_log", args=[pk]))
    names = (
        "kind", "direction", "happened_at", "content", "minutes", "outcome", "reaction", "reaction_note",
        "satisfaction", "is_private",
    )  # fmt: skip
    chosen = list(found.contacts.values_list("pk", flat=True))
    people = list(Contact.objects.filter(customer=found.customer_id, deleted_at=None) | found.contacts.all())
    form = EditLogForm(
        request.POST or None, contacts=list(dict.fromkeys(people)), now=request.now, limits=limits,
        current={**{name: getattr(found, name) for name in names}, "contacts": chosen},
        version=found.version, by=last_editor(found), custom=fields_of(KIND, request.user), record=found,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_interaction(
                interaction_id=found.pk, changes=form.changes(), by=request.user, at=request.now,
                expected_version=found.version,
            )  # fmt: skip
            return answers.saved(request, page_of(found.customer_id), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Edit the log"), to=page_of(found.customer_id),
        template="customers/_log_fields.html",
    )  # fmt: skip


@requires()
def correct(request: Request, pk: int) -> HttpResponse:
    """Append a correction to an older log."""
    found = interaction_or_404(request, pk)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _correct(request, found, form))
            return answers.saved(request, to, _("Correction added"))
        except Refused as error:
            refuse(form, error)
    hours = limits_of(found.person_id).edit_hours
    text = ngettext(
        "A log older than %(count)d hour stays as it is; what was different is added below it.",
        "A log older than %(count)d hours stays as it is; what was different is added below it.",
        hours,
    ) % {"count": hours}
    title = _("Add a correction")
    return show_form(request, form, title=title, to=page_of(found.customer_id), text=text)


def _correct(request: Request, log: Interaction, form: CorrectionForm) -> str:
    """Save the correction; gives the address to go to."""
    actions.correct_interaction(
        interaction_id=log.pk, content=form.cleaned_data["content"], by=request.user, at=request.now
    )
    return page_of(log.customer_id)


@require_POST
@requires()
def recycle(request: Request, pk: int) -> HttpResponse:
    """Put a log into the recycle bin."""
    found = interaction_or_404(request, pk)
    try:
        actions.recycle_interaction(interaction_id=found.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(page_of(found.customer_id))
    undo = reverse("customers:restore_log", args=[pk])
    said = _("The log was moved to the recycle bin.")
    return answers.saved(request, page_of(found.customer_id, "timeline"), said, undo=undo)


@require_POST
@requires()
def restore(request: Request, pk: int) -> HttpResponse:
    """Take a log out of the recycle bin."""
    rows = Interaction.objects.filter(customer__in=Customer.objects.editable_by(request.user))
    found = one_or_404(rows, pk)
    try:
        actions.restore_interaction(interaction_id=found.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(page_of(found.customer_id))
    return answers.saved(request, page_of(found.customer_id, f"log-{pk}"), _("Restored"))
