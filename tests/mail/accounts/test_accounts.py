"""Mailboxes once they are there: setting, members, folders, pausing, removing, handing over."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from genjin.customers import holdings
from genjin.customers.models import HandOver, HandOverItem
from genjin.jobs.models import Job
from genjin.journal.models import Entry
from genjin.mail import secrets
from genjin.mail.actions import accounts
from genjin.mail.models import AccountMember, MailAccount, MailFolder, MailTemplate
from genjin.people.actions import Stale

pytestmark = pytest.mark.django_db


def synced(account) -> int:
    return Job.objects.filter(task="genjin.mail.jobs.sync_account", payload__contains=str(account.pk)).count()


def test_a_page_of_a_mailbox_never_shows_its_password(sign_in, people, own):
    browser = sign_in(people.lin)
    for name in ("account", "account_servers", "account_folders", "account_signatures"):
        page = browser.get(reverse(f"mail:{name}", args=[own.pk])).content.decode()
        assert "swordfish" not in page and own.secret not in page


def test_the_list_tells_what_is_wrong_in_words(sign_in, people, own, moment):
    MailAccount.objects.update(
        state="BROKEN", problem="password", problem_details={"answer": "LOGIN failed"}, problem_since=moment
    )
    browser = sign_in(people.lin)
    sentence = "The mail server refuses this user name or password."
    assert sentence in browser.get(reverse("mail:accounts")).content.decode()
    page = browser.get(reverse("mail:account", args=[own.pk])).content.decode()
    assert (
        sentence in page and "LOGIN failed" in page and reverse("mail:account_servers", args=[own.pk]) in page
    )


def test_the_first_reading_shows_how_far_it_came(sign_in, people, own):
    MailFolder.objects.create(
        account=own, path="INBOX", role="INBOX", on_server=2000, known_up_to=4000, filled_down_to=3001
    )
    page = sign_in(people.lin).get(reverse("mail:accounts")).content.decode()
    assert '<progress value="500" max="2000"' in page


def test_a_setting_is_changed_with_what_is_wrong_beside_its_field(sign_in, people, own):
    browser, path = sign_in(people.lin), reverse("mail:account", args=[own.pk])
    typed = {"name": "Main", "aliases": "sales@firm.example\nno address", "daily_limit": "200"}
    assert "“no address” is no mail address." in browser.post(path, typed).content.decode()
    assert browser.post(path, typed | {"aliases": "Sales@firm.example"}).status_code == 302
    own.refresh_from_db()
    assert (own.name, own.aliases, own.daily_limit, own.saves_sent) == (
        "Main",
        ["sales@firm.example"],
        200,
        False,
    )


def test_the_second_saver_of_an_old_version_is_refused(people, own, moment):
    accounts.change_account(account_id=own.pk, version=1, name="A", by=people.lin, at=moment)
    with pytest.raises(Stale):
        accounts.change_account(account_id=own.pk, version=1, name="B", by=people.lin, at=moment)


def test_an_earlier_first_date_has_folders_read_further_back(people, own, moment):
    MailAccount.objects.update(sync_from=date(2026, 1, 1))
    folder = MailFolder.objects.create(account=own, path="INBOX", known_up_to=90, filled_down_to=1)
    accounts.change_account(account_id=own.pk, sync_from=date(2026, 6, 1), by=people.lin, at=moment)
    folder.refresh_from_db()
    assert folder.filled_down_to == 1
    accounts.change_account(account_id=own.pk, sync_from=date(2025, 1, 1), by=people.lin, at=moment)
    folder.refresh_from_db()
    assert folder.filled_down_to == 91


def test_the_inbox_is_read_whatever_is_chosen(people, own, moment):
    inbox = MailFolder.objects.create(account=own, path="INBOX", role="INBOX")
    other = MailFolder.objects.create(account=own, path="Fairs")
    accounts.choose_folders(account_id=own.pk, folder_ids=[], by=people.lin, at=moment)
    inbox.refresh_from_db()
    other.refresh_from_db()
    assert (inbox.is_synced, other.is_synced) == (True, False)


def test_members_are_chosen_by_boxes_and_whoever_answers_reads(sign_in, people, shared):
    path = reverse("mail:account_members", args=[shared.pk])
    typed = {f"may_answer-{people.wang.pk}": "on", f"may_assign-{people.chen.pk}": "on"}
    assert sign_in(people.admin).post(path, typed).status_code == 302
    rows = {
        row.user_id: (row.may_read, row.may_answer, row.may_assign) for row in AccountMember.objects.all()
    }
    assert rows == {people.wang.pk: (True, True, False), people.chen.pk: (True, False, True)}
    assert not MailAccount.objects.visible_to(people.lin).exists()
    assert Entry.objects.filter(kind="mail.mailaccount", verb="change").count() == 1


def test_rank_opens_nobodys_mailbox(sign_in, people, own, shared):
    for person in (people.chen, people.zhao, people.admin, people.hu):
        assert sign_in(person).get(reverse("mail:account", args=[own.pk])).status_code == 404
        with pytest.raises(ValidationError):
            accounts.pause_account(account_id=own.pk, by=person, at=own.created_at)
    member = sign_in(people.lin)
    assert member.get(reverse("mail:account", args=[shared.pk])).status_code == 404
    assert "info@firm.example" in member.get(reverse("mail:accounts")).content.decode()


def test_a_paused_mailbox_is_read_again_at_once_when_it_is_resumed(people, own, moment):
    accounts.pause_account(account_id=own.pk, by=people.lin, at=moment)
    with pytest.raises(ValidationError):
        accounts.read_now(account_id=own.pk, by=people.lin, at=moment)
    before = Job.objects.count()
    accounts.resume_account(account_id=own.pk, by=people.lin, at=moment)
    assert Job.objects.count() == before + 2
    assert [row.verb for row in Entry.objects.order_by("pk")] == ["deactivate", "reactivate"]


def test_a_removed_mailbox_forgets_its_password_and_frees_its_address(sign_in, people, own, working):
    sign_in(people.lin).post(reverse("mail:account_remove", args=[own.pk]))
    own.refresh_from_db()
    assert own.removed_at is not None and secrets.unseal(own.secret) == ""
    assert working(address=own.address, by=people.hu) is not None


def handed(person, name, moment, by):
    row = HandOver.objects.create(person=person, reason="LEFT", why="x", state="DONE", by=by, at=moment)
    kind = holdings.get(name)
    return row, [
        HandOverItem(hand_over=row, kind=name, object_id=held.object_id, title=held.title, receiver=by)
        for held in kind.held(person.pk)
    ]  # fmt: skip


def test_a_leavers_mailbox_is_paused_and_given_to_nobody(people, own, moment):
    kind = holdings.get("mail.mailaccount")
    assert kind.count(people.lin.pk) == 1
    row, items = handed(people.lin, "mail.mailaccount", moment, people.chen)
    kind.give(row, items, moment)
    own.refresh_from_db()
    assert (own.state, own.owner, items[0].state) == ("PAUSED", people.lin, "MOVED")
    assert not MailAccount.objects.visible_to(people.chen).exists()
    row.undone_by = people.chen
    kind.take_back(row, items, moment)
    own.refresh_from_db()
    assert (own.state, items[0].state) == ("ACTIVE", "BACK")


def test_templates_that_colleagues_use_get_another_owner(people, moment):
    for scope in ("OWN", "COMPANY"):
        MailTemplate.objects.create(name=scope, scope=scope, owner=people.lin, created_at=moment)
    kind = holdings.get("mail.mailtemplate")
    row, items = handed(people.lin, "mail.mailtemplate", moment, people.chen)
    kind.give(row, items, moment)
    owners = dict(MailTemplate.objects.values_list("name", "owner__name_en"))
    assert owners == {"OWN": "Lin Xiaowen", "COMPANY": "Chen Gang"}
