"""Testing a mailbox before it is saved: sign in for reading and for sending, and say what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from genjin.mail import connecting, problems, providers
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed
from genjin.mail.sending import dialogue


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with each direction: {} is well, else `code` and `details`."""

    reading: dict[str, Any] = field(default_factory=dict)
    sending: dict[str, Any] = field(default_factory=dict)

    @property
    def works(self) -> bool:
        """Whether mail can be read and sent."""
        return not self.reading and not self.sending


def check(account: MailAccount) -> Checked:
    """Sign in to both servers and look into the inbox; takes up to a minute where servers are silent."""
    return Checked(_problem(account, read), _problem(account, send))


def read(account: MailAccount) -> None:
    """Open the inbox; raises `Failed`. Some providers refuse here first, not at signing in."""
    box = connecting.open_imap(account)
    try:
        with connecting.explained(host=account.imap_host, port=account.imap_port):
            box.folder.set("INBOX", readonly=True)
    finally:
        connecting.close(box)


def send(account: MailAccount) -> None:
    """Sign in to the server of outgoing mail; nothing is sent. Raises `Failed`."""
    dialogue.close(dialogue.open_smtp(account))


def _problem(account: MailAccount, attempt: Any) -> dict[str, Any]:
    try:
        attempt(account)
    except Failed as error:
        return {"code": _code(account, error), "details": _told(error.details)}
    return {}


def _code(account: MailAccount, error: Failed) -> str:
    """A refused password means an app password where the provider takes no other."""
    provider = providers.of_key(account.provider)
    if error.code == problems.PASSWORD and provider is not None and provider.wants_app_password:
        return problems.APP_PASSWORD
    return error.code


def _told(details: dict[str, Any]) -> dict[str, Any]:
    """Details as they may be kept: short, and plain values only."""
    return {name: value if isinstance(value, int) else str(value)[:200] for name, value in details.items()}
