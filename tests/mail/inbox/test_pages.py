"""The pages of mail: who sees what, and that nothing of a stranger is part of our pages."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO

import pytest
from django.urls import reverse

from genjin.files.actions import put
from genjin.mail.models import FlagChange, Message, MessageCopy, TrustedSender
from tests.mail.inbox.conftest import folder_of

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


@pytest.fixture
def raw(moment):
    """`raw(message, html, attachments)` gives a stored message its bytes."""

    def give(message, html="<p>Hello</p>", attachments=(), **headers):
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = message.from_address, "lin@ours.example", message.subject
        for name, value in headers.items():
            made[name] = value
        made.set_content("plain words")
        if html:
            made.add_alternative(html, subtype="html")
        for name, kind, data in attachments:
            made.add_attachment(data, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
        message.raw = put(at=moment, stream=BytesIO(made.as_bytes()))
        message.save()
        return message

    return give


def at(name, *args):
    return reverse(f"mail:{name}", args=args)


def test_the_list_and_a_conversation_are_read_without_scripts(people, mailbox, letter, sign_in, customer):
    mine = customer(name="Marmara Teknik")
    message = letter(mailbox(people.lin), subject="Leakage at DN50", customer=mine)
    browser = sign_in(people.lin)
    page = browser.get(at("inbox"))
    assert "Leakage at DN50" in page.content.decode()
    assert "Marmara Teknik" in page.content.decode()
    opened = browser.get(at("conversation", message.thread_id)).content.decode()
    assert at("body", message.pk) in opened
    assert "jens@nordkai.example" in opened


def test_opening_a_conversation_marks_it_read(people, mailbox, letter, sign_in):
    message = letter(mailbox(people.lin))
    sign_in(people.lin).get(at("conversation", message.thread_id))
    assert MessageCopy.objects.get().is_read
    assert FlagChange.objects.get().what == "READ"


def test_reading_a_colleagues_filed_mail_leaves_it_unread(people, mailbox, letter, sign_in, customer):
    message = letter(mailbox(people.lin), customer=customer())
    assert sign_in(people.chen).get(at("conversation", message.thread_id)).status_code == 200
    assert not MessageCopy.objects.get().is_read


NAMES = ("body", "source", "eml", "file", "verdict", "message", "new_customer", "new_contact")


@pytest.mark.parametrize("name", NAMES)
def test_others_unfiled_mail_does_not_exist(people, mailbox, letter, sign_in, raw, name):
    message = raw(letter(mailbox(people.lin)))
    for user in (people.wang, people.chen, people.zhao, people.admin):
        assert sign_in(user).get(at(name, message.pk)).status_code == 404, user


def test_parts_of_others_mail_do_not_exist(people, mailbox, letter, sign_in, raw):
    message = raw(letter(mailbox(people.lin)), attachments=[("a.png", "image/png", PNG)])
    assert sign_in(people.lin).get(at("part", message.pk, 0, "a.png")).status_code == 200
    assert sign_in(people.admin).get(at("part", message.pk, 0, "a.png")).status_code == 404
    assert sign_in(people.admin).get(at("inline", message.pk) + "?cid=x").status_code == 404


def test_the_body_is_a_sandboxed_document_that_loads_nothing(people, mailbox, letter, sign_in, raw):
    html = "<script>alert(1)</script><p onclick='x()'>Hi</p><img src='https://tracker.example/p.gif'>"
    message = raw(letter(mailbox(people.lin)), html)
    answer = sign_in(people.lin).get(at("body", message.pk))
    text, policy = answer.content.decode(), answer["Content-Security-Policy"]
    assert "alert(1)" not in text
    assert "onclick" not in text
    assert ' src="https://tracker' not in text
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "sandbox" in policy
    assert "https:" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_pictures_are_shown_on_demand_and_the_sender_is_remembered(people, mailbox, letter, sign_in, raw):
    message = raw(letter(mailbox(people.lin)), "<img src='https://cdn.example/p.gif'>")
    browser = sign_in(people.lin)
    assert (
        ' src="https://cdn.example/p.gif"'
        in browser.get(at("body", message.pk) + "?pictures=1").content.decode()
    )
    browser.post(at("pictures", message.pk))
    assert TrustedSender.objects.get().address == "jens@nordkai.example"
    assert ' src="https://cdn.example/p.gif"' in browser.get(at("body", message.pk)).content.decode()


@pytest.mark.parametrize(
    ("name", "kind", "data", "shown"),
    [
        ("p.png", "image/png", PNG, True),
        ("p.pdf", "application/pdf", b"%PDF-1.7 x", True),
        ("p.html", "text/html", b"<script>alert(1)</script>", False),
        ("p.svg", "image/svg+xml", b"<svg onload='alert(1)'/>", False),
        ("lie.png", "image/png", b"<html><script>alert(1)</script>", False),
    ],
)
def test_attachments_never_render_as_pages(people, mailbox, letter, sign_in, raw, name, kind, data, shown):
    message = raw(letter(mailbox(people.lin)), attachments=[(name, kind, data)])
    browser = sign_in(people.lin)
    for query in ("", "?show"):
        answer = browser.get(at("part", message.pk, 0, name) + query)
        inline = bool(query) and shown
        assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].endswith("sandbox")
        if not inline:
            assert answer["Content-Type"] == "application/octet-stream"


def test_hidden_recipients_stay_with_the_senders_mailbox(people, mailbox, letter, sign_in, raw, customer):
    box = mailbox(people.lin)
    message = letter(
        box, direction="OUT", from_address=box.address, folder=folder_of(box, "SENT"), customer=customer(),
        to=[("Jens", "jens@nordkai.example")], bcc=[("", "boss@ours.example")],
    )  # fmt: skip
    # So many that the header goes on in further lines.
    raw(message, Bcc=", ".join(["boss@ours.example", *(f"second{n}@ours.example" for n in range(9))]))
    mine, managers = sign_in(people.lin), sign_in(people.chen)
    for name in ("source", "eml"):
        assert b"boss@ours" in mine.get(at(name, message.pk)).content
        seen = managers.get(at(name, message.pk))
        assert seen.status_code == 200
        assert b"boss@ours" not in seen.content
        assert b"@ours.example" not in seen.content.replace(box.address.encode(), b"").replace(
            b"lin@ours.example", b""
        )
        assert b"second8@" not in seen.content
        assert b"plain words" in seen.content
    page = at("conversation", message.thread_id)
    assert "boss@ours" in mine.get(page).content.decode()
    assert "boss@ours" not in managers.get(page).content.decode()


def test_selected_mails_are_moved_and_moved_back(people, mailbox, letter, sign_in):
    box = mailbox(people.lin)
    messages = [letter(box) for _ in range(3)]
    browser = sign_in(people.lin)
    ids = [message.thread_id for message in messages[:2]]
    browser.post(at("act"), {"verb": "archive", "ids": ids, "box": "inbox"})
    assert [c.last_message for c in folder_of(box).conversations.all()] == [messages[2]]
    assert folder_of(box, "ARCHIVE").conversations.count() == 2
    moved = ",".join(str(pk) for pk in FlagChange.objects.values_list("copy_id", flat=True))
    browser.post(at("undo") + f"?copies={moved}")
    assert folder_of(box).conversations.count() == 3


def test_a_button_of_a_row_means_that_row_alone(people, mailbox, letter, sign_in):
    box = mailbox(people.lin)
    first, second = letter(box), letter(box)
    browser = sign_in(people.lin)
    browser.post(at("act"), {"one": f"star:{first.thread_id}", "ids": [second.thread_id]})
    browser.post(at("act"), {"one": f"trash:message-{second.pk}"}, headers={"HX-Request": "true"})
    assert MessageCopy.objects.get(is_flagged=True).message == first
    assert folder_of(box, "TRASH").conversations.get().last_message == second


@pytest.mark.parametrize(
    "data", [{}, {"verb": "explode", "ids": "1"}, {"verb": "move", "ids": "1", "folder": "x"}]
)
def test_a_strange_verb_breaks_nothing(people, mailbox, sign_in, data):
    mailbox(people.lin)
    assert sign_in(people.lin).post(at("act"), data).status_code in (302, 404)


def test_a_stranger_becomes_a_customer_only_by_hand(people, mailbox, letter, sign_in):
    message = letter(mailbox(people.lin), from_name="Ahmet", from_address="ahmet@anadolu.example")
    browser = sign_in(people.lin)
    opened = browser.get(at("conversation", message.thread_id)).content.decode()
    assert at("new_customer", message.pk) in opened
    form = browser.get(at("new_customer", message.pk), follow=True).content.decode()
    for filled in ("Anadolu", "anadolu.example", "Ahmet", "ahmet@anadolu.example"):
        assert f'value="{filled}"' in form


def test_a_conversation_is_filed_and_taken_off_by_hand(people, mailbox, letter, sign_in, customer):
    mine = customer()
    message = letter(mailbox(people.lin))
    browser = sign_in(people.lin)
    browser.post(at("file", message.pk), {"customer": mine.pk})
    assert message.filings.get().customer == mine
    browser.post(at("unfile", message.pk, mine.pk))
    assert not message.filings.exists()


def test_nobody_files_to_a_customer_he_does_not_see(people, mailbox, letter, sign_in, customer):
    his = customer(owner=people.hu)
    message = letter(mailbox(people.lin))
    answer = sign_in(people.lin).post(at("file", message.pk), {"customer": his.pk})
    assert answer.status_code == 200
    assert not message.filings.exists()


def test_who_only_reads_files_nothing(people, mailbox, letter, sign_in, customer):
    mine = customer()
    message = letter(mailbox(people.lin), customer=mine)
    reader = sign_in(people.guest)
    assert reader.get(at("conversation", message.thread_id)).status_code == 200
    assert reader.get(at("file", message.pk)).status_code == 404
    assert reader.post(at("unfile", message.pk, mine.pk)).status_code == 404
    assert message.filings.exists()


def test_a_verdict_is_corrected_by_readers_of_the_mailbox(people, mailbox, letter, sign_in, customer):
    message = letter(mailbox(people.lin), customer=customer())
    assert sign_in(people.chen).post(at("verdict", message.pk), {"verdict": "BULK"}).status_code == 404
    sign_in(people.lin).post(at("verdict", message.pk), {"verdict": "AUTO_REPLY"})
    assert Message.objects.get().verdict == "AUTO_REPLY"


def test_mails_stand_on_the_customers_timeline(people, mailbox, letter, sign_in, customer):
    mine = customer()
    box = mailbox(people.lin)
    message = letter(box, subject="Delivery in week 3", customer=mine)
    hidden = letter(box, subject="Salary talk", customer=mine)
    hidden.thread.is_private = True
    hidden.thread.save()
    page = reverse("customers:customer", args=[mine.pk])
    for tab in ("all", "mails"):
        text = sign_in(people.chen).get(f"{page}?tab={tab}").content.decode()
        assert "Delivery in week 3" in text
        assert at("message", message.pk) in text
        assert "Salary talk" not in text
    assert "Salary talk" in sign_in(people.lin).get(page).content.decode()
    assert "Delivery" not in sign_in(people.lin).get(f"{page}?tab=calls").content.decode()


def test_the_panel_shows_the_customer_beside_the_mail(people, mailbox, letter, sign_in, customer):
    mine = customer(name="Marmara Teknik")
    letter(mailbox(people.lin), subject="Delivery in week 3", customer=mine)
    text = sign_in(people.lin).get(at("panel", mine.pk)).content.decode()
    assert "Marmara Teknik" in text
    assert "Delivery in week 3" in text
    assert sign_in(people.hu).get(at("panel", mine.pk)).status_code == 404


def test_the_writing_of_a_colleague_is_told(people, mailbox, letter, sign_in):
    box = mailbox(members=[people.lin, people.wang])
    message = letter(box)
    url = at("answering", message.thread_id, box.pk)
    assert sign_in(people.lin).post(url).json() == {"others": []}
    pages = [at("conversation", message.thread_id), at("writing", message.thread_id)]
    for page in pages:
        assert "Lin Xiaowen is writing an answer" in sign_in(people.wang).get(page).content.decode()
    sign_in(people.lin).post(url, {"done": 1})
    for page in pages:
        assert "is writing an answer" not in sign_in(people.wang).get(page).content.decode()


def test_queries_do_not_grow_with_the_mails(
    people, mailbox, letter, sign_in, customer, django_assert_max_num_queries
):
    box, shared = mailbox(people.lin), mailbox(members=[people.lin])
    browser = sign_in(people.lin)
    mine = customer()

    def counted():
        found = []
        for path in (at("inbox"), at("inbox") + "?q=dear", at("conversation", first.thread_id)):
            browser.get(path)
            with django_assert_max_num_queries(60) as asked:
                browser.get(path)
            found.append(len(asked))
        return found

    def fill(times):
        for _ in range(times):
            letter(box, customer=customer(owner=people.hu))
            letter(box, customer=customer())
            letter(shared)
            letter(shared, direction="OUT")
            letter(box, thread=first.thread, customer=mine)

    first = letter(box, customer=mine)
    fill(1)
    few = counted()
    fill(5)
    assert counted() == few
