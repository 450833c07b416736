"""Terms of payment: what sentences mean, how parts make a price, on which day they are due."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.payment_terms import (
    USUAL_TERMS,
    Milestones,
    Part,
    PlanFault,
    Standing,
    Trigger,
    amounts_of,
    due_on,
    fault_of,
    parse,
    re_spread,
)

D = Decimal
UNDERSTOOD = [
    ("30% T/T deposit, 70% against copy of B/L", "DEPOSIT 30 ON_ORDER 0; BALANCE 70 AGAINST_BL_COPY 0"),
    ("30% deposit and balance before shipment", "DEPOSIT 30 ON_ORDER 0; BALANCE 70 BEFORE_SHIPMENT 0"),
    ("T/T in advance", "BALANCE 100 ON_ORDER 0"),
    ("L/C at sight", "BALANCE 100 LC 0"),
    ("L/C 90 days", "BALANCE 100 LC 90"),
    ("O/A 60 days after B/L", "BALANCE 100 AFTER_BL 60"),
    ("OA 45 days", "BALANCE 100 AFTER_BL 45"),
    ("D/P at sight", "BALANCE 100 AGAINST_BL_COPY 0"),
    ("D/A 60 days after B/L", "BALANCE 100 AFTER_BL 60"),
    ("Net 30", "BALANCE 100 AFTER_INVOICE 30"),
    ("月结30天", "BALANCE 100 AFTER_INVOICE 30"),
    ("30%定金，70%见提单复印件", "DEPOSIT 30 ON_ORDER 0; BALANCE 70 AGAINST_BL_COPY 0"),
    ("TT 30% 预付，余款发货前付清", "DEPOSIT 30 ON_ORDER 0; BALANCE 70 BEFORE_SHIPMENT 0"),
    ("30% T/T in advance, balance L/C at sight", "DEPOSIT 30 ON_ORDER 0; BALANCE 70 LC 0"),
    (
        "20% deposit, 30% before production, 50% 7 days before shipment",
        "DEPOSIT 20 ON_ORDER 0; DEPOSIT 30 BEFORE_PRODUCTION 0; BALANCE 50 BEFORE_SHIPMENT 7",
    ),
    (
        "70% within 7 days against scan of the bill of lading, 30% deposit",
        "BALANCE 70 AGAINST_BL_COPY 7; DEPOSIT 30 ON_ORDER 0",
    ),
]


@pytest.mark.parametrize(("text", "parts"), UNDERSTOOD)
def test_the_usual_sentences_become_parts(text: str, parts: str) -> None:
    told = "; ".join(f"{one.kind} {one.percent} {one.trigger} {one.days}" for one in parse(text))
    assert told == parts


@pytest.mark.parametrize(
    "text",
    ["", "as agreed", "T/T", "30% deposit", "balance", "30% deposit, 60% before shipment", "30/70",
     "110% in advance", "0% deposit, 100% before shipment", "30% deposit, 70% balance"],
)  # fmt: skip
def test_what_is_not_plain_is_not_guessed(text: str) -> None:
    assert parse(text) == ()


def test_every_offered_sentence_is_understood() -> None:
    for text in USUAL_TERMS:
        assert sum((part.percent or D(0) for part in parse(text)), D(0)) == 100, text


@pytest.mark.parametrize(
    ("text", "holds"),
    [("30% T/T deposit, 70% before shipment", True), ("L/C at sight", False),
     ("O/A 30 days after B/L", False), ("D/P at sight", True), ("D/P 30 days after B/L", True),
     ("D/A 30 days after B/L", False)],
)  # fmt: skip
def test_only_what_is_paid_for_the_papers_holds_the_goods(text: str, holds: bool) -> None:
    assert {part.holds_release for part in parse(text)} == {holds}


KNOWN = Milestones(
    ordered_on=date(2026, 1, 5),
    production_on=date(2026, 1, 20),
    shipment_on=date(2026, 3, 1),
    bl_on=date(2026, 3, 3),
    invoiced_on=date(2026, 3, 4),
    presented_on=date(2026, 3, 10),
)


@pytest.mark.parametrize(
    ("trigger", "days", "due"),
    [
        (Trigger.ON_ORDER, 5, date(2026, 1, 10)),
        (Trigger.BEFORE_PRODUCTION, 2, date(2026, 1, 18)),
        (Trigger.BEFORE_SHIPMENT, 7, date(2026, 2, 22)),
        (Trigger.AGAINST_BL_COPY, 0, date(2026, 3, 3)),
        (Trigger.AFTER_BL, 60, date(2026, 5, 2)),
        (Trigger.AFTER_INVOICE, 30, date(2026, 4, 3)),
        (Trigger.LC, 90, date(2026, 6, 8)),
    ],
)
def test_a_part_is_due_by_its_trigger_and_not_before_that_is_known(
    trigger: Trigger, days: int, due: date
) -> None:
    part = Part(trigger=trigger, percent=D(100), days=days)
    assert due_on(part, KNOWN) == due
    assert due_on(part, Milestones()) is None


def test_a_day_once_agreed_needs_nothing_else() -> None:
    part = Part(trigger=Trigger.ON_DATE, percent=D(100), days=9, on_date=date(2026, 5, 1))
    assert due_on(part, Milestones()) == date(2026, 5, 1)


def _part(percent: str | None = None, amount: str | None = None, **more: object) -> Part:
    return Part(
        trigger=Trigger.ON_ORDER,
        percent=percent and D(percent),
        amount=amount and D(amount),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([], PlanFault.EMPTY),
        ([_part("30"), _part("70")], None),
        ([_part("30"), _part("60")], PlanFault.PERCENTS),
        ([_part(amount="400"), _part(amount="600")], None),
        ([_part(amount="400"), _part(amount="500")], PlanFault.AMOUNTS),
        ([_part(amount="700"), _part("30")], None),
        ([_part(amount="1000"), _part("0")], PlanFault.NOT_POSITIVE),
        ([_part("110"), _part("-10")], PlanFault.NOT_POSITIVE),
        ([Part(trigger=Trigger.ON_DATE, percent=D(100))], PlanFault.NO_DATE),
    ],
)
def test_a_plan_makes_the_price_or_says_why_not(parts: list[Part], fault: PlanFault | None) -> None:
    assert fault_of(parts, D(1000), "USD") == fault


def test_the_last_part_takes_what_rounding_leaves() -> None:
    thirds = [_part("33.3333"), _part("33.3333"), _part("33.3334")]
    assert amounts_of(thirds, D("100.00"), "USD") == [D("33.33"), D("33.33"), D("33.34")]
    assert amounts_of([_part("30"), _part("70")], D(1001), "JPY") == [D(300), D(701)]


RE_SPREAD = [
    # (weight, amount, paid) …, new price, amounts then
    ([(30, 300, 0), (70, 700, 0)], 2000, [600, 1400]),
    ([(30, 300, 300), (70, 700, 0)], 2000, [300, 1700]),
    ([(30, 300, 300), (70, 700, 0)], 800, [300, 500]),
    ([(30, 300, 250), (70, 700, 0)], 500, [250, 250]),
    ([(30, 300, 300), (70, 700, 0)], 200, [300, 0]),
    ([(30, 300, 300), (70, 700, 700)], 1200, [300, 700]),
]


@pytest.mark.parametrize(("parts", "total", "amounts"), RE_SPREAD)
def test_a_new_price_moves_only_what_is_open(
    parts: list[tuple[int, int, int]], total: int, amounts: list[int]
) -> None:
    standing = [Standing(D(weight), D(amount), D(paid)) for weight, amount, paid in parts]
    assert re_spread(standing, D(total), "USD") == [D(one) for one in amounts]


cents = st.integers(0, 10**8).map(lambda number: D(number) / 100)
standings = st.lists(st.builds(Standing, st.integers(1, 100).map(D), cents, cents), min_size=1, max_size=5)


@given(standings, cents)
def test_no_part_is_ever_less_than_what_was_paid_of_it_and_nothing_is_lost(
    parts: list[Standing], total: Decimal
) -> None:
    amounts = re_spread(parts, total, "USD")
    for part, amount in zip(parts, amounts, strict=True):
        assert amount == part.amount if part.is_settled else amount >= part.paid
    if any(amount > part.paid for part, amount in zip(parts, amounts, strict=True)):
        assert sum(amounts) == total
    elif not all(part.is_settled for part in parts):
        assert sum(amounts) >= total


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), cents)
def test_percentages_of_a_hundred_make_the_price_to_the_cent(given_: list[int], total: Decimal) -> None:
    whole = sum(given_)
    percents = [(D(one) * 100 / whole).quantize(D("0.0001")) for one in given_]
    percents[-1] += 100 - sum(percents)
    parts = [Part(trigger=Trigger.ON_ORDER, percent=percent) for percent in percents]
    assert sum(amounts_of(parts, total, "EUR")) == total


@given(st.text(max_size=60))
def test_any_text_is_understood_as_a_whole_or_not_at_all(text: str) -> None:
    parts = parse(text)
    assert parts == () or sum((part.percent or D(0) for part in parts), D(0)) == 100
