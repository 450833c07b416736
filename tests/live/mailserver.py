"""A throw-away Dovecot: a real IMAP server, unprivileged, in a temporary folder on a free port of loopback.

`python -m tests.live.mailserver -- command …` runs a command with its port in GENJIN_TEST_IMAP.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.live.certificates import Certificate
from tests.live.postgres import free_port

UNPRIVILEGED = ("nobody", "mail")
PASSWORD = "correct-horse"
START_WITHIN = 20.0

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
{security}
mail_location = {store}:{folder}/mail/%n
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = {fsync}
mail_max_userip_connections = 100
imap_capability = {capability}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
}}
{passwords}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""
OPEN = """ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login"""
SECURE = """ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2 oauthbearer"""
PASSWORDS = f"""passdb {{
  driver = static
  args = password={PASSWORD}
}}"""
TOKENS = """passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}"""
ASKING = """introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""
WITHOUT_CONDSTORE = (
    "IMAP4rev1 LITERAL+ SASL-IR LOGIN-REFERRALS ID IDLE NAMESPACE SPECIAL-USE UIDPLUS CHILDREN"
)


class NoDovecot(Exception):
    """Dovecot cannot be started here; the text says what is missing, in one sentence."""


@dataclass
class MailServer:
    """A running server; every user name is a mailbox with the same password."""

    folder: Path
    port: int
    identity: dict[str, object]
    uid: int
    gid: int
    tls_port: int = 0
    """Where TLS begins at once; on `port` it is begun by STARTTLS."""

    def maildir(self, user: str, folder: str = "") -> Path:
        """The Maildir of a user's folder (INBOX without one)."""
        root = self.folder / "mail" / user
        return root / f".{folder}" if folder else root

    def deliver(
        self, user: str, messages: Sequence[tuple[bytes, datetime]], folder: str = "", flags: str = ""
    ) -> None:
        """Put messages into a folder as a delivery agent does, with the moment of their arrival."""
        place = self.maildir(user, folder)
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        written = [place, *(place / part for part in ("cur", "new", "tmp")), place.parent]
        for number, (raw, at) in enumerate(messages):
            target = place / "cur" / f"{int(at.timestamp())}.{time.monotonic_ns()}_{number}.host:2,{flags}"
            target.write_bytes(raw)
            os.utime(target, (at.timestamp(), at.timestamp()))
            written.append(target)
        self.give_away(written)

    def give_away(self, paths: Sequence[Path]) -> None:
        """Let the server's account own what was put there by another one."""
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def renumber(self, user: str, folder: str = "") -> None:
        """Make the UIDs of a folder void, as a server does whose index was lost."""
        place = self.maildir(user, folder)
        for path in place.glob("dovecot*"):
            path.unlink()
        numbers = place / "dovecot-uidlist"
        numbers.write_text(f"3 V{int(time.time()) + 1000} N1 G0123456789abcdef0123456789abcdef\n")
        self.give_away([numbers])


def _account() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoDovecot("There is no unprivileged account here.")


def program() -> str:
    """The server's program."""
    found = shutil.which("dovecot") or next(
        (path for path in ("/usr/sbin/dovecot", "/usr/local/sbin/dovecot") if Path(path).exists()), None
    )
    if found is None:
        raise NoDovecot("Dovecot is not installed (Debian: apt-get install dovecot-imapd).")
    return found


@contextmanager
def server(
    *,
    capability: str = "",
    fsync: str = "never",
    certificate: Certificate | None = None,
    tokens: str = "",
    store: str = "maildir",
) -> Iterator[MailServer]:
    """Starts a server; with `capability` it offers just that.

    With a certificate it speaks TLS and STARTTLS too; `tokens` is where it asks whose a token is.
    """
    dovecot, account, port = program(), _account(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="genjin-mail-"))
    group = grp.getgrgid(account.pw_gid).gr_name
    identity: dict[str, object] = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    for part in ("run", "state", "mail"):
        (folder / part).mkdir()
    config = folder / "dovecot.conf"
    tls_port = free_port() if certificate else 0
    text = CONFIG.format(
        folder=folder, store=store, user=account.pw_name, group=group, port=port, tls_port=tls_port,
        fsync=fsync,
        capability=capability, security=_security(folder, certificate),
        passwords=_passwords(folder, tokens),
    )  # fmt: skip
    config.write_text(text if capability else text.replace("imap_capability = \n", ""), encoding="utf-8")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [dovecot, "-F", "-c", str(config)],
            stdout=out,
            stderr=out,
            cwd=folder,
            **identity,  # type: ignore[call-overload]
        )
    try:
        _wait(process, port, folder)
        yield MailServer(folder, port, identity, account.pw_uid, account.pw_gid, tls_port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _security(folder: Path, certificate: Certificate | None) -> str:
    if certificate is None:
        return OPEN
    for source, name in ((certificate.chain, "server.pem"), (certificate.key, "server.key")):
        (folder / name).write_bytes(source.read_bytes())
    return SECURE.format(chain=folder / "server.pem", key=folder / "server.key")


def _passwords(folder: Path, tokens: str) -> str:
    if not tokens:
        return PASSWORDS
    file = folder / "oauth2.conf"
    file.write_text(ASKING.format(url=tokens), encoding="utf-8")
    return f"{TOKENS.format(file=file)}\n{PASSWORDS}"


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = "".join(
                path.read_text(errors="replace")[-800:]
                for path in (folder / "out", folder / "log")
                if path.exists()
            )
            raise NoDovecot(f"Dovecot did not start: {said.strip()}")
        with closing(socket.socket()) as probe:
            probe.settimeout(2)
            try:
                probe.connect(("127.0.0.1", port))
                if probe.recv(10).startswith(b"* OK"):
                    return
            except OSError:
                pass
        time.sleep(0.05)
    raise NoDovecot("Dovecot did not answer within 20 seconds.")


def main(arguments: list[str]) -> int:
    """Runs the command after `--` with a private server; its exit code, or 3 without Dovecot."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    try:
        with server() as running:
            environment = {**os.environ, "GENJIN_TEST_IMAP": str(running.port)}
            return subprocess.run(command, env=environment, check=False).returncode
    except NoDovecot as error:
        print(error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
