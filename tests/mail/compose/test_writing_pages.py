"""The pages of writing as a browser uses them: started, saved, sent, taken back; what is refused, and for whom."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse

from genjin.customers.models import Contact, ContactPoint
from genjin.files.actions import put
from genjin.files.models import Attachment
from genjin.mail import compose_text, suggesting
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.writing import attach
from genjin.mail.models import MailTemplate, OutgoingMail, OutgoingRecipient, Signature, TemplateVersion
from tests.mail.outgoing import account_of, owner_of

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def account(people, moment):
    return account_of(people.lin, moment)


@pytest.fixture
def mail(account, moment):
    return start_draft(beginning=Beginning(account_id=account.pk), by=owner_of(account, moment), at=moment)


@pytest.fixture
def lin(people, sign_in):
    return sign_in(people.lin)


def contact_of(customer, moment, address="elif@marmara.example", **fields):
    made = customer(**fields)
    one = Contact.objects.create(customer=made, name="Elif Demirkan", created_at=moment, updated_at=moment)
    ContactPoint.objects.create(contact=one, kind="EMAIL", value=address, normalised=address)
    return one


def post(client, name, mail, **values):
    return client.post(reverse(f"mail:{name}", args=[mail.pk]), values, headers=JSON)


def test_a_new_mail_to_a_contact_names_it_and_its_customer(lin, account, customer, moment, people):
    contact = contact_of(customer, moment, owner=people.lin)
    answer = lin.get(reverse("mail:compose"), {"to": contact.pk})
    mail = OutgoingMail.objects.get()
    assert answer.status_code == 302
    assert mail.to == [["Elif Demirkan", "elif@marmara.example"]]
    assert mail.customer_id == contact.customer_id
    assert mail.track_days == 2
    page = lin.get(answer["Location"]).content.decode()
    assert "elif@marmara.example" in page
    assert " style=" not in page.split("<textarea")[0]


def test_saving_answers_with_the_version_and_keeps_what_was_typed(lin, mail):
    answer = post(
        lin, "save_draft", mail, version=mail.version, to='"Kai, Hans" <hans@nordkai.example>；bad',
        cc="", subject="Offer\x00", html='<p onclick="x()">Hi <b>you</b></p>', text="", is_plain="0",
    )  # fmt: skip
    mail.refresh_from_db()
    assert answer.json()["version"] == mail.version == 2
    assert mail.to == [["Kai, Hans", "hans@nordkai.example"], ["", "bad"]]
    assert mail.html == "<p>Hi <b>you</b></p>"
    assert mail.subject == "Offer"
    assert "Hi you" in mail.text


def test_two_windows_conflict_only_when_their_texts_differ(lin, mail):
    first = {"version": 1, "subject": "One"}
    assert post(lin, "save_draft", mail, **first).status_code == 200
    assert post(lin, "save_draft", mail, **first).json()["version"] == 2  # its first answer was lost
    answer = post(lin, "save_draft", mail, version=1, subject="Two")
    assert answer.status_code == 409
    assert answer.json()["version"] == 2
    mail.refresh_from_db()
    assert mail.subject == "One"


def test_mistakes_stand_beside_their_fields_and_doubts_are_asked(lin, mail):
    answer = post(
        lin, "send_draft", mail, version=1, to="nobody", subject="x", html="<p>{{contact.name}}</p>"
    )
    told = answer.json()
    assert answer.status_code == 422
    assert set(told["mistakes"]) == {"to", "text"}
    answer = post(lin, "send_draft", mail, to="a@b.example", html="<p>See the attached list</p>")
    assert [one["code"] for one in answer.json()["doubts"]] == ["NO_ATTACHMENT"]
    again = post(lin, "send_draft", mail, despite="NO_ATTACHMENT", when="now")
    assert again.status_code == 200
    mail.refresh_from_db()
    assert mail.state == "WAITING"


def test_a_mail_sent_twice_goes_once_and_comes_back_as_it_was(lin, mail):
    values = {"to": "a@b.example", "bcc": "c@d.example", "subject": "Offer", "html": "<p>Hello</p>"}
    for _ in range(2):
        assert post(lin, "send_draft", mail, **values).status_code == 200
    assert OutgoingRecipient.objects.count() == 2
    for _ in range(2):
        assert post(lin, "undo_send", mail).status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.subject, mail.html) == ("DRAFT", "Offer", "<p>Hello</p>")


def test_a_mail_may_leave_later_and_bad_times_are_refused_with_a_sentence(lin, mail):
    values = {"to": "a@b.example", "subject": "Offer", "html": "<p>Hello</p>", "when": "at"}
    for day in ("", "32nd of May", "2020-01-01"):
        answer = post(lin, "send_draft", mail, **values, send_at_day=day, send_at_time="10:00")
        assert answer.json()["mistakes"]["send_at"], day
    assert post(lin, "send_draft", mail, **values, send_at_day="+3", send_at_time="10:00").status_code == 200
    mail.refresh_from_db()
    assert mail.delay == "SCHEDULED"


def test_a_draft_of_somebody_else_does_not_exist(people, sign_in, mail):
    chen = sign_in(people.chen)
    assert chen.get(reverse("mail:draft", args=[mail.pk])).status_code == 404
    for name in (
        "save_draft",
        "send_draft",
        "undo_send",
        "discard_draft",
        "restore_draft",
        "attach_to_draft",
    ):
        assert post(chen, name, mail, subject="x").status_code == 404, name
    mail.refresh_from_db()
    assert mail.version == 1


def test_without_scripts_the_plain_field_is_enough(lin, mail):
    url = reverse("mail:send_draft", args=[mail.pk])
    answer = lin.post(url, {"to": "nobody", "subject": "Hello", "text": "Dear Hans\n\nBye"})
    assert answer.status_code == 422
    assert "Dear Hans" in answer.content.decode()
    assert lin.post(url, {"to": "a@b.example"}).status_code == 302
    mail.refresh_from_db()
    assert mail.html == "<p>Dear Hans</p><p>Bye</p>"


def test_files_are_enclosed_listed_and_taken_out(lin, mail):
    file = BytesIO("报价".encode())
    file.name = "报价单.txt"
    told = post(lin, "attach_to_draft", mail, files=[file]).json()
    assert [one["name"] for one in told["files"]] == ["报价单.txt"]
    assert lin.post(told["files"][0]["remove"], headers=JSON).json()["files"] == []
    empty = BytesIO(b"")
    empty.name = "nothing.txt"
    assert post(lin, "attach_to_draft", mail, files=[empty]).json()["mistakes"]


def test_files_of_customers_that_one_may_not_see_are_not_enclosed(lin, mail, customer, people, moment):
    other = customer(owner=people.hu)
    stored = put(at=moment, stream=BytesIO(b"secret"))
    row = Attachment.objects.create(
        file=stored, name="s.txt", kind="customers.customer", object_id=other.pk, attached_at=moment
    )
    told = post(lin, "attach_to_draft", mail, attachments=row.pk).json()
    assert told["mistakes"]
    assert told["files"] == []


def test_a_template_fills_what_is_known_and_tells_what_is_not(lin, mail, moment, people):
    template = MailTemplate.objects.create(name="Q", owner=people.lin, scope="COMPANY", created_at=moment)
    version = TemplateVersion.objects.create(
        template=template, number=1, state="APPROVED", subject="Offer", written_at=moment,
        written_by=people.lin, html="<p>Dear {{contact.first_name}}, {{sender.address}}</p>",
    )  # fmt: skip
    told = post(lin, "template_for_draft", mail, template=version.pk).json()
    assert told["subject"] == "Offer"
    assert mail.account.address in told["html"]
    assert told["left"] == ["First name of the contact"]
    assert post(lin, "template_for_draft", mail, template=99).status_code == 422


def test_pictures_of_the_web_are_not_loaded_while_one_writes(mail, moment):
    stored = put(at=moment, stream=BytesIO(b"GIF89a"))
    row = attach(mail_id=mail.pk, items=[(stored, "图 1.gif")], by=owner_of(mail.account, moment), at=moment)[
        0
    ]
    html = f'<p><img src="cid:file-{row.pk}"><img src="https://spy.example/p.gif?a=1&amp;b=2"></p>'
    shown = compose_text.for_editor(html, [row])
    assert 'src="https' not in shown
    assert f"/files/{row.pk}/as/" in shown
    assert compose_text.from_editor(shown) == compose_text.from_editor(html)
    assert f"cid:file-{row.pk}" in compose_text.from_editor(shown)


def test_completion_knows_contacts_one_sees_and_whom_one_wrote_to(people, customer, moment, mail):
    contact_of(customer, moment, owner=people.lin)
    contact_of(customer, moment, "elif@other.example", owner=people.hu, name="Other")
    OutgoingRecipient.objects.create(mail=mail, role="TO", address="elia@old.example", domain="old.example")
    found = [one.address for one in suggesting.suggestions("eli", user=owner_of(mail.account, moment))]
    assert found == ["elif@marmara.example", "elia@old.example"]


def test_a_discarded_draft_can_be_fetched_back(lin, mail):
    told = post(lin, "discard_draft", mail).json()
    assert lin.get(reverse("mail:draft", args=[mail.pk])).status_code == 404
    assert lin.post(told["undo"]).status_code == 302
    assert lin.get(reverse("mail:draft", args=[mail.pk])).status_code == 200


def test_the_signature_is_that_of_the_mailbox(lin, mail, moment, people):
    shared = account_of(people.lin, moment, address="sales@example.com")
    Signature.objects.create(account=shared, html="<p>Sales desk</p>")
    url = reverse("mail:draft_signature", args=[mail.pk])
    assert "Sales desk" in lin.get(url, {"account": shared.pk, "language": "en"}).json()["html"]
    assert lin.get(url, {"account": "x"}).status_code == 404


def test_the_list_of_drafts_costs_the_same_for_many(lin, account, moment, django_assert_max_num_queries):
    by = owner_of(account, moment)
    for number in range(12):
        mail = start_draft(beginning=Beginning(account_id=account.pk), by=by, at=moment)
        OutgoingMail.objects.filter(pk=mail.pk).update(version=2, subject=f"Offer {number}")
    lin.get(reverse("mail:drafts"))
    with django_assert_max_num_queries(16):
        page = lin.get(reverse("mail:drafts")).content.decode()
    assert page.count("Offer ") == 12
    assert page.count("<th") == page.count("<td") // 12 + 1  # <thead> too


def test_the_hour_at_the_recipient_is_told_on_both_clocks(lin, account, customer, moment, people):
    mine = customer(owner=people.lin, country_id="TR")
    address = lin.get(reverse("mail:compose"), {"customer": mine.pk})["Location"]
    start = lin.get(address).context["local_start"]
    assert start.there.tzinfo is None
    assert (start.there - start.at.replace(tzinfo=None)).total_seconds() == 3 * 3600
