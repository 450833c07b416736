"""OAuth 2 with the operator's own client id: consent of the person (code flow with PKCE), tokens, XOAUTH2.

What an account keeps under `secret` is sealed JSON: `refresh`, `access` and `expires` (epoch seconds).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets as random
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from genjin.mail import problems, providers, secrets
from genjin.mail.actions import tokens as keeping
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed

TIMEOUT = 10.0
EARLY = 120
"""Seconds before its end at which a token is renewed."""
MOST_BYTES = 64 * 1024
PAUSE = timedelta(seconds=0.2)
"""How often it is looked whether another process has renewed the token."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Where a provider asks the person and gives tokens; `{tenant}` stands for Microsoft's directory."""

    key: str
    name: str
    authorise: str
    token: str
    scope: str
    extra: Mapping[str, str]


ISSUERS: dict[str, Issuer] = {
    "google": Issuer(
        "google", "Google", "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token", "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Issuer(
        "microsoft", "Microsoft", "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All "
        "https://outlook.office.com/SMTP.Send",
        {"prompt": "select_account"},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Consent:
    """The address to lead the person to, and what must be remembered until the return."""

    url: str
    state: str
    verifier: str


def is_ready(key: str) -> bool:
    """Whether the operator entered a client id for this issuer."""
    return bool(key in ISSUERS and settings.MAIL_OAUTH.get(key, {}).get("id"))


def ask(key: str, *, redirect_uri: str, address: str) -> Consent:
    """Begin the code flow: PKCE (S256) and a state that only this browser knows."""
    issuer, client = ISSUERS[key], settings.MAIL_OAUTH[key]
    state, verifier = random.token_urlsafe(24), random.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "client_id": client["id"], "response_type": "code", "redirect_uri": redirect_uri,
        "scope": issuer.scope, "state": state, "login_hint": address, "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="), **issuer.extra,
    }  # fmt: skip
    return Consent(f"{_filled(issuer.authorise, client)}?{urllib.parse.urlencode(query)}", state, verifier)


def redeem(key: str, *, code: str, verifier: str, redirect_uri: str, at: datetime) -> str:
    """The sealed tokens for the code that the provider gave; raises `Failed`. `at` is real time."""
    answer = _ask(
        key,
        {"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
         "redirect_uri": redirect_uri},
    )  # fmt: skip
    if not answer.get("refresh_token"):
        raise Failed(problems.OAUTH, host=ISSUERS[key].name, answer="no refresh token")
    return _sealed(answer, "", at)


def access_token(account: MailAccount, *, at: datetime) -> str:
    """A token that holds for two minutes from `at` (real time), renewed if it must be; raises `Failed`.

    One process asks at a time (a lease in the account's row): providers that give a new refresh token with
    each answer would forget one of two.
    """
    tokens = _tokens(account.secret)
    if _is_fresh(tokens, at):
        return str(tokens["access"])
    if account.pk is None:
        account.secret = _renewed(account, tokens, at)
        return str(_tokens(account.secret)["access"])
    waited = timedelta(0)
    while not keeping.lease(account_id=account.pk, at=at + waited):
        time.sleep(PAUSE.total_seconds())
        waited += PAUSE
        tokens = _stored(account)
        if _is_fresh(tokens, at):
            return str(tokens["access"])
        if waited > keeping.LEASE:
            raise Failed(problems.TIMEOUT, host=_issuer_of(account).name)
    try:
        tokens = _stored(account)
        if not _is_fresh(tokens, at):
            before, account.secret = account.secret, _renewed(account, tokens, at)
            keeping.keep(account_id=account.pk, before=before, secret=account.secret)
            tokens = _tokens(account.secret)
        return str(tokens["access"])
    finally:
        keeping.release(account_id=account.pk)


def _issuer_of(account: MailAccount) -> Issuer:
    provider = providers.of_key(account.provider)
    if provider is None or provider.oauth not in ISSUERS:
        raise Failed(problems.OAUTH, host=account.imap_host)
    return ISSUERS[provider.oauth]


def _stored(account: MailAccount) -> dict[str, Any]:
    account.secret = MailAccount.objects.values_list("secret", flat=True).get(pk=account.pk)
    return _tokens(account.secret)


def _tokens(sealed: str) -> dict[str, Any]:
    try:
        found = json.loads(secrets.unseal(sealed) or "{}")
    except secrets.KeyLost as error:
        raise Failed(problems.KEY_LOST) from error
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _is_fresh(tokens: Mapping[str, Any], at: datetime) -> bool:
    return bool(tokens.get("access")) and float(tokens.get("expires", 0)) > at.timestamp() + EARLY


def _renewed(account: MailAccount, tokens: Mapping[str, Any], at: datetime) -> str:
    issuer = _issuer_of(account)
    if not tokens.get("refresh") or not is_ready(issuer.key):
        raise Failed(problems.OAUTH, host=issuer.name)
    answer = _ask(issuer.key, {"grant_type": "refresh_token", "refresh_token": str(tokens["refresh"])})
    return _sealed(answer, str(tokens["refresh"]), at)


def _sealed(answer: Mapping[str, Any], refresh: str, at: datetime) -> str:
    lasts = answer.get("expires_in")
    kept = {
        "refresh": answer.get("refresh_token") or refresh,
        "access": answer["access_token"],
        "expires": at.timestamp() + (lasts if isinstance(lasts, int) else 0),
    }
    return secrets.seal(json.dumps(kept))


def _filled(address: str, client: Mapping[str, str]) -> str:
    return address.replace("{tenant}", urllib.parse.quote(client.get("tenant") or "common", safe=""))


def _ask(key: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Ask the token endpoint; what it refuses ends the consent, what fails on the way may be tried again."""
    issuer, client = ISSUERS[key], settings.MAIL_OAUTH[key]
    body = {**form, "client_id": client["id"], "scope": issuer.scope}
    if client.get("secret"):
        body["client_secret"] = client["secret"]
    if key == "google":
        del body["scope"]
    request = urllib.request.Request(  # noqa: S310 - the addresses are ours, not a user's
        _filled(issuer.token, client), urllib.parse.urlencode(body).encode(), {"Accept": "application/json"}
    )
    host = urllib.parse.urlsplit(request.full_url).hostname or ""
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            told = json.loads(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        raise _refusal(error, host) from error
    except (OSError, ValueError) as error:
        raise Failed(problems.UNREACHABLE, host=host) from error
    if not isinstance(told, dict) or not told.get("access_token"):
        raise Failed(problems.PROTOCOL, host=host)
    return told


def _refusal(error: urllib.error.HTTPError, host: str) -> Failed:
    """What the provider refused, by its code only: its sentences may hold addresses."""
    if error.code >= 500 or error.code == 429:
        return Failed(problems.UNREACHABLE, host=host)
    try:
        code = str(json.loads(error.read(MOST_BYTES)).get("error", ""))[:60]
    except (ValueError, AttributeError):
        code = ""
    return Failed(problems.OAUTH, host=host, answer=code)
