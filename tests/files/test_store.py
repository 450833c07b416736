"""Contents: kept once, never half, found again after a crash."""

from __future__ import annotations

import io
import stat
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction

from genjin.files import actions, kinds, store
from genjin.files.models import StoredFile
from genjin.people.models import Organisation


def contents(folder):
    return sorted(path.name for path in folder.glob("??/??/*"))


def test_bytes_come_back_and_only_their_owner_may_read_them_on_disk(put, folder):
    row = put(b"quotation")
    path = folder / row.sha256[:2] / row.sha256[2:4] / row.sha256
    assert path.read_bytes() == b"quotation"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not list((folder / "incoming").iterdir())


def test_the_same_content_twice_is_kept_once(put, folder):
    assert put(b"same").pk == put(b"same").pk
    assert len(contents(folder)) == 1


def test_a_stream_over_the_limit_is_refused_and_leaves_nothing(put, folder):
    with pytest.raises(actions.Refused, match="larger than 1 MB"):
        put(b"x" * 1_100_000, limit=1024 * 1024)
    assert not contents(folder) and not list((folder / "incoming").iterdir())
    assert not StoredFile.objects.exists()


def test_exactly_the_limit_is_accepted(put):
    assert put(b"12345", limit=5).size == 5


def test_an_empty_file_is_refused(put, folder):
    with pytest.raises(actions.Refused, match="empty"):
        put(b"")
    assert not list((folder / "incoming").iterdir())


def test_a_stream_that_breaks_leaves_nothing(people, moment, folder):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise ConnectionResetError
            return super().read(4)

    with pytest.raises(ConnectionResetError):
        actions.put(at=moment, stream=Broken(b"half of it"))
    assert not list((folder / "incoming").iterdir())


def test_a_crash_between_file_and_row_leaves_bytes_that_the_sweep_removes(put, folder, moment, monkeypatch):
    keep = store.FolderStore.keep

    def crash(self, received):
        keep(self, received)
        raise SystemExit

    monkeypatch.setattr(store.FolderStore, "keep", crash)
    with pytest.raises(SystemExit):
        put(b"crashed")
    monkeypatch.undo()
    assert len(contents(folder)) == 1 and not StoredFile.objects.exists()
    real = moment + timedelta(days=3650)
    assert actions.sweep(at=moment, real=real) == 1
    assert not contents(folder)


def test_what_a_crash_left_half_received_is_forgotten_after_a_week(put, folder, moment):
    put(b"one")
    (folder / "incoming" / "half").write_bytes(b"ha")
    actions.sweep(at=moment, real=moment)
    assert (folder / "incoming" / "half").exists()
    actions.sweep(at=moment, real=moment + timedelta(days=3650))
    assert not (folder / "incoming" / "half").exists()


def test_a_sweep_removes_what_nothing_refers_to_for_a_week_only(put, folder, moment, people):
    used, logo, unused = put(b"used"), put(b"logo"), put(b"unused")
    actions.attach(
        by=people.lin, at=moment, kind="customers.customer", object_id=1, customer_id=1,
        files=[(used, "used.txt")],
    )  # fmt: skip
    Organisation.objects.update(logo=logo)
    assert actions.sweep(at=moment + timedelta(days=6), real=moment) == 0
    assert actions.sweep(at=moment + timedelta(days=8), real=moment) == 1
    assert contents(folder) == sorted([used.sha256, logo.sha256])
    assert not StoredFile.objects.filter(pk=unused.pk).exists()


def test_putting_a_content_again_saves_it_from_the_sweep(put, folder, moment, people):
    put(b"again")
    actions.put(at=moment + timedelta(days=7), stream=io.BytesIO(b"again"))
    assert actions.sweep(at=moment + timedelta(days=8), real=moment) == 0


def test_bytes_lost_from_the_disk_come_back_when_they_are_put_again(put, folder):
    row = put(b"lost")
    store.current().remove(row.sha256)
    put(b"lost")
    assert store.FolderStore(folder).path(row.sha256).is_file()


def test_a_rolled_back_put_leaves_no_row(put):
    with pytest.raises(RuntimeError), transaction.atomic():
        put(b"rolled back")
        raise RuntimeError
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "AB" * 32, "0" * 63, ""])
def test_only_a_digest_names_a_content(name, folder):
    with pytest.raises(ValueError):
        store.FolderStore(folder).path(name)


def archive(*names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", "image/svg+xml"),
        (b"<?xml version='1.0'?><!-- x --><svg>", "image/svg+xml"),
        (b"  \n<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        (b"\xef\xbb\xbf<html>", "text/html"),
        (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        ("报价单".encode("gb18030"), "text/plain"),
        ("报价单 €".encode(), "text/plain"),
        (("价" * 2000).encode()[:4096], "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"a,b\n1,2\n", "text/plain"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), kinds.OFFICE["xl/"]),
        (archive("[Content_Types].xml", "word/document.xml"), kinds.OFFICE["word/"]),
        (archive("drawing.dwg"), "application/zip"),
        (b"PK\x03\x04 broken", "application/zip"),
    ],
)
def test_the_type_is_what_the_bytes_are_whatever_is_claimed(put, data, found):
    assert put(data).media_type == found
