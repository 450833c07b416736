"""Settings: the custom fields of each kind of record and their choices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.fields import actions, kinds
from genjin.fields.definition_forms import ChoiceForm, FieldForm, NewFieldForm, RetireChoiceForm
from genjin.fields.kinds import MOST_FIELDS
from genjin.fields.models import CustomField, FieldChoice
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.people.views.saving import bound, make_once, try_save
from genjin.web import answers
from genjin.web.guards import requires


@require_GET
@requires("administer")
def fields(request: Request) -> HttpResponse:
    """All custom fields by kind of record, those in use first."""
    groups: dict[str, list[CustomField]] = {kind.name: [] for kind in kinds.kinds()}
    rows = CustomField.objects.filter(kind__in=groups).order_by("kind", "-is_active", "position", "pk")
    for field in rows:
        groups[field.kind].append(field)
    shown = [
        {"name": kind.name, "label": kind.plural, "fields": groups[kind.name]}
        for kind in kinds.kinds()
    ]  # fmt: skip
    return render(request, "fields/fields.html", {"kinds": shown, "most": MOST_FIELDS})


@requires("administer")
def add(request: Request) -> HttpResponse:
    """A new field, on a page of its own."""
    asked = request.GET.get("kind", "")
    first = asked if kinds.find(asked) else kinds.kinds()[0].name
    form = NewFieldForm(bound(request), initial={"kind": first})

    def make(data: dict[str, Any]) -> str:
        field = actions.create_field(by=request.user, at=request.now, **data)
        return reverse("fields:field", args=[field.pk])

    if request.method == "POST" and (to := make_once(request, form, make)):
        return answers.saved(request, to, _("Saved"))
    return render(request, "fields/new.html", {"form": form})


@requires("administer")
def field(request: Request, pk: int) -> HttpResponse:
    """One field with its choices."""
    found = get_object_or_404(CustomField, pk=pk)
    form = FieldForm(bound(request), field=found, by=last_editor(found))

    def save(data: dict[str, Any]) -> object:
        return actions.change_field(
            field_id=pk, version=found.version, by=request.user, at=request.now, **data
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("fields:fields"), _("Saved"))
    kind = kinds.find(found.kind)
    choices = found.choices.select_related("replaced_by").order_by("-is_active", "position", "pk")
    context = {
        "form": form, "field": found, "kind": kind.plural if kind else found.kind, "choices": choices,
        "has_choices": found.type in CustomField.CHOSEN,
    }  # fmt: skip
    return render(request, "fields/field.html", context)


@require_POST
@requires("administer")
def move(request: Request, pk: int) -> HttpResponse:
    """Move a field up or down."""
    get_object_or_404(CustomField, pk=pk)
    actions.move_field(field_id=pk, up=request.POST.get("to") == "up", by=request.user, at=request.now)
    return redirect("fields:fields")


@require_POST
@requires("administer")
def use(request: Request, pk: int) -> HttpResponse:
    """Retire a field, or (`to` is restore) bring it back."""
    found = get_object_or_404(CustomField, pk=pk)
    restores = request.POST.get("to") == "restore"
    verb = actions.restore_field if restores else actions.retire_field
    try:
        verb(field_id=pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("fields:field", pk=pk)
    said = _("“%(name)s” is in use again.") if restores else _("“%(name)s” was retired; its values are kept.")
    return answers.saved(request, reverse("fields:fields"), said % {"name": found})


@requires("administer")
def add_choice(request: Request, pk: int) -> HttpResponse:
    """Add a choice to a field."""
    found = get_object_or_404(CustomField, pk=pk, type__in=CustomField.CHOSEN)
    form = ChoiceForm(bound(request))
    to = reverse("fields:field", args=[pk])

    def make(data: dict[str, Any]) -> str:
        actions.add_choice(field_id=pk, by=request.user, at=request.now, **data)
        return to

    if request.method == "POST" and make_once(request, form, make):
        return answers.saved(request, to, _("Saved"))
    return _shown(request, form, found, _("Add to: %(list)s") % {"list": found})


def _shown(request: Request, form: Any, field: CustomField, title: str, **more: Any) -> HttpResponse:
    """A small form: in the dialog host for htmx, as a page of its own without scripts."""
    inside = bool(request.htmx)
    context = {"form": form, "field": field, "form_title": title, **more}
    template = "fields/_choice.html" if inside else "fields/choice.html"
    return render(request, template, context, status=422 if inside and form.errors else 200)


@requires("administer")
def choice(request: Request, pk: int) -> HttpResponse:
    """Rename or recolour a choice."""
    found = get_object_or_404(FieldChoice.objects.select_related("field"), pk=pk)
    form = ChoiceForm(bound(request), choice=found, by=last_editor(found))

    def save(data: dict[str, Any]) -> object:
        return actions.change_choice(
            choice_id=pk, version=found.version, by=request.user, at=request.now, **data
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("fields:field", args=[found.field_id]), _("Saved"))
    return _shown(request, form, found.field, str(found), choice=found)


@require_POST
@requires("administer")
def move_choice(request: Request, pk: int) -> HttpResponse:
    """Move a choice up or down."""
    found = get_object_or_404(FieldChoice, pk=pk)
    actions.move_choice(choice_id=pk, up=request.POST.get("to") == "up", by=request.user, at=request.now)
    return redirect("fields:field", pk=found.field_id)


@requires("administer")
def retire_choice(request: Request, pk: int) -> HttpResponse:
    """Offer a choice no more, and say what becomes of the records that have it."""
    found = get_object_or_404(FieldChoice.objects.select_related("field"), pk=pk)
    others = list(FieldChoice.objects.filter(field=found.field_id, is_active=True).exclude(pk=pk))
    form = RetireChoiceForm(bound(request), choice=found, others=others)

    def save(data: dict[str, Any]) -> object:
        return actions.retire_choice(
            choice_id=pk, replaced_by_id=data["replaced_by"], by=request.user, at=request.now
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("fields:field", args=[found.field_id]), _("Saved"))
    title = _("Retire “%(name)s”") % {"name": found}
    return _shown(request, form, found.field, title, submit=_("Retire"))


@require_POST
@requires("administer")
def restore_choice(request: Request, pk: int) -> HttpResponse:
    """Offer a choice again."""
    found = get_object_or_404(FieldChoice, pk=pk)
    try:
        actions.restore_choice(choice_id=pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("fields:field", pk=found.field_id)
