"""Settings: the editable lists and the tags."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions
from genjin.customers.actions import Refused
from genjin.customers.forms.small import ListEntryForm, MergeForm, TagForm
from genjin.customers.models import ListEntry, Tag
from genjin.customers.queries import may_write
from genjin.customers.views.basis import one_or_404, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires


@require_GET
@requires("edit_policy")
def lists(request: Request) -> HttpResponse:
    """All editable lists with their choices."""
    entries: dict[str, list[ListEntry]] = {name: [] for name in ListEntry.List.values}
    for entry in ListEntry.objects.order_by("list", "-is_active", "position", "pk"):
        entries[entry.list].append(entry)
    shown = [
        {"name": name, "label": label, "entries": entries[name]} for name, label in ListEntry.List.choices
    ]
    return render(request, "customers/lists.html", {"lists": shown})


def _anchor(name: str) -> str:
    return reverse("customers:lists") + f"#{name}"


@requires("edit_policy")
def add_entry(request: Request, name: str) -> HttpResponse:
    """Add a choice to a list."""
    if name not in ListEntry.List.values:
        raise Http404
    form = ListEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_list_entry(list_name=name, by=request.user, at=request.now, **form.cleaned_data)
            return answers.saved(request, _anchor(name), _("Saved"))
        except Refused as error:
            refuse(form, error)
    title = _("Add to: %(list)s") % {"list": ListEntry.List(name).label}
    return show_form(request, form, title=title, to=_anchor(name))


@requires("edit_policy")
def edit_entry(request: Request, pk: int) -> HttpResponse:
    """Rename a choice or take it out of use."""
    entry = one_or_404(ListEntry.objects.all(), pk)
    form = ListEntryForm(request.POST or None, entry=entry, by=last_editor(entry))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_list_entry(
                entry_id=pk, by=request.user, at=request.now, expected_version=entry.version,
                **form.cleaned_data,
            )  # fmt: skip
            return answers.saved(request, _anchor(entry.list), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=entry.get_list_display(), to=_anchor(entry.list))


@require_POST
@requires("edit_policy")
def move_entry(request: Request, pk: int) -> HttpResponse:
    """Move a choice up or down."""
    entry = one_or_404(ListEntry.objects.all(), pk)
    actions.move_list_entry(entry_id=pk, up=request.POST.get("to") == "up", by=request.user, at=request.now)
    return answers.saved(request, _anchor(entry.list))


def _may_tag(request: Request) -> None:
    if not may_write(request.access):
        raise Http404


@require_GET
@requires()
def tags(request: Request) -> HttpResponse:
    """All tags with how many customers have them."""
    _may_tag(request)
    used = Count("customers", filter=Q(customers__deleted_at__isnull=True))
    context = {"tags": Tag.objects.annotate(used=used), "may_merge": request.access.may("edit_policy")}
    return render(request, "customers/tags.html", context)


def _to_tags() -> str:
    return reverse("customers:tag_list")


@requires()
def add_tag(request: Request) -> HttpResponse:
    """Make a tag."""
    _may_tag(request)
    form = TagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_tag(by=request.user, at=request.now, **form.cleaned_data)
            return answers.saved(request, _to_tags(), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("New tag"), to=_to_tags())


@requires()
def edit_tag(request: Request, pk: int) -> HttpResponse:
    """Rename or recolour a tag."""
    _may_tag(request)
    tag = one_or_404(Tag.objects.all(), pk)
    form = TagForm(request.POST or None, tag=tag, by=last_editor(tag))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_tag(
                tag_id=pk, by=request.user, at=request.now, expected_version=tag.version, **form.cleaned_data
            )
            return answers.saved(request, _to_tags(), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("Edit tag"), to=_to_tags())


@requires("edit_policy")
def merge_tag(request: Request, pk: int) -> HttpResponse:
    """Put everything under another tag."""
    tag = one_or_404(Tag.objects.all(), pk)
    form = MergeForm(request.POST or None, others=list(Tag.objects.exclude(pk=pk)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.merge_tags(tag_id=pk, into_id=form.cleaned_data["into"], by=request.user, at=request.now)
            return answers.saved(request, _to_tags(), _("Merged"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Merge “%(name)s”") % {"name": tag.name}, to=_to_tags(), submit=_("Merge")
    )


@require_POST
@requires("edit_policy")
def delete_tag(request: Request, pk: int) -> HttpResponse:
    """Take a tag off all customers and away."""
    tag = one_or_404(Tag.objects.all(), pk)
    actions.delete_tag(tag_id=pk, by=request.user, at=request.now)
    messages.success(request, _("The tag “%(name)s” was deleted.") % {"name": tag.name})
    return HttpResponseRedirect(_to_tags())
