"""A mailbox is set up in two steps: what was typed is found, tested, and only then saved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from genjin.jobs.models import Job
from genjin.journal.models import Entry, Personal
from genjin.mail import account_jobs, checking, discovery, problems, secrets
from genjin.mail.actions import accounts, setups
from genjin.mail.checking import Checked
from genjin.mail.discovery import Found
from genjin.mail.models import AccountMember, AccountSetup, MailAccount, OutgoingMail
from genjin.mail.problems import Failed

pytestmark = pytest.mark.django_db
NEW = "mail:account_new"


def started(browser, **typed):
    answer = browser.post(reverse(NEW), {"address": "lin@163.com", "password": "code", **typed})
    return answer, AccountSetup.objects.first()


def test_a_known_address_is_tested_at_once_and_the_password_is_kept_encrypted(sign_in, people):
    answer, setup = started(sign_in(people.lin))
    assert answer.url == reverse("mail:account_setup", args=[setup.pk])
    assert (setup.state, setup.values["imap_host"]) == ("TESTING", "imap.163.com")
    assert "code" not in setup.secret and secrets.unseal(setup.secret) == "code"
    assert Job.objects.filter(task__endswith="account_jobs.check_setup").count() == 1


def test_an_unknown_domain_is_looked_for_by_a_job_and_then_tested(sign_in, people, moment, monkeypatch):
    browser = sign_in(people.lin)
    _answer, setup = started(browser, address="lin@firm.example")
    assert setup.state == "FINDING"
    assert 'hx-trigger="every 2s"' in browser.get(reverse("mail:account_setup", args=[setup.pk])).content.decode()
    asked = []

    def find(address, *, is_public_only):
        asked.append((address, is_public_only))
        return Found("srv", {**setups.guessed(address), "imap_host": "mx.firm.example"})

    monkeypatch.setattr(discovery, "find", find)
    account_jobs.find_servers.func(setup.pk, setup.attempt)
    setup.refresh_from_db()
    assert asked == [("lin@firm.example", True)]
    assert (setup.state, setup.found_by, setup.values["is_public_only"]) == ("TESTING", "srv", True)


def test_where_nothing_is_found_the_servers_are_filled_in_by_hand(sign_in, people, moment):
    browser = sign_in(people.lin)
    _answer, setup = started(browser, address="lin@firm.example")
    setups.note_found(setup_id=setup.pk, attempt=1, found=Found(""), at=moment)
    page = browser.get(reverse("mail:account_setup", args=[setup.pk])).content.decode()
    assert 'value="imap.firm.example"' in page and "code" not in page.partition("<main")[2]
    values = {
        "imap_host": "mail.firm.example", "imap_port": "143", "imap_security": "STARTTLS",
        "smtp_host": "mail.firm.example", "smtp_port": "70000", "smtp_security": "STARTTLS", "password": "new",
    }  # fmt: skip
    refused = browser.post(reverse("mail:account_setup", args=[setup.pk]), values)
    assert b"65535" in refused.content
    assert browser.post(
        reverse("mail:account_setup", args=[setup.pk]), values | {"smtp_port": "587"}
    ).status_code == 302
    setup.refresh_from_db()
    assert (setup.state, setup.attempt, setup.values["imap_port"]) == ("TESTING", 2, 143)
    assert secrets.unseal(setup.secret) == "new"


def test_both_directions_are_told_apart_in_words(sign_in, people, monkeypatch):
    browser = sign_in(people.lin)
    _answer, setup = started(browser)

    def refused(account):
        raise Failed(problems.PASSWORD, host="imap.163.com", port=993, answer="LOGIN Login error")

    monkeypatch.setattr(checking, "read", refused)
    monkeypatch.setattr(checking, "send", lambda account: None)
    account_jobs.check_setup.func(setup.pk, setup.attempt)
    setup.refresh_from_db()
    assert (setup.state, setup.reading["code"], setup.sending) == ("FAILED", problems.APP_PASSWORD, {})
    page = browser.get(reverse("mail:account_setup", args=[setup.pk])).content.decode()
    assert "This provider wants an app password" in page and "LOGIN Login error" in page
    assert "Works" in page
    with pytest.raises(ValidationError):
        accounts.add_account(setup_id=setup.pk, by=people.lin, at=setup.started_at)


def test_the_result_of_a_test_before_the_last_one_is_dropped(people, moment):
    setup = setups.start_setup(address="a@qq.com", password="x", is_shared=False, by=people.lin, at=moment)
    setups.retry_setup(setup_id=setup.pk, values={}, password="y", by=people.lin, at=moment)
    setups.note_checked(setup_id=setup.pk, attempt=1, checked=Checked(), at=moment)
    setup.refresh_from_db()
    assert setup.state == "TESTING"


def test_what_works_becomes_a_mailbox_once_and_is_read(sign_in, people, working):
    setup, browser = working(), sign_in(people.lin)
    typed = {"name": "Sales", "sender_name": "Lin Xiaowen", "sync_from": "2026-01-01"}
    first = browser.post(reverse("mail:account_add", args=[setup.pk]), typed)
    made = MailAccount.objects.get()
    assert first.url == reverse("mail:account", args=[made.pk])
    assert browser.post(reverse("mail:account_add", args=[setup.pk]), typed).url == first.url
    assert MailAccount.objects.count() == 1
    assert (made.owner, made.state, made.daily_limit, made.saves_sent) == (people.lin, "ACTIVE", 50, False)
    assert made.is_public_only and secrets.unseal(made.secret) == "code"
    setup.refresh_from_db()
    assert (setup.state, setup.secret) == ("USED", "")
    assert Job.objects.filter(task="genjin.mail.jobs.sync_account").count() == 1


def test_the_journal_tells_of_a_mailbox_but_never_its_password(people, moment, working):
    made = accounts.add_account(setup_id=working().pk, by=people.lin, at=moment)
    told = [str(row.changes) for row in (*Entry.objects.all(), *Personal.objects.all())]
    assert "sales@163.com" in "".join(told)
    assert "code" not in "".join(told) and made.secret not in "".join(told)


def test_an_address_is_set_up_once_among_all(sign_in, people, own):
    answer, setup = started(sign_in(people.hu), address="Lin@Firm.example")
    assert setup is None
    assert b"is set up already" in answer.content


def test_shared_mailboxes_are_set_up_by_administrators_only(people, moment, working, sign_in):
    with pytest.raises(ValidationError):
        working(by=people.chen, is_shared=True)
    assert b'name="is_shared"' not in sign_in(people.chen).get(reverse(NEW)).content
    setup = working(by=people.admin, is_shared=True, address="info@qq.com")
    made = accounts.add_account(setup_id=setup.pk, by=people.admin, at=moment)
    assert made.owner is None and not made.is_public_only
    assert AccountMember.objects.get(account=made).user == people.admin


def test_nobody_sees_or_uses_anothers_attempt(sign_in, people, working):
    setup = working()
    browser = sign_in(people.admin)
    for name in ("account_setup", "account_setup_state"):
        assert browser.get(reverse(f"mail:{name}", args=[setup.pk])).status_code == 404
    for name in ("account_setup", "account_add", "account_consent"):
        assert browser.post(reverse(f"mail:{name}", args=[setup.pk])).status_code == 404


def test_a_stored_password_goes_to_no_other_server_without_being_typed_again(people, moment, own):
    elsewhere = {"imap_host": "imap.thief.example"}
    with pytest.raises(ValidationError) as refused:
        setups.start_change(account_id=own.pk, values=elsewhere, password="", by=people.lin, at=moment)
    assert "password" in refused.value.message_dict
    setup = setups.start_change(account_id=own.pk, values=elsewhere, password="new", by=people.lin, at=moment)
    assert secrets.unseal(setup.secret) == "new"


def test_a_broken_mailbox_with_another_password_is_read_again_and_its_mails_leave(people, moment, own):
    MailAccount.objects.update(state="BROKEN", problem="password", problem_since=moment, failures=3)
    waiting = OutgoingMail.objects.create(
        account=own, author=people.lin, state="WAITING", delay="CONNECTION", message_id="1@x",
        try_at=moment + timedelta(days=1), created_at=moment, changed_at=moment,
    )  # fmt: skip
    setup = setups.start_change(account_id=own.pk, values={}, password="new", by=people.lin, at=moment)
    setups.note_checked(setup_id=setup.pk, attempt=1, checked=Checked(), at=moment)
    accounts.change_servers(setup_id=setup.pk, by=people.lin, at=moment)
    own.refresh_from_db()
    waiting.refresh_from_db()
    assert (own.state, own.problem, own.failures, secrets.unseal(own.secret)) == ("ACTIVE", "", 0, "new")
    assert waiting.try_at == moment
    assert Entry.objects.filter(verb="change_password", kind="mail.mailaccount").count() == 1


def test_old_attempts_are_forgotten_with_their_passwords(people, moment, working):
    working()
    assert setups.forget_setups(at=moment + timedelta(hours=23)) == 0
    assert setups.forget_setups(at=moment + timedelta(hours=25)) == 1


def test_a_password_in_googles_groups_is_kept_without_the_gaps(people, moment):
    setup = setups.start_setup(
        address="a@gmail.com", password="abcd efgh ijkl mnop", is_shared=False, by=people.lin, at=moment
    )
    assert secrets.unseal(setup.secret) == "abcdefghijklmnop"
