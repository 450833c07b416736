"""Holding, releasing, the clock and the place of an instance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from genjin.instance import actions, place, queries, start
from genjin.instance.models import ErrorReport, Instance
from genjin.journal.models import Entry
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def make(kind: str) -> None:
    Instance.objects.update(kind=kind)


def test_a_held_instance_keeps_its_first_reason_until_it_is_released(people: Cast, moment: datetime) -> None:
    actions.hold(reason="RESTORED", at=moment)
    actions.hold(reason="BY_HAND", by=people.admin, at=moment + timedelta(hours=1))
    assert (queries.current().held_reason, queries.current().held_since) == ("RESTORED", moment)
    actions.release(by=people.admin, at=moment)
    assert not queries.current().is_held
    actions.release(by=people.admin, at=moment)
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == ["hold", "release"]


def test_the_first_start_learns_the_place_and_another_place_holds_the_instance(moment: datetime) -> None:
    assert not actions.settle_place(place="here", at=moment).is_held
    assert not actions.settle_place(place="here", at=moment).is_held
    assert actions.settle_place(place="elsewhere", at=moment).held_reason == "COPIED"
    actions.release(by=None, at=moment)
    assert not actions.settle_place(place="elsewhere", at=moment).is_held


def test_a_copied_or_moved_file_has_another_fingerprint_and_a_rewritten_one_the_same(tmp_path: Path) -> None:
    original, copy = tmp_path / "a", tmp_path / "b"
    original.write_bytes(b"1")
    home = place.of_file(original, home=original)
    original.write_bytes(b"22")
    assert place.of_file(original, home=original) == home
    copy.write_bytes(b"1")
    assert place.of_file(copy, home=copy) != home
    assert place.of_file(copy, home=original) != home
    original.rename(tmp_path / "c")
    assert place.of_file(tmp_path / "c", home=tmp_path / "c") != home
    assert place.of_file(tmp_path / "c", home=original) == home


def test_the_database_of_the_tests_has_a_stable_fingerprint() -> None:
    assert place.fingerprint() == place.fingerprint() != ""


def test_only_an_empty_instance_becomes_a_demo(people: Cast, moment: datetime) -> None:
    make("PRODUCTION")
    with pytest.raises(actions.Refused, match="empty"):
        actions.mark_kind(kind="DEMO", at=moment)


def test_an_empty_instance_becomes_a_demo(moment: datetime) -> None:
    assert actions.mark_kind(kind="DEMO", at=moment).may_time_travel


def test_business_time_moves_forward_only_and_never_in_production(moment: datetime) -> None:
    make("DEMO")
    before = queries.business_now()
    actions.move_clock(by=None, at=moment, forward=timedelta(days=1))
    assert queries.business_now() - before >= timedelta(days=1)
    with pytest.raises(actions.Refused, match="forward"):
        actions.move_clock(by=None, at=moment, forward=timedelta(seconds=-1))
    make("PRODUCTION")
    with pytest.raises(actions.Refused, match="demo and test"):
        actions.move_clock(by=None, at=moment, forward=timedelta(days=1))
    assert abs(queries.business_now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_genjin_now_sets_the_clock_once_and_it_runs_on_over_restarts() -> None:
    make("TEST")
    real = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    instance = start.start_clock("2026-11-24T09:00+08:00", at=real)
    assert instance.clock_offset == datetime(2026, 11, 24, 1, 0, tzinfo=UTC) - real
    later = start.start_clock("2026-11-24T09:00+08:00", at=real + timedelta(hours=5))
    assert later.clock_offset == instance.clock_offset
    other = start.start_clock("2027-01-01", at=real)
    assert real + other.clock_offset == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00", "2026-11-24T25:00", "x" * 1000])
def test_a_genjin_now_that_is_no_moment_is_refused(text: str) -> None:
    make("TEST")
    with pytest.raises(CommandError, match="GENJIN_NOW must be"):
        start.start_clock(text, at=datetime.now(UTC))


def test_genjin_now_is_refused_in_production() -> None:
    with pytest.raises(CommandError, match="neither a demo nor a test"):
        start.start_clock("2026-11-24T09:00+08:00", at=datetime.now(UTC))
    assert start.start_clock("", at=datetime.now(UTC)).clock_start == ""


MOUNTS = """\
/dev/vda / ext4 rw 0 0
nas:/export /srv/nas nfs4 rw 0 0
/dev/vdb /srv/nas/local xfs rw 0 0
me@host: /home/me/far\\040away fuse.sshfs rw 0 0
//nas/c /mnt/c 9p rw 0 0
portal /run/portal fuse.portal rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/genjin", ""),
        ("/srv/nas/data", "nfs4"),
        ("/srv/nas/local/data", ""),
        ("/srv/nasty", ""),
        ("/home/me/far away/data", "fuse.sshfs"),
        ("/mnt/c/genjin", "9p"),
        ("/run/portal/x", ""),
    ],
)
def test_network_file_systems_are_recognised(tmp_path: Path, folder: str, kind: str) -> None:
    table = tmp_path / "mounts"
    table.write_text(MOUNTS)
    mount = place.mount_of(Path(folder), table)
    assert mount is not None
    assert (mount.kind if mount.is_network else "") == kind


def test_starting_on_a_network_folder_is_refused_for_sqlite_only(monkeypatch: Any) -> None:
    from django.db import connection

    monkeypatch.setattr(place, "is_on_network", lambda folder: "nfs4")
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="network file system"):
            start.refuse_network_folder()
    else:
        start.refuse_network_folder()


def test_errors_are_forgotten_after_90_days(moment: datetime) -> None:
    for days in (0, 89, 91, 400):
        ErrorReport.objects.create(at=moment - timedelta(days=days), process="web", place="x", kind="y")
    assert actions.forget_errors(at=moment) == 2
