"""Files that go along with a mail from its beginning: what higher folders enclose for their duties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from genjin.files.models import StoredFile
from genjin.mail.models import OutgoingMail
from genjin.people.models import User

Enclosed = Sequence[tuple[StoredFile, str]]
Encloser = Callable[[OutgoingMail, User, datetime], Enclosed]
_enclosers: dict[str, Encloser] = {}


def provide(prefix: str, encloser: Encloser) -> None:
    """Have files enclosed with drafts whose `about` begins so; called when the draft is begun."""
    _enclosers[prefix] = encloser


def enclosed(mail: OutgoingMail, *, by: User, at: datetime) -> list[tuple[StoredFile, str]]:
    """The files of a draft that is being begun, each with its name."""
    found: list[tuple[StoredFile, str]] = []
    for prefix, encloser in _enclosers.items():
        if mail.about.startswith(prefix):
            found += encloser(mail, by, at)
    return found
