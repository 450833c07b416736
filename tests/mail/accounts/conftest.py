"""A mailbox of Lin's and a shared one, and a way to an attempt that works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genjin.mail import secrets
from genjin.mail.actions import setups
from genjin.mail.checking import Checked
from genjin.mail.models import AccountMember, AccountSetup, MailAccount


@pytest.fixture
def own(people, moment) -> MailAccount:
    return MailAccount.objects.create(
        name="Lin", address="lin@firm.example", owner=people.lin, created_at=moment, provider="exmail",
        imap_host="imap.exmail.qq.com", smtp_host="smtp.exmail.qq.com", username="lin@firm.example",
        secret=secrets.seal("swordfish"),
    )  # fmt: skip


@pytest.fixture
def shared(people, moment) -> MailAccount:
    account = MailAccount.objects.create(
        name="Info", address="info@firm.example", is_shared=True, created_at=moment, imap_host="imap.firm.example",
        smtp_host="smtp.firm.example", username="info@firm.example", secret=secrets.seal("tunafish"),
    )  # fmt: skip
    AccountMember.objects.create(account=account, user=people.lin)
    return account


@pytest.fixture
def working(people, moment) -> Callable[..., AccountSetup]:
    """`working(by=…, address=…)` gives an attempt whose test went well."""

    def make(**given: Any) -> AccountSetup:
        values = {"address": "sales@163.com", "password": "code", "is_shared": False, "by": people.lin} | given
        setup = setups.start_setup(at=moment, **values)
        setups.note_checked(setup_id=setup.pk, attempt=setup.attempt, checked=Checked(), at=moment)
        setup.refresh_from_db()
        return setup

    return make
