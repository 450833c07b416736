"""OAuth 2 against a provider on this machine: PKCE, state, renewing, refusing."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from genjin.mail import oauth, problems, secrets
from genjin.mail.actions import setups
from genjin.mail.models import AccountSetup, MailAccount
from genjin.mail.oauth import Issuer
from genjin.mail.problems import Failed


@pytest.fixture
def provider(monkeypatch, settings):
    """A token endpoint that keeps what it was asked and answers as it is told."""
    asked, answers = [], []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append({name: values[0] for name, values in parse_qs(body).items()})
            status, told = answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *given):
            pass

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    issuer = Issuer("microsoft", "Microsoft", f"{at}/authorise", f"{at}/token", "mail", {})
    monkeypatch.setitem(oauth.ISSUERS, "microsoft", issuer)
    settings.MAIL_OAUTH = {"microsoft": {"id": "client", "secret": "quiet", "tenant": "common"}, "google": {}}
    yield asked, answers
    server.shutdown()
    server.server_close()


def tokens(**given) -> str:
    kept = {"refresh": "r1", "access": "a1", "expires": time.time() + 3600} | given
    return secrets.seal(json.dumps(kept))


@pytest.fixture
def account(people, moment):
    return MailAccount.objects.create(
        name="x", address="lin@outlook.com", owner=people.lin, created_at=moment, provider="microsoft",
        auth="XOAUTH2", secret=tokens(),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_fresh_token_is_used_and_an_old_one_renewed_with_what_replaces_it(account, provider):
    asked, answers = provider
    assert (oauth.access_token(account, at=timezone.now()), asked) == ("a1", [])
    account.secret = tokens(expires=time.time() + 60)
    account.save()
    answers.append((200, {"access_token": "a2", "expires_in": 3600, "refresh_token": "r2"}))
    assert oauth.access_token(account, at=timezone.now()) == "a2"
    assert (asked[0]["grant_type"], asked[0]["refresh_token"]) == ("refresh_token", "r1")
    account.refresh_from_db()
    assert json.loads(secrets.unseal(account.secret))["refresh"] == "r2"
    assert account.token_leased_until is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, {"error": "invalid_grant"}), problems.OAUTH), ((503, {}), problems.UNREACHABLE),
        ((200, {"nothing": 1}), problems.PROTOCOL),
    ],
)  # fmt: skip
def test_a_refusal_is_lasting_and_trouble_on_the_way_is_not(account, provider, answer, code):
    account.secret = tokens(expires=0)
    account.save()
    provider[1].append(answer)
    with pytest.raises(Failed) as refused:
        oauth.access_token(account, at=timezone.now())
    assert refused.value.code == code
    account.refresh_from_db()
    assert account.token_leased_until is None


@pytest.mark.django_db
def test_another_process_that_renews_is_waited_for(account, provider, monkeypatch):
    account.secret = tokens(expires=0)
    account.token_leased_until = timezone.now() + timedelta(seconds=20)
    account.save()

    def renewed_elsewhere(seconds):
        MailAccount.objects.update(secret=tokens(access="theirs"))

    monkeypatch.setattr(oauth.time, "sleep", renewed_elsewhere)
    assert oauth.access_token(account, at=timezone.now()) == "theirs"
    assert provider[0] == []


@pytest.mark.django_db
def test_consent_leads_to_the_provider_and_back_to_the_test(sign_in, people, moment, provider):
    asked, answers = provider
    setup = setups.start_setup(
        address="lin@outlook.com", password="", is_shared=False, by=people.lin, at=moment
    )
    assert setup.state == AccountSetup.State.CONSENT
    browser = sign_in(people.lin)
    page = browser.post(reverse("mail:account_consent", args=[setup.pk]))
    query = {k: v[0] for k, v in parse_qs(urlsplit(page.context["url"]).query).items()}
    answers.append((200, {"access_token": "a", "expires_in": 3600, "refresh_token": "r"}))
    back = browser.get(reverse("mail:account_consented"), {"state": query["state"], "code": "c"})
    assert back.url == reverse("mail:account_setup", args=[setup.pk])
    digest = hashlib.sha256(asked[0]["code_verifier"].encode()).digest()
    assert query["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    setup.refresh_from_db()
    assert setup.state == "TESTING" and json.loads(secrets.unseal(setup.secret))["refresh"] == "r"
    again = browser.get(reverse("mail:account_consented"), {"state": query["state"], "code": "c"})
    assert again.url == reverse("mail:accounts") and len(asked) == 1


@pytest.mark.django_db
def test_an_answer_with_another_state_is_not_taken(sign_in, people, moment, provider):
    setup = setups.start_setup(
        address="lin@outlook.com", password="", is_shared=False, by=people.lin, at=moment
    )
    browser = sign_in(people.lin)
    browser.post(reverse("mail:account_consent", args=[setup.pk]))
    browser.get(reverse("mail:account_consented"), {"state": "forged", "code": "c"})
    assert provider[0] == []
    setup.refresh_from_db()
    assert setup.state == "CONSENT"
