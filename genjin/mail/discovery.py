"""Finding the servers of a mailbox by its address: known provider, mail exchangers, SRV (RFC 6186), the
domain's own autoconfig file (Mozilla's format). Bounded in time; nothing is told but the domain's name.
"""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.parse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import dns.exception
import dns.resolver
from lxml import etree

from genjin.mail import guarding, providers
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed
from genjin.mail.providers import STARTTLS, TLS, Provider

ALL = 12.0
"""Seconds for the whole search."""
ONE = 4.0
"""Seconds for one question."""
MOST_BYTES = 128 * 1024
_SECURITY = {"SSL": TLS, "STARTTLS": STARTTLS}


class Resolver(Protocol):
    """What is asked of the DNS; a test gives its own."""

    def exchangers(self, domain: str) -> list[str]:
        """Names of the mail exchangers, best first; none for whatever goes wrong."""

    def services(self, name: str) -> list[tuple[str, int]]:
        """Targets of an SRV record, best first; the root "." (not offered) left out."""


class Dns:
    """The resolver of this machine."""

    def __init__(self, seconds: float = ONE) -> None:
        self._seconds = seconds

    def exchangers(self, domain: str) -> list[str]:
        """See `Resolver`."""
        rows = sorted(self._ask(domain, "MX"), key=lambda row: row.preference)
        return [str(row.exchange).rstrip(".").lower() for row in rows if str(row.exchange) != "."]

    def services(self, name: str) -> list[tuple[str, int]]:
        """See `Resolver`."""
        rows = sorted(self._ask(name, "SRV"), key=lambda row: (row.priority, -row.weight))
        found = [(str(row.target).rstrip(".").lower(), int(row.port)) for row in rows]
        return [(host, port) for host, port in found if host]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(dns.resolver.resolve(name, kind, lifetime=self._seconds))
        except (dns.exception.DNSException, OSError, ValueError):
            return []


Fetch = Callable[[str, bool, float], bytes | None]


@dataclass(frozen=True, slots=True)
class Found:
    """Servers and how they were found; `by` is "" when nothing was. `values` are attributes of an account."""

    by: str
    values: dict[str, Any] = field(default_factory=dict)


def at_once(address: str) -> Found:
    """What the table of providers knows of an address; asks nobody."""
    known = providers.of_domain(domain_of(address))
    return _of_provider(known, address, "provider") if known else Found("")


def find(
    address: str, *, is_public_only: bool, resolver: Resolver | None = None, fetch: Fetch | None = None
) -> Found:
    """The servers for an address; asks the DNS and the domain's web server, so that it may take seconds."""
    found = at_once(address)
    if found.by:
        return found
    resolver, fetch, domain = resolver or Dns(), fetch or fetched, domain_of(address)
    ends = time.monotonic() + ALL
    known = providers.of_exchangers(resolver.exchangers(domain))
    if known is not None:
        return _of_provider(known, address, "mx")
    values = _of_services(resolver, domain, ends)
    if values:
        return Found("srv", _signed(values, address))
    for url in autoconfig_addresses(address):
        left = ends - time.monotonic()
        body = fetch(url, is_public_only, min(ONE, left)) if left > 0 else None
        values = read_autoconfig(body, address) if body else {}
        if values:
            return Found("autoconfig", values)
    return Found("")


def domain_of(address: str) -> str:
    """The part behind the @, lower case and in its ASCII form."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def autoconfig_addresses(address: str) -> list[str]:
    """Where a domain tells its servers (Thunderbird's order); the person's address is not told."""
    domain = domain_of(address)
    return [
        f"https://autoconfig.{domain}/mail/config-v1.1.xml",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    ]


def _signed(values: dict[str, Any], address: str) -> dict[str, Any]:
    more = {"provider": "", "username": address, "auth": str(MailAccount.Auth.PASSWORD), "saves_sent": True}
    return {**more, **values}


def _of_provider(provider: Provider, address: str, by: str) -> Found:
    """`saves_sent` of an account tells whether we copy: not where the provider does it itself."""
    auth = MailAccount.Auth.XOAUTH2 if provider.oauth_only else MailAccount.Auth.PASSWORD
    values = {
        "provider": provider.key, "auth": str(auth), "saves_sent": not provider.saves_sent,
        **{name: str(v) if isinstance(v, str) else v for name, v in provider.servers.items()},
    }  # fmt: skip
    return Found(by, _signed(values, address))


def _of_services(resolver: Resolver, domain: str, ends: float) -> dict[str, Any]:
    """IMAP and submission by SRV records, encrypted ones first; {} unless both are told."""
    values: dict[str, Any] = {}
    for prefix, choices in (
        ("imap", (("_imaps._tcp", TLS), ("_imap._tcp", STARTTLS))),
        ("smtp", (("_submissions._tcp", TLS), ("_submission._tcp", STARTTLS))),
    ):
        for name, security in choices:
            targets = resolver.services(f"{name}.{domain}") if time.monotonic() < ends else []
            if targets:
                host, port = targets[0]
                named = {"host": host, "port": port, "security": str(security)}
                values |= {f"{prefix}_{name}": value for name, value in named.items()}
                break
        else:
            return {}
    return values


def read_autoconfig(body: bytes, address: str) -> dict[str, Any]:
    """The servers that a file in Mozilla's format names; {} for anything else. Only encrypted ones count."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    incoming = _server(root.iter("incomingServer"), "imap", address)
    outgoing = _server(root.iter("outgoingServer"), "smtp", address)
    if not incoming or not outgoing:
        return {}
    values = {f"imap_{name}": value for name, value in incoming.items() if name != "username"}
    values |= {f"smtp_{name}": value for name, value in outgoing.items() if name != "username"}
    return _signed({**values, "username": incoming["username"] or address}, address)


def _server(elements: Iterable[Any], kind: str, address: str) -> dict[str, Any]:
    for element in elements:
        told = {child.tag: (child.text or "").strip() for child in element if isinstance(child.tag, str)}
        security = _SECURITY.get(told.get("socketType", "").upper())
        host, port = _placed(told.get("hostname", ""), address), told.get("port", "")
        if element.get("type") == kind and security and _is_name(host) and _is_port(port):
            name = _placed(told.get("username", "") or "%EMAILADDRESS%", address)[:254]
            return {"host": host.lower(), "port": int(port), "security": str(security), "username": name}
    return {}


def _placed(text: str, address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return (
        text.replace("%EMAILADDRESS%", address)
        .replace("%EMAILLOCALPART%", local)
        .replace("%EMAILDOMAIN%", domain)
    )


def _is_name(host: str) -> bool:
    return 3 < len(host) <= 253 and all(sign.isalnum() or sign in ".-" for sign in host)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536


def fetched(url: str, is_public_only: bool, seconds: float) -> bytes | None:
    """A small file over https, or None: no redirect is followed, certificates are checked, only an address
    that was looked at is connected to, and no more is read than a configuration can have.
    """
    parts = urllib.parse.urlsplit(url)
    ends = time.monotonic() + seconds
    try:
        connection = _Https(parts.hostname or "", seconds, is_public_only)
        try:
            connection.request("GET", parts.path, headers={"User-Agent": "Genjin", "Accept": "text/xml"})
            answer = connection.getresponse()
            return _body(answer, connection, ends) if answer.status == 200 else None
        finally:
            connection.close()
    except (OSError, Failed, http.client.HTTPException, ValueError):
        return None


def _body(answer: http.client.HTTPResponse, connection: _Https, ends: float) -> bytes | None:
    parts: list[bytes] = []
    while (left := ends - time.monotonic()) > 0:
        if connection.sock is not None:
            connection.sock.settimeout(left)
        part = answer.read1(16_384)
        if not part:
            return b"".join(parts)
        parts.append(part)
        if sum(map(len, parts)) > MOST_BYTES:
            return None
    return None


class _Https(http.client.HTTPSConnection):
    """Connects only to addresses that `guarding` allows."""

    def __init__(self, host: str, seconds: float, is_public_only: bool) -> None:
        self._verified = ssl.create_default_context()
        self._is_public_only = is_public_only
        super().__init__(host, 443, timeout=seconds, context=self._verified)

    def connect(self) -> None:
        """As the library does, by a guarded connection."""
        plain = guarding.connect(self.host, self.port, self.timeout, is_public_only=self._is_public_only)
        self.sock = self._verified.wrap_socket(plain, server_hostname=self.host)
