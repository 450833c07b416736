"""Which thread a message belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from genjin.rules.letters import (
    Choice,
    Kind,
    LetterFacts,
    Thread,
    Why,
    choose_thread,
    judge,
    normalised_subject,
)

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
OURS = "wang@exporter.example"


def thread(
    key: str = "a",
    *,
    ids: tuple[str, ...] = ("<1@e>",),
    subject: str = "Quotation for pumps",
    days: int = 2,
    who: str = "buyer@acme.example",
) -> Thread[str]:
    return Thread(
        key, frozenset(ids), subject, frozenset((who,)), AT - timedelta(days=days), AT - timedelta(days=days)
    )


def mail(subject: str = "Re: Quotation for pumps", **more: object) -> LetterFacts:
    values: dict[str, object] = {
        "from_": ("buyer@acme.example",), "recipients": (OURS,), "subject": subject, "sent_at": AT,
        "own_addresses": frozenset((OURS,)),
    }  # fmt: skip
    return LetterFacts(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Quotation", "RE: Re: quotation", "回复：Quotation", "答复: Quotation", "Re[2]: Quotation", "AW: Quotation", "WG: AW: Quotation",
        "SV: Quotation", "RV: Quotation", "RES: Quotation", "ENC: Quotation", "TR : Quotation", "Fwd: Quotation", "转发: 回复: Quotation",
        "YNT: Quotation", "Ответ: Quotation", "R: Quotation", "رد: Quotation", "返信: Quotation", "[SPAM] Re: Quotation", "Quotation (fwd)",
    ],
)  # fmt: skip
def test_prefixes_of_replies_and_forwards_do_not_count(subject):
    assert normalised_subject(subject) == "quotation"


@pytest.mark.parametrize(
    "subject", ["Reply needed", "Order: 50 pcs", "Price list 2026: final", "12:30 meeting"]
)
def test_a_word_before_a_colon_is_no_prefix(subject):
    assert normalised_subject(subject) == subject.casefold()


def test_a_reference_wins_over_the_subject():
    threads = [thread("same subject"), thread("referred", ids=("<9@e>",), subject="Something else")]
    assert choose_thread(mail(in_reply_to=("<9@e>",)), threads) == Choice("referred", Why.REFERENCE)


def test_the_nearest_reference_decides():
    threads = [thread("old", ids=("<1@e>",)), thread("new", ids=("<2@e>",))]
    letter = mail(references=("<1@e>", "<2@e>", "<lost@e>"))
    assert choose_thread(letter, threads).key == "new"


def test_a_bounce_goes_to_the_thread_of_what_it_returns():
    letter = mail(
        "Undelivered Mail", from_=("mailer-daemon@mx.example",), returned={"message-id": ("<1@e>",)}
    )
    assert choose_thread(letter, [thread()]) == Choice("a", Why.RETURNED)


def test_a_reply_without_references_finds_its_thread_by_subject_people_and_days():
    assert choose_thread(mail(), [thread()]) == Choice("a", Why.SUBJECT)


@pytest.mark.parametrize(
    ("letter", "other"),
    [
        (mail("Re: Quotation for valves"), thread()),
        (mail(), thread(who="somebody@else.example")),
        (mail(), thread(days=31)),
        (mail("Quotation"), thread(subject="Quotation")),
        (mail("Fwd: Quotation for pumps"), thread()),
        (mail("Quotation for pumps", references=("<x@unknown>",)), thread()),
    ],
    ids=["other subject", "other people", "too long ago", "too common", "forward", "another conversation"],
)
def test_what_only_resembles_a_thread_begins_a_new_one(letter, other):
    assert choose_thread(letter, [other]) == Choice(None, Why.NEW)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"list-unsubscribe": ("<mailto:u@news.example>",)}, Kind.BULK),
        ({"precedence": ("bulk",)}, Kind.BULK),
        ({"auto-submitted": ("auto-generated",)}, Kind.BULK),
        ({}, Kind.REPLY),
    ],
)
def test_what_is_sent_to_many_is_bulk(headers, kind):
    assert judge(mail("News", headers=headers)).kind is kind


def test_our_own_mail_and_an_invitation_are_told_apart():
    assert judge(mail(from_=(OURS,))).kind is Kind.OWN
    assert judge(mail(calendar_methods=("REQUEST",))).kind is Kind.CALENDAR
    assert judge(LetterFacts()).kind is Kind.UNKNOWN
