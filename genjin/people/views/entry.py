"""Ways in: the first start, the first day, invitations and resets."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from genjin.people import actions, checklist, jobs, links, setup_code, signin
from genjin.people.forms import ForgotForm, JoinForm, ResetForm, SetupForm
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.people.views.saving import bound, try_save
from genjin.web import answers
from genjin.web.guards import public, requires

FIRM = (
    "name_zh", "name_en", "base_currency", "timezone", "country", "work_start", "work_end", "lunch_start",
    "lunch_end", "work_days",
)  # fmt: skip


@public
@never_cache
@sensitive_post_parameters("password", "password_again", "code")
def setup(request: Request) -> HttpResponse:
    """The first start: make the organisation and its first administrator, then sign that person in."""
    if request.instance.set_up_at is not None:
        if request.method == "POST":  # another browser was quicker
            return render(request, "people/setup_done.html", status=409)
        return redirect("account_login")
    needed = setup_code.is_needed(request)
    if needed:
        setup_code.read_or_make()
    firm = request.organisation
    form = SetupForm(bound(request), initial={name: getattr(firm, name) for name in FIRM})
    if request.method == "POST" and form.is_valid() and needed:
        _check_code(request, form)

    def save(data: dict[str, Any]) -> object:
        return actions.set_up(
            organisation={name: data[name] for name in FIRM},
            administrator={
                "email": data["email"], "name_zh": data["person_zh"], "name_en": data["person_en"],
            },
            password=data["password"],
            at=request.now,
        )  # fmt: skip

    if request.method == "POST" and (made := try_save(form, save)):
        setup_code.forget()
        return enter(request, made, to=reverse("people:start"))
    return render(request, "people/setup.html", {"form": form, "code_needed": needed})


setup.open_before_setup = True  # type: ignore[attr-defined]


def _check_code(request: Request, form: SetupForm) -> None:
    problem = signin.too_many(request, "reset_password", "setup")
    if not problem and not setup_code.fits(form.cleaned_data["code"]):
        problem = _("This is not the code. It was printed when Genjin started on the server.")
    if problem:
        form.add_error("code", problem)


def enter(request: Request, user: User, *, to: str) -> HttpResponse:
    """Sign a person in after the link or set-up proved who it is; the second factor is still asked for."""
    record_authentication(request, user, method="password", email=user.email)
    response: HttpResponse = perform_login(request, Login(user=user, email=user.email, redirect_url=to))
    return response


@requires("administer")
def start(request: Request) -> HttpResponse:
    """The first day: what is done and what comes next."""
    steps = checklist.steps(request.user)
    context = {"steps": steps, "done": sum(step.done for step in steps)}
    return render(request, "people/start.html", context)


@public
@never_cache
@sensitive_post_parameters("password", "password_again")
def join(request: Request, token: str) -> HttpResponse:
    """An invited person chooses names and a password."""
    user = links.owner(token, links.INVITATION)
    if user is None:
        return render(request, "people/link_dead.html", {"invitation": True}, status=410)
    form = JoinForm(bound(request), initial={"name_zh": user.name_zh, "name_en": user.name_en})
    form.user = user

    def save(data: dict[str, Any]) -> object:
        names = {"name_zh": data["name_zh"], "name_en": data["name_en"]}
        return actions.accept_invitation(
            user_id=user.pk,
            names=names,
            password=data["password"],
            at=request.now,
        )

    if request.method == "POST" and (made := try_save(form, save)):
        return enter(request, made, to=settings.LOGIN_REDIRECT_URL)
    return render(request, "people/join.html", {"form": form, "user_invited": user})


@public
@never_cache
def forgot(request: Request) -> HttpResponse:
    """Ask for a reset link by mail; the answer is the same whether the address is known or not."""
    if not settings.EMAIL_HOST:
        return render(request, "people/forgot.html", {"no_mail": True})
    form = ForgotForm(bound(request))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        problem = signin.too_many(request, "reset_password", address)
        if not problem:
            jobs.send_reset.enqueue(address)
            return render(request, "people/forgot.html", {"sent_to": address})
        form.add_error("email", problem)
    return render(request, "people/forgot.html", {"form": form})


@public
@never_cache
@sensitive_post_parameters("password", "password_again")
def reset(request: Request, token: str) -> HttpResponse:
    """Choose a new password by a link; all sessions end."""
    user = links.owner(token, links.RESET)
    if user is None:
        return render(request, "people/link_dead.html", status=410)
    form = ResetForm(bound(request))
    form.user = user

    def save(data: dict[str, Any]) -> object:
        return actions.reset_password(
            user_id=user.pk,
            password=data["password"],
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(
            request, reverse("account_login"), _("Your password is changed. Sign in with it.")
        )
    return render(request, "people/reset.html", {"form": form, "address": user.email})
