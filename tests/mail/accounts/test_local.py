"""Mailboxes in folders of this machine: the demo's, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from genjin.instance.actions import Refused
from genjin.instance.models import Instance
from genjin.mail import sender_checks
from genjin.mail.actions import local, setups
from genjin.mail.actions.accounts import set_members
from genjin.mail.models import MailAccount
from genjin.people import access

pytestmark = pytest.mark.django_db
NOTE = "nothing ever leaves it"


@pytest.fixture
def account(people: Any, moment: Any) -> MailAccount:
    access.of(people.lin, today=moment.date())
    return local.add_local_account(
        address="lin@lankor.example", name="Lin", maildir="demo/mail/lin", port=2525, password="a secret",
        by=people.lin, at=moment,
    )  # fmt: skip


def test_a_firm_that_works_has_no_mailbox_without_a_server(people, moment):
    Instance.objects.update(kind=Instance.Kind.PRODUCTION)
    with pytest.raises(Refused, match="demo"):
        local.add_local_account(
            address="lin@lankor.example",
            name="Lin",
            maildir="x",
            port=1,
            password="",
            by=people.lin,
            at=moment,
        )
    assert not MailAccount.objects.exists()


def test_only_administrators_share_one_and_its_members_are_those_named(people, moment):
    given = {
        "address": "info@lankor.example", "name": "Info", "maildir": "demo/mail/info", "port": 1,
        "password": "a secret", "at": moment, "members": {people.lin.pk: ("may_read",)},
    }  # fmt: skip
    access.of(people.lin, today=moment.date())
    with pytest.raises(ValidationError, match="administrators"):
        local.add_local_account(**given, by=people.lin)
    access.of(people.admin, today=moment.date())
    shared = local.add_local_account(**given, by=people.admin)
    rights = shared.members.values_list("user", "may_read", "may_answer", "may_assign")
    assert list(rights) == [(people.lin.pk, True, False, False)]
    set_members(account_id=shared.pk, members={}, by=people.admin, at=moment)
    assert not shared.members.exists()


def test_its_server_can_never_become_a_real_one(account, people, moment, sign_in):
    with pytest.raises(ValidationError, match="no server"):
        setups.start_change(
            account_id=account.pk,
            values={"smtp_host": "smtp.gmail.com"},
            password="",
            by=people.lin,
            at=moment,
        )
    page = sign_in(people.lin).get(reverse("mail:account", args=[account.pk])).content.decode()
    assert NOTE in page
    assert reverse("mail:account_servers", args=[account.pk]) not in page


def test_only_a_mailbox_of_the_demo_says_that_mail_stays_here(account, people, moment, sign_in):
    client = sign_in(people.lin)
    written = client.get(reverse("mail:compose"), follow=True).content.decode()
    assert "this mail stays on this machine" in written
    MailAccount.objects.update(transport=MailAccount.Transport.IMAP)
    assert "this mail stays" not in client.get(reverse("mail:compose"), follow=True).content.decode()
    assert NOTE not in client.get(reverse("mail:account", args=[account.pk])).content.decode()


def test_the_dns_is_asked_nothing_about_it(account):
    assert sender_checks.domains([account]) == {}
    assert sender_checks.shown(account) is None


def test_the_receiver_is_found_again_where_it_is(account, people, moment):
    assert local.move_local_accounts(port=2600) == 1
    assert local.move_local_accounts(port=2600) == 0
    account.refresh_from_db()
    assert (account.smtp_host, account.smtp_port) == ("127.0.0.1", 2600)
