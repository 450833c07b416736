"""Our hooks into django-allauth: lock-out that says when to try again, no sign-up, safe ways on."""

from __future__ import annotations

import math
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from genjin.people.addresses import clean_address
from genjin.people.models import User

APP = "allauth.account"


class SignIn(DefaultAccountAdapter):
    """Sign-in of people who were invited."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("Address or password is wrong."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "enter_current_password": gettext_lazy("The password is wrong."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Try again later."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody joins without an invitation."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very site, written as paths."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def add_message(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        """The library's own chat (“signed in as …”) is not repeated to people."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The library sends nothing by itself; our mails are jobs."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt against address and account; refuse with the time to wait."""
        key = clean_address(str(credentials.get("email", "")))
        self._login_failed_rl_usage = ratelimit.consume(request, app=APP, action="login_failed", key=key)
        if not self._login_failed_rl_usage:
            raise ValidationError(wait_sentence(waiting(request, "login_failed", key)))

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether the password must be typed again; a sign-in a few minutes ago is fresh enough."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record.get("at", 0) for record in records), default=0)
        return bool(time.time() - latest > account_settings.REAUTHENTICATION_TIMEOUT)

    def reauthenticate(self, user: User, password: str) -> bool:
        """The password again, counted like a sign-in."""
        known = self.authenticate(self.request, email=user.email, password=password)
        return known is not None and known.pk == user.pk


class SecondFactor(DefaultMFAAdapter):
    """The second factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is wrong or was used already. Wait for the next one."),
        "cannot_delete_authenticator": gettext_lazy(
            "Your company requires a second factor; it cannot be removed."
        ),
    }

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Nobody removes a factor that the company requires."""
        from genjin.policy import queries

        return not queries.switches().second_factor_required


def waiting(request: HttpRequest, action: str, key: str) -> float:
    """Seconds until the next attempt of that kind is allowed, by the limit that lasts longest."""
    longest = 0.0
    for rate in ratelimit.get_rates(app=APP, action=action):
        history = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if len(history) >= rate.amount:
            longest = max(longest, history[rate.amount - 1] + rate.duration - time.time())
    return longest


def wait_sentence(seconds: float) -> str:
    """The sentence of a lock-out."""
    minutes = max(math.ceil(seconds / 60), 1)
    sentence = ngettext(
        "Too many attempts. Try again in %(n)d minute.",
        "Too many attempts. Try again in %(n)d minutes.",
        minutes,
    )
    return sentence % {"n": minutes}


def too_many(request: HttpRequest, action: str, key: str) -> str:
    """Counts one attempt; the sentence to show when it is one too many, else nothing."""
    if ratelimit.consume(request, app=APP, action=action, key=key):
        return ""
    return wait_sentence(waiting(request, action, key)) or _("Too many attempts. Try again later.")
