"""Nobody reaches servers of the own network but administrators, by whatever address."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from genjin.mail import guarding, problems
from genjin.mail.problems import Failed


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False), ("2001:4860:4860::8888", True),
        ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False), ("64:ff9b::808:808", True), ("::127.0.0.1", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_an_address_is_public_only_if_all_it_stands_for_is(address, expected):
    assert guarding.is_public(ipaddress.ip_address(address)) is expected


def resolves(monkeypatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 993)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: found)


def test_a_single_private_address_among_public_ones_refuses_the_host(monkeypatch):
    resolves(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(Failed) as refused:
        guarding.allowed_addresses("mail.example", 993, is_public_only=True)
    assert refused.value.code == problems.PRIVATE_HOST
    assert len(guarding.allowed_addresses("mail.example", 993, is_public_only=False)) == 2


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    resolves(monkeypatch, "93.184.216.34")
    asked = []
    monkeypatch.setattr(socket, "create_connection", lambda place, timeout: asked.append(place))
    guarding.connect("mail.example", 993, 1.0, is_public_only=True)
    assert asked == [("93.184.216.34", 993)]


def test_a_name_that_turns_private_between_test_and_use_is_refused_when_it_is_connected_to(monkeypatch):
    resolves(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", lambda *place: pytest.fail("it was connected to"))
    with pytest.raises(Failed) as refused:
        guarding.smtp_client(
            "mail.example", 465, is_tls=False, context=None, timeout=1.0, own_name="x", is_public_only=True
        )
    assert refused.value.code == problems.PRIVATE_HOST
