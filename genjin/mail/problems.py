"""What can go wrong between Genjin and a mail server, and what to tell people about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.mail.sentences import told

PASSWORD = "password"  # noqa: S105 - the name of a problem
APP_PASSWORD = "app_password"  # noqa: S105 - the name of a problem
OAUTH = "oauth"
KEY_LOST = "key_lost"
TLS = "tls"
PLAIN_FORBIDDEN = "plain_forbidden"
PRIVATE_HOST = "private_host"
UNKNOWN_HOST = "unknown_host"
PORT = "port"
UNREACHABLE = "unreachable"
TIMEOUT = "timeout"
LOST = "lost"
THROTTLED = "throttled"
BLOCKED = "blocked"
SERVICE_OFF = "service_off"
FULL = "full"
FOLDER = "folder"
PROTOCOL = "protocol"
MAILDIR = "maildir"

SENTENCES: Mapping[str, Any] = {
    PASSWORD: _("The mail server refuses this user name or password."),
    APP_PASSWORD: _(
        "This provider wants an app password (authorisation code) instead of your normal password. "
        "Make one in the security settings of the mailbox and enter it here."
    ),
    OAUTH: _("The permission to use this mailbox has ended. Sign in to the provider again."),
    KEY_LOST: _("The stored password cannot be decrypted, as the key was changed. Enter the password again."),
    TLS: _("No secure connection can be made: the certificate or the encryption of %(host)s is not valid."),
    PLAIN_FORBIDDEN: _("Without encryption only servers in your own network are allowed."),
    PRIVATE_HOST: _("%(host)s lies in a private network. Only administrators may set up such servers."),
    UNKNOWN_HOST: _("There is no server named %(host)s."),
    PORT: _("Nothing answers at port %(port)s of %(host)s, or it speaks something else."),
    UNREACHABLE: _("%(host)s cannot be reached at the moment."),
    TIMEOUT: _("%(host)s did not answer in time."),
    LOST: _("The connection to %(host)s was lost."),
    THROTTLED: _("The mail server asks to be left alone for a while. Genjin tries again later by itself."),
    BLOCKED: _("The mail server blocks this connection. The provider says why."),
    SERVICE_OFF: _("IMAP and SMTP are switched off for this mailbox. Switch them on in its settings."),
    FULL: _("The mailbox is full: the server takes no more mail."),
    FOLDER: _("The folder cannot be opened on the server."),
    PROTOCOL: _("The mail server gave an answer that makes no sense."),
    MAILDIR: _("The folder of this mailbox cannot be read."),
}

LASTING = frozenset(
    (PASSWORD, APP_PASSWORD, OAUTH, KEY_LOST, PLAIN_FORBIDDEN, PRIVATE_HOST, SERVICE_OFF, MAILDIR)
)
"""Problems that no waiting mends: somebody must change something."""


class Failed(Exception):
    """A mail server, or the way to it, refused; `code` is one of this module.

    `details` fill the sentence (host, port) and carry what the server said under `answer`.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def is_lasting(self) -> bool:
        """Whether trying again is useless until somebody changes something."""
        return self.code in LASTING


def sentence(code: str, details: Mapping[str, Any] | None = None) -> str:
    """What a person is told, in the language in use; an unknown code tells of a strange answer."""
    known = dict(details or {})
    if "port" in known:
        known["port"] = str(known["port"])  # a name, not a quantity
    return told(SENTENCES, code if code in SENTENCES else PROTOCOL, known)
