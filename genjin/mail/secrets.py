"""What mailboxes are opened with, encrypted at rest: the key lies outside the database."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class KeyLost(Exception):
    """The secret was encrypted with another key: it must be entered again."""


def seal(plain: str) -> str:
    """A secret as the database keeps it; nothing stays nothing."""
    return Fernet(settings.MAIL_KEY).encrypt(plain.encode()).decode("ascii") if plain else ""


def unseal(sealed: str) -> str:
    """The secret behind what the database keeps; raises `KeyLost`."""
    if not sealed:
        return ""
    try:
        return Fernet(settings.MAIL_KEY).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError) as error:
        raise KeyLost from error
