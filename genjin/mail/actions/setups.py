"""Every write to attempts to set up a mailbox: typed, found, tested, tried again, forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.mail import account_jobs, discovery, oauth, providers, secrets
from genjin.mail.checking import Checked
from genjin.mail.discovery import Found
from genjin.mail.models import AccountSetup, MailAccount
from genjin.people import access
from genjin.people.models import User

SERVERS = (
    "provider", "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security",
    "username", "auth", "saves_sent",
)  # fmt: skip
PLACES = ("imap_host", "smtp_host", "username")
"""With another one of these the password is asked for again: it must not travel to a place that only the
holder of an unlocked browser chose."""
KEPT = timedelta(days=1)
_IN_GROUPS = re.compile(r"[a-z]{4}( [a-z]{4}){3}")
State = AccountSetup.State


def may_set_up(by: User, at: datetime, *, is_shared: bool) -> None:
    """Refuse shared mailboxes to whoever is no administrator."""
    if is_shared and not access.of(by, today=at.date()).may("administer"):
        raise ValidationError(_("Shared mailboxes are set up by administrators."))


def check_address(address: str) -> None:
    """Refuse an address that has a mailbox here already."""
    if MailAccount.objects.alive().filter(address=address).exists():
        raise ValidationError({"address": _("A mailbox with this address is set up already.")})


@transaction.atomic
def start_setup(
    *, address: str, password: str, is_shared: bool, by: User, at: datetime
) -> AccountSetup:  # fmt: skip
    """Begin with an address and a password: known servers are tested at once, others are looked for."""
    address = address.strip().lower()
    may_set_up(by, at, is_shared=is_shared)
    check_address(address)
    setup = AccountSetup(
        user=by, address=address, is_shared=is_shared, secret=secrets.seal(_tidied(password)),
        started_at=at, changed_at=at,
    )  # fmt: skip
    _take(setup, discovery.at_once(address), by, at)
    setup.save(force_insert=True)
    _go_on(setup)
    return setup


@transaction.atomic
def start_change(
    *, account_id: int, values: Mapping[str, Any], password: str, by: User, at: datetime
) -> AccountSetup:  # fmt: skip
    """Begin to give a mailbox other servers or another password; without one the stored one is tried."""
    access.of(by, today=at.date())
    account = MailAccount.objects.administered_by(by).filter(pk=account_id).first()
    if account is None:
        raise ValidationError(_("This mailbox is not there any more, or you may not change it."))
    if account.transport == MailAccount.Transport.MAILDIR:
        raise ValidationError(_("A mailbox of the demo has no server that could be changed."))
    stored = {name: getattr(account, name) for name in SERVERS}
    setup = AccountSetup(
        user=by, account=account, address=account.address, is_shared=account.is_shared, values=stored,
        secret=account.secret, found_by="hand", started_at=at, changed_at=at, state=State.TESTING,
    )  # fmt: skip
    _fill(setup, values, password, by, at)
    setup.save(force_insert=True)
    _go_on(setup)
    return setup


@transaction.atomic
def retry_setup(
    *, setup_id: int, values: Mapping[str, Any], password: str, by: User, at: datetime
) -> AccountSetup:  # fmt: skip
    """Test once more, with what was filled in by hand; without a password the one typed before is tried."""
    setup = AccountSetup.objects.visible_to(by).select_for_update().filter(pk=setup_id).first()
    if setup is None or setup.state == State.USED:
        raise ValidationError(_("This was saved already."))
    _fill(setup, values, password, by, at)
    setup.found_by = "hand"
    setup.attempt += 1
    setup.save()
    _go_on(setup)
    return setup


def _fill(setup: AccountSetup, values: Mapping[str, Any], password: str, by: User, at: datetime) -> None:
    """Take over servers and password, and decide what comes next."""
    wanted = {name: values[name] for name in SERVERS if name in values}
    is_elsewhere = any(
        name in wanted and setup.values.get(name) and wanted[name] != setup.values[name] for name in PLACES
    )
    is_oauth = wanted.get("auth", setup.values.get("auth")) == MailAccount.Auth.XOAUTH2
    if is_elsewhere and not password and setup.secret and not is_oauth:
        raise ValidationError(
            {"password": _("Enter the password again, as it goes to another server or user name.")}
        )
    if is_oauth != (setup.values.get("auth") == MailAccount.Auth.XOAUTH2) or (is_oauth and is_elsewhere):
        setup.secret = ""
    setup.values = {**setup.values, **wanted, "is_public_only": _is_public_only(by, at)}
    if password:
        setup.secret = secrets.seal(_tidied(password))
    setup.state, setup.changed_at, setup.reading, setup.sending = State.TESTING, at, {}, {}
    if is_oauth and not setup.secret:
        setup.state = State.CONSENT


def _tidied(password: str) -> str:
    """Google shows its app passwords in four groups; the server wants them without the gaps."""
    return password.replace(" ", "") if _IN_GROUPS.fullmatch(password) else password


def _is_public_only(by: User, at: datetime) -> bool:
    return not access.of(by, today=at.date()).may("administer")


def _take(setup: AccountSetup, found: Found, by: User, at: datetime) -> None:
    """Take over what was found, and decide what comes next."""
    provider = providers.of_key(str(found.values.get("provider", "")))
    setup.found_by = found.by
    setup.values = {**found.values, "is_public_only": _is_public_only(by, at)}
    if not found.by:
        setup.state = State.FINDING
    elif provider is not None and provider.oauth_only:
        setup.state, setup.secret = State.CONSENT, ""
    else:
        setup.state = State.TESTING


def _go_on(setup: AccountSetup) -> None:
    if setup.state == State.FINDING:
        account_jobs.find_servers.enqueue(setup.pk, setup.attempt)
    elif setup.state == State.TESTING:
        account_jobs.check_setup.enqueue(setup.pk, setup.attempt)


@transaction.atomic
def note_found(*, setup_id: int, attempt: int, found: Found, at: datetime) -> None:
    """What the search found; nothing leads to the form of servers."""
    setup = _waiting(setup_id, attempt, State.FINDING)
    if setup is None:
        return
    _take(setup, found, setup.user, at)
    if not found.by:
        setup.state = State.UNKNOWN
        setup.values |= guessed(setup.address)
    setup.changed_at = at
    setup.save()
    _go_on(setup)


def guessed(address: str) -> dict[str, Any]:
    """What the form of servers begins with where nothing was found."""
    domain = discovery.domain_of(address)
    return {
        "imap_host": f"imap.{domain}", "smtp_host": f"smtp.{domain}", "username": address, "provider": "",
        "imap_port": 993, "imap_security": "TLS", "smtp_port": 465, "smtp_security": "TLS",
        "auth": str(MailAccount.Auth.PASSWORD), "saves_sent": True,
    }  # fmt: skip


@transaction.atomic
def note_checked(*, setup_id: int, attempt: int, checked: Checked, at: datetime) -> None:
    """What the test found; the result of a test before the last one is dropped."""
    setup = _waiting(setup_id, attempt, State.TESTING)
    if setup is None:
        return
    setup.reading, setup.sending = dict(checked.reading), dict(checked.sending)
    setup.state = State.WORKS if checked.works else State.FAILED
    setup.changed_at = at
    setup.save()


def _waiting(setup_id: int, attempt: int, state: str) -> AccountSetup | None:
    rows = AccountSetup.objects.select_for_update(of=("self",)).select_related("user__role")
    return rows.filter(pk=setup_id, attempt=attempt, state=state).first()


@transaction.atomic
def note_consent(*, setup_id: int, secret: str, by: User, at: datetime) -> None:
    """The provider gave tokens (sealed); both directions are tested with them."""
    setup = AccountSetup.objects.visible_to(by).select_for_update().filter(pk=setup_id).first()
    if setup is None or setup.state == State.USED:
        raise ValidationError(_("This was saved already."))
    setup.secret, setup.changed_at, setup.state = secret, at, State.TESTING
    setup.values = {**setup.values, "auth": str(MailAccount.Auth.XOAUTH2)}
    setup.attempt += 1
    setup.reading, setup.sending = {}, {}
    setup.save()
    _go_on(setup)


def issuer_of(setup: AccountSetup) -> str:
    """The issuer of OAuth tokens for an attempt, "" where its provider has none or the operator no client."""
    provider = providers.of_key(str(setup.values.get("provider", "")))
    return provider.oauth if provider is not None and oauth.is_ready(provider.oauth) else ""


def forget_setups(*, at: datetime) -> int:
    """Remove attempts of yesterday and before, with what they knew of passwords; returns how many."""
    return AccountSetup.objects.filter(changed_at__lt=at - KEPT).delete()[0]
