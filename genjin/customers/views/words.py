"""Settings: the negotiation hints and the tags."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions, queries
from genjin.customers.actions import Refused
from genjin.customers.forms.small import MergeForm, RoleHintForm, TagForm
from genjin.customers.models import RoleHint, Tag
from genjin.customers.models.dimension import DecisionRole
from genjin.customers.present import usual_hint
from genjin.customers.queries import may_write
from genjin.customers.views.basis import one_or_404, reads_again, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

ROLES = [role for role in DecisionRole if role is not DecisionRole.UNKNOWN]
HINT_LANGUAGES = {"text_zh": "zh-hans", "text_en": "en"}


def _usual(role: str) -> dict[str, str]:
    """The texts that ship with the product, by the field that replaces them."""
    texts = {}
    for name, language in HINT_LANGUAGES.items():
        with override(language):
            texts[name] = usual_hint(role)
    return texts


@require_GET
@requires("edit_policy")
def hints(request: Request) -> HttpResponse:
    """How to negotiate with each decision role, in both languages."""
    own = queries.role_hints()
    rows = []
    for role in ROLES:
        given = {name: getattr(own.get(role), name, "") for name in HINT_LANGUAGES}
        texts = [given[name] or usual for name, usual in _usual(role).items()]
        rows.append({"role": role, "texts": texts, "is_own": any(given.values())})
    return render(request, "customers/hints.html", {"rows": rows})


@requires("edit_policy")
def edit_hint(request: Request, role: str) -> HttpResponse:
    """Put the hint for one decision role into the company's own words."""
    if role not in ROLES:
        raise Http404
    hint = RoleHint.objects.filter(role=role).first()
    by = last_editor(hint) if hint else ""
    hint = hint or RoleHint(role=role)
    form = RoleHintForm(request.POST or None, hint=hint, usual=_usual(role), by=by)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role_hint(
                role=role, by=request.user, at=request.now, expected_version=hint.version, **form.cleaned_data
            )
            return answers.saved(request, reverse("customers:hints"), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=hint.get_role_display(), to=reverse("customers:hints"))


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
            to, _is_new = save_once(request, lambda: _add_tag(request, form))
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("New tag"), to=_to_tags())


def _add_tag(request: Request, form: TagForm) -> str:
    """Save the tag; gives the address to go to."""
    actions.create_tag(by=request.user, at=request.now, **form.cleaned_data)
    return _to_tags()


@requires()
@reads_again
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
