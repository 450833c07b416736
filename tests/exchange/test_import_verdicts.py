"""A dry run gives the verdicts of the real one, wherever slices end; what breaks in between is told."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from genjin.customers.actions import RowsRefused, create_contact, create_customer, imports
from genjin.customers.duplicate_facts import exact_key_of
from genjin.customers.models import Contact, Customer
from genjin.exchange import import_actions, run_actions
from genjin.exchange.importing.slices import Slice
from genjin.exchange.models import Import
from genjin.instance.models import ErrorReport

pytestmark = pytest.mark.django_db
HEADS = (
    "公司名称", "国家", "简称", "网址", "联系人", "邮箱", "手机", "职位", "跟进等级", "成立年份", "标签",
    "重点客户", "城市", "客户编号", "次回跟进", "下次跟进日期",
)  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "公司名称": (
        "Acme Ltd", "ACME", "Beta GmbH", "Gamma S.A.", "Delta", "Known One", "Known Two", "Hers", "", "甲",
    ),
    "国家": ("", "德国", "Germany", "USA", "Atlantis", "土耳其"),
    "简称": ("", "", "", "Acme", "beta", "K1", "x" * 50),
    "网址": (
        "", "", "acme.example", "www.beta.example", "known.example", "hers.example", "https://acme.example/x",
    ),
    "联系人": ("", "Ann", "ann", "Bo", "王五", "y" * 130),
    "邮箱": ("", "ann@acme.example", "bo@beta.example", "k@known.example", "no mail", "a@b", "h@hers.test"),
    "手机": ("", "+49 151 1234567", "0151 1234567", "12", "+90 532 111 22 33"),
    "职位": ("", "Buyer", "采购", "z" * 130),
    "跟进等级": ("", "高", "中", "A", "低"),
    "成立年份": ("", "1999", "99999999999", "-5", "soon"),
    "标签": ("", "fair, vip", "VIP", "t" * 41, "new"),
    "重点客户": ("", "是", "已确认", "否"),
    "城市": ("", "Bonn", "Izmir", "c" * 90),
    "客户编号": ("", "", "", "C00001", "C99999", "A-17"),
    "次回跟进": ("", "", "Send samples", "Call", "n" * 210),
    "下次跟进日期": ("", "2026-12-24", "2026-12-24", "2020-01-01", "never", "2099-01-01"),
}  # fmt: skip


def messy(chance: random.Random, rows: int) -> str:
    """A list with everything that goes wrong in one, often about the same companies."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(HEADS)
    for _row in range(rows):
        # Mostly sound values, else nothing but errors would come of it.
        cells = [chance.choice(CHOICES[head][: chance.choice((3, 5, 99))]) for head in HEADS]
        sheet.writerow(cells)
    return text.getvalue()


def told(job: Import) -> list[tuple[int, str, list[str]]]:
    return list(job.rows.order_by("number").values_list("number", "verdict", "reasons"))


def known_before(people: Any, moment: Any) -> None:
    one = create_customer(
        row={"name": "Known One", "country_id": "DE", "short_name": "K1"}, by=people.lin, at=moment
    )
    points = [{"kind": "EMAIL", "value": "k@known.example"}]
    create_contact(row={"customer_id": one.pk, "name": "Ann", "points": points}, by=people.lin, at=moment)
    create_customer(row={"name": "Known Two", "website": "known.example"}, by=people.lin, at=moment)
    create_customer(row={"name": "Hers", "website": "hers.example"}, by=people.hu, at=moment)


def in_slices(monkeypatch: Any, size: int) -> None:
    """Slices of that many rows, whatever the clock says."""

    def small(pace: Any, run: Any) -> None:
        pace.is_fixed, pace.size = True, size

    monkeypatch.setattr(run_actions.Pace, "__init__", small)
    monkeypatch.setattr(run_actions.Pace, "took", lambda pace, rows, seconds: None)


def soon() -> Callable[[], bool]:
    """A question that is answered with yes from the third time on."""
    asked = itertools.count(1)
    return lambda: next(asked) > 2


def columns_of(text: str) -> list[str]:
    import genjin.exchange.headers as headers

    heads = text.splitlines()[0].split(",")
    guessed = {guess.header: guess.chosen for guess in headers.guess(heads, "customers")}
    return [guessed[head] or "-" for head in heads]


@pytest.mark.parametrize("seed", range(8))
def test_a_dry_run_gives_the_verdicts_of_the_real_one(
    bring: Callable[..., Import], people: Any, moment: Any, monkeypatch: Any, seed: int
) -> None:
    chance = random.Random(seed)
    known_before(people, moment)
    text = messy(chance, 70)
    options = {
        "existing": ("fill", "overwrite", "skip")[seed % 3],
        "similar": ("leave", "new")[seed % 2],
        "owner": ("me", "pool")[seed // 2 % 2],
    }
    by = people.chen if seed % 4 == 3 else people.lin
    job = bring(text, by=by, columns=columns_of(text), **options)
    import_actions.start_check(job=job, by=by, at=moment)
    in_slices(monkeypatch, 50)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    checked = told(job)
    assert job.state == "CHECKED", job.error
    for size, killed in ((1000, False), (7, False), (1, False), (9, True)):
        in_slices(monkeypatch, size)
        with transaction.atomic():
            import_actions.start(job=job, by=by, at=moment)
            while job.state == "RUNNING":
                with contextlib.suppress(run_actions.Interrupted):
                    run_actions.carry_on(job.pk, at=moment, stopping=soon() if killed else lambda: False)
                job.refresh_from_db()
            assert job.state == "DONE", job.error
            assert told(job) == checked, f"slices of {size}"
            transaction.set_rollback(True)
        job.refresh_from_db()


@pytest.mark.parametrize("size", [1, 50])
def test_a_customer_that_rows_move_is_found_by_what_it_was_and_is(
    bring: Callable[..., Import], work: Callable[..., Import], people: Any, moment: Any, monkeypatch: Any,
    size: int,
) -> None:  # fmt: skip
    known_before(people, moment)
    text = (
        "Company,Country,Website\n"
        "Known Two,TR,moved.example\n"  # it leaves its site
        "Another word,TR,known.example\n"  # and is found there all the same, and renamed
        "Another word,TR,\n"
        "Known Two,TR,\n"
    )
    in_slices(monkeypatch, size)
    job = work(bring(text, existing="overwrite"), "check")
    checked = told(job)
    assert [verdict for _number, verdict, _reasons in checked] == ["UPDATE", "UPDATE", "SAME", "UPDATE"]
    assert told(work(job, "import")) == checked
    moved = Customer.objects.get(website="known.example")
    assert (moved.name, moved.country_id, moved.exact_key) == ("Known Two", "TR", exact_key_of(moved))
    assert Customer.objects.count() == 3


@pytest.mark.parametrize("size", [1, 50])
def test_a_row_whose_company_somebody_else_holds_is_a_duplicate_in_both_runs(
    bring: Callable[..., Import], work: Callable[..., Import], people: Any, moment: Any, monkeypatch: Any,
    size: int,
) -> None:  # fmt: skip
    create_customer(row={"name": "Hafen GmbH", "country_id": "DE"}, by=people.hu, at=moment)
    text = "Company,Country\nHAFEN gmbh,Germany\nNordlicht,Germany\nHafen GmbH,Germany\n"
    in_slices(monkeypatch, size)
    job = work(bring(text, similar="new"), "check")
    checked = told(job)
    assert [verdict for _number, verdict, _reasons in checked] == ["DUPLICATE", "NEW", "DUPLICATE"]
    assert told(work(job, "import")) == checked


@pytest.mark.parametrize("kind", ["contacts", "interactions"])
def test_a_dry_run_of_other_kinds_gives_the_verdicts_of_the_real_one(
    bring: Callable[..., Import], people: Any, moment: Any, monkeypatch: Any, kind: str
) -> None:
    known_before(people, moment)
    chance = random.Random(kind)
    if kind == "contacts":
        rows = ["公司名称,联系人,邮箱,手机,职位"]
        heads = rows[0].split(",")
        rows += [",".join(chance.choice(CHOICES[head]) for head in heads) for _row in range(60)]
    else:
        rows = ["公司名称,跟进日期,跟进方式,跟进内容,结果"]
        days = ("2026-03-01", "2026-03-01", "2030-01-01", "", "2026-02-30")
        for _row in range(60):
            cells = (
                chance.choice(("Known One", "Known Two", "Hers", "Nobody")), chance.choice(days),
                chance.choice(("电话", "邮件", "")), chance.choice(("报价", "样品", "", "长" * 6000)),
                chance.choice(("", "", "接通", "占线")),
            )  # fmt: skip
            rows.append(",".join(cells))
    job = bring("\n".join(rows) + "\n", kind=kind)
    import_actions.start_check(job=job, by=people.lin, at=moment)
    in_slices(monkeypatch, 50)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    checked = told(job)
    in_slices(monkeypatch, 7)
    import_actions.start(job=job, by=people.lin, at=moment)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    assert job.state == "DONE", job.error
    assert [row[:2] for row in told(job)] == [row[:2] for row in checked]
    assert len({verdict for _number, verdict, _why in checked}) > 2


def firms(count: int) -> str:
    return "Company,Contact\n" + "".join(f"Firm {n} Ltd,Ann {n}\n" for n in range(count))


def test_a_row_that_the_database_refuses_is_left_out_alone(
    bring: Callable[..., Import], work: Callable[..., Import], monkeypatch: Any
) -> None:
    store = imports.store_customers

    def refusing(*, drafts: Any, **rest: Any) -> Any:
        if any(draft.name == "Firm 60 Ltd" for draft in drafts):
            raise DataError("invalid value")
        return store(drafts=drafts, **rest)

    monkeypatch.setattr(imports, "store_customers", refusing)
    job = work(bring(firms(120)), "import")
    assert (job.state, job.counts) == ("DONE", {"NEW": 119, "ERROR": 1})
    row = job.rows.get(verdict="ERROR")
    assert row.title == "Firm 60 Ltd"
    assert str(ErrorReport.objects.latest("at").pk) in row.reasons[0]
    assert Customer.objects.count() == Contact.objects.count() == 119


def test_an_error_of_ours_ends_the_import_with_a_sentence_and_it_can_go_on(
    bring: Callable[..., Import], work: Callable[..., Import], monkeypatch: Any, people: Any, moment: Any
) -> None:
    store = imports.store_customers

    def broken(*, drafts: Any, **rest: Any) -> Any:
        if drafts[0].name == "Firm 100 Ltd":
            raise KeyError("surprise")
        return store(drafts=drafts, **rest)

    in_slices(monkeypatch, 100)
    monkeypatch.setattr(imports, "store_customers", broken)
    job = work(bring(firms(250)), "import")
    assert (job.state, job.done, Customer.objects.count()) == ("FAILED", 100, 100)
    assert str(ErrorReport.objects.get().pk) in job.error
    monkeypatch.setattr(imports, "store_customers", store)
    job = work(job, "import")
    assert (job.state, job.error, job.counts) == ("DONE", "", {"NEW": 250})
    work(job, "undo")
    assert not Customer.objects.alive().exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one writer at a time")
def test_rows_are_judged_again_when_somebody_wrote_meanwhile(
    bring: Callable[..., Import], work: Callable[..., Import], monkeypatch: Any, people: Any, moment: Any
) -> None:
    job = work(bring("Company\nAcme Ltd\n"), "check")
    stamps = iter((1, 2))

    def meanwhile() -> int:
        stamp = next(stamps)
        if stamp == 2:
            create_customer(row={"name": "Acme"}, by=people.hu, at=moment)
        return stamp

    import_actions.start(job=job, by=people.lin, at=moment)
    monkeypatch.setattr(run_actions, "_stamp", meanwhile)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    assert job.counts == {"DUPLICATE": 1}


def test_customer_numbers_follow_each_other_wherever_slices_end_and_though_one_is_refused(
    bring: Callable[..., Import], work: Callable[..., Import], monkeypatch: Any
) -> None:
    in_slices(monkeypatch, 4)
    write, tries = Slice.write, itertools.count(1)

    def refused_once(batch: Slice) -> None:
        if next(tries) == 2:
            raise RowsRefused({})
        write(batch)

    monkeypatch.setattr(Slice, "write", refused_once)
    names = "\n".join(
        f"Firm {n} {word},Bonn" for n, word in enumerate("alpha beta gamma delta omega".split() * 3)
    )
    work(bring(f"Company,City\n{names}\n"), "import")
    serials = list(Customer.objects.order_by("pk").values_list("serial", flat=True))
    assert serials == list(range(serials[0], serials[0] + 15))
    assert Customer.objects.count() == 15
