"""Settings, mailboxes: the list, one mailbox, its folders, members and servers, pausing, removing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.journal.queries import last_editor
from genjin.mail import account_state, languages, oauth, providers, sender_checks
from genjin.mail.account_forms import (
    AccountForm,
    AfterSendingForm,
    FoldersForm,
    MembersForm,
    ServersForm,
    servers_of,
)
from genjin.mail.actions import accounts as actions
from genjin.mail.actions import preferences, setups
from genjin.mail.models import MailAccount, MailFolder, Signature
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.people.views.saving import bound, try_save
from genjin.web import answers
from genjin.web.guards import requires


def _mine(request: Request, account_id: int) -> MailAccount:
    """A mailbox whose setting the person may change, else 404."""
    return get_object_or_404(MailAccount.objects.administered_by(request.user), pk=account_id)


def _there(account: MailAccount) -> list[MailFolder]:
    """The folders that the server has."""
    return list(account.folders.filter(gone_at__isnull=True).order_by("role", "path"))


@require_GET
@requires()
def accounts(request: Request) -> HttpResponse:
    """The mailboxes that concern a person: own ones; shared ones to administer or to use."""
    folders = Prefetch("folders", queryset=MailFolder.objects.filter(gone_at__isnull=True))
    may_change = MailAccount.objects.administered_by(request.user)
    used = MailAccount.objects.alive().filter(is_shared=True, members__user=request.user)
    rows = MailAccount.objects.filter(pk__in={*may_change.values_list("pk", flat=True),
                                              *used.values_list("pk", flat=True)})  # fmt: skip
    changeable = set(may_change.values_list("pk", flat=True))
    shown = [
        {"account": row, "may_change": row.pk in changeable, **account_state.shown(row)}
        for row in rows.prefetch_related(folders).order_by("is_shared", "name", "pk")
    ]
    context = {
        "own": [row for row in shown if not row["account"].is_shared],
        "shared": [row for row in shown if row["account"].is_shared],
        "may_share": request.access.may("administer"),
        "after_sending": AfterSendingForm(initial={"goal": preferences.after_sending(request.user)}),
    }
    return render(request, "mail/accounts.html", context)


@require_POST
@requires()
def after_sending(request: Request) -> HttpResponse:
    """Choose where one goes on after an answer was sent."""
    form = AfterSendingForm(request.POST)
    if form.is_valid():
        preferences.choose_after_sending(goal=form.cleaned_data["goal"], by=request.user)
        return answers.saved(request, reverse("mail:accounts"), _("Saved"))
    return answers.saved(request, reverse("mail:accounts"))


@requires()
def account(request: Request, account_id: int) -> HttpResponse:
    """One mailbox: how it is, its setting, and the way to everything else about it."""
    found = _mine(request, account_id)
    form = AccountForm(bound(request), account=found, by=last_editor(found))

    def save(data: dict[str, Any]) -> object:
        data["aliases"] = data["aliases"].splitlines()
        return actions.change_account(
            account_id=account_id, version=found.version, by=request.user, at=request.now, **data
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("mail:account", args=[account_id]), _("Saved"))
    signatures = list(Signature.objects.filter(account=found).select_related("user"))
    for row in signatures:
        row.language_name = languages.name(row.language)  # type: ignore[attr-defined]
    context = {
        "form": form, "account": found, "folders": _there(found), **account_state.shown(found),
        "members": list(found.members.select_related("user").order_by("pk")),
        "signatures": signatures, "provider": providers.of_key(found.provider),
        "sender": sender_checks.shown(found),
    }  # fmt: skip
    return render(request, "mail/account.html", context)


@require_GET
@requires()
def account_progress(request: Request, account_id: int) -> HttpResponse:
    """How far reading is, asked again while it goes on."""
    found = _mine(request, account_id)
    context = {"account": found, **account_state.shown(found)}
    return render(request, "mail/_account_state.html", context)


@requires()
def account_servers(request: Request, account_id: int) -> HttpResponse:
    """Other servers or another password: tested like a new mailbox before they are saved."""
    found = _mine(request, account_id)
    provider = providers.of_key(found.provider)
    has_oauth = bool(provider and oauth.is_ready(provider.oauth))
    form = ServersForm(bound(request), has_oauth=has_oauth, initial=servers_of(found))

    def save(data: dict[str, Any]) -> Any:
        password = data.pop("password")
        return setups.start_change(
            account_id=account_id, values=data, password=password, by=request.user, at=request.now
        )

    if request.method == "POST" and (setup := try_save(form, save)):
        return redirect("mail:account_setup", setup_id=setup.pk)
    return render(request, "mail/servers.html", {"form": form, "account": found, "provider": provider})


@requires()
def account_folders(request: Request, account_id: int) -> HttpResponse:
    """Which folders are read."""
    found = _mine(request, account_id)
    rows = _there(found)
    form = FoldersForm(bound(request), rows=rows)

    def save(data: dict[str, Any]) -> object:
        return actions.choose_folders(
            account_id=account_id, folder_ids=data["folders"], by=request.user, at=request.now
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("mail:account", args=[account_id]), _("Saved"))
    return render(request, "mail/folders.html", {"form": form, "account": found, "rows": rows})


@requires("administer")
def account_members(request: Request, account_id: int) -> HttpResponse:
    """Who may read, answer and assign in a shared mailbox."""
    rows = MailAccount.objects.administered_by(request.user).filter(is_shared=True)
    found = get_object_or_404(rows, pk=account_id)
    people = User.objects.filter(is_active=True).select_related("team").order_by("team__pk", "pk")
    form = MembersForm(bound(request), people=people, members=found.members.all())

    def save(data: dict[str, Any]) -> object:
        return actions.set_members(
            account_id=account_id, members=form.chosen(), by=request.user, at=request.now
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("mail:account", args=[account_id]), _("Saved"))
    return render(request, "mail/members.html", {"form": form, "account": found})


@require_POST
@requires()
def account_pause(request: Request, account_id: int) -> HttpResponse:
    """Pause a mailbox, or (`to` is resume) use it again."""
    found = _mine(request, account_id)
    resumes = request.POST.get("to") == "resume"
    verb = actions.resume_account if resumes else actions.pause_account
    said = _("“%(name)s” is read and sent from again.") if resumes else _("“%(name)s” is paused.")
    return _done(request, found, verb, said % {"name": found.name})


@require_POST
@requires()
def account_read(request: Request, account_id: int) -> HttpResponse:
    """Read a mailbox at once."""
    return _done(request, _mine(request, account_id), actions.read_now, _("It is being read."))


@require_POST
@requires()
def account_remove(request: Request, account_id: int) -> HttpResponse:
    """Use a mailbox no more."""
    found = _mine(request, account_id)
    said = _("“%(name)s” was removed. Mails that are filed to customers stay there.") % {"name": found.name}
    return _done(request, found, actions.remove_account, said, to=reverse("mail:accounts"))


@require_POST
@requires()
def account_sender(request: Request, account_id: int) -> HttpResponse:
    """Ask the DNS about the sender domain, with the DKIM selector that was typed."""
    found = _mine(request, account_id)

    def ask(*, account_id: int, **who: Any) -> None:
        sender_checks.ask(account=found, selector=request.POST.get("selector", ""), **who)

    return _done(request, found, ask, _("The DNS is being asked."))


def _done(request: Request, found: MailAccount, verb: Any, said: str, to: str = "") -> HttpResponse:
    """Do something at once and go back to the mailbox."""
    back = reverse("mail:account", args=[found.pk])
    try:
        verb(account_id=found.pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(back)
    return answers.saved(request, to or back, said)
