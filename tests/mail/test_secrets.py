"""Passwords of mailboxes are worth nothing to whoever has only the database."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from genjin.config import environment
from genjin.mail import secrets

pytestmark = pytest.mark.no_engine


def test_a_sealed_secret_comes_back_and_does_not_show():
    sealed = secrets.seal("授权码 hunter2")
    assert "hunter2" not in sealed
    assert secrets.unseal(sealed) == "授权码 hunter2"


def test_nothing_stays_nothing():
    assert secrets.seal("") == secrets.unseal("") == ""


def test_another_key_opens_nothing(settings):
    sealed = secrets.seal("hunter2")
    settings.MAIL_KEY = Fernet.generate_key().decode()
    with pytest.raises(secrets.KeyLost):
        secrets.unseal(sealed)


def test_a_key_that_is_none_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("GENJIN_MAIL_KEY", "short")
    with pytest.raises(environment.SettingError, match="GENJIN_MAIL_KEY"):
        environment.mail_key()


def test_the_generated_key_is_the_owners_only(monkeypatch, tmp_path):
    monkeypatch.setenv("GENJIN_DATA", str(tmp_path))
    monkeypatch.delenv("GENJIN_MAIL_KEY", raising=False)
    key = environment.mail_key()
    assert environment.mail_key() == key
    assert (tmp_path / "keys" / "mail_key").stat().st_mode & 0o777 == 0o600
