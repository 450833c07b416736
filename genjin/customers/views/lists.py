"""Settings: the editable lists, their order, and removing choices from them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions, list_choices
from genjin.customers.actions import Conflict, Refused
from genjin.customers.forms.lists import ListEntryForm, RemoveEntryForm
from genjin.customers.list_jobs import replace
from genjin.customers.models import ListEntry, ListRemoval, ReplacedChoice
from genjin.customers.models.list_removal import UNDO_WITHIN
from genjin.customers.views.basis import ids_of, one_or_404, reads_again, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

KEPT_SHOWN = 50


@require_GET
@requires("edit_policy")
def lists(request: Request) -> HttpResponse:
    """All editable lists with their choices, how often each is used, and what was removed lately."""
    entries: dict[str, list[dict[str, Any]]] = {name: [] for name in ListEntry.List.values}
    used = list_choices.use_counts()
    for entry in ListEntry.objects.kept().order_by("list", "-is_active", "position", "pk"):
        line = {"entry": entry, "used": used.get(entry.pk, 0), "menu": f"entry-{entry.pk}"}
        entries[entry.list].append(line)
    removed: dict[str, list[dict[str, Any]]] = {name: [] for name in entries}
    for row in list_choices.removals(list(entries), since=request.now - UNDO_WITHIN):
        removed[row.list].append(_removal_line(request, row))
    shown = [
        {
            "name": name, "label": label, "entries": entries[name], "removed": removed[name],
            "field": list_choices.COLUMNS.get(name, ""),
        }
        for name, label in ListEntry.List.choices
    ]  # fmt: skip
    return render(request, "customers/lists.html", {"lists": shown})


def _removal_line(request: Request, row: ListRemoval) -> dict[str, Any]:
    """One removal, how far it is while it is busy, and whether it may be taken back."""
    done = row.items.filter(state=ReplacedChoice.State.REPLACED).count() if row.is_busy else 0
    total = max(row.total, done)
    if row.state == ListRemoval.State.UNDOING:
        total = row.items.count()
        done = total - done
    return {"row": row, "done": done, "total": total, "may_undo": row.may_be_undone(request.now)}


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
            to, _is_new = save_once(request, lambda: _add_entry(request, name, form))
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    title = _("Add to: %(list)s") % {"list": ListEntry.List(name).label}
    return show_form(request, form, title=title, to=_anchor(name))


def _add_entry(request: Request, name: str, form: ListEntryForm) -> str:
    """Save the choice; gives the address to go to."""
    actions.create_list_entry(list_name=name, by=request.user, at=request.now, **form.cleaned_data)
    return _anchor(name)


@requires("edit_policy")
@reads_again
def edit_entry(request: Request, pk: int) -> HttpResponse:
    """Rename a choice or take it out of use."""
    entry = one_or_404(ListEntry.objects.kept(), pk)
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
    entry = one_or_404(ListEntry.objects.kept(), pk)
    actions.move_list_entry(entry_id=pk, up=request.POST.get("to") == "up", by=request.user, at=request.now)
    return answers.saved(request, _anchor(entry.list))


@require_POST
@requires("edit_policy")
def order_entries(request: Request, name: str) -> HttpResponse:
    """Put the choices of a list in the order in which somebody dragged them; the page shows it already."""
    if name not in ListEntry.List.values:
        raise Http404
    ids = ids_of(request.POST.getlist("ids"))
    actions.order_list_entries(list_name=name, ids=ids, by=request.user, at=request.now)
    return HttpResponse(status=204)


@requires("edit_policy")
def remove_entry(request: Request, pk: int) -> HttpResponse:
    """Ask what takes the place of a choice, say what that concerns, and remove it."""
    entry = one_or_404(ListEntry.objects.kept(), pk)
    used = list_choices.users_of(entry).count()
    others = ListEntry.objects.kept().filter(list=entry.list, is_active=True).exclude(pk=pk)
    form = RemoveEntryForm(
        request.POST if request.method == "POST" else None,
        others=list(others.order_by("position", "pk")), is_used=bool(used), version=entry.version,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            removal = _remove(request, entry, form)
        except Conflict:
            form.add_error(None, _("Somebody changed this choice meanwhile. Look at it again."))
        except Refused as error:
            refuse(form, error)
        else:
            undo = reverse("customers:undo_removal", args=[removal.pk])
            text = _("“%(name)s” was removed from the list.") % {"name": entry}
            return answers.saved(request, _anchor(entry.list), text, undo=undo)
    return show_form(
        request, form, title=_("Remove “%(name)s”") % {"name": entry}, to=_anchor(entry.list),
        submit=_("Remove"), text=_concerned(entry, used), danger=True,
    )  # fmt: skip


def _remove(request: Request, entry: ListEntry, form: RemoveEntryForm) -> ListRemoval:
    with transaction.atomic():  # the deed and its job, or neither
        removal = actions.remove_list_entry(
            entry_id=entry.pk, into_id=form.into_id, expected_version=form.cleaned_data["version"],
            by=request.user, at=request.now,
        )  # fmt: skip
        replace.enqueue(removal.pk)
    return removal


def _concerned(entry: ListEntry, used: int) -> str:
    """How many customers and saved views name the choice, a sentence a line."""
    if not used:
        said = [_("No customer has it.")]
    else:
        said = [ngettext("%(n)d customer has it.", "%(n)d customers have it.", used) % {"n": used}]
        binned = list_choices.users_of(entry).filter(deleted_at__isnull=False).count()
        if binned:
            said.append(
                ngettext(
                    "%(n)d of them is in the recycle bin and is changed too.",
                    "%(n)d of them are in the recycle bin and are changed too.",
                    binned,
                )
                % {"n": binned}
            )
    if views := list_choices.views_naming(entry):
        text = ngettext(
            "%(n)d saved view narrows by it and will follow.",
            "%(n)d saved views narrow by it and will follow.",
            views,
        )
        said.append(text % {"n": views})
    said.append(_("You can take it back for 7 days."))
    return "\n".join(said)


@require_GET
@requires("edit_policy")
def removal(request: Request, pk: int) -> HttpResponse:
    """The line of one removal, asked again while it is busy."""
    rows = ListRemoval.objects.select_related("entry", "into", "by")
    context = {"line": _removal_line(request, one_or_404(rows, pk)), "asked": True}
    return render(request, "customers/_list_removal.html", context)


@require_POST
@requires("edit_policy")
def undo_removal(request: Request, pk: int) -> HttpResponse:
    """Put a removed choice back into its list and give it back to the customers."""
    row = get_object_or_404(ListRemoval.objects.select_related("entry"), pk=pk)
    to = _anchor(row.list)
    try:
        with transaction.atomic():  # the deed and its job, or neither
            actions.undo_list_removal(removal_id=pk, by=request.user, at=request.now)
            replace.enqueue(pk)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(to)
    return answers.saved(request, to, _("“%(name)s” is back in the list.") % {"name": row.entry})
