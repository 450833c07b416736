"""Files in an S3-compatible store: the same promises as in the folder, and the way from one to the other."""

from __future__ import annotations

import argparse
import hashlib
import io
import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.urls import reverse
from django.utils import timezone

from genjin.files import actions, bucket, jobs, moving, probes, store
from genjin.files.models import StoredFile
from genjin.instance import backup, conditions
from genjin.instance.models import Instance
from genjin.mail import raw
from genjin.people.models import Organisation
from tests.files.s3 import serving

PLACE = "s3://firm/crm"
SECRET = "a-secret-of-the-bucket"


@pytest.fixture
def shelf(settings, monkeypatch):
    monkeypatch.setattr(bucket, "ATTEMPTS", 2)
    with serving() as shelf:
        settings.FILES = PLACE
        settings.S3 = {
            "endpoint": shelf.url, "region": "eu", "key": "the-key", "secret": SECRET, "path_style": "1"
        }  # fmt: skip
        yield shelf


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def key(data: bytes) -> str:
    name = digest(data)
    return f"crm/{name[:2]}/{name[2:4]}/{name}"


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    moving.add_arguments(parser)
    return parser.parse_args(["move", *words])


def test_bytes_go_into_the_bucket_and_come_back_as_a_real_file(put, shelf, folder):
    row = put(b"quotation")
    assert shelf.objects[key(b"quotation")][0] == b"quotation"
    with store.current().open(row.sha256) as stream:
        assert stream.read() == b"quotation"
        stream.seek(0)
        assert stream.fileno() > 0
    assert not list(folder.glob("??/??/*")) and not list((folder / "incoming").iterdir())


def test_many_small_contents_are_put_once(shelf):
    mails = {digest(text): text for text in (b"one", b"two", b"three", b"four", b"five")}
    keeper = store.current()
    assert keeper.keep_all(mails) == set()
    assert keeper.keep_all(mails) == set(mails)
    assert sum(one.startswith("PUT") for one in shelf.asked) == 5
    assert {name for name, _ in keeper.contents()} == set(mails)


def test_what_is_gone_is_lost_but_a_silent_bucket_is_not(put, shelf):
    row = put(b"a mail")
    shelf.objects.clear()
    with pytest.raises(raw.Lost):
        raw.load(row)
    shelf.faults = [500, 503, 500, 503]
    with pytest.raises(store.Unreachable, match="InternalError"):
        raw.load(row)


def test_a_passing_fault_is_tried_again(put, shelf):
    row = put(b"again")
    shelf.faults = [503]
    with store.current().open(row.sha256) as stream:
        assert stream.read() == b"again"


def test_bytes_damaged_in_the_bucket_are_not_given_out(put, shelf):
    row = put(b"whole")
    shelf.objects[key(b"whole")] = (b"whale", timezone.now())
    with pytest.raises(FileNotFoundError):
        store.current().open(row.sha256)


def test_a_content_that_a_sweep_took_meanwhile_is_put_back(put, shelf, monkeypatch):
    made = StoredFile.objects.update_or_create

    def swept(**values):
        shelf.objects.clear()
        return made(**values)

    monkeypatch.setattr(StoredFile.objects, "update_or_create", swept)
    put(b"raced")
    assert list(shelf.objects) == [key(b"raced")]


def test_a_sweep_clears_the_bucket_of_orphans_but_never_for_a_held_copy(put, shelf, moment):
    put(b"unused")
    shelf.objects[key(b"orphan")] = (b"orphan", timezone.now())
    shelf.objects["crm/readme.txt"] = (b"of others", timezone.now())
    shelf.aged(moment - timedelta(days=30))
    Instance.objects.update(held_since=moment)
    assert jobs.sweep.call() == 0
    assert len(shelf.objects) == 3
    Instance.objects.update(held_since=None)
    assert actions.sweep(at=moment + timedelta(days=8), real=moment) == 2
    assert list(shelf.objects) == ["crm/readme.txt"]


def test_what_still_lies_in_the_folder_is_found_and_moved_and_read_back(put, shelf, folder, settings):
    settings.FILES = ""
    rows = [put(text) for text in (b"one", b"two", b"three", b"four")]
    settings.FILES = PLACE
    with store.current().open(rows[0].sha256) as stream:
        assert stream.read() == b"one"
    shelf.objects[key(b"two")] = (b"two", timezone.now())  # an earlier run was stopped after it
    damaged = store.folder().path(rows[2].sha256)
    damaged.write_bytes(b"eerht")
    answer = moving.run(asked())
    assert (answer["ok"], answer["moved"], answer["damaged"]) == (False, 3, 1)
    assert sorted(shelf.objects) == sorted([key(b"one"), key(b"two"), key(b"four")])
    assert [path.name for path in folder.glob("??/??/*")] == [rows[2].sha256]
    assert not list((folder / "incoming").iterdir())


def test_a_move_ends_where_the_bucket_does_and_loses_nothing(put, shelf, folder, settings):
    settings.FILES = ""
    row = put(b"precious")
    settings.FILES = PLACE
    shelf.faults = [500] * 20
    with pytest.raises(CommandError, match="S3 store cannot be used"):
        moving.run(asked())
    assert store.folder().has(row.sha256, 8)


def test_files_move_back_into_the_folder(put, shelf, folder, settings):
    row = put(b"back")
    settings.FILES = ""
    with pytest.raises(CommandError, match="--from"):
        moving.run(asked())
    assert moving.run(asked("--from", PLACE))["moved"] == 1
    assert store.folder().has(row.sha256, 4) and not shelf.objects


@pytest.mark.parametrize("same", [PLACE, f"{PLACE}/", "s3://firm//crm"])
def test_a_place_is_never_moved_onto_itself(put, shelf, same):
    put(b"stay")
    with pytest.raises(CommandError, match="already"):
        moving.run(asked("--from", same))
    assert shelf.objects


def test_doctor_tries_the_bucket_and_says_what_is_wrong_without_the_secret(shelf, settings, caplog, put):
    caplog.set_level(logging.DEBUG)
    (fine,) = probes.reachable(timezone.now())
    assert (fine.level, shelf.objects) == (conditions.OK, {})
    settings.FILES = "s3://nobody/crm"
    (bad,) = probes.reachable(timezone.now())
    assert bad.level == conditions.BAD and "NoSuchBucket" in bad.sentence
    settings.S3 = {**settings.S3, "endpoint": "http://127.0.0.1:9"}
    (bad,) = probes.reachable(timezone.now())
    assert "no connection" in bad.sentence
    assert SECRET not in caplog.text + bad.sentence


def test_without_the_library_there_is_one_clear_sentence(shelf, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    store._bucket.cache_clear()
    with pytest.raises(store.Unreachable, match=r"genjin\[s3\]"):
        store.current()


def test_a_page_that_needs_a_silent_bucket_says_to_wait(client, people, put, shelf):
    Organisation.objects.update(logo=put(PNG))
    shelf.faults = [500] * 20
    assert client.get(reverse("files:logo")).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_backup_tells_of_files_in_the_bucket_or_brings_them(shelf, settings, tmp_path, people, moment):
    actions.put(at=moment, stream=io.BytesIO(b"in the bucket"))
    told = backup.make(tmp_path / "a.tar.gz", at=moment)
    assert told["missing_files"] == []
    assert any("does not hold the 1 files" in sentence for sentence in told["sentences"])
    whole = backup.make(tmp_path / "b.tar.gz", with_files=True, at=moment)
    assert not any("does not hold" in sentence for sentence in whole["sentences"])
    shelf.objects.clear()
    assert backup.make(tmp_path / "c.tar.gz", at=moment)["missing_files"] == [digest(b"in the bucket")]


PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\1\0\0\5\0\1\r\n-\xb4"
    b"\0\0\0\0IEND\xaeB`\x82"
)
