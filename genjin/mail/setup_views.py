"""Setting up a mailbox in two steps: address and password; then what was found and tested, to be saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.mail import oauth, problems, providers
from genjin.mail.account_forms import AddForm, NewAccountForm, ServersForm, servers_of
from genjin.mail.actions import accounts as actions
from genjin.mail.actions import setups
from genjin.mail.models import AccountSetup
from genjin.mail.problems import Failed
from genjin.people.requests import Request
from genjin.people.views.saving import bound, make_once, try_save
from genjin.web import answers
from genjin.web.guards import requires

YEAR = timedelta(days=365)
_CONSENT = "mail_consent"
"""Where the session keeps what the provider's answer is compared with."""
State = AccountSetup.State


@requires()
def account_new(request: Request) -> HttpResponse:
    """The first step: address and password."""
    may_share = request.access.may("administer")
    form = NewAccountForm(
        bound(request), may_share=may_share, initial={"is_shared": "shared" in request.GET}
    )  # fmt: skip

    def make(data: dict[str, Any]) -> str:
        setup = setups.start_setup(
            address=data["address"], password=data["password"], is_shared=data.get("is_shared", False),
            by=request.user, at=request.now,
        )  # fmt: skip
        return reverse("mail:account_setup", args=[setup.pk])

    if request.method == "POST" and (to := make_once(request, form, make)):
        return HttpResponseRedirect(to)
    return render(request, "mail/account_new.html", {"form": form})


def _mine(request: Request, setup_id: int) -> AccountSetup:
    rows = AccountSetup.objects.visible_to(request.user).select_related("account")
    return get_object_or_404(rows, pk=setup_id)


@requires()
def account_setup(request: Request, setup_id: int) -> HttpResponse:
    """The second step: what was found, what the tests say; servers by hand where that did not work."""
    setup = _mine(request, setup_id)
    form = None
    if request.method == "POST":
        form = _servers_form(request, setup)

        def save(data: dict[str, Any]) -> object:
            password = data.pop("password")
            return setups.retry_setup(
                setup_id=setup_id, values=data, password=password, by=request.user, at=request.now
            )

        if try_save(form, save):
            return redirect("mail:account_setup", setup_id=setup_id)
    if setup.state == State.USED and setup.made_id:
        return redirect("mail:accounts")
    return render(request, "mail/account_setup.html", _context(request, setup, form))


@require_GET
@requires()
def account_setup_state(request: Request, setup_id: int) -> HttpResponse:
    """The same as a fragment, asked for while a job looks and tests."""
    setup = _mine(request, setup_id)
    return render(request, "mail/_setup.html", _context(request, setup, None))


def _servers_form(request: Request, setup: AccountSetup) -> ServersForm:
    has_oauth = bool(setups.issuer_of(setup))
    return ServersForm(bound(request), has_oauth=has_oauth, initial=servers_of(setup))


def _context(request: Request, setup: AccountSetup, form: Any) -> dict[str, Any]:
    provider = providers.of_key(str(setup.values.get("provider", "")))
    if form is None:
        form = _add_form(request, setup) if setup.state == State.WORKS else _servers_form(request, setup)
    issuer = setups.issuer_of(setup)
    return {
        "setup": setup, "form": form, "provider": provider, "values": setup.values,
        "directions": _directions(setup), "by": _FOUND_BY.get(setup.found_by, lambda: "")(),
        "issuer": oauth.ISSUERS[issuer].name if issuer else "",
        "asks_servers": setup.state in (State.UNKNOWN, State.FAILED),
    }  # fmt: skip


def _add_form(request: Request, setup: AccountSetup) -> Any:
    """What is asked at the end; nothing where a mailbox that is there gets other servers."""
    if setup.account_id is not None:
        return None
    person = request.user
    name = setup.address.partition("@")[0] if setup.is_shared else setup.address
    sender = str(request.organisation) if setup.is_shared else person.name_en or person.name_zh
    since = request.now.date() - YEAR
    return AddForm(
        bound(request), initial={"name": name[:80], "sender_name": sender[:120], "sync_from": since}
    )


_FOUND_BY = {
    "provider": lambda: _("A provider that Genjin knows"),
    "mx": lambda: _("By where the mail of this domain goes"),
    "srv": lambda: _("By the domain's own records"),
    "autoconfig": lambda: _("By the domain's own configuration"),
    "hand": lambda: _("As you entered it"),
}


def _directions(setup: AccountSetup) -> list[dict[str, Any]]:
    """Reading and sending: where, and how the test ended."""
    rows = []
    for label, prefix, result in (
        (_("Reading"), "imap", setup.reading),
        (_("Sending"), "smtp", setup.sending),
    ):
        host, port = setup.values.get(f"{prefix}_host", ""), setup.values.get(f"{prefix}_port", "")
        code = str(result.get("code", ""))
        details = result.get("details") or {}
        rows.append(
            {
                "label": label, "place": f"{host}:{port}" if host else "", "is_bad": bool(code),
                "security": setup.values.get(f"{prefix}_security", ""),
                "sentence": problems.sentence(code, details) if code else "",
                "answer": str(details.get("answer", ""))[:200],
                "is_done": setup.state in (State.WORKS, State.FAILED),
            }
        )  # fmt: skip
    return rows


@require_POST
@requires()
def account_add(request: Request, setup_id: int) -> HttpResponse:
    """Save what works: as a new mailbox, or as the servers of one that is there."""
    setup = _mine(request, setup_id)
    if setup.state == State.USED and setup.made_id:  # sent twice
        return redirect("mail:account", account_id=setup.made_id)
    if setup.account_id is not None:
        return _change(request, setup)
    form = AddForm(bound(request))

    def save(data: dict[str, Any]) -> Any:
        return actions.add_account(setup_id=setup_id, by=request.user, at=request.now, **data)

    if made := try_save(form, save):
        to = reverse("mail:account_members" if made.is_shared else "mail:account", args=[made.pk])
        return answers.saved(request, to, _("The mailbox is set up; its mails are being read."))
    return render(request, "mail/account_setup.html", _context(request, setup, form))


def _change(request: Request, setup: AccountSetup) -> HttpResponse:
    try:
        made = actions.change_servers(setup_id=setup.pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("mail:account_setup", setup_id=setup.pk)
    return answers.saved(request, reverse("mail:account", args=[made.pk]), _("Saved"))


@require_POST
@requires()
def account_consent(request: Request, setup_id: int) -> HttpResponse:
    """Lead the person to the provider, to allow Genjin the use of the mailbox."""
    setup = _mine(request, setup_id)
    issuer = setups.issuer_of(setup)
    if not issuer:
        messages.error(request, _("The operator of Genjin has not set up signing in to this provider."))
        return redirect("mail:account_setup", setup_id=setup_id)
    consent = oauth.ask(issuer, redirect_uri=_return_address(request), address=setup.address)
    request.session[_CONSENT] = {
        "state": consent.state, "verifier": consent.verifier, "setup": setup.pk, "issuer": issuer,
    }  # fmt: skip
    # A page that goes on by a link: after a form, browsers refuse to be led to another site.
    return render(request, "mail/consent.html", {"setup": setup, "url": consent.url,
                                                 "issuer": oauth.ISSUERS[issuer].name})  # fmt: skip


def _return_address(request: Request) -> str:
    return request.build_absolute_uri(reverse("mail:account_consented"))


@require_GET
@requires()
def account_consented(request: Request) -> HttpResponse:
    """The provider leads back here with a code, or with its refusal."""
    kept = request.session.pop(_CONSENT, None)
    given = request.GET.get("state", "")
    if not kept or not given or given != kept["state"]:
        messages.error(request, _("This answer does not belong to what you began here. Begin again."))
        return redirect("mail:accounts")
    setup = _mine(request, kept["setup"])
    code = request.GET.get("code", "")
    if not code:
        messages.error(request, _("The provider did not give the permission."))
        return redirect("mail:account_setup", setup_id=setup.pk)
    try:
        sealed = oauth.redeem(
            kept["issuer"], code=code, verifier=kept["verifier"], redirect_uri=_return_address(request),
            at=timezone.now(),
        )  # fmt: skip
        setups.note_consent(setup_id=setup.pk, secret=sealed, by=request.user, at=request.now)
    except Failed as error:
        messages.error(request, problems.sentence(error.code, error.details))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("mail:account_setup", setup_id=setup.pk)
