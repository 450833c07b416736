"""Raw bytes to letters: the ways of real mail programs, and of broken ones."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.mail.reading import Problem, Protection, attachment_content, facts_of, read
from genjin.mail.sanitising import safe_html
from genjin.rules.letters import Kind, judge
from tests.mail.raw import file_part, mail, multipart, tnef

NAME = "朱镕基 报价单"


@pytest.mark.parametrize(
    ("label", "raw"),
    [
        ("gb2312", NAME.encode("gb18030")),
        ("gbk", NAME.encode("gb18030")),
        ("utf-8", NAME.encode("gb18030")),
        ("big5", "關於報價單".encode("big5")),
        ("us-ascii", "您好，附件是我们的报价单，请查收并回复".encode("gb18030")),
        ("iso-8859-1", "Größe".encode()),
        ("iso-8859-1", "Größe".encode("latin-1")),
        ("x-unknown", "Größe".encode()),
        ("iso-2022-jp", "見積書をお送りください".encode("iso2022_jp")),
        ("koi8-r", "Коммерческое предложение".encode("koi8-r")),
        ("windows-1251", "Коммерческое предложение".encode("cp1251")),
        ("shift_jis", "見積書".encode("cp932")),
        ("ks_c_5601-1987", "견적서".encode("cp949")),
        ("hz-gb-2312", "报价".encode("hz")),
        ("", "询价单，请报价".encode("gb18030")),
        ("", "關於報價單的詢問".encode("big5")),
        ("", NAME.encode()),
    ],
)
def test_text_is_read_whatever_its_label_says(label, raw):
    expected = {
        "朱": NAME, "關": None, "您": None, "G": "Größe", "見": None, "К": None, "견": "견적서", "报": "报价", "询": None,
    }  # fmt: skip
    kind = f"text/plain; charset={label}" if label else "text/plain"
    text = read(
        mail(raw, head=f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit")
    ).text
    assert "\ufffd" not in text
    assert text[0] in expected
    assert expected[text[0]] in (None, text)


@pytest.mark.parametrize(
    "subject",
    [
        b"=?gb2312?B?" + b64encode(NAME.encode("gb18030")) + b"?=",
        b"=?utf-8?B?5pyx6ZWV?= =?utf-8?B?5Z+6IOaKpeS7t+WNlQ==?=",
        b"=?utf-8?B?"
        + b64encode(NAME.encode()[:4])
        + b"?=\r\n =?utf-8?B?"
        + b64encode(NAME.encode()[4:])
        + b"?=",
        NAME.encode(),
        NAME.encode("gb18030"),
        b"=?GB18030?Q?" + "".join(f"={byte:02X}" for byte in NAME.encode("gb18030")).encode() + b"?=",
    ],
    ids=["gb2312 beyond its set", "two words", "cut within a character", "raw utf-8", "raw gbk", "quoted"],
)
def test_a_subject_is_decoded(subject):
    assert read(mail(head=b"Subject: " + subject)).subject == NAME


@pytest.mark.parametrize(
    ("header", "boxes"),
    [
        ('"Li, Wei" <li@a.example>, bob@b.example', [("Li, Wei", "li@a.example"), ("", "bob@b.example")]),
        (
            "Team: a@a.example, B <b@b.example>;, c@c.example",
            [("", "a@a.example"), ("B", "b@b.example"), ("", "c@c.example")],
        ),
        ("=?utf-8?B?5p2O6Zu3?= <li@a.example>", [("李雷", "li@a.example")]),
        ("li@a.example (Li Lei)", [("Li Lei", "li@a.example")]),
        ("<li@a.example>", [("", "li@a.example")]),
        ("Li Lei li@a.example", [("Li Lei", "li@a.example")]),
        ("undisclosed-recipients:;", []),
        ("'Li Lei' <li@a.example>; bob@b.example", [("Li Lei", "li@a.example"), ("", "bob@b.example")]),
        ('"Li \\"Leo\\" Lei" <li@a.example>', [('Li "Leo" Lei', "li@a.example")]),
        ("<@relay.example:li@a.example>", [("", "li@a.example")]),
        ("李雷 <li@a.example>", [("李雷", "li@a.example")]),
        ("Li <li@a.example", [("Li", "li@a.example")]),
    ],
)
def test_addresses_are_read_as_people_write_them(header, boxes):
    assert [(box.name, box.address) for box in read(mail(head=f"Cc: {header}")).cc] == boxes


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="price.pdf"', "price.pdf"),
        (b"attachment; filename=price list.pdf", "price list.pdf"),
        (b"attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf", "报价.pdf"),
        (b"attachment; filename*0*=gb2312''%D6%EC; filename*1*=%E9F%BB%F9.pdf", "朱镕基.pdf"),
        (b'attachment; filename*0="price "; filename*1="list.pdf"', "price list.pdf"),
        (b'attachment; filename="=?gb2312?B?sai82y5wZGY=?="', "报价.pdf"),
        (b'attachment; filename="' + "报价单.pdf".encode("gb18030") + b'"', "报价单.pdf"),
        (b'attachment; filename="' + "报价单.pdf".encode() + b'"', "报价单.pdf"),
        (b'attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        (b'attachment; filename="a;b.pdf"', "a;b.pdf"),
    ],
)
def test_an_attachment_has_its_name_and_its_bytes(disposition, name):
    raw = multipart(b"Content-Type: text/plain\r\n\r\nsee below", file_part(disposition, b"content"))
    letter = read(raw)
    (attachment,) = letter.attachments
    assert attachment.name == name
    assert (attachment.size, attachment.sha256) == (7, hashlib.sha256(b"content").hexdigest())
    assert attachment_content(raw, attachment.path) == b"content"
    assert letter.text.strip() == "see below"


def test_a_picture_within_the_text_is_no_attachment_to_show():
    picture = (
        b"Content-Type: image/png\r\nContent-ID: <logo@a>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBOR"
    )
    html = b'Content-Type: text/html\r\n\r\n<p>Hi <img src="cid:logo@a"></p>'
    letter = read(multipart(html, picture, kind="related"))
    assert letter.attachments[0].inline
    assert letter.attachments[0].content_id == "logo@a"
    assert not letter.has_attachments
    assert letter.text == "Hi"


def test_winmail_dat_is_unpacked():
    packed = tnef("报价单.pdf", b"inner", "The body")
    raw = multipart(file_part(b'attachment; filename="winmail.dat"', packed, b"application/ms-tnef"))
    letter = read(raw)
    assert letter.text == "The body"
    assert [(one.name, one.type, one.size) for one in letter.attachments] == [
        ("报价单.pdf", "application/pdf", 5)
    ]
    assert attachment_content(raw, letter.attachments[0].path) == b"inner"


def test_a_broken_winmail_dat_stays_an_attachment():
    letter = read(
        multipart(file_part(b'attachment; filename="winmail.dat"', b"junk", b"application/ms-tnef"))
    )
    assert [one.name for one in letter.attachments] == ["winmail.dat"]
    assert Problem.BROKEN_TNEF in letter.problems


def test_an_invitation_is_told():
    event = (
        b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        b"UID:7\r\nSUMMARY:Visit\\, Canton\r\n  Fair\r\nDTSTART:20260415T090000Z\r\nORGANIZER:mailto:b@a.example\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR"
    )
    letter = read(multipart(b"Content-Type: text/plain\r\n\r\nplease come", event))
    (calendar,) = letter.calendars
    assert (calendar.method, calendar.summary, calendar.organiser) == (
        "REQUEST",
        "Visit, Canton Fair",
        "b@a.example",
    )
    assert judge(facts_of(letter)).kind is Kind.CALENDAR


@pytest.mark.parametrize(
    ("kind", "protection"),
    [
        ('multipart/signed; protocol="application/pgp-signature"; boundary=b', Protection.PGP_SIGNED),
        ('multipart/signed; protocol="application/pkcs7-signature"; boundary=b', Protection.SMIME_SIGNED),
        ('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', Protection.PGP_ENCRYPTED),
        ("application/pkcs7-mime; smime-type=enveloped-data", Protection.SMIME_ENCRYPTED),
        ("application/pkcs7-mime; smime-type=signed-data", Protection.SMIME_SIGNED),
    ],
)
def test_signed_and_sealed_mail_is_shown_as_such(kind, protection):
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--\r\n"
    assert read(mail(body, head=f"MIME-Version: 1.0\r\nContent-Type: {kind}")).protection is protection


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Wed, 04 Mar 2026 10:00:00 +0800", "2026-03-04T02:00:00"),
        ("4 Mar 2026 10:00 +0800", "2026-03-04T02:00:00"),
        ("2026-03-04 10:00:00", "2026-03-04T10:00:00"),
        ("Wed, 4 Mar 26 10:00:00 GMT", "2026-03-04T10:00:00"),
        ("next week", None),
        ("Wed, 99 Foo 2026 10:00:00", None),
    ],
)
def test_a_date_is_aware_or_absent(header, moment):
    date = read(mail(head=f"Date: {header}")).date
    assert (date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if date else None) == moment


def test_an_absurd_date_gives_way_to_the_moment_of_receiving():
    received = "Received: from a by b; Wed, 04 Mar 2026 10:00:00 +0000"
    letter = read(mail(head=f"{received}\r\nDate: Thu, 01 Jan 2099 00:00:00 +0000"))
    assert letter.sent_at() == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert Problem.ABSURD_DATE in letter.problems
    without = read(mail(head="Date: Wed, 04 Mar 2027 10:00:00 +0000"))
    assert without.sent_at(datetime(2026, 3, 4, tzinfo=UTC)) is None


def test_what_is_missing_is_said():
    letter = read(b"Subject: hi\r\n\r\nbody")
    assert set(letter.problems) == {Problem.NO_DATE, Problem.NO_FROM, Problem.NO_MESSAGE_ID}
    assert (letter.subject, letter.text) == ("hi", "body")


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(end):
    letter = read(mail(b"one" + end + b"two", head=b"Subject: hi", end=end))
    assert (letter.subject, letter.text) == ("hi", "one\ntwo")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0" * 1000, b"\xff\xfe", b"From \r\n", b":::\r\n", b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\nx', b"Content-Type: text/plain; charset=punycode\r\n\r\na-b",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!", b"Content-Type: text/html\r\n\r\n<", b"Subject: =?x?b?====?=\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n" * 300, b"To: " + b'"\\' * 9999 + b"\r\n\r\n", b"Subject: " + b"=?utf-8?q?" * 9999,
        b"From: " + b"a" * 900_000 + b"\r\n\r\n", b"References: " + b"a" * 900_000 + b"\r\n\r\n", b"To: " + b"a b@ " * 200_000 + b"\r\n\r\n",
        b"From: mailer-daemon@a.example\r\nSubject: Undelivered\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\nFinal-Recipient: rfc822; "
        + b"a" * 900_000, b"From: postmaster@a.example\r\nSubject: failure\r\n\r\n" + b"!" * 900_000, b"\r\n\r\n" + b"From: x\n" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 180_000, b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 100_000,
        b"Content-Type: text/plain" + b";" * 99999 + b"\r\n\r\n", b"References: " + b'<"' * 9999 + b"\r\n\r\n",
    ],
)  # fmt: skip
def test_hostile_bytes_are_read_at_once(raw):
    began = time.process_time()
    letter = read(raw)
    judge(facts_of(letter))
    assert letter.size == len(raw)
    assert time.process_time() - began < 2


def test_nested_deeply_and_many_parts_are_bounded():
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)
    )
    assert read(b"Subject: deep\r\n" + nested + b"Content-Type: text/plain\r\n\r\nhi").subject == "deep"
    letter = read(multipart(*[file_part(b'attachment; filename="a.pdf"')] * 10_000))
    assert len(letter.attachments) == 10_000


def test_one_damaged_attachment_leaves_the_rest_readable():
    damaged = file_part(b'attachment; filename="a.pdf"').replace(b"ZGF0YQ", b"ZG!!F0YQ")
    letter = read(multipart(b"Content-Type: text/plain\r\n\r\nthe text", damaged))
    assert letter.text.strip() == "the text"
    assert [one.name for one in letter.attachments] == ["a.pdf"]
    assert Problem.BROKEN_ENCODING in letter.problems


@given(st.binary(max_size=3000))
@settings(deadline=None)
def test_any_bytes_make_a_letter(raw):
    letter = read(raw)
    letter.text.encode()
    assert letter.sha256 == hashlib.sha256(raw).hexdigest()
    assert judge(facts_of(letter)).kind in Kind


PIECES = st.sampled_from(
    [
        b"From: a@b.c\r\n", b"Subject: =?gb2312?B?1uyZRw==?=\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n", b"\r\n", b"--x\r\n",
        b"--x--\r\n", b"Content-Type: text/html; charset=gb2312\r\n", b"Content-Transfer-Encoding: base64\r\n", b"\xd6\xec\x99G",
        b"PGI+aGk8L2I+\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Type: message/delivery-status\r\n", b"<b>x", b"\0", b"\r",
        b"Action: failed\r\n", b"Content-Disposition: attachment; filename*=x''%zz\r\n", b"Content-Type: application/ms-tnef\r\n",
        b"\x78\x9f\x3e\x22\x01\x00", b"Date: Mon, 99\r\n", b"begin 644 x\r\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
@settings(deadline=None)
def test_any_pieces_of_mails_make_a_letter(pieces):
    raw = b"".join(pieces)
    letter = read(raw)
    assert judge(facts_of(letter)).kind in Kind
    for attachment in letter.attachments:
        content = attachment_content(raw, attachment.path)
        assert content is not None
        assert len(content) == attachment.size


SAMPLES = [
    multipart(
        b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + NAME.encode("gb18030"),
        file_part(b"attachment; filename*0*=gb2312''%D6%EC; filename*1*=%E9F%BB%F9.pdf"),
        file_part(b'attachment; filename="winmail.dat"', tnef("a.pdf", b"inner", "The body"), b"application/ms-tnef"),
        b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR",
    ),
    mail(
        b"--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n",
        head="Subject: =?utf-8?B?5pyx6ZWV?=\r\nContent-Type: multipart/report; boundary=b; report-type=delivery-status",
    ),
    mail(b"<p>hi<blockquote type=cite>older</blockquote><img src='cid:x'><a href='http://a.example'>b.example</a>",
         head="Content-Type: text/html; charset=iso-2022-jp\r\nReferences: <1@a.example> <2@a.example>"),
]  # fmt: skip


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 40)), max_size=8),
)
@settings(deadline=None, max_examples=150)
def test_any_damage_to_a_mail_still_makes_a_letter(raw, damages):
    for place, put, taken in damages:
        raw = raw[: place % len(raw)] + put + raw[place % len(raw) + taken :] or b"x"
    letter = read(raw)
    assert judge(facts_of(letter)).kind in Kind
    safe_html(letter.html).html.encode()
    for attachment in letter.attachments:
        attachment_content(raw, attachment.path)


def test_a_mail_of_fifty_megabytes_is_read_by_its_parts():
    content = bytes(range(256)) * 150_000
    letter = read(
        multipart(
            b"Content-Type: text/plain\r\n\r\nsee below", file_part(b'attachment; filename="a.bin"', content)
        )
    )
    assert letter.size > 50_000_000
    assert (letter.text.strip(), letter.attachments[0].size) == ("see below", len(content))
    assert letter.attachments[0].sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\n"
         b"Content-Type: text/html\r\n\r\n<p>rich</p>\r\n", "plain"),  # never closed
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
         b"Content-Type: text/plain\r\n\r\ninner\r\n--a--\r\n", "inner"),  # the same boundary twice
        (b"Content-Type: multipart/mixed; boundary=wrong\r\n\r\n--right\r\nContent-Type: text/plain\r\n\r\nhidden\r\n--right--", "hidden"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E6=8A=A5=\r\n=E4=BB=B7 =ZZ", "报价"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGFs\r\nbG8=\r\n\r\nList footer, not encoded", "hallo"),
        (b"Content-Type: text/plain; charset=\"utf-8\r\n\r\nan open quote", "an open quote"),
        (b"content-type : TEXT/PLAIN\r\nX\r\n\r\nloose head", "loose head"),
    ],
    ids=["never closed", "same boundary", "wrong boundary", "broken quoted-printable", "text after base64", "open quote", "loose head"],
)  # fmt: skip
def test_broken_structures_still_show_their_words(raw, told):
    assert told in read(b"From: a@b.example\r\n" + raw).text
