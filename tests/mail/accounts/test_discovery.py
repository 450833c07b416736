"""Servers are found by the address; nobody is asked but who must be."""

from __future__ import annotations

import pytest

from genjin.mail import discovery, providers

CONFIG = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="firm.example">
<incomingServer type="pop3"><hostname>pop.firm.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
<incomingServer type="imap"><hostname>plain.firm.example</hostname><port>143</port><socketType>plain</socketType></incomingServer>
<incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.firm.example</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"""


class Names:
    """A DNS that knows what it is told."""

    def __init__(self, exchangers=(), services=None):
        self._exchangers, self._services, self.asked = list(exchangers), services or {}, []

    def exchangers(self, domain):
        self.asked.append(domain)
        return self._exchangers

    def services(self, name):
        self.asked.append(name)
        return self._services.get(name, [])


def nothing(url, is_public_only, seconds):
    return None


def find(address, resolver, fetch=nothing):
    return discovery.find(address, is_public_only=True, resolver=resolver, fetch=fetch)


@pytest.mark.parametrize(
    ("address", "provider", "host"),
    [
        ("lin@163.com", "163", "imap.163.com"), ("LIN@QQ.com", "qq", "imap.qq.com"),
        ("a@hotmail.com", "microsoft", "outlook.office365.com"), ("a@gmx.de", "gmx-de", "imap.gmx.net"),
    ],
)  # fmt: skip
def test_a_known_provider_is_found_without_asking_anybody(address, provider, host):
    names = Names()
    found = find(address, names)
    assert (found.by, found.values["provider"], found.values["imap_host"]) == ("provider", provider, host)
    assert names.asked == []


@pytest.mark.parametrize(
    ("exchanger", "provider"),
    [
        ("mxbiz1.qq.com", "exmail"), ("mx1.qiye.aliyun.com", "aliyun-enterprise"),
        ("qiye163mx01.mxmail.netease.com", "qiye163"), ("alt1.aspmx.l.google.com", "gmail"),
        ("firm-com.mail.protection.outlook.com", "microsoft"), ("mx.zoho.eu", "zoho"),
    ],
)  # fmt: skip
def test_a_domain_hosted_at_a_provider_is_found_by_its_exchangers(exchanger, provider):
    found = find("sales@firm.example", Names([exchanger]))
    assert (found.by, found.values["provider"]) == ("mx", provider)
    assert found.values["username"] == "sales@firm.example"


def test_an_exchanger_that_only_ends_alike_is_another_one():
    assert providers.of_exchangers(["evil-mxbiz1.qq.com"]) is None


def test_srv_records_are_believed_if_they_tell_both_directions_encrypted():
    services = {
        "_imap._tcp.firm.example": [("imap.firm.example", 143)],
        "_submissions._tcp.firm.example": [("smtp.firm.example", 465)],
    }
    found = find("a@firm.example", Names(services=services))
    assert found.by == "srv"
    assert (found.values["imap_security"], found.values["smtp_security"]) == ("STARTTLS", "TLS")
    del services["_submissions._tcp.firm.example"]
    assert find("a@firm.example", Names(services=services)).by == ""


def test_the_file_of_the_domain_is_read_and_plain_servers_are_passed_over():
    asked = []

    def fetch(url, is_public_only, seconds):
        asked.append(url)
        return CONFIG if ".well-known" in url else None

    found = find("jo@firm.example", Names(), fetch)
    assert found.by == "autoconfig"
    assert found.values["imap_host"] == "imap.firm.example"
    assert (found.values["smtp_port"], found.values["username"]) == (587, "jo")
    assert all(url.startswith("https://") and "jo" not in url for url in asked)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"\x00\xff", b"<clientConfig/>",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + CONFIG.partition(b"?>")[2].replace(b"imap.%EMAILDOMAIN%", b"&a;"),
        CONFIG.replace(b"993", b"99999"), CONFIG.replace(b"imap.%EMAILDOMAIN%", b"a b/c"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration_gives_nothing(body):
    assert discovery.read_autoconfig(body, "jo@firm.example") == {}


def test_every_provider_has_encrypted_servers_and_says_where_an_app_password_is_made():
    for one in providers.PROVIDERS:
        assert one.imap[2] == "TLS" and one.smtp[2] in ("TLS", "STARTTLS"), one.key
        assert one.help_page.startswith("https://"), one.key
        assert not (one.wants_app_password or one.oauth_only) or str(one.hint), one.key
    assert len({one.key for one in providers.PROVIDERS}) == len(providers.PROVIDERS)
