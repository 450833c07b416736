"""What people type into the search of mail."""

from __future__ import annotations

from datetime import date

import pytest

from genjin.mail.asking import Asked, days_of, parse

pytestmark = pytest.mark.no_engine
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Asked()),
        ("ball valves 球阀", Asked(words="ball valves 球阀")),
        ("from:jens to:lin@x.example", Asked(fields=(("from", "jens"), ("to", "lin@x.example")))),
        ("发件人：王总 报价", Asked(words="报价", fields=(("from", "王总"),))),
        ('subject:"revised PI"', Asked(fields=(("subject", "revised PI"),))),
        ('"ball valve" has:attachment', Asked(phrases=("ball valve",), with_attachment=True)),
        ("有:附件 是：未读", Asked(with_attachment=True, states=frozenset({"unread"}))),
        ("in:Sent customer:Nordkai", Asked(folders=("Sent",), customers=("Nordkai",))),
        ("after:2026-11-01 before:2026-11-10", Asked(since=date(2026, 11, 1), before=date(2026, 11, 10))),
        ("on:2026年11月", Asked(since=date(2026, 11, 1), before=date(2026, 12, 1))),
        ("PO:4711 re:", Asked(words="PO:4711 re:")),
        ("https://x.example/a", Asked(words="https://x.example/a")),
        ("is:blue has:cake", Asked(not_understood=("is:blue", "has:cake"))),
        ("before:someday", Asked(not_understood=("before:someday",))),
        ('"open quote', Asked(phrases=("open quote",))),
        ("from:", Asked(words="from:")),
    ],
)
def test_operators_are_told_from_words(text, wanted):
    assert parse(text, TODAY) == wanted


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-03", (2026, 11, 3), (2026, 11, 3)),
        ("2026/1/3", (2026, 1, 3), (2026, 1, 3)),
        ("3.1.2026", (2026, 1, 3), (2026, 1, 3)),
        ("2026-02", (2026, 2, 1), (2026, 2, 28)),
        ("2025", (2025, 1, 1), (2025, 12, 31)),
        ("12-31", (2025, 12, 31), (2025, 12, 31)),
        ("11月3日", (2026, 11, 3), (2026, 11, 3)),
        ("7d", (2026, 11, 17), (2026, 11, 17)),
        ("2周", (2026, 11, 10), (2026, 11, 10)),
        ("昨天", (2026, 11, 23), (2026, 11, 23)),
    ],
)
def test_a_day_may_be_written_in_many_ways(text, first, last):
    assert days_of(text, TODAY) == (date(*first), date(*last))


@pytest.mark.parametrize("text", ["2026-13", "31.2.2026", "0000", "9999y", "x", "", "2026-11-24-1"])
def test_what_is_no_day_means_none(text):
    assert days_of(text, TODAY) is None
