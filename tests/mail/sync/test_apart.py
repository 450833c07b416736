"""Messages taken apart by a second process: the same rows with and without it, whatever becomes of it."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest

from bench.mailbox import letters
from genjin.files import store
from genjin.instance import beside
from genjin.mail import raw, syncing
from genjin.mail.arrivals import Arrival
from genjin.mail.models import MailAccount, Message
from genjin.mail.store import apart
from genjin.mail.store.parsing import Parsed
from tests.mail.sync.conftest import DAY, letter

OWN = frozenset(("sales1@exporter.test",))
WITHIN = 30.0


@pytest.fixture(autouse=True)
def waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process takes part from the first slice on, whatever the machine is busy with."""
    monkeypatch.setattr(beside, "has_two_processors", lambda: True)
    monkeypatch.setattr(beside, "has_answered", lambda pipe: bool(select.select([pipe], [], [], WITHIN)[0]))


@pytest.fixture
def reader() -> Iterator[apart.Reader]:
    made = apart.Reader()
    yield made
    made.end()


def arrivals(count: int = 40) -> list[Arrival]:
    found = [
        Arrival(one.raw, uid, 1, frozenset(("seen",)), one.at) for uid, one in enumerate(letters(count), 1)
    ]
    return [*found, Arrival(b"\xff\xfe\x00broken", count + 1, 1), Arrival(b"", count + 2, 1)]


def told(items: list[Parsed]) -> list[dict[str, Any]]:
    """All that was found out, but for how the bytes are held."""
    plain = [replace(item, packed=replace(item.packed, content=None)) for item in items]
    return [{one.name: getattr(item, one.name) for one in fields(item)} for item in plain]


def test_the_other_process_finds_the_same_and_keeps_the_bytes(reader: apart.Reader, moment: datetime) -> None:
    items = arrivals()
    reader.begin()
    there, here = reader.take_apart(items, OWN, moment), apart.take_apart(items, OWN, moment)
    assert reader._is_ready and len(there.parsed) == 42
    assert told(there.parsed) == told(here.parsed) and not there.failed
    assert {one.packed.content for one in there.parsed} == {None}
    for one in here.parsed:
        with store.current().open(one.packed.sha256) as file:
            assert file.read() == one.packed.content


def test_what_a_process_that_ended_leaves_is_taken_apart_here(reader: apart.Reader, moment: datetime) -> None:
    reader.begin()
    first = reader.take_apart(arrivals(3), OWN, moment)
    assert first.parsed[0].packed.content is None and reader._process is not None
    reader._process.kill()
    second = reader.take_apart(arrivals(3), OWN, moment)
    assert told(second.parsed) == told(first.parsed) and second.parsed[0].packed.content
    assert reader._process is None, "it is asked no more"


def test_the_other_process_ends_with_the_one_that_asks(reader: apart.Reader, moment: datetime) -> None:
    reader.begin()
    reader.take_apart(arrivals(1), OWN, moment)
    assert reader._process is not None and reader._process.stdin is not None
    reader._process.stdin.close()
    assert reader._process.wait(WITHIN) == 0


def test_with_one_processor_everything_is_done_here(
    reader: apart.Reader, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "has_two_processors", lambda: False)
    reader.begin()
    assert reader._process is None and len(reader.take_apart(arrivals(2), OWN, moment).parsed) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("worth", [0, syncing.WORTH])
def test_a_mailbox_is_read_the_same_way_with_and_without_it(
    dovecot: Any,
    account: Callable[..., MailAccount],
    moment: datetime,
    monkeypatch: pytest.MonkeyPatch,
    worth: int,
) -> None:
    started = []
    start = beside.start
    monkeypatch.setattr(beside, "start", lambda program: started.append(start(program)) or started[-1])
    monkeypatch.setattr(syncing, "WORTH", worth)
    mine = account(dovecot)
    dovecot.deliver(mine.username, [(one.raw, one.at) for one in letters(30)] + [(letter(), DAY)])
    report = syncing.sync(mine.pk, clock=lambda: moment)
    assert (report.stored, report.failed, len(started)) == (31, [], 0 if worth else 1)
    assert all(process.returncode is not None for process in started)
    kept = [len(raw.load(row.raw)) == row.size for row in Message.objects.select_related("raw")]
    assert kept == [True] * 31
