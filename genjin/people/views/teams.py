"""Teams and roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from genjin.people import actions
from genjin.people.access import RIGHTS, SCOPES
from genjin.people.forms import RoleForm, TeamForm
from genjin.people.models import Role, Team
from genjin.people.requests import Request
from genjin.people.views.saving import bound, keys_of, last_editor, make_once, try_save, values_of
from genjin.records import registry
from genjin.web import answers
from genjin.web.guards import requires

EVERYTHING = gettext_lazy("Everything not named below")


@requires("administer")
def teams(request: Request) -> HttpResponse:
    """All teams with managers and sizes."""
    rows = Team.objects.annotate(size=Count("members", filter=Q(members__is_active=True), distinct=True))
    rows = rows.prefetch_related("managers").order_by("-is_active", "id")
    return render(request, "people/teams.html", {"teams": rows})


@requires("administer")
def team_new(request: Request) -> HttpResponse:
    """A new team."""
    form = TeamForm(bound(request), current={}, version=0)

    def make(data: dict[str, Any]) -> str:
        actions.create_team(
            names={"name_zh": data["name_zh"], "name_en": data["name_en"]},
            manager_ids=keys_of(data["managers"]),
            by=request.user,
            at=request.now,
        )
        return reverse("people:teams")

    if request.method == "POST" and (to := make_once(request, form, make)):
        return answers.saved(request, to, _("The team is there."))
    return render(request, "people/team.html", {"form": form})


@requires("administer")
def team(request: Request, pk: int) -> HttpResponse:
    """One team: names, managers, members."""
    row = get_object_or_404(Team, pk=pk)
    current = values_of(row, "name_zh", "name_en")
    current["managers"] = sorted(row.managers.values_list("pk", flat=True))
    form = TeamForm(bound(request), current=current, version=row.version, by=last_editor(request, row))

    def save(data: dict[str, Any]) -> object:
        return actions.change_team(
            team_id=pk,
            names={"name_zh": data["name_zh"], "name_en": data["name_en"]},
            manager_ids=keys_of(data["managers"]),
            version=row.version,
            by=request.user,
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:teams"), _("Saved."))
    members = row.members.filter(is_active=True).select_related("role")
    return render(request, "people/team.html", {"form": form, "team": row, "members": members})


@require_POST
@requires("administer")
def team_close(request: Request, pk: int) -> HttpResponse:
    """Close a team, or reopen a closed one."""
    row = get_object_or_404(Team, pk=pk)
    verb = actions.close_team if row.is_active else actions.reopen_team
    try:
        verb(team_id=pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("people:team", pk=pk)
    return answers.saved(request, reverse("people:teams"), _("Saved."))


@requires("administer")
def roles(request: Request) -> HttpResponse:
    """What every role may do: rights by roles."""
    rows = _ordered_roles()
    matrix = [(label, [name in role.rights for role in rows]) for name, label in RIGHTS.items()]
    scopes = [(label, [_scope_text(role, kind) for role in rows]) for kind, label in _kinds()]
    return render(request, "people/roles.html", {"roles": rows, "matrix": matrix, "scopes": scopes})


@requires("administer")
def role(request: Request, code: str) -> HttpResponse:
    """One role's rights, and whose records it sees and edits, by kind."""
    row = get_object_or_404(Role, pk=code)
    number = list(Role.Code.values).index(row.code) + 1  # as the journal counts roles
    form = RoleForm(bound(request), role=row, kinds=_kinds(), by=last_editor(request, row, number))

    def save(_data: dict[str, Any]) -> object:
        return actions.change_role(
            code=code,
            rights=form.rights(),
            scopes=form.scopes(),
            version=row.version,
            by=request.user,
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:roles"), _("Saved."))
    return render(request, "people/role.html", {"role": row, "form": form})


def _kinds() -> list[tuple[str, object]]:
    """What scopes may be set for: everything, then each registered kind that has an owner or a customer."""
    owned = [
        (kind.name, kind.plural)
        for kind in registry.kinds()
        if any(field.name in ("owner", "customer") for field in kind.model._meta.get_fields())
    ]
    return [("*", EVERYTHING), *owned]


def _scope_text(role: Role, kind: str) -> str:
    entry = role.scopes.get(kind)
    if entry is None:
        return "—" if kind == "*" else _("as above")
    return f"{SCOPES[entry.get('see', 'NONE')]} / {SCOPES[entry.get('edit', 'NONE')]}"


def _ordered_roles() -> list[Role]:
    order = {code: number for number, code in enumerate(Role.Code.values)}
    return sorted(Role.objects.all(), key=lambda row: order[row.code])
