"""One mail, one dialogue: what became of each recipient, what is tried again, what is never sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.instance.models import Instance
from genjin.mail import delays
from genjin.mail.actions import claims, outbox
from genjin.mail.actions.claims import ClaimLost
from genjin.mail.actions.suppression import Entry, add_suppression
from genjin.mail.models import MailAccount, OutgoingMail
from genjin.mail.sending.outbox import send_due
from genjin.notifications.models import Notice
from tests.live.smtp import DROP, Server, running
from tests.mail.outgoing import account_of, draft, due

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture
def account(people: Any, server: Server, moment: datetime) -> MailAccount:
    return account_of(people.lin, moment, port=server.port)


@pytest.fixture
def work(account: MailAccount, moment: datetime) -> Callable[..., OutgoingMail]:
    """Send what is due at that moment; gives the mail as it is then."""
    numbers = iter(range(1, 1000))

    def run(mail: OutgoingMail, at: datetime = moment) -> OutgoingMail:
        send_due(account.pk, claim=f"{next(numbers)}:1", clock=lambda: at)
        mail.refresh_from_db()
        return mail

    return run


def states(mail: OutgoingMail) -> dict[str, str]:
    return dict(mail.recipients.values_list("address", "state"))


def test_a_due_mail_arrives_once_and_becomes_a_message(account, server, work, moment):
    mail = work(due(account, moment, bcc=[["", "boss@example.com"]]))
    assert (mail.state, mail.reached) == ("SENT", "ACCEPTED")
    assert [one.recipients for one in server.received] == [["hans@nordkai.example", "boss@example.com"]]
    assert server.received[0].message_id == mail.message_id
    message = mail.sent_as
    assert message is not None
    assert (message.direction, message.message_id) == ("OUT", mail.message_id)
    assert message.participants.filter(role="BCC").get().address == "boss@example.com"
    work(mail)
    assert len(server.received) == 1


def test_it_does_not_leave_before_its_ten_seconds_are_over(people, account, server, work, moment):
    mail = draft(account, moment)
    outbox.queue(mail_id=mail.pk, by=people.lin, at=moment)
    assert work(mail, moment + 9 * SECOND).state == "WAITING"
    outbox.take_back(mail_id=mail.pk, by=people.lin, at=moment + 9 * SECOND)
    assert work(mail, moment + 60 * SECOND).state == "DRAFT"
    assert not server.received


def test_only_those_refused_for_now_are_tried_again(account, server, work, moment):
    server.faults.rcpt = {
        "later@b.example": "450 4.2.0 come back",
        "gone@c.example": "550 5.1.1 no such user",
    }
    mail = due(account, moment, to=("fine@a.example", "later@b.example", "gone@c.example"))
    mail = work(mail)
    assert states(mail) == {
        "fine@a.example": "ACCEPTED", "later@b.example": "TEMPORARY", "gone@c.example": "REFUSED"
    }  # fmt: skip
    assert (mail.state, mail.delay) == ("WAITING", delays.SOME_TEMPORARY)
    assert mail.try_at == moment + claims.PAUSES[0]
    server.faults.rcpt = {}
    mail = work(mail, mail.try_at)
    assert mail.state == "PARTLY"
    assert [one.recipients for one in server.received] == [["fine@a.example"], ["later@b.example"]]
    assert Notice.objects.get().kind == "mail.failed"


@pytest.mark.parametrize("step", ["mail", "data", "dot"])
@pytest.mark.parametrize(("answer", "state"), [("451 4.3.0 later", "WAITING"), ("554 5.7.1 spam", "FAILED")])
def test_what_is_refused_at_any_step_waits_or_fails(account, server, work, moment, step, answer, state):
    setattr(server.faults, step, answer)
    mail = work(due(account, moment))
    assert mail.state == state
    assert answer in mail.answer
    assert not server.received
    if state == "WAITING":
        setattr(server.faults, step, "")
        assert work(mail, mail.try_at).state == "SENT"
        assert len(server.received) == 1


def test_pauses_grow_and_end_after_more_than_a_day(account, server, work, moment):
    server.faults.mail = "451 4.3.0 later"
    mail, at, pauses = due(account, moment), moment, []
    for _turn in range(40):
        mail = work(mail, at)
        if mail.state != "WAITING":
            break
        pauses.append(mail.try_at - at)
        at = mail.try_at
    assert mail.state == "FAILED"
    assert pauses == sorted(pauses)
    assert timedelta(days=1) < at - moment < timedelta(days=2)


@pytest.mark.parametrize("step", ["mail", "data", "after_data"])
def test_a_connection_lost_before_the_final_dot_is_tried_again(account, server, work, moment, step):
    setattr(server.faults, step, DROP)
    # Within the content: more of it than the network holds back for us.
    long = "More than fits into a pipe.\n" * (150_000 if step == "after_data" else 1)
    mail = work(due(account, moment, is_plain=True, text=long))
    assert (mail.state, mail.delay) == ("WAITING", delays.TEMPORARY)
    setattr(server.faults, step, "")
    assert work(mail, mail.try_at).state == "SENT"
    assert len(server.received) == 1


@pytest.mark.parametrize(("step", "arrived"), [("dot", 0), ("accepted", 1)])
def test_a_connection_lost_after_the_final_dot_is_uncertain(account, server, work, moment, step, arrived):
    setattr(server.faults, step, DROP)
    mail = work(due(account, moment))
    assert (mail.state, mail.reached) == ("UNCERTAIN", "DOT")
    assert states(mail) == {"hans@nordkai.example": "UNCERTAIN"}
    setattr(server.faults, step, "")
    assert work(mail, moment + timedelta(days=1)).state == "UNCERTAIN", "never sent again by itself"
    assert len(server.received) == arrived
    assert Notice.objects.get().kind == "mail.uncertain"


def test_the_writer_decides_that_an_uncertain_mail_arrived(people, account, server, work, moment):
    server.faults.accepted = DROP
    mail = work(due(account, moment))
    server.faults.accepted = ""
    outbox.decide_sent(mail_id=mail.pk, by=people.lin, at=moment)
    mail = work(mail, moment + timedelta(hours=1))
    assert (mail.state, states(mail)) == ("SENT", {"hans@nordkai.example": "ACCEPTED"})
    assert len(server.received) == 1


def test_the_writer_decides_to_send_an_uncertain_mail_again(people, account, server, work, moment):
    server.faults.dot = DROP
    mail = work(due(account, moment))
    server.faults.dot = ""
    outbox.decide_resend(mail_id=mail.pk, by=people.lin, at=moment)
    assert work(mail).state == "SENT"
    assert server.received[0].message_id == mail.message_id


def test_doubt_falls_only_on_those_whom_the_server_would_have_taken(people, account, server, work, moment):
    server.faults.rcpt = {"later@b.example": "450 4.2.0 come back"}
    server.faults.accepted = DROP
    mail = work(due(account, moment, to=("fine@a.example", "later@b.example")))
    assert states(mail) == {"fine@a.example": "UNCERTAIN", "later@b.example": "TEMPORARY"}
    server.faults.accepted, server.faults.rcpt = "", {}
    outbox.decide_sent(mail_id=mail.pk, by=people.lin, at=moment)
    mail = work(mail)
    assert mail.state == "SENT"
    assert server.received[-1].recipients == ["later@b.example"]


def test_an_answer_proves_that_an_uncertain_mail_arrived(account, server, work, moment):
    from genjin.mail.actions.storing import store
    from genjin.mail.arrivals import Arrival
    from genjin.mail.sending.evidence import look_for

    server.faults.accepted = DROP
    mail = work(due(account, moment))
    raw = (
        f"From: hans@nordkai.example\r\nTo: {account.address}\r\nSubject: Re: Offer\r\nMessage-ID: <r@x>\r\n"
        f"In-Reply-To: <{mail.message_id}>\r\n\r\nThank you!\r\n"
    )
    store(account=account, folder=None, items=[Arrival(raw.encode())], at=moment)
    assert look_for(account.pk, at=moment) == 1
    mail.refresh_from_db()
    assert mail.state == "SENT"


def test_a_claim_that_died_before_the_dot_is_sent_and_one_after_it_is_not(account, server, work, moment):
    for reached, state in (("", "WAITING"), ("DATA", "WAITING"), ("DOT", "UNCERTAIN")):
        mail = due(account, moment)
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state="SENDING", claimed_by="7:1", claimed_at=moment, reached=reached
        )
        claims.recover(account_id=account.pk, is_alive=lambda claim: True, at=moment)
        mail.refresh_from_db()
        assert mail.state == "SENDING", "its worker lives"
        claims.recover(account_id=account.pk, is_alive=lambda claim: False, at=moment)
        mail.refresh_from_db()
        assert mail.state == state
        with pytest.raises(ClaimLost):
            claims.reach(mail_id=mail.pk, claim="7:1", step="DOT")


def test_an_account_has_one_dialogue_at_a_time(account, server, work, moment):
    first, second = due(account, moment), due(account, moment)
    for mail in (first, second):
        mail.raw = None
    from genjin.mail.sending import composition

    for mail in (first, second):
        claims.keep_raw(mail_id=mail.pk, version=mail.version, raw=composition.put(mail, at=moment))
    assert claims.claim(mail_id=first.pk, version=first.version, claim="1:1", at=moment)
    assert not claims.claim(mail_id=second.pk, version=second.version, claim="2:1", at=moment)
    assert not claims.claim(mail_id=first.pk, version=first.version, claim="2:1", at=moment)


def test_who_was_put_on_the_suppression_list_meanwhile_gets_nothing(people, account, server, work, moment):
    mail = due(account, moment, to=("fine@a.example", "stop@b.example", "all@closed.example"))
    for address in ("stop@b.example", "@closed.example"):
        add_suppression(entry=Entry(address, scope="ALL"), by=people.lin, at=moment)
    add_suppression(entry=Entry("fine@a.example", scope="GROUP"), by=people.lin, at=moment)
    mail = work(mail)
    assert server.received[0].recipients == ["fine@a.example"]
    assert states(mail)["stop@b.example"] == states(mail)["all@closed.example"] == "SUPPRESSED"
    assert mail.state == "PARTLY"


def test_a_scheduled_mail_waits_for_a_decision_once_the_recipient_has_written(
    people, account, server, work, moment
):
    from genjin.mail.actions.storing import store
    from genjin.mail.arrivals import Arrival

    mail = draft(account, moment)
    later = moment + timedelta(hours=5)
    outbox.queue(mail_id=mail.pk, by=people.lin, at=moment, send_at=later)
    raw = f"From: hans@nordkai.example\r\nTo: {account.address}\r\nSubject: Wait\r\nMessage-ID: <w@x>\r\n\r\nStop!\r\n"
    hour = moment + timedelta(hours=1)
    store(account=account, folder=None, items=[Arrival(raw.encode(), arrived_at=hour)], at=hour)
    mail = work(mail, later)
    assert (mail.state, mail.delay, mail.try_at) == ("WAITING", delays.ANSWERED, None)
    assert not server.received
    assert Notice.objects.get().kind == "mail.held_back"
    outbox.send_all_the_same(mail_id=mail.pk, by=people.lin, at=later)
    assert work(mail, later).state == "SENT"


def test_a_scheduled_mail_waits_for_a_decision_once_the_customer_has_another_owner(
    account, customer, people, server, work, moment
):
    known = customer(owner=people.lin)
    mail = draft(account, moment, customer_id=known.pk)
    later = moment + timedelta(hours=5)
    outbox.queue(mail_id=mail.pk, by=people.lin, at=moment, send_at=later)
    type(known).objects.filter(pk=known.pk).update(owner=people.wang)
    assert work(mail, later).delay == delays.OTHER_OWNER
    assert not server.received


def test_a_held_instance_sends_nothing(account, server, work, moment):
    Instance.objects.update(held_since=moment, held_reason="RESTORED")
    mail = work(due(account, moment))
    assert mail.state == "WAITING"
    Instance.objects.update(held_since=None)
    assert work(mail).state == "SENT"


def test_limits_put_off_and_say_why(account, server, work, moment):
    MailAccount.objects.filter(pk=account.pk).update(hourly_limit=1)
    account.refresh_from_db()
    first, second = due(account, moment), due(account, moment)
    assert work(first).state == "SENT"
    second.refresh_from_db()
    waited = work(second, moment + 5 * SECOND)
    assert (waited.delay, waited.try_at) == (delays.ACCOUNT_HOUR, moment + timedelta(hours=1))
    assert "1 mails an hour" in delays.sentence(waited.delay, waited.delay_details)
    assert work(second, waited.try_at + SECOND).state == "SENT"


def test_a_server_that_cannot_be_used_puts_off_every_mail_of_the_account(
    people, work, server, account, moment
):
    MailAccount.objects.filter(pk=account.pk).update(smtp_port=1)
    first, second = due(account, moment), due(account, moment)
    assert work(first).delay == delays.CONNECTION
    second.refresh_from_db()
    assert second.delay == delays.CONNECTION
    assert "port 1" in delays.sentence(second.delay, second.delay_details)
    assert first.attempts == 0


def test_a_wrong_password_is_told_and_nothing_is_lost(people, moment):
    from genjin.mail.secrets import seal

    with running(users={"lin@example.com": "right"}) as server:
        account = account_of(people.lin, moment, port=server.port, secret=seal("wrong"))
        mail = due(account, moment)
        send_due(account.pk, claim="1:1", clock=lambda: moment)
        mail.refresh_from_db()
        assert mail.delay_details["problem"] == "password"
        MailAccount.objects.update(secret=seal("right"))
        send_due(account.pk, claim="2:1", clock=lambda: mail.try_at)
        mail.refresh_from_db()
        assert mail.state == "SENT"
        assert server.received[0].user == "lin@example.com"


def test_a_provider_that_refuses_for_today_is_left_alone(account, server, work, moment):
    server.faults.mail = "550 5.4.5 Daily user sending limit exceeded"
    mail = work(due(account, moment))
    assert mail.state == "WAITING", "a permanent code, but not about this recipient"
    assert mail.attempts == 1
