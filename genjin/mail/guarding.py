"""Which hosts may be connected to. Names are resolved once, every address is looked at, and the connection
goes to just those addresses, so that a name cannot lead elsewhere in between (SSRF).
"""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import smtplib
import socket
import ssl
from typing import Any

import imap_tools

from genjin.mail import problems
from genjin.mail.problems import Failed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


def addresses_of(host: str, port: int) -> list[Address]:
    """The addresses of a host, in the order of the system; raises `Failed(unknown_host)`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Failed(problems.UNKNOWN_HOST, host=host, port=port) from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def is_public(address: Address) -> bool:
    """Whether an address lies in the internet: not private, loopback, link-local, shared or multicast.

    One that carries an IPv4 address within (mapped, compatible, 6to4, Teredo, NAT64) is as public as that.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and (address in _NAT64 or address in _COMPATIBLE):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def allowed_addresses(host: str, port: int, *, is_public_only: bool) -> list[Address]:
    """The addresses that may be connected to; raises `Failed(private_host)` if a single one may not."""
    found = addresses_of(host, port)
    if is_public_only and not all(is_public(address) for address in found):
        raise Failed(problems.PRIVATE_HOST, host=host, port=port)
    return found


def connect(host: str, port: int, timeout: float | None, *, is_public_only: bool) -> socket.socket:
    """A connection to one of the allowed addresses of a host, tried in their order."""
    last: OSError = OSError("no address")
    for address in dict.fromkeys(allowed_addresses(host, port, is_public_only=is_public_only)):
        try:
            return socket.create_connection((str(address), port), timeout)
        except OSError as error:
            last = error
    raise last


class _Imap(imaplib.IMAP4):
    """Connects as `connect` does; `is_public_only` is set by the class made for an account."""

    is_public_only = True

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return connect(self.host, self.port, timeout, is_public_only=self.is_public_only)


class _ImapTls(imaplib.IMAP4_SSL):
    """The same, encrypted from the first byte."""

    is_public_only = True

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = connect(self.host, self.port, timeout, is_public_only=self.is_public_only)
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(plain, server_hostname=self.host)


class _Box(imap_tools.BaseMailBox):
    """A mailbox of imap-tools on a client that is there already."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._given


def imap_box(
    host: str, port: int, *, is_tls: bool, starts_tls: bool, context: ssl.SSLContext, timeout: float,
    is_public_only: bool,
) -> imap_tools.BaseMailBox:  # fmt: skip
    """A connected mailbox, not signed in."""
    if is_tls:
        tls = type("Tls", (_ImapTls,), {"is_public_only": is_public_only})
        return _Box(tls(host, port, ssl_context=context, timeout=timeout))
    plain: imaplib.IMAP4 = type("Plain", (_Imap,), {"is_public_only": is_public_only})(host, port, timeout)
    if starts_tls:
        try:
            if "STARTTLS" not in plain.capabilities:
                raise Failed(problems.TLS, host=host, port=port, answer="STARTTLS is not offered.")
            plain.starttls(context)
        except BaseException:
            # What was wrong is told, not that the socket is gone with the failed encryption.
            with contextlib.suppress(OSError):
                plain.shutdown()
            raise
    return _Box(plain)


def smtp_client(
    host: str, port: int, *, is_tls: bool, context: ssl.SSLContext, timeout: float, own_name: str,
    is_public_only: bool,
) -> smtplib.SMTP:  # fmt: skip
    """A connected SMTP client that has not greeted yet."""

    def get_socket(self: Any, host: str, port: int, timeout: float) -> socket.socket:
        plain = connect(host, port, timeout, is_public_only=is_public_only)
        return context.wrap_socket(plain, server_hostname=host) if is_tls else plain

    base: type[smtplib.SMTP] = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    kind = type("Smtp", (base,), {"_get_socket": get_socket})
    more: dict[str, Any] = {"context": context} if is_tls else {}
    client: smtplib.SMTP = kind(host, port, local_hostname=own_name, timeout=timeout, **more)
    return client
