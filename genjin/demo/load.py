"""Loading the demo firm: once, as a whole or not at all."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from genjin.customers.actions.duplicate_pairs import pair_slice
from genjin.demo import firm, mailboxes, post
from genjin.demo.story import FULL, Story
from genjin.demo.words import read
from genjin.followups import sweep
from genjin.instance import actions as instance_actions
from genjin.instance import queries, start
from genjin.instance.models import Instance
from genjin.journal.actions import unheard
from genjin.people.actions import reset_password
from genjin.people.models import User


class NotADemo(Exception):
    """The instance belongs to somebody; the text says so in one sentence."""


def require_demo_or_empty() -> bool:
    """Whether the demo firm is loaded; `NotADemo` when somebody else's data are here."""
    # These columns only: the database may be older than this version.
    kind, set_up_at = Instance.objects.values_list("kind", "set_up_at").get(pk=1)
    if kind == Instance.Kind.DEMO:
        return set_up_at is not None
    if kind != Instance.Kind.PRODUCTION or set_up_at is not None or User.objects.exists():
        raise NotADemo(
            f"The data in {settings.DATA} belong to a {kind.lower()} instance; "
            "set GENJIN_DATA (and DATABASE_URL) to an empty place for the demo."
        )
    return False


def load(*, real: datetime, size: int = FULL, advance: Callable[[float], None] | None = None) -> bool:
    """Load the demo firm unless it is there; whether it had to be loaded. `real` is the true time.

    Everything happens in one transaction, as nobody else works here yet: a load that is killed leaves nothing
    behind, and the next one begins anew. Nobody is decided while it runs; all marks are there at its end.
    """
    with _alone():
        if require_demo_or_empty():
            return False
        password = passphrase()
        with transaction.atomic(), unheard():
            instance_actions.mark_kind(kind=Instance.Kind.DEMO, at=real)
            now = start.start_clock(settings.BUSINESS_CLOCK_START, at=real).now()
            Story(now, password, size, advance).tell()
        return True


def catch_up() -> None:
    """Read the mailboxes, then decide and compare everyone who is marked: the first pages show what is due."""
    mailboxes.take_in()
    sweep.sweep(queries.business_now)
    while pair_slice(at=queries.business_now()):
        pass


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(settings.DATA) / "demo.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def passphrase_file() -> Path:
    """Where the passphrase of the demo people lies, readable by its owner only."""
    return post.secret_file("demo_password")


def passphrase() -> str:
    """The passphrase of this instance's demo people; made once, of four words and a number."""
    chosen = "-".join(secrets.choice(read("passwords")["words"]) for _ in range(4))
    return post.kept_secret("demo_password", f"{chosen}-{secrets.randbelow(90) + 10}")


def ensure_passphrase(*, at: datetime) -> str:
    """The passphrase; where its file was lost, a new one is given to the demo people."""
    if passphrase_file().exists():
        return passphrase()
    password = passphrase()
    for user in User.objects.filter(email__in=[person.email for person in firm.PEOPLE]):
        reset_password(user_id=user.pk, password=password, at=at)
    return password
