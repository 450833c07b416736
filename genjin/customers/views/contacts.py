"""People at customers: adding, changing, leaving, the bin, restricted facts, erasure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions, contact_merging
from genjin.customers.actions import Refused
from genjin.customers.actions.contacts import POINTS_MAX
from genjin.customers.forms import ContactForm, PointForm, points_text
from genjin.customers.forms.small import LeftForm, SensitiveForm
from genjin.customers.models import Contact, Customer, Interaction, SensitiveNote
from genjin.customers.views.basis import (
    contact_or_404,
    customer_or_404,
    one_or_404,
    page_of,
    reads_again,
    show_form,
)
from genjin.fields.queries import fields_of
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

MOST_ROWS = 2 * POINTS_MAX
"""More rows than a person may have are read, so that the action refuses them aloud."""
NAMES = {"reports_to_id": "reports_to", "country_id": "country"}


@require_GET
@requires()
def contact(request: Request, pk: int) -> HttpResponse:
    """Where a contact is shown: on the customer's page; one that was merged, as whom he is now."""
    into = contact_merging.kept_of(pk)
    found = contact_or_404(request, into.pk if into else pk)
    return HttpResponseRedirect(page_of(found.customer_id, f"contact-{found.pk}"))


@requires()
def add(request: Request, pk: int) -> HttpResponse:
    """Add a person to a customer."""
    customer = customer_or_404(request, pk, edit=True)
    return _form(request, customer, Contact(customer=customer))


@requires()
@reads_again
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a person and the ways to reach him."""
    found = contact_or_404(request, pk, edit=True)
    return _form(request, found.customer, found)


def _form(request: Request, customer: Customer, contact: Contact) -> HttpResponse:
    stored = _stored(contact)
    posted = request.POST.copy() if request.method == "POST" else None
    rows = _rows(request, stored)
    custom = fields_of("customers.contact", request.user)
    if posted is not None:
        posted["points_shown"] = points_text([r.data_now for r in rows])  # type: ignore[attr-defined]
    form = ContactForm(
        posted, contact=contact, colleagues=list(customer.contacts.filter(deleted_at=None)),
        points=stored, custom=custom, by=last_editor(contact) if contact.pk else "",
    )  # fmt: skip
    if posted is not None and _only_rows(request):
        # A row was added or taken away: the same form again, nothing is checked or saved.
        form = ContactForm(
            None, contact=contact, colleagues=list(customer.contacts.filter(deleted_at=None)), points=stored,
            custom=custom, initial={name: posted.get(name) for name in posted},
        )  # fmt: skip
        form.initial["version"] = posted.get("version", "")
    elif posted is not None and form.is_valid() and (to := _save(request, customer, contact, form, rows)):
        return answers.saved(request, to, _("Saved"))
    context = {
        "form": form, "customer": customer, "contact": contact, "rows": rows, "to": page_of(customer),
        "count": len(rows),
    }  # fmt: skip
    return render(request, "customers/contact.html", context)


def _stored(contact: Contact) -> list[dict[str, Any]]:
    if not contact.pk:
        return []
    columns = ("kind", "value", "label", "is_primary", "state")
    return list(contact.points.order_by("kind", "-is_primary", "pk").values(*columns))


def _only_rows(request: Request) -> bool:
    return "add_point" in request.POST or "remove_point" in request.POST


def _rows(request: Request, stored: list[dict[str, Any]]) -> list[PointForm]:
    """A row for each way to reach him, and empty ones to fill in; each has `data_now`, what it says."""
    if request.method != "POST":
        fresh = (
            [{"kind": kind} for kind in ("EMAIL", "MOBILE", "WHATSAPP")]
            if not stored
            else [{"kind": "EMAIL"}]
        )
        return [_row(index, given) for index, given in enumerate([*stored, *fresh])]
    count = request.POST.get("points-count", "0")
    given = [
        _posted(request, index) for index in range(min(int(count) if count.isdecimal() else 0, MOST_ROWS))
    ]
    gone = request.POST.get("remove_point", "")
    if gone.isdecimal() and int(gone) < len(given):
        del given[int(gone)]
    if "add_point" in request.POST and len(given) < MOST_ROWS:
        given.append({"kind": "EMAIL"})
    return [_row(index, row) for index, row in enumerate(given)]


def _posted(request: Request, index: int) -> dict[str, Any]:
    names = ("kind", "value", "label", "state")
    row: dict[str, Any] = {name: request.POST.get(f"points-{index}-{name}", "") for name in names}
    return {**row, "is_primary": f"points-{index}-is_primary" in request.POST}


def _row(index: int, given: dict[str, Any]) -> PointForm:
    data = {
        f"points-{index}-{name}": value for name, value in given.items() if value not in ("", None, False)
    }
    form = PointForm({f"points-{index}-kind": "EMAIL", **data}, prefix=f"points-{index}")
    form.data_now = {k: v.strip() if isinstance(v, str) else v for k, v in given.items()}  # type: ignore[attr-defined]
    return form


def _save(
    request: Request, customer: Customer, contact: Contact, form: ContactForm, rows: list[PointForm]
) -> str:
    """Address of the saved contact; "" when it was refused."""
    wrong = [row for row in rows if not row.is_valid()]
    if wrong:
        form.add_error(None, _("Look at the ways to reach this person."))
        return ""
    points: list[dict[str, Any]] | None = [row.cleaned_data for row in rows]
    if "points_shown" in form.merged:
        # Only somebody else changed them meanwhile: his stay.
        points = None
    try:
        if contact.pk:
            actions.change_contact(
                contact_id=contact.pk, changes=form.changes(), points=points, by=request.user,
                at=request.now, expected_version=contact.version,
            )  # fmt: skip
        else:
            row = {**form.changes(), "customer_id": customer.pk, "points": points or []}
            return save_once(request, lambda: _create(request, row))[0]
    except Refused as error:
        _show(form, rows, error)
        return ""
    return page_of(customer, f"contact-{contact.pk}")


def _create(request: Request, row: dict[str, Any]) -> str:
    """Make the contact; gives the address to go to."""
    made = actions.create_contact(row=row, by=request.user, at=request.now)
    return page_of(made.customer_id, f"contact-{made.pk}")


def _show(form: ContactForm, rows: list[PointForm], error: Refused) -> None:
    """Refusals about `points-<index>` stand in their row."""
    if not hasattr(error, "error_dict"):
        refuse(form, error)
        return
    for name, texts in error.message_dict.items():
        index = name.removeprefix("points-")
        if name.startswith("points-") and index.isdecimal():
            rows[int(index)].add_error("value", texts)
            form.add_error(None, _("Look at the ways to reach this person."))
        else:
            refuse(form, Refused({name: texts}), NAMES)


@require_POST
@requires()
def recycle(request: Request, pk: int) -> HttpResponse:
    """Put a person into the recycle bin."""
    found = contact_or_404(request, pk, edit=True)
    actions.recycle_contact(contact_id=found.pk, by=request.user, at=request.now)
    said = _("%(name)s was moved to the recycle bin.") % {"name": found.name}
    undo = reverse("customers:restore_contact", args=[pk])
    return answers.saved(request, page_of(found.customer_id), said, undo=undo)


@require_POST
@requires()
def restore(request: Request, pk: int) -> HttpResponse:
    """Take a person out of the recycle bin."""
    rows = Contact.objects.filter(customer__in=Customer.objects.editable_by(request.user))
    found = one_or_404(rows, pk)
    try:
        actions.restore_contact(contact_id=found.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(page_of(found.customer_id))
    return answers.saved(request, page_of(found.customer_id, f"contact-{found.pk}"), _("Restored"))


@requires("recycle")
def erase(request: Request, pk: int) -> HttpResponse:
    """Forget a person on request, after saying what goes and what stays."""
    rows = Contact.objects.filter(customer__in=Customer.objects.editable_by(request.user))
    found = one_or_404(rows, pk)
    if request.method == "POST":
        actions.erase_contact(contact_id=found.pk, by=request.user, at=request.now)
        said = _("Everything about this person was erased.")
        return answers.saved(request, page_of(found.customer_id), said)
    logs = Interaction.objects.alive().filter(contacts=found).count()
    return show_form(
        request, Form(), title=_("Erase %(name)s?") % {"name": found.name}, to=page_of(found.customer_id),
        submit=_("Erase for good"), danger=True, logs=logs, template="customers/_erase_fields.html",
    )  # fmt: skip


@requires()
@reads_again
def left(request: Request, pk: int) -> HttpResponse:
    """Say that a person left the company, or is back."""
    found = contact_or_404(request, pk, edit=True)
    form = LeftForm(
        request.POST or None, contact=found, by=last_editor(found), today=timezone.localdate(request.now)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contact(
                contact_id=found.pk, changes=form.cleaned_data, by=request.user, at=request.now,
                expected_version=found.version,
            )  # fmt: skip
            return answers.saved(request, page_of(found.customer_id), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("%(name)s left the company") % {"name": found.name},
        to=page_of(found.customer_id),
        text=_("Whoever left is not offered any more when you log; what was said stays. Empty: still there."),
    )  # fmt: skip


@requires("see_sensitive")
def sensitive(request: Request, pk: int) -> HttpResponse:
    """Restricted personal facts of one person: read and write, owner only, where switched on (C-18)."""
    found = contact_or_404(request, pk, edit=True)
    if not actions.may_see_sensitive(found.customer, request.user, request.now):
        raise Http404
    form = SensitiveForm(request.POST or None, initial={"topic": SensitiveNote.Topic.HOBBIES})
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_sensitive_note(
                contact_id=found.pk, by=request.user, at=request.now, **form.cleaned_data
            )
            return answers.saved(request, page_of(found.customer_id, f"contact-{found.pk}"), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Restricted facts: %(name)s") % {"name": found.name},
        to=page_of(found.customer_id), notes=list(found.sensitive_notes.all()),
        text=_("Only you as the owner see this. Say what it is kept for; it can be deleted at any time."),
        template="customers/_sensitive_fields.html",
    )  # fmt: skip
