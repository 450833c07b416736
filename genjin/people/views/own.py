"""Everybody's own settings: profile, password, sessions."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from genjin.journal.queries import last_editor
from genjin.people import actions, signin
from genjin.people import sessions as session_store
from genjin.people.forms import ChangePasswordForm, ProfileForm
from genjin.people.requests import Request
from genjin.people.views.saving import bound, try_save, values_of
from genjin.web import answers
from genjin.web.guards import requires

PROFILE = (
    "name_zh", "name_en", "phone", "language", "timezone", "work_start", "work_end", "theme", "shortcuts",
)  # fmt: skip


@requires()
def settings(request: Request) -> HttpResponse:
    """The index: on a phone the list of pages, elsewhere one's own profile."""
    return render(request, "people/settings.html")


@requires()
def profile(request: Request) -> HttpResponse:
    """One's own names, language, zone, hours and appearance."""
    user: Any = request.user
    form = ProfileForm(
        bound(request),
        current=values_of(user, *PROFILE),
        version=user.version,
        by=last_editor(user),
    )

    def save(data: dict[str, Any]) -> object:
        values = {name: data[name] for name in PROFILE}
        return actions.change_profile(
            user_id=user.pk,
            values=values,
            version=user.version,
            by=user,
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        response = answers.saved(request, reverse("people:profile"), _("Saved."))
        response.delete_cookie("genjin_theme")  # the choice of this page wins over the browser's older one
        return response
    return render(request, "people/profile.html", {"form": form})


@requires()
@sensitive_post_parameters()
def password(request: Request) -> HttpResponse:
    """A new password; other sessions of this person end."""
    user: Any = request.user
    form = ChangePasswordForm(bound(request))
    form.user = user
    if request.method == "POST" and form.is_valid() and not _old_password_fits(request, form):
        return render(request, "people/password.html", {"form": form})

    def save(data: dict[str, Any]) -> object:
        changed = actions.change_password(
            user_id=user.pk,
            password=data["password"],
            at=request.now,
        )
        session_store.end_others(user, request.session.session_key or "")
        update_session_auth_hash(request, changed)
        request.session.pop(session_store.SEEN, None)
        return changed

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:profile"), _("Your password is changed."))
    return render(request, "people/password.html", {"form": form})


def _old_password_fits(request: Request, form: ChangePasswordForm) -> bool:
    user: Any = request.user
    problem = ""
    if not ratelimit.consume(request, action="change_password", user=user):
        problem = signin.wait_sentence(60)
    elif not user.check_password(form.cleaned_data["old_password"]):
        problem = _("The password is wrong.")
    if problem:
        form.add_error("old_password", problem)
    return not problem


@requires()
def sessions(request: Request) -> HttpResponse:
    """Where this person is signed in."""
    user: Any = request.user
    context = {"sessions": session_store.running(user), "current": request.session.session_key}
    return render(request, "usersessions/usersession_list.html", context)


@require_POST
@requires()
def end_session(request: Request, pk: int) -> HttpResponse:
    """End one session; ending this very one signs out."""
    session_store.end_one(request.user, pk)
    return answers.saved(request, reverse("people:sessions"), _("That session has ended."))


@require_POST
@requires()
def end_other_sessions(request: Request) -> HttpResponse:
    """End all sessions but this one."""
    count = session_store.end_others(request.user, request.session.session_key or "")
    text = ngettext("%(n)d session has ended.", "%(n)d sessions have ended.", count) % {"n": count}
    return answers.saved(request, reverse("people:sessions"), text)
