"""To whom mail is filed, what it counts for, and what a person says of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from genjin.customers.actions import duplicate_keys
from genjin.customers.actions.contacts import create_contact
from genjin.customers.actions.merging import merge_customers, undo_merge
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import ContactPoint, Customer
from genjin.followups.gather import gather
from genjin.journal.models import Entry, Mark
from genjin.mail import jobs
from genjin.mail.actions import filing, verdicts
from genjin.mail.actions.storing import store
from genjin.mail.arrivals import Arrival, Stored
from genjin.mail.models import (
    AddressHealth,
    AddressRule,
    Filing,
    MailAccount,
    MailFolder,
    MailThread,
    Message,
)
from genjin.notifications.models import Notice
from tests.mail.sync.conftest import DAY, letter

pytestmark = pytest.mark.django_db

BOUNCE = """Reporting-MTA: dns; mx.firm.test

Final-Recipient: rfc822; anna@firm.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <anna@firm.test>: user unknown
"""


@pytest.fixture
def mine(account: Callable[..., MailAccount]) -> MailAccount:
    return account(address="sales@exporter.test", username="sales")


@pytest.fixture
def put(mine: MailAccount, moment: datetime) -> Callable[..., list[Stored]]:
    """`put(raw, …, folder="INBOX", role="INBOX")` stores messages as if they were found in a folder."""
    uids = iter(range(1, 10_000))

    def into(*raws: bytes, role: str = "INBOX", into: MailAccount | None = None) -> list[Stored]:
        box = into_account = into or mine
        folder, _made = MailFolder.objects.get_or_create(account=box, path=role, defaults={"role": role})
        items = [Arrival(raw, next(uids), 1, frozenset(), DAY) for raw in raws]
        return store(account=into_account, folder=folder, items=items, at=moment)

    return into


def filed(**conditions: object) -> list[tuple[str, str, bool]]:
    rows = Filing.objects.filter(**conditions).order_by("message_id", "customer_id")
    return [
        (row.customer.short_name, row.how, row.counts_as_contact) for row in rows.select_related("customer")
    ]


def test_mail_is_filed_to_the_customers_of_all_addresses_in_its_head(put, buyer, customer):
    anna = buyer("anna@firm.test")
    agent = buyer("agent@gmail.com")
    put(letter("Anna <ANNA@Firm.test>", cc="agent@gmail.com, colleague@firm.test"))
    assert filed() == [
        (anna.customer.short_name, "ADDRESS", True),
        (agent.customer.short_name, "ADDRESS", False),
    ], "who only reads along did not speak to us"
    assert Filing.objects.get(customer=anna.customer).contact == anna


def test_a_colleague_of_a_contact_is_known_by_the_companys_domain_but_never_by_free_mail(put, buyer):
    known, free = buyer("anna@firm.test"), buyer("bob@gmail.com")
    duplicate_keys.refresh([known.customer_id, free.customer_id], at=DAY)
    put(letter("carl@firm.test"), letter("eve@gmail.com"), letter("eve@sub.firm.test", cc="hr@exporter.test"))
    short = known.customer.short_name
    assert filed() == [(short, "DOMAIN", True), (short, "DOMAIN", True)]


def test_a_domain_of_two_customers_and_an_unknown_sender_wait_for_a_person(put, buyer, customer):
    one, two = buyer("a@group.test"), buyer("b@group.test")
    duplicate_keys.refresh([one.customer_id, two.customer_id], at=DAY)
    put(
        letter("c@group.test"),
        letter("stranger@elsewhere.test"),
        letter("x@exporter.test", "sales@exporter.test"),
    )
    assert filed() == [] and Message.objects.count() == 3
    assert Customer.objects.count() == 2, "nobody is made a customer by himself"


def test_sent_mail_is_contact_and_follow_up_and_a_persons_answer_is_contact(put, buyer, mine, moment):
    anna = buyer("anna@firm.test")
    put(
        letter("sales@exporter.test", "anna@firm.test", at=DAY - timedelta(days=3), message_id="s1"),
        role="SENT",
    )
    put(letter(at=DAY - timedelta(days=2), answers="s1", subject="Re: Valves"))
    put(letter("sales@exporter.test", "anna@firm.test", at=DAY, subject="Re: Valves"), role="SENT")
    company = Customer.objects.get(pk=anna.customer_id)
    assert (company.first_contact_at, company.last_contact_at) == (DAY - timedelta(days=3), DAY)
    assert (company.last_follow_up_at, company.follow_up_count) == (DAY, 1), (
        "the first contact is no follow-up"
    )
    assert Mark.objects.filter(subject="CUSTOMER", subject_id=company.pk).exists()
    Customer.objects.update(created_at=DAY - timedelta(days=30))
    assert gather([company.pk])[company.pk].last_follow_up_at == DAY
    assert gather([company.pk], moment)[company.pk].last_follow_up_at == DAY
    assert gather([company.pk], moment - timedelta(minutes=1))[company.pk].last_contact_at is None


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Auto-Submitted": "auto-replied", "Subject2": ""}, "AUTO_REPLY"),
        ({"List-Unsubscribe": "<mailto:x@y.test>", "Precedence": "bulk"}, "BULK"),
    ],
)
def test_what_machines_write_is_filed_but_counts_for_nothing(put, buyer, headers, verdict):
    anna = buyer("anna@firm.test")
    put(letter(**{name.replace("-", "_"): value for name, value in headers.items() if value}))
    assert Message.objects.get().verdict == verdict
    assert filed() == [(anna.customer.short_name, "ADDRESS", False)]
    assert Customer.objects.get(pk=anna.customer_id).last_contact_at is None


def test_a_hard_bounce_marks_the_address_and_tells_the_owner_until_somebody_writes_from_it(
    put, buyer, people
):
    anna = buyer("anna@firm.test")
    raw = (
        b"From: MAILER-DAEMON@mx.firm.test\nTo: sales@exporter.test\nSubject: Undelivered Mail\n"
        b"Date: Fri, 20 Nov 2026 08:00:00 +0000\nMIME-Version: 1.0\nMessage-ID: <b1@mx>\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
        + BOUNCE.encode() + b"\n--b--\n"
    )  # fmt: skip
    put(raw)
    point = ContactPoint.objects.get(contact=anna)
    assert (point.state, AddressHealth.objects.get().kind) == ("INVALID", "HARD")
    assert filed() == [(anna.customer.short_name, "ADDRESS", False)]
    assert Notice.objects.get().user == people.lin and "anna@firm.test" in str(Notice.objects.get().params)
    put(letter(at=DAY + timedelta(days=1)))
    point.refresh_from_db()
    assert point.state == "UNKNOWN" and not AddressHealth.objects.exists()


def test_mail_that_is_moved_out_of_junk_arrives_then_and_once(put, moment):
    bounce = letter(
        "mailer-daemon@mx.firm.test", subject="Undeliverable", text=BOUNCE, message_id="bounce",
        Content_Type="message/delivery-status",
    )  # fmt: skip
    answer = letter("bob@firm.test", message_id="answer", at=DAY)
    AddressHealth.objects.create(address="bob@firm.test", kind="SOFT", cause="X", at=DAY - timedelta(days=9))
    put(bounce, answer, role="JUNK")
    assert AddressHealth.objects.get().address == "bob@firm.test", "what lies in Junk tells nothing"
    put(bounce, answer)
    assert (AddressHealth.objects.get().address, AddressHealth.objects.get().count) == ("anna@firm.test", 1)
    put(bounce, role="ARCHIVE")
    put(bounce, role="JUNK")
    put(bounce)
    assert AddressHealth.objects.get().count == 1


def test_mail_in_junk_and_drafts_is_filed_only_when_it_is_found_elsewhere(put, buyer):
    buyer("anna@firm.test")
    junk, draft = letter(), letter("sales@exporter.test", "anna@firm.test", message_id="d")
    put(junk, role="JUNK")
    put(draft, role="DRAFTS")
    assert filed() == []
    put(junk)
    put(draft, role="SENT")
    assert [counts for _name, _how, counts in filed()] == [True, True]
    assert Message.objects.count() == 2


def test_a_person_answering_from_a_strange_address_is_known_by_what_he_answers(put, buyer):
    anna = buyer("anna@firm.test")
    put(letter("sales@exporter.test", "anna@firm.test", message_id="q1"), role="SENT")
    put(letter("anna.private@gmail.com", answers="q1", subject="Re: Valves", at=DAY + timedelta(hours=1)))
    put(letter("robot@gmail.com", answers="q1", at=DAY + timedelta(hours=2), Auto_Submitted="auto-replied"))
    assert filed(direction="IN") == [(anna.customer.short_name, "THREAD", True)]


def test_filing_by_hand_sticks_for_the_address_and_brings_what_came_before(put, customer, people, moment):
    firm = customer()
    first, _second = put(letter("new@gmail.com"), letter("new@gmail.com", subject="Earlier"))
    done = filing.file_messages(message_ids=[first.message_id], customer_id=firm.pk, by=people.lin, at=moment)
    assert done == 1 and filed() == [(firm.short_name, "HAND", True)]
    jobs.refile_address.call("new@gmail.com")
    put(letter("new@gmail.com", subject="Later"))
    assert len(filed(customer=firm)) == 3
    assert Entry.objects.filter(verb="file", customer_id=firm.pk).exists()

    other = customer()
    filing.set_address(address="New@Gmail.com", customer_id=other.pk, by=people.lin, at=moment)
    jobs.refile_address.call("new@gmail.com")
    assert len(filed(customer=other)) == 3
    assert filed(customer=firm) == [(firm.short_name, "HAND", True)], "what a person filed stays"
    filing.unfile_messages(message_ids=[first.message_id], customer_id=firm.pk, by=people.lin, at=moment)
    assert filed(customer=firm) == []
    firm.refresh_from_db()
    assert firm.last_contact_at is None


def test_nobody_files_what_he_does_not_see(put, customer, people, moment):
    (one,) = put(letter("new@gmail.com"))
    theirs = customer(owner=people.hu)
    for by, pk in ((people.lin, theirs.pk), (people.hu, theirs.pk)):
        with pytest.raises(Refused):
            filing.file_messages(message_ids=[one.message_id], customer_id=pk, by=by, at=moment)
    with pytest.raises(Refused):
        filing.set_address(address="sales@exporter.test", customer_id=None, by=people.lin, at=moment)
    assert not AddressRule.objects.exists()


def test_a_new_contact_gets_the_mail_that_waits_for_him(
    put, customer, people, moment, django_capture_on_commit_callbacks
):
    firm = customer()
    put(letter("anna@firm.test"), letter("carl@firm.test"))
    with django_capture_on_commit_callbacks(execute=True):
        create_contact(
            row={"customer_id": firm.pk, "name": "Anna", "points": [{"kind": "EMAIL", "value": "anna@firm.test"}]},
            by=people.lin, at=moment,
        )  # fmt: skip
    from genjin.jobs.models import Job

    waiting = Job.objects.get(task__endswith="file_waiting")
    assert jobs.file_waiting.call(*waiting.args) == 2
    assert sorted(how for _name, how, _counts in filed(customer=firm)) == ["ADDRESS", "DOMAIN"]
    made = filing.add_contact(
        address="dora@yahoo.com", name="", customer_id=firm.pk, by=people.lin, at=moment
    )
    assert made.name == "dora"


def test_a_corrected_verdict_counts_anew(put, buyer, people, moment):
    anna = buyer("anna@firm.test")
    (one,) = put(letter(Auto_Submitted="auto-replied"))
    verdicts.correct_verdict(message_id=one.message_id, verdict="HUMAN", by=people.lin, at=moment)
    company = Customer.objects.get(pk=anna.customer_id)
    assert company.last_contact_at == DAY and MailThread.objects.get().last_in_at == DAY
    verdicts.correct_verdict(message_id=one.message_id, verdict="BULK", by=people.lin, at=moment)
    company.refresh_from_db()
    assert company.last_contact_at is None
    with pytest.raises(Refused):
        verdicts.correct_verdict(message_id=one.message_id, verdict="HUMAN", by=people.hu, at=moment)


def test_merged_customers_keep_their_mail_and_get_it_back(put, buyer, people, moment):
    one, two = buyer("anna@firm.test"), buyer("bob@other.test")
    put(letter(), letter("bob@other.test"), letter(cc="bob@other.test", subject="To both"))
    done = merge_customers(kept_id=one.customer_id, gone_id=two.customer_id, by=people.admin, at=moment)
    assert Filing.objects.filter(customer=one.customer_id).count() == 3
    put(letter("bob@other.test", subject="After"))
    assert Filing.objects.filter(customer=one.customer_id).count() == 4
    undo_merge(merge_id=done.pk, by=people.admin, at=moment)
    assert Filing.objects.filter(customer=two.customer_id).count() >= 2


def subjects_by_thread() -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for thread_id, subject in Message.objects.order_by("date").values_list("thread_id", "subject"):
        found.setdefault(thread_id, []).append(subject)
    return sorted(found.values())


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_a_thread_is_found_in_whatever_order_its_messages_come(put, order: Sequence[int]):
    raws = [
        letter(message_id="m0", at=DAY, subject="Valves"),
        letter("sales@exporter.test", "anna@firm.test", message_id="m1", answers="m0", subject="Re: Valves",
               at=DAY + timedelta(hours=1)),
        letter(message_id="m2", answers="m1", subject="AW: Something else now", at=DAY + timedelta(hours=2)),
        letter("other@elsewhere.test", message_id="m3", at=DAY + timedelta(hours=3), subject="Re: Pumps for us"),
    ]  # fmt: skip
    for place in order:
        put(raws[place])
    assert subjects_by_thread() == [
        ["Re: Pumps for us"],
        ["Valves", "Re: Valves", "AW: Something else now"],
    ]
    thread = MailThread.objects.get(subject="Valves")
    assert (thread.count, thread.first_at, thread.last_at) == (3, DAY, DAY + timedelta(hours=2))
    assert thread.last_out_at == DAY + timedelta(hours=1)


def test_without_references_equal_subject_and_people_within_days_are_a_thread(put):
    put(
        letter(subject="Order 4711 valves"),
        letter(subject="Re: Order 4711 valves", at=DAY + timedelta(days=2)),
    )
    put(letter("eve@else.test", subject="Re: Order 4711 valves", at=DAY + timedelta(days=3)))
    put(letter(subject="Re: Order 4711 valves", at=DAY + timedelta(days=200)))
    assert sorted(len(one) for one in subjects_by_thread()) == [1, 1, 2]
