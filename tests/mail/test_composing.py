"""The bytes of our mails: what Outlook, Foxmail and Gmail need, and that nobody learns who was blind-copied."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.mail import outgoing_html
from genjin.mail.composing import Composition, Enclosure, composed, new_message_id, references, with_bcc
from genjin.mail.reading import read
from genjin.mail.recipients import is_address, parse

AT = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
CHINESE = "报价单 2026 最终版本（含运费）与付款条件说明以及附件清单和很多很多很长很长的名字.pdf"


def mail(**values: Any) -> Composition:
    known: dict[str, Any] = {
        "sender": ["Lin Xiaowen", "lin@example.com"], "to": [["Hans Vogt", "hans@nordkai.example"]], "cc": [],
        "subject": "Offer", "text": "Dear Hans", "html": "", "message_id": "abc@example.com", "date": AT,
    }  # fmt: skip
    return Composition(**(known | values))


def parsed(raw: bytes) -> Any:
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize(
    "subject",
    [
        "Offer",
        "报价单：DN80 阀门，请查收并确认交货期与付款方式，谢谢您的支持与合作" * 3,
        "=?utf-8?q?no?=",
        "Ünïcode " * 20,
    ],
)
def test_a_subject_comes_back_as_it_was_written(subject):
    raw = composed(mail(subject=subject))
    assert parsed(raw)["Subject"] == read(raw).subject == subject.strip()


@pytest.mark.parametrize(
    "name",
    [
        "Hans Vogt",
        "Vogt, Hans",
        'Hans "the valve" Vogt',
        "林晓雯",
        "Jürgen Müller (Einkauf)",
        "a@b.example",
        "",
    ],
)
def test_names_of_recipients_come_back_as_they_were_written(name):
    found = read(composed(mail(to=[[name, "hans@nordkai.example"]]))).to
    assert [(one.name, one.address) for one in found] == [(name, "hans@nordkai.example")]


@pytest.mark.parametrize(
    "name", ["offer.pdf", "price list 2026.xlsx", CHINESE, 'a"b.pdf', "ümlaut.pdf", "x" * 170 + ".pdf"]
)
def test_the_name_of_a_file_stands_there_twice_as_old_and_new_programs_read_it(name):
    raw = composed(mail(enclosures=[Enclosure(name, "application/pdf", b"%PDF-1.7")]))
    part = next(parsed(raw).iter_attachments())
    assert part.get_filename() == name, "RFC 2231"
    head = re.sub(r"\r\n\s+", " ", raw.decode("ascii"))
    old = re.search(r'Content-Type: application/pdf; name="((?:\\.|[^"])*)"', head)
    assert old is not None, "RFC 2047, for Foxmail and old Outlooks"
    if not name.isascii():
        assert "=?utf-8?" in old[1]
    assert part.get_content() == b"%PDF-1.7"


def test_every_line_is_short_and_seven_bit():
    html = outgoing_html.cleaned("<p>" + "长长的一段话没有空格" * 400 + "</p>")
    raw = composed(
        mail(html=html, text="x" * 5000, enclosures=[Enclosure(CHINESE, "image/png", b"\x89PNG" * 500)])
    )
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_plain_text_and_html_are_alternatives_and_pictures_lie_beside_the_html():
    html = '<p>See</p><img src="cid:file-7" style="width: 480px">'
    raw = composed(
        mail(
            html=html, text="See",
            enclosures=[Enclosure("valve.png", "image/png", b"png", 7), Enclosure("a.pdf", "application/pdf", b"p")],
        )
    )  # fmt: skip
    message = parsed(raw)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf",
    ]  # fmt: skip
    shown = message.get_body(("html",)).get_content()
    content_id = next(part["Content-ID"] for part in message.walk() if part["Content-ID"])
    assert f'src="cid:{content_id.strip("<>")}"' in shown
    assert 'width="480"' in shown, "Outlook knows the width from the attribute only"


def test_styles_stand_on_their_elements():
    html = outgoing_html.cleaned(
        "<style>.red { color: red } p { position: fixed }</style><p class=red>Hi</p><ul><li>a</ul>"
    )
    document = outgoing_html.finished(html)
    assert "<style" not in document
    assert re.search(r'<p style="[^"]*color: ?red', document)
    assert "position" not in document
    assert re.search(r"<ul style=\"[^\"]*padding-left", document)


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
        '<iframe src="https://x.example"></iframe>', '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<form action="https://x.example"><input></form>', '<a href="data:text/html,x">x</a>',
    ],
)  # fmt: skip
def test_nothing_active_is_sent(bad):
    shown = outgoing_html.cleaned(f"<p>Hi</p>{bad}")
    for word in ("script", "onerror", "javascript", "iframe", "svg", "form", "data:"):
        assert word not in shown


def test_the_text_for_readers_without_html_has_links_and_quotation_marks():
    text = outgoing_html.plain_text(
        '<p>See <a href="https://x.example/a">here</a></p><blockquote>Old</blockquote>'
    )
    assert text == "See here <https://x.example/a>\n\n> Old"


def test_an_answer_names_its_conversation():
    raw = composed(mail(in_reply_to="q@x.example", references=["first@x.example", "q@x.example"]))
    letter = read(raw)
    assert letter.in_reply_to == ("<q@x.example>",)
    assert letter.references == ("<first@x.example>", "<q@x.example>")
    long = references([f"{n}@x.example" for n in range(100)], "last@x.example")
    assert (len(long), long[0], long[-1]) == (20, "0@x.example", "last@x.example")


def test_the_message_id_lies_in_the_domain_of_the_sender_and_is_new_each_time():
    ids = {new_message_id("lin@EXAMPLE.com") for _n in range(100)}
    assert len(ids) == 100
    assert all(one.endswith("@example.com") for one in ids)


def test_headers_cannot_be_smuggled_in():
    raw = composed(
        mail(
            subject="Hi\r\nBcc: spy@evil.example", to=[["Hans\r\nX-Evil: 1", "hans@nordkai.example"]],
            enclosures=[Enclosure("a\r\nX-Evil: 2.pdf", "application/pdf", b"p")], in_reply_to="a\r\nX-Evil: 3",
        )
    )  # fmt: skip
    assert not re.search(rb"(?mi)^(bcc|x-evil):", raw)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
NAMES = st.text(st.sampled_from("abcxyz.-0"), min_size=1, max_size=12).map(
    lambda s: s.strip(".-").replace("..", ".") or "a"
)


@settings(max_examples=60)
@given(subject=WORDS, name=WORDS, text=WORDS, secret=NAMES)
def test_who_is_blind_copied_is_nowhere_in_what_is_transmitted(subject, name, text, secret):
    hidden = f"zz-{secret}@secret.example"
    written = mail(
        subject=subject, to=[[name, "hans@nordkai.example"]], text=text, html=outgoing_html.html_of(text)
    )
    raw = composed(written)
    assert b"secret.example" not in raw
    assert not re.search(rb"(?mi)^bcc:", raw)
    own = with_bcc(raw, [["", hidden]])
    assert [one.address for one in read(own).bcc] == [hidden], "the own copy tells it"
    assert own.endswith(raw)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@b.example, c@d.example", ["a@b.example", "c@d.example"]),
        ("甲 <a@b.example>；乙＜c@d.example＞，e@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ('"Vogt, Hans" <hans@nordkai.example>\nmailto:x@y.example', ["hans@nordkai.example", "x@y.example"]),
        ("a@b.example; A@B.EXAMPLE", ["a@b.example"]),
        ("nonsense", ["nonsense"]),
    ],
)
def test_recipients_are_read_as_people_paste_them(typed, found):
    assert [address for _name, address in parse(typed)] == found


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("hans@nordkai.example", True), ("o'neil+x@a-b.co.uk", True), ("x@müller.example", True), ("x@localhost", False),
        ("x@@a.example", False), ("a b@c.example", False), (".x@a.example", False), ("x@a..example", False),
        ("x@1.2.3.4", False), ("甲@a.example", False), ("", False), ("x" * 65 + "@a.example", False),
    ],
)  # fmt: skip
def test_only_addresses_to_which_mail_can_be_sent_are_fine(address, fine):
    assert is_address(address) is fine
