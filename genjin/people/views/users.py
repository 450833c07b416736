"""Users: the list, one person, invitations and links, leaving and coming back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from genjin.journal.queries import last_editor
from genjin.people import actions, jobs, links, queries
from genjin.people.forms import InviteForm, UserForm
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.people.views.absences import manageable
from genjin.people.views.saving import bound, key_of, make_once, try_save, values_of
from genjin.web import answers
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

FIELDS = (
    "email", "name_zh", "name_en", "phone", "language", "timezone", "work_start", "work_end", "has_laptop",
    "probation_until",
)  # fmt: skip

INVITED = ("email", "name_zh", "name_en", "language", "has_laptop", "probation_until")


def columns() -> Columns:
    """The columns of the list."""
    return Columns(
        Column("name", _("Name"), fixed=True),
        Column("role", _("Role")),
        Column("team", _("Team")),
        Column("state", _("State")),
        Column("seen", _("Last seen"), sort="last_seen_at", descending_first=True),
        Column("id", "", sort="id"),
        default="id",
    )


@requires("manage_team")
def users(request: Request) -> HttpResponse:
    """Everybody an administrator answers for; a manager sees his teams."""
    rows = manageable(request).select_related("role", "team")
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    shown = request.GET.get("state", "")
    if words:
        rows = rows.filter(
            Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(email__icontains=words)
        )
    rows = rows.filter(is_active=shown != "left")
    listing = columns()
    page = page_for(request, rows, listing)
    names = ["name", "role", "team", "state", "seen"]
    context = {
        "page": page,
        "columns": listing.shown(names, listing.sorting(request.GET.get("sort"))),
        "sorting": page.sorting,
        "words": words,
        "state": shown,
    }
    return render(request, "people/users.html", context)


@never_cache
@requires("administer")
def invite(request: Request) -> HttpResponse:
    """Invite somebody; the link is mailed, or shown to be handed over."""
    form = InviteForm(bound(request), initial={"role": "SALESPERSON", "has_laptop": True})

    made: list[User] = []

    def make(data: dict[str, Any]) -> str:
        values = {name: data[name] for name in INVITED}
        values |= {"role_id": key_of(data["role"]), "team_id": key_of(data["team"])}
        made.append(actions.invite_user(values=values, by=request.user, at=request.now))
        return reverse("people:user", args=[made[0].pk])

    if request.method == "POST" and (to := make_once(request, form, make)):
        person = get_object_or_404(User, pk=resolve(to).kwargs["pk"])
        return _hand_over(request, person, links.INVITATION, is_new=bool(made))
    return render(request, "people/invite.html", {"form": form})


@requires("manage_team")
def user(request: Request, pk: int) -> HttpResponse:
    """One person: a form for administrators, a card for managers."""
    person = get_object_or_404(manageable(request).select_related("role", "team"), pk=pk)
    context: dict[str, Any] = {"person": person, "holdings": queries.holdings(person)}
    if not request.access.may("administer"):
        return render(request, "people/user.html", context)
    current = values_of(person, *FIELDS) | {"role": person.role_id, "team": person.team_id}
    form = UserForm(bound(request), current=current, version=person.version, by=last_editor(person))

    def save(data: dict[str, Any]) -> object:
        values = {name: data[name] for name in FIELDS}
        values |= {"role_id": key_of(data["role"]), "team_id": key_of(data["team"])}
        return actions.change_user(
            user_id=person.pk,
            values=values,
            version=person.version,
            by=request.user,
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:user", args=[pk]), _("Saved."))
    return render(request, "people/user.html", {**context, "form": form})


@require_POST
@never_cache
@requires("administer")
def user_link(request: Request, pk: int) -> HttpResponse:
    """A fresh invitation, or a reset link for somebody who joined."""
    person = get_object_or_404(User, pk=pk, is_active=True)
    if person.state == "INVITED":
        person = actions.renew_invitation(user_id=pk, by=request.user, at=request.now)
        return _hand_over(request, person, links.INVITATION)
    return _hand_over(request, person, links.RESET)


def _hand_over(request: Request, person: User, purpose: str, *, is_new: bool = True) -> HttpResponse:
    """Mail the link where the system can, and show it in any case where it cannot.

    Asked again by the same form (`is_new` is false), no second mail goes.
    """
    if jobs.can_mail():
        if is_new:
            jobs.send_link.enqueue(person.pk, purpose)
        messages.success(request, _("A mail with the link goes to %(address)s.") % {"address": person.email})
        return redirect("people:user", pk=person.pk)
    context = {"person": person, "url": links.url(person, purpose), "invitation": purpose == links.INVITATION}
    return render(request, "people/link.html", context)


@require_POST
@requires("administer")
def deactivate(request: Request, pk: int) -> HttpResponse:
    """Somebody leaves; the answer says what is still his."""
    person = get_object_or_404(User, pk=pk)
    try:
        actions.deactivate_user(user_id=pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("people:user", pk=pk)
    kept = _(", ").join(f"{count} {plural}" for plural, count in queries.holdings(person))
    text = _("%(name)s can no longer sign in.") % {"name": person}
    if kept:
        text += " " + _("Still to be handed over: %(kept)s.") % {"kept": kept}
    to = reverse("people:user", args=[pk])
    with suppress(NoReverseMatch):  # the wizard lies in a folder above
        to = reverse("customers:hand_over", args=[pk]) if kept else to
    return answers.saved(request, to, text)


@require_POST
@requires("administer")
def reactivate(request: Request, pk: int) -> HttpResponse:
    """Somebody comes back."""
    person = get_object_or_404(User, pk=pk)
    actions.reactivate_user(user_id=pk, by=request.user, at=request.now)
    text = _("%(name)s can sign in again.") % {"name": person}
    return answers.saved(request, reverse("people:user", args=[pk]), text)
