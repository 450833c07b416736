"""Drafts: what an answer starts with, that no letter is lost, and what stands against sending."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from genjin.customers.actions.refusal import Conflict, Refused
from genjin.customers.models import Contact, ContactPoint, Country
from genjin.files.actions import put
from genjin.files.models import Attachment
from genjin.mail import delays
from genjin.mail.actions import outbox, writing
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.storing import store
from genjin.mail.actions.suppression import Entry, add_suppression
from genjin.mail.actions.templates import approve_version, create_template
from genjin.mail.actions.writing import save_draft
from genjin.mail.arrivals import Arrival
from genjin.mail.models import MailTemplate, Message, OutgoingMail, Signature, TemplateVersion
from genjin.mail.sending.composition import compose
from tests.mail.outgoing import account_of, draft

pytestmark = pytest.mark.django_db
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

LETTER = """From: Hans Vogt <hans@nordkai.example>
To: Lin <lin@example.com>, Buying <buying@nordkai.example>
Cc: Boss <boss@nordkai.example>, LIN@example.com
Reply-To: Orders <orders@nordkai.example>
Subject: AW: Re: Offer for valves
Message-ID: <q2@nordkai.example>
References: <q1@example.com>
Date: Mon, 23 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html; charset=utf-8

<p>Guten Tag<script>x</script></p><img src="cid:logo@x">
--r
Content-Type: image/png; name=logo.png
Content-ID: <logo@x>
Content-Disposition: inline
Content-Transfer-Encoding: base64

{png}
--r--
--b
Content-Type: application/pdf; name=drawing.pdf
Content-Disposition: attachment; filename=drawing.pdf

%PDF-1.4 drawing
--b--
""".replace("{png}", base64.b64encode(PNG).decode())


@pytest.fixture
def account(people: Any, moment: datetime) -> Any:
    return account_of(people.lin, moment)


@pytest.fixture
def letter(account: Any, moment: datetime) -> Message:
    raw = LETTER.replace("\n", "\r\n").encode()
    from genjin.mail.models import MailFolder

    inbox = MailFolder.objects.create(account=account, path="INBOX", role="INBOX", uid_validity=1)
    found = store(account=account, folder=inbox, items=[Arrival(raw, uid=1, uid_validity=1)], at=moment)
    message = Message.objects.get(pk=found[0].message_id)
    Message.objects.filter(pk=message.pk).update(language="de")
    return message


def test_an_answer_goes_to_reply_to_and_quotes_in_the_language_of_the_mail(people, account, letter, moment):
    mail = start_draft(beginning=Beginning(answers_id=letter.pk), by=people.lin, at=moment)
    assert (mail.to, mail.cc) == ([["Orders", "orders@nordkai.example"]], [])
    assert mail.subject == "Re: Offer for valves"
    assert "schrieb Hans Vogt" in mail.html
    assert "<blockquote" in mail.html
    assert "script" not in mail.html
    assert "> Guten Tag" in mail.text
    assert mail.account == account
    assert mail.thread_id == letter.thread_id


def test_an_answer_begins_from_the_approved_wording_for_its_purpose(people, account, letter, moment):
    given = {"purpose": "tracking.1", "subject": "Our offer", "scope": "OWN", "by": people.lin, "at": moment}
    for language, text in (("en", "May I ask again?"), ("de", "Darf ich nachfragen?")):
        create_template(name=language, text=text, language=language, **given)
    beginning = Beginning(answers_id=letter.pk, purpose="tracking.1")
    for version in TemplateVersion.objects.exclude(state="APPROVED"):
        approve_version(version_id=version.pk, by=people.lin, at=moment)
    mail = start_draft(beginning=beginning, by=people.lin, at=moment)
    assert mail.subject == "Re: Offer for valves", "an answer keeps its subject"
    assert "Darf ich nachfragen?" in mail.html, "in the language of what is answered"
    assert mail.template is not None and mail.template.template.purpose == "tracking.1"


def test_an_answer_to_all_keeps_everybody_but_ourselves(people, account, letter, moment):
    mail = start_draft(beginning=Beginning(answers_id=letter.pk, to_all=True), by=people.lin, at=moment)
    assert mail.to == [["Orders", "orders@nordkai.example"]]
    assert [address for _name, address in mail.cc] == ["buying@nordkai.example", "boss@nordkai.example"]


def test_an_answer_is_sent_with_its_conversation_and_the_quoted_pictures(people, account, letter, moment):
    mail = start_draft(beginning=Beginning(answers_id=letter.pk), by=people.lin, at=moment)
    raw = compose(mail, at=moment).decode()
    assert "In-Reply-To: <q2@nordkai.example>" in raw
    assert "<q1@example.com>" in raw
    assert "Content-ID:" in raw
    assert "drawing.pdf" not in raw


def test_a_forwarded_mail_carries_its_files_and_begins_a_conversation(people, account, letter, moment):
    begin = Beginning(answers_id=letter.pk, is_forward=True)
    mail = start_draft(beginning=begin, by=people.lin, at=moment)
    names = set(
        Attachment.objects.filter(kind="mail.outgoing", object_id=mail.pk).values_list("name", flat=True)
    )
    assert names == {"logo.png", "drawing.pdf"}
    assert mail.subject == "Fwd: Offer for valves"
    assert "Weitergeleitete Nachricht" in mail.text
    assert "In-Reply-To" not in compose(mail, at=moment).decode()


def test_what_one_may_not_read_cannot_be_answered(people, account, letter, moment):
    account_of(people.hu, moment)
    with pytest.raises(Refused):
        start_draft(beginning=Beginning(answers_id=letter.pk), by=people.hu, at=moment)
    with pytest.raises(Refused):
        start_draft(beginning=Beginning(account_id=account.pk), by=people.hu, at=moment)


def test_the_signature_of_the_language_stands_below(people, account, moment):
    Signature.objects.create(account=account, language="", html="<p>Everybody</p>")
    Signature.objects.create(account=account, language="de", html="<p>Mit Gruß</p>")
    german = start_draft(beginning=Beginning(account_id=account.pk, language="de"), by=people.lin, at=moment)
    other = start_draft(beginning=Beginning(account_id=account.pk, language="fr"), by=people.lin, at=moment)
    assert "Mit Gruß" in german.html
    assert "Everybody" in other.html


def test_the_second_to_save_sees_what_the_first_wrote_and_loses_nothing(people, account, moment):
    mail = draft(account, moment)
    first = save_draft(
        mail_id=mail.pk, values={"subject": "From the phone"}, by=people.lin, at=moment,
        expected_version=mail.version,
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        save_draft(
            mail_id=mail.pk, values={"subject": "From the desk"}, by=people.lin, at=moment,
            expected_version=mail.version,
        )  # fmt: skip
    assert caught.value.differences["subject"] == ("From the desk", "From the phone")
    assert OutgoingMail.objects.get(pk=mail.pk).subject == first.subject == "From the phone"


def test_a_pasted_picture_becomes_an_enclosure(people, account, moment):
    mail = draft(account, moment)
    data = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    mail = save_draft(
        mail_id=mail.pk, values={"html": f'<p>See</p><img src="{data}">'}, by=people.lin, at=moment
    )
    row = Attachment.objects.get(kind="mail.outgoing", object_id=mail.pk)
    assert f"cid:file-{row.pk}" in mail.html
    assert "data:" not in mail.html
    again = save_draft(mail_id=mail.pk, values={"html": mail.html + "<p>More</p>"}, by=people.lin, at=moment)
    assert f"cid:file-{row.pk}" in again.html


def test_a_discarded_draft_can_be_restored_and_is_nobody_elses(people, account, moment):
    mail = draft(account, moment)
    with pytest.raises(Refused):
        writing.discard(mail_id=mail.pk, by=people.wang, at=moment)
    writing.discard(mail_id=mail.pk, by=people.lin, at=moment)
    with pytest.raises(Refused):
        save_draft(mail_id=mail.pk, values={"subject": "x"}, by=people.lin, at=moment)
    assert writing.restore(mail_id=mail.pk, by=people.lin, at=moment).deleted_at is None


def test_files_are_enclosed_and_taken_out(people, account, moment):
    mail = draft(account, moment)
    stored = put(at=moment, stream=BytesIO(b"%PDF-1.7"))
    rows = writing.attach(mail_id=mail.pk, items=[(stored, "报价.pdf")], by=people.lin, at=moment)
    assert "filename*" in compose(OutgoingMail.objects.get(pk=mail.pk), at=moment).decode()
    assert writing.detach(mail_id=mail.pk, attachment_ids=[rows[0].pk], by=people.lin, at=moment) == 1
    assert "filename" not in compose(OutgoingMail.objects.get(pk=mail.pk), at=moment).decode()


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"to": []}, "to", "at least one"),
        ({"to": [["", "nonsense"]]}, "to", "nonsense"),
        ({"cc": [["", "stop@b.example"]]}, "cc", "stop@b.example"),
        ({"html": "<p>Dear {{contact.first_name}}</p>"}, "text", "First name"),
        ({"subject": "For {{customer.name}}"}, "subject", "Company name"),
    ],
)
def test_mistakes_stop_a_mail_beside_their_field(people, account, moment, values, field, words):
    add_suppression(entry=Entry("stop@b.example", scope="ALL"), by=people.lin, at=moment)
    mail = draft(account, moment)
    save_draft(mail_id=mail.pk, values=values, by=people.lin, at=moment)
    with pytest.raises(Refused) as caught:
        outbox.queue(mail_id=mail.pk, by=people.lin, at=moment)
    assert words in " ".join(caught.value.message_dict[field])
    assert OutgoingMail.objects.get(pk=mail.pk).state == "DRAFT"


@pytest.mark.parametrize(
    ("html", "doubts"),
    [
        ("<p>Please find attached our offer.</p>", ["NO_ATTACHMENT"]),
        ("<p>报价单见附件，请查收。</p>", ["NO_ATTACHMENT"]),
        ("<p>Thank you.</p><blockquote>see the attached file</blockquote>", []),
    ],
)
def test_who_speaks_of_a_file_and_attaches_none_is_asked(people, account, moment, html, doubts):
    mail = draft(account, moment, html=html)
    if not doubts:
        assert outbox.queue(mail_id=mail.pk, by=people.lin, at=moment).state == "WAITING"
        return
    with pytest.raises(outbox.Doubtful) as caught:
        outbox.queue(mail_id=mail.pk, by=people.lin, at=moment)
    assert [one.code for one in caught.value.doubts] == doubts
    assert outbox.queue(mail_id=mail.pk, by=people.lin, at=moment, despite=doubts).state == "WAITING"


def test_merge_fields_are_filled_and_escaped(people, account, customer, moment):
    firm = customer(name="Müller & Söhne <GmbH>")
    contact = Contact.objects.create(
        customer=firm, name="Dr. Hans Vogt", created_at=moment, updated_at=moment
    )
    ContactPoint.objects.create(contact=contact, kind="EMAIL", value="h@m.example", normalised="h@m.example")
    template = MailTemplate.objects.create(name="First", owner=people.lin, created_at=moment)
    version = TemplateVersion.objects.create(
        template=template, number=1, subject="For {{customer.name}}", written_at=moment, written_by=people.lin,
        html="<p>Dear {{ contact.first_name }} of {{customer.name}}</p>",
    )  # fmt: skip
    begin = Beginning(account_id=account.pk, template_id=version.pk, to=[["", "h@m.example"]])
    mail = start_draft(beginning=begin, by=people.lin, at=moment)
    assert mail.subject == "For Müller & Söhne <GmbH>"
    assert "Dear Hans of Müller &amp; Söhne &lt;GmbH&gt;" in mail.html


def test_a_mail_can_wait_for_working_hours_where_the_recipient_is(people, account, customer, moment):
    firm = customer(country=Country.objects.get(pk="US"), timezone="America/Chicago")
    contact = Contact.objects.create(customer=firm, name="Joe", created_at=moment, updated_at=moment)
    ContactPoint.objects.create(
        contact=contact, kind="EMAIL", value="j@us.example", normalised="j@us.example"
    )
    mail = draft(account, moment, to=["j@us.example"])
    mail = outbox.queue(mail_id=mail.pk, by=people.lin, at=moment, at_local_time=True)
    assert mail.delay == delays.LOCAL_TIME
    assert timedelta(hours=10) < mail.send_at - moment < timedelta(hours=16)
    unknown = draft(account, moment, to=["x@nowhere.example"])
    with pytest.raises(Refused):
        outbox.queue(mail_id=unknown.pk, by=people.lin, at=moment, at_local_time=True)


def test_a_mail_taken_back_is_a_draft_and_one_that_left_is_not(people, account, moment):
    mail = draft(account, moment)
    outbox.queue(mail_id=mail.pk, by=people.lin, at=moment)
    assert outbox.take_back(mail_id=mail.pk, by=people.lin, at=moment).state == "DRAFT"
    outbox.queue(mail_id=mail.pk, by=people.lin, at=moment)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="SENDING")
    with pytest.raises(Refused, match="too late"):
        outbox.take_back(mail_id=mail.pk, by=people.lin, at=moment)
