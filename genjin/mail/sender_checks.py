"""SPF, DKIM and DMARC of the domains that mails are sent from, as the DNS tells them.

What could not be asked is `unknown`, never wrong. The signature itself is only seen in a mail that arrived;
here stands whether its key is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import dns.exception
import dns.resolver
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.mail import discovery, providers
from genjin.mail.actions import senders
from genjin.mail.models import MailAccount, SenderDomain
from genjin.people.models import User

SECONDS = 4.0
OK, WARN, BAD, UNKNOWN = "ok", "warn", "bad", "unknown"
COMMON_SELECTORS = (
    "default", "dkim", "mail", "google", "selector1", "selector2", "s1", "s2", "k1", "s201512", "s2048",
    "zoho", "fm1", "mxvault", "smtp", "key1", "qiye163", "aliyun",
)  # fmt: skip
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?")
_LOOKUPS = re.compile(r"(?:^|\s)[+?~-]?(?:include:|a(?:[:/\s]|$)|mx(?:[:/\s]|$)|ptr|exists:|redirect=)", re.I)


class CannotAsk(Exception):
    """The DNS gave no answer: nothing is known."""


class Texts(Protocol):
    """What gives the TXT records of a name; a test gives its own."""

    def __call__(self, name: str) -> list[str]:
        """The records, [] where there is no such name; raises `CannotAsk`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check (SPF, DKIM, DMARC), how it ended (ok, warn, bad, unknown) and the code of the sentence."""

    check: str
    state: str
    code: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What a person is told, in the language in use."""
        return str(SENTENCES[self.code]) % self.details


SENTENCES: dict[str, Any] = {
    "cannot_ask": gettext_lazy("The DNS could not be asked about %(name)s; nothing is known."),
    "spf_ok": gettext_lazy("SPF is published: %(record)s"),
    "spf_missing": gettext_lazy(
        "There is no SPF record: add a TXT record at %(name)s that names your servers."
    ),
    "spf_several": gettext_lazy("There are %(count)s SPF records at %(name)s; only one is allowed."),
    "spf_open": gettext_lazy("SPF ends with “%(end)s”, which lets everybody send as this domain."),
    "spf_neutral": gettext_lazy("SPF does not say what holds for other servers; end it with ~all or -all."),
    "spf_provider": gettext_lazy("SPF does not name the servers of %(provider)s (include:%(include)s)."),
    "spf_long": gettext_lazy("SPF needs %(count)s lookups at least; receivers stop at 10."),
    "dkim_ok": gettext_lazy("A DKIM key is published (selector %(selector)s)."),
    "dkim_revoked": gettext_lazy("The DKIM key of the selector %(selector)s was revoked."),
    "dkim_missing": gettext_lazy("No DKIM key was found at the selector %(selector)s."),
    "dkim_unknown": gettext_lazy(
        "No DKIM key was found at the usual selectors. If your provider uses another one, enter it."
    ),
    "dmarc_ok": gettext_lazy("DMARC is published: %(policy)s."),
    "dmarc_none": gettext_lazy("DMARC only watches (p=none): forged mails are not refused yet."),
    "dmarc_missing": gettext_lazy(
        "There is no DMARC record: add a TXT record at %(name)s, to begin with v=DMARC1; p=none."
    ),
    "dmarc_broken": gettext_lazy("The DMARC record at %(name)s cannot be read."),
}
_INCLUDES = {
    "exmail": "spf.mail.qq.com", "aliyun-enterprise": "spf.qiye.aliyun.com", "qiye163": "spf.163.com",
    "gmail": "_spf.google.com", "microsoft": "spf.protection.outlook.com", "zoho": "zoho",
    "yandex": "_spf.yandex.net", "fastmail": "spf.messagingengine.com",
}  # fmt: skip


def texts(name: str) -> list[str]:
    """The TXT records of a name, by the resolver of this machine."""
    try:
        rows = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise CannotAsk(name) from error
    return [b"".join(row.strings).decode("utf-8", "replace") for row in rows]


def look_up(
    domain: str, *, selectors: Sequence[str] = (), provider: str = "", ask: Texts = texts
) -> list[Finding]:
    """The three checks for a domain; `provider` is the key of the one whose servers send."""
    found: list[Finding] = []
    silent = ""
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("SPF", lambda: _spf(domain, provider, ask)),
        ("DKIM", lambda: _dkim(domain, selectors, ask)),
        ("DMARC", lambda: _dmarc(domain, ask)),
    )
    for name, check in checks:
        try:
            if not silent:
                found.append(check())
                continue
        except CannotAsk as error:
            silent = str(error)
        # One silence is waited for; the other checks would only be as silent.
        found.append(Finding(name, UNKNOWN, "cannot_ask", {"name": silent}))
    return found


def _spf(domain: str, provider: str, ask: Texts) -> Finding:
    records = [text for text in ask(domain) if text.lower().split(" ", 1)[0] == "v=spf1"]
    if not records:
        return Finding("SPF", BAD, "spf_missing", {"name": domain})
    if len(records) > 1:
        return Finding("SPF", BAD, "spf_several", {"name": domain, "count": len(records)})
    record = records[0].strip()
    words = record.lower().split()
    if {"+all", "all"} & set(words):
        return Finding("SPF", BAD, "spf_open", {"end": "+all" if "+all" in words else "all"})
    count = len(_LOOKUPS.findall(record))
    if count > 10:
        return Finding("SPF", BAD, "spf_long", {"count": count})
    known = providers.of_key(provider)
    include = _INCLUDES.get(provider, "")
    redirects = "redirect=" in record.lower()
    if known is not None and include and include not in record.lower() and not redirects:
        return Finding("SPF", WARN, "spf_provider", {"provider": known.name, "include": include})
    if not {"-all", "~all"} & set(words) and not redirects:
        return Finding("SPF", WARN, "spf_neutral")
    return Finding("SPF", OK, "spf_ok", {"record": record[:200]})


def _dkim(domain: str, selectors: Sequence[str], ask: Texts) -> Finding:
    """Keys at the named selectors must be there; at the usual ones they may be."""
    for selector in selectors or COMMON_SELECTORS:
        records = [text for text in ask(f"{selector}._domainkey.{domain}") if "p=" in text]
        if records:
            key = _tags(records[0]).get("p", "")
            code = "dkim_ok" if key else "dkim_revoked"
            return Finding("DKIM", OK if key else BAD, code, {"selector": selector})
    if selectors:
        return Finding("DKIM", BAD, "dkim_missing", {"selector": ", ".join(selectors)})
    return Finding("DKIM", WARN, "dkim_unknown")


def _dmarc(domain: str, ask: Texts) -> Finding:
    """The record of the domain, else of the domains above it (a receiver looks at the organisation's)."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        name = f"_dmarc.{'.'.join(labels[start:])}"
        records = [text for text in ask(name) if text.lower().startswith("v=dmarc1")]
        if records:
            tags = _tags(records[0])
            policy = tags.get("sp", tags.get("p", "")) if start else tags.get("p", "")
            if policy.lower() not in ("none", "quarantine", "reject"):
                return Finding("DMARC", BAD, "dmarc_broken", {"name": name})
            if policy.lower() == "none":
                return Finding("DMARC", WARN, "dmarc_none")
            return Finding("DMARC", OK, "dmarc_ok", {"policy": f"p={policy.lower()}"})
    return Finding("DMARC", BAD, "dmarc_missing", {"name": f"_dmarc.{domain}"})


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if name.strip()}


def domains(accounts: Iterable[MailAccount]) -> dict[str, str]:
    """Our domains that mails are sent from, with the key of the provider; a provider's own left out."""
    found: dict[str, str] = {}
    for account in accounts:
        domain = _sends_from(account)
        if domain:
            found.setdefault(domain, account.provider)
    return found


def _sends_from(account: MailAccount) -> str:
    """The domain that the DNS is asked about; "" where there is none of our own, or nothing is ever sent."""
    domain = discovery.domain_of(account.address)
    stays_here = account.transport == MailAccount.Transport.MAILDIR
    return "" if stays_here or providers.is_public(domain) else domain


def shown(account: MailAccount) -> dict[str, Any] | None:
    """For the page of a mailbox: domain, findings, when asked; None where the provider sees to it."""
    domain = _sends_from(account)
    if not domain:
        return None
    row = SenderDomain.objects.filter(domain=domain).first()
    return {
        "domain": domain, "findings": [Finding(**one) for one in row.findings] if row else [],
        "checked_at": row.checked_at if row else None, "selectors": row.selectors if row else [],
    }  # fmt: skip


def ask(*, account: MailAccount, selector: str, by: User, at: datetime) -> None:
    """Have a job ask the DNS; a selector that was typed is remembered. Refuses what cannot be one."""
    domain = discovery.domain_of(account.address)
    if not domain or providers.is_public(domain):
        raise ValidationError(_("The provider sees to this domain."))
    chosen = selector.strip().lower().removesuffix(f"._domainkey.{domain}")
    if chosen and not _SELECTOR.fullmatch(chosen):
        raise ValidationError(_("A selector has small letters, digits, dots and hyphens."))
    senders.ask(domain=domain, selector=chosen, by=by, at=at)


def probe(at: datetime, *, ask: Texts = texts) -> Iterator[Any]:
    """For `genjin doctor`: each domain mails are sent from; what could not be asked is said, not blamed."""
    from genjin.instance import conditions

    levels = {OK: conditions.OK, WARN: conditions.WARN, BAD: conditions.WARN, UNKNOWN: conditions.OK}
    rows = {row.domain: row.selectors for row in SenderDomain.objects.all()}
    for domain, provider in domains(MailAccount.objects.alive()).items():
        for one in look_up(domain, selectors=rows.get(domain, ()), provider=provider, ask=ask):
            yield conditions.Finding("mail", levels[one.state], f"{domain}: {one.sentence}")
