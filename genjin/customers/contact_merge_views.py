"""Merging two contacts of one customer side by side, and undoing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers import contact_merge_present, contact_merging, merge_present
from genjin.customers.actions import Refused
from genjin.customers.actions.contact_merging import merge_contacts, undo_contact_merge
from genjin.customers.merge_forms import MergeForm, OtherContactForm
from genjin.customers.models import Contact, ContactMerge
from genjin.customers.views.basis import contact_or_404, one_or_404, page_of, reads_again, show_form
from genjin.people.requests import Request
from genjin.records.merging import CONTACT
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once, saved_before


@requires()
def merge_with(request: Request, pk: int) -> HttpResponse:
    """Find the colleague who is the same person as this one."""
    contact = contact_or_404(request, pk, edit=True)
    colleagues = list(contact_merging.colleagues_of(contact).prefetch_related("points"))
    if not colleagues:
        messages.info(request, _("There is nobody else at this customer."))
        return answers.saved(request, page_of(contact.customer_id, f"contact-{pk}"))
    form = OtherContactForm(request.POST or None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        return answers.saved(
            request, reverse("customers:merge_contacts", args=[pk, form.cleaned_data["other"]])
        )
    return show_form(
        request, form, title=_("Merge %(name)s with another contact") % {"name": contact.name},
        to=page_of(contact.customer_id, f"contact-{pk}"), submit=_("Compare"),
    )  # fmt: skip


@requires()
@reads_again
def merge(request: Request, pk: int, other: int) -> HttpResponse:
    """Two contacts side by side: what is chosen of each becomes the first one, who stays."""
    if request.method == "POST" and (before := saved_before(request)) is not None:
        return answers.saved(request, before)
    if (into := _merged_already(request, pk, other)) is not None:
        messages.warning(request, _("These were merged meanwhile."))
        return answers.saved(request, _page(into))
    kept, gone = contact_or_404(request, pk, edit=True), contact_or_404(request, other, edit=True)
    if kept.pk == gone.pk or kept.customer_id != gone.customer_id:
        raise Http404
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        rows=contact_merge_present.rows(kept, gone, request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _merge(request, form, kept, gone))
            return answers.saved(request, to)
        except Refused as error:
            refuse(form, error)
    context = {
        "form": form, "kept": kept, "gone": gone, "along": merge_present.going_along(gone.pk, CONTACT),
        "swap": reverse("customers:merge_contacts", args=[other, pk]), "to": _page(kept),
    }  # fmt: skip
    return render(request, "customers/merge_contacts.html", context)


def _merge(request: Request, form: MergeForm, kept: Contact, gone: Contact) -> str:
    made = merge_contacts(
        kept_id=kept.pk, gone_id=gone.pk, choices=form.choices(), by=request.user, at=request.now,
        expected={kept.pk: kept.version, gone.pk: gone.version},
    )  # fmt: skip
    said = _("“%(gone)s” was merged into “%(kept)s”.") % {"gone": gone.name, "kept": kept.name}
    messages.success(request, said, extra_tags=reverse("customers:undo_contact_merge", args=[made.pk]))
    return _page(kept)


def _merged_already(request: Request, *ids: int) -> Contact | None:
    """Who took one of these in, if the person may see him."""
    found = [into.pk for pk in ids if (into := contact_merging.kept_of(pk)) is not None]
    return Contact.objects.visible_to(request.user).filter(pk__in=found).first()


def _page(contact: Contact) -> str:
    return page_of(contact.customer_id, f"contact-{contact.pk}")


@require_POST
@requires()
def undo(request: Request, pk: int) -> HttpResponse:
    """Make two contacts of one again."""
    editable = Contact.objects.editable_by(request.user)
    row = one_or_404(ContactMerge.objects.filter(kept__in=editable).select_related("kept"), pk)
    try:
        done = undo_contact_merge(merge_id=row.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(_page(row.kept))
    left = contact_merge_present.stayed(done)
    return answers.saved(request, _page(row.kept), " ".join([_("Both contacts are there again."), *left]))
