"""The sessions of a person: which there are, ending them, noting that one is in use."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils import timezone

from genjin.people.models import User

SEEN = "seen"
NOTE_EVERY = timedelta(minutes=5)


def end_all(user: User) -> int:
    """End every session of a person now; returns how many there were."""
    rows = list(UserSession.objects.filter(user_id=user.pk))
    for row in rows:
        row.end()
    return len(rows)


def end_one(user: User, session_id: int) -> bool:
    """End one session of this person; False when it is not (or no longer) his."""
    row = UserSession.objects.filter(user_id=user.pk, pk=session_id).first()
    if row is None:
        return False
    row.end()
    return True


def end_others(user: User, current_key: str) -> int:
    """End all sessions of a person but the one with that key."""
    rows = list(UserSession.objects.filter(user_id=user.pk).exclude(session_key=current_key))
    for row in rows:
        row.end()
    return len(rows)


def running(user: User) -> list[UserSession]:
    """A person's sessions that still work, the newest use first."""
    rows = UserSession.objects.purge_and_list(user)
    for row in rows:
        row.device = device(row.user_agent)
    return sorted(rows, key=lambda row: row.last_seen_at, reverse=True)


BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """A browser in words, as “Chrome · Windows”; what it calls itself when it is none of the usual."""
    known = [next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in known if name) or user_agent[:60]


def note_use(request: HttpRequest) -> bool:
    """Whether this use was noted: at most once in five minutes, so that reading pages writes nothing."""
    now = timezone.now().timestamp()
    if now - request.session.get(SEEN, 0) < NOTE_EVERY.total_seconds():
        return False
    request.session[SEEN] = int(now)
    UserSession.objects.create_from_request(request)
    return True
