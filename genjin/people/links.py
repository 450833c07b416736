"""Signed links that let somebody in once: invitations and password resets, for seven days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from genjin.people.models import User

LIFETIME = timedelta(days=7)
INVITATION, RESET = "people.invitation", "people.reset"
URL_NAMES = {INVITATION: "people:join", RESET: "people:reset"}


def token(user: User, purpose: str) -> str:
    """A token for one purpose; it dies with the state it was made in."""
    return signing.dumps([user.pk, _fingerprint(user, purpose)], salt=purpose, compress=True)


def url(user: User, purpose: str) -> str:
    """The whole address to hand to that person."""
    return settings.PUBLIC_URL + reverse(URL_NAMES[purpose], args=[token(user, purpose)])


def owner(text: str, purpose: str) -> User | None:
    """Whom a token belongs to; None when it is forged, older than seven days or used."""
    try:
        pk, fingerprint = signing.loads(text, salt=purpose, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user: User | None = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(fingerprint, _fingerprint(user, purpose)):
        return None
    if (user.joined_at is None) != (purpose == INVITATION):
        return None
    return user


def _fingerprint(user: User, purpose: str) -> str:
    invited = _seconds(user.invited_at)
    state = f"{user.pk}|{user.email}|{user.password}|{invited}|{_seconds(user.last_login)}"
    return salted_hmac(purpose, state, algorithm="sha256").hexdigest()[:32]


def _seconds(moment: datetime | None) -> float:
    """The moment whatever zone it is written in."""
    return moment.timestamp() if moment else 0.0
