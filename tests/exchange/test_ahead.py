"""Rows read ahead by another process: the same verdicts with and without it, whatever becomes of it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genjin.customers.models import Contact, ContactPoint, Customer, DuplicateKey
from genjin.exchange import import_actions, run_actions
from genjin.exchange.importing import ahead
from genjin.exchange.models import Import
from genjin.instance import beside
from genjin.rules.remembering import MOST, Remembered

HEAD = "Company,Country,Website,City,Industry,Contact,Email,Mobile,Remarks\n"
WORDS = "Marmara Nordhafen Delta 上海机械 Şişecam Мир".split()


def listing(rows: int, seed: int = 5) -> str:
    """Companies met again under other spellings, values that nobody knows, wrong mail addresses."""
    chance, lines = random.Random(seed), []
    for number in range(rows):
        firm = chance.randrange(rows // 2)
        name = f"{WORDS[firm % 6]} {firm} {chance.choice(('GmbH', 'gmbh', 'Ltd', ''))}"
        country = chance.choice(("Germany", "德国", "Nowhere", ""))
        site = chance.choice((f"www.firm{firm}.example", ""))
        mail = chance.choice(
            (f"p{number}@firm{firm}.example", f"p{firm}@firm{firm}.example", "no address", "")
        )
        trade = chance.choice(("Tools", "Toys", "Tea", ""))
        lines.append(f"{name},{country},{site},Köln,{trade},Ann {number},{mail},+49 151 {10**7 + number},\n")
    return HEAD + "".join(lines)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Lists of any length are read ahead in small parts; those that came."""
    came: list[Any] = []
    receive = ahead._received

    def noting(pipe: Any) -> Any:
        part = receive(pipe)
        came.append(part)
        return part

    monkeypatch.setattr(ahead, "WORTH", 0)
    monkeypatch.setattr(ahead, "has_two_processors", lambda: True)
    monkeypatch.setattr(ahead, "_received", noting)
    return came


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started."""
    started: list[subprocess.Popen[bytes]] = []
    start = ahead._started

    def noting(file: Any) -> Any:
        started.append(start(file))
        return started[-1]

    monkeypatch.setattr(ahead, "_started", noting)
    return started


def outcome(job: Import) -> dict[str, Any]:
    """All that an import says and stores, but for ids."""
    job.refresh_from_db()
    people = Contact.objects.order_by("name", "customer__name")
    return {
        "state": (job.state, job.counts, job.unknown, job.done),
        "rows": list(job.rows.order_by("number").values_list("number", "verdict", "title", "reasons")),
        "customers": list(
            Customer.objects.order_by("name", "exact_key").values_list(
                "name", "short_name", "country_id", "exact_key", "name_key", "domain", "city"
            )
        ),
        "keys": list(
            DuplicateKey.objects.order_by("customer__name", "customer__exact_key", "key").values_list(
                "customer__name", "key"
            )
        ),
        "people": list(people.values_list("name", "customer__name")),
        "points": list(ContactPoint.objects.order_by("kind", "normalised").values_list("kind", "normalised")),
    }


def forget_all() -> None:
    """As if nothing had been imported, and nothing worked out."""
    Customer.objects.all().delete()
    for remembered in ahead.SHARED:
        remembered.take()


@pytest.fixture
def compared(
    bring: Callable[..., Import], work: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """`compared(text)` imports a list with the other process and without, and finds the same."""

    def compared_(text: str) -> None:
        forget_all()
        found = outcome(work(bring(text), "import"))
        forget_all()
        with monkeypatch.context() as patch:
            patch.setattr(ahead, "has_two_processors", lambda: False)
            assert outcome(work(bring(text), "import")) == found

    return compared_


@pytest.mark.django_db
def test_the_verdicts_are_the_same_with_and_without_the_other_process(
    parts: list[Any], compared: Callable[[str], None]
) -> None:
    compared(listing(450))
    assert len([part for part in parts if part]) == 6, "three parts for the check, three for the import"
    assert all(part is None or any(part.answers) for part in parts)


@pytest.mark.django_db
def test_what_the_other_process_leaves_is_read_here(
    parts: list[Any],
    processes: list[subprocess.Popen[bytes]],
    compared: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive = ahead._received

    def dying(pipe: Any) -> Any:
        part = receive(pipe)
        processes[-1].kill()
        return part

    monkeypatch.setattr(ahead, "_received", dying)
    monkeypatch.setattr(beside, "AHEAD", 4096)  # or all of it may wait in the pipe before the blow falls
    compared(listing(700))
    assert len(processes) == 2
    assert None not in parts


@pytest.mark.django_db
def test_without_another_process_the_rows_are_read_here(
    parts: list[Any], compared: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    compared(listing(60))
    assert parts == []


@pytest.mark.django_db
def test_a_process_that_sends_nothing_is_not_waited_for(
    parts: list[Any],
    processes: list[subprocess.Popen[bytes]],
    compared: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "_START", "import time; time.sleep(60)")
    monkeypatch.setattr(ahead, "PATIENCE", 0.05)
    compared(listing(60))
    assert parts == []
    assert [process.returncode for process in processes] == [-9, -9]


@pytest.mark.django_db
def test_short_lists_and_single_processors_start_nothing(
    bring: Callable[..., Import],
    work: Callable[..., Import],
    processes: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "has_two_processors", lambda: True)
    work(bring(listing(20)), "import")
    monkeypatch.setattr(ahead, "has_two_processors", lambda: False)
    monkeypatch.setattr(ahead, "WORTH", 0)
    work(bring(listing(20, seed=6)), "import")
    assert processes == []


@pytest.mark.django_db
def test_an_import_that_is_stopped_leaves_no_process_and_goes_on(
    parts: list[Any],
    processes: list[subprocess.Popen[bytes]],
    bring: Callable[..., Import],
    work: Callable[..., Import],
    moment: Any,
) -> None:
    job = work(bring(listing(450)), "check")
    checked = job.counts
    import_actions.start(job=job, by=job.by, at=moment)
    asked = iter([False, True])
    with pytest.raises(run_actions.Interrupted):
        run_actions.carry_on(job.pk, at=moment, stopping=lambda: next(asked))
    assert processes[-1].returncode is not None
    job.refresh_from_db()
    assert 0 < job.done < 450
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    assert (job.state, job.done, job.counts) == (Import.State.DONE, 450, checked)


@pytest.mark.django_db
def test_the_other_process_ends_when_nobody_reads_what_it_sends(
    parts: list[Any], processes: list[subprocess.Popen[bytes]], bring: Callable[..., Import], moment: Any
) -> None:
    job = bring(listing(800))
    import_actions.start_check(job=job, by=job.by, at=moment)
    ended: list[int] = []
    receive = ahead._received

    def leaving(pipe: Any) -> Any:
        part = receive(pipe)
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), pipe.fileno())
        ended.append(processes[-1].wait(timeout=30))
        return part

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "_received", leaving)
        run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    assert len(ended) == 1
    assert ended[0] != 0
    assert job.done == 800


def test_what_was_worked_out_elsewhere_is_not_worked_out_again() -> None:
    asked: list[str] = []
    remembered = Remembered(lambda text: asked.append(text))
    remembered.learn({("a",): None})
    assert (remembered("a"), asked) == (None, [])
    remembered("b")
    remembered("b")
    assert asked == ["b"]
    assert remembered.take() == {("a",): None, ("b",): None}
    remembered("b")
    assert asked == ["b", "b"]


def test_only_the_latest_answers_are_remembered() -> None:
    asked: list[int] = []
    remembered = Remembered(lambda number: asked.append(number))
    for number in range(3 * MOST):
        remembered(number)
    remembered(3 * MOST - 1)
    assert len(asked) == 3 * MOST
    remembered(0)
    assert asked[-1] == 0
