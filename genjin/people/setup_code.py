"""The one-time code that lets the first browser set a fresh instance up, so that no stranger can."""

from __future__ import annotations

import ipaddress
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from genjin.instance import queries as instance

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_X_FORWARDED_HOST")
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def file() -> Path:
    """Where the code lies, readable by its owner only."""
    return Path(settings.DATA) / "keys" / "setup_code"


def read_or_make() -> str:
    """The code of this data folder; made on first need, the same for every process."""
    path = file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(code)
    return path.read_text(encoding="ascii").strip()


def announcement() -> str:
    """The sentence for the terminal of a fresh instance: where to set it up, with which code."""
    if instance.current().set_up_at is not None:
        return ""
    return f"Set it up in a browser at {settings.PUBLIC_URL}/setup/ (set-up code: {read_or_make()})"


def forget() -> None:
    """Remove the code once it has served."""
    file().unlink(missing_ok=True)


def fits(given: str) -> bool:
    """Whether this is the code, however it was typed (case, spaces, hyphens)."""
    return constant_time_compare(_bare(given), _bare(read_or_make()))


def _bare(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


def is_needed(request: HttpRequest) -> bool:
    """Whether a request must show the code: all but those from this very machine.

    A proxy makes everybody look local, so one that came through any is not.
    """
    if any(request.META.get(name) for name in FORWARDED):
        return True
    host, _, port = request.get_host().rpartition(":")
    name = (host if port.isdigit() and host else request.get_host()).lower()
    try:
        local = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        local = False
    return not (local and name in LOOPBACK_NAMES)
