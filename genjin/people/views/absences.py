"""Absences: one's own; for managers the team's, for administrators everybody's."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.people import actions
from genjin.people.forms import AbsenceForm
from genjin.people.models import Absence, User
from genjin.people.requests import Request
from genjin.people.views.saving import bound, key_of, last_editor, make_once, try_save, values_of
from genjin.web import answers
from genjin.web.guards import requires


def manageable(request: Request) -> QuerySet[User]:
    """Whose absences this person may enter: his own, as a manager his teams', as an administrator all."""
    access: Any = request.access
    teams = access.team_ids if access.may("manage_team") else ()
    rows: QuerySet[User] = User.objects.visible_to(request.user).manageable_by(
        request.user, teams, everyone=access.may("administer")
    )
    return rows


@requires()
def absences(request: Request) -> HttpResponse:
    """Current and coming absences, and those of the past year."""
    today = timezone.localdate(request.now)
    people = manageable(request).filter(is_active=True)
    rows = Absence.objects.filter(user__in=people).select_related("user", "deputy")
    context = {
        "coming": rows.filter(last_day__gte=today).order_by("first_day", "id")[:200],
        "past": rows.filter(last_day__lt=today).order_by("-first_day", "-id")[:50],
        "people": list(people[:200]),
        "today": today,
    }
    return render(request, "people/absences.html", context)


@requires()
def absence_new(request: Request, user_id: int) -> HttpResponse:
    """Enter an absence."""
    person = get_object_or_404(manageable(request), pk=user_id, is_active=True)
    form = AbsenceForm(bound(request), user=person, current={}, version=0)

    def make(data: dict[str, Any]) -> str:
        actions.record_absence(
            user_id=person.pk,
            first_day=data["first_day"],
            last_day=data["last_day"],
            deputy_id=key_of(data["deputy"]),
            note=data["note"],
            by=request.user,
            at=request.now,
        )
        return reverse("people:absences")

    if request.method == "POST" and (to := make_once(request, form, make)):
        return answers.saved(request, to, _("Saved."))
    return render(request, "people/absence.html", {"form": form, "person": person})


@requires()
def absence(request: Request, pk: int) -> HttpResponse:
    """Change an absence."""
    row = _found(request, pk)
    current = values_of(row, "first_day", "last_day", "note") | {"deputy": row.deputy_id}
    form = AbsenceForm(
        bound(request), user=row.user, current=current, version=row.version, by=last_editor(request, row)
    )

    def save(data: dict[str, Any]) -> object:
        return actions.change_absence(
            absence_id=row.pk,
            first_day=data["first_day"],
            last_day=data["last_day"],
            deputy_id=key_of(data["deputy"]),
            note=data["note"],
            version=row.version,
            by=request.user,
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:absences"), _("Saved."))
    return render(request, "people/absence.html", {"form": form, "person": row.user, "absence": row})


@require_POST
@requires()
def absence_remove(request: Request, pk: int) -> HttpResponse:
    """Take an absence back."""
    row = _found(request, pk)
    actions.remove_absence(
        absence_id=row.pk,
        by=request.user,
        at=request.now,
    )
    return answers.saved(request, reverse("people:absences"), _("The absence is removed."))


def _found(request: Request, pk: int) -> Absence:
    row = Absence.objects.filter(pk=pk, user__in=manageable(request)).select_related("user").first()
    if row is None:
        raise Http404
    return row
