"""The demo's post: where its mailboxes lie below the data folder, and putting mails into them."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings

from genjin.demo import firm

PLACE = "demo/mail"
"""Below the data folder; a folder (Maildir++) for each mailbox."""
SENT, DRAFTS, TRASH, ARCHIVE, JUNK = "Sent", "Drafts", "Trash", "Archive", "Junk"
FOLDERS = (SENT, DRAFTS, TRASH, ARCHIVE, JUNK)
_PARTS = ("tmp", "new", "cur")


def maildir_of(address: str) -> str:
    """Where the mailbox of an address of the firm lies, as its account keeps it."""
    local, _at, _domain = address.lower().partition("@")
    return f"{PLACE}/{firm.MAILBOX_OF.get(local, local)}"


def has_mailbox(address: str) -> bool:
    """Whether mail to this address is kept here."""
    domain = address.lower().rpartition("@")[2]
    return domain == firm.DOMAIN and (Path(settings.DATA) / maildir_of(address) / "cur").is_dir()


def make(address: str) -> None:
    """The empty folders of a mailbox."""
    for folder in ("INBOX", *FOLDERS):
        for part in _PARTS:
            (_folder(address, folder) / part).mkdir(parents=True, exist_ok=True)


def clear() -> None:
    """Remove all mailboxes: of a demo that was thrown away, or of a load that was killed."""
    shutil.rmtree(Path(settings.DATA) / PLACE, ignore_errors=True)


def key_of(*parts: object) -> str:
    """A name made of these parts: the same every time, another one for others."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()


def deliver(
    raw: bytes, *, address: str, key: str, at: datetime, folder: str = "INBOX", flags: str | None = None
) -> bool:
    """Put a mail into a mailbox as having come at that moment; False when a mail of this key lies there.

    `flags` are the letters of Maildir ("S" seen, "R" answered, "F" starred); None is a mail that nobody saw.
    """
    place = _folder(address, folder)
    name = f"{int(at.timestamp())}.{key}.demo"
    if (place / "new" / name).exists() or any((place / "cur").glob(f"{name}*")):
        return False
    beside = place / "tmp" / name
    beside.write_bytes(raw)
    os.utime(beside, (at.timestamp(), at.timestamp()))
    beside.replace(place / "new" / name if flags is None else place / "cur" / f"{name}:2,{flags}")
    return True


def password() -> str:
    """What the mailboxes sign in with at the receiver; made once, readable by its owner only."""
    return kept_secret("demo_mail", secrets.token_urlsafe(24))


def kept_secret(name: str, fresh: str) -> str:
    """The secret of that name among the keys of this instance; where there is none, the fresh one is kept."""
    file = secret_file(name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(f"{fresh}\n")
    return file.read_text(encoding="ascii").strip()


def secret_file(name: str) -> Path:
    """Where a secret of the demo lies."""
    return Path(settings.DATA) / "keys" / name


def _folder(address: str, folder: str) -> Path:
    root = Path(settings.DATA) / maildir_of(address)
    return root if folder == "INBOX" else root / f".{folder}"
