"""Attachments: seen with their record, downloaded without danger."""

from __future__ import annotations

import json
import os
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from genjin.files import actions, queries
from genjin.files.forms import FilesField
from genjin.files.models import Attachment
from genjin.files.names import LONGEST, clean_name
from genjin.journal.models import Entry
from genjin.people.models import Organisation

CORPORA = os.environ.get("GENJIN_CORPORA", "")


@pytest.fixture
def attach(people, moment, put, kind, customer):
    def make(data=b"bytes", name="offer.pdf", firm=None, by=None):
        firm = firm or customer()
        (row,) = actions.attach(
            by=by or people.lin, at=moment, kind=kind, object_id=firm.pk, customer_id=firm.pk,
            files=[(put(data), name)],
        )  # fmt: skip
        return row

    return make


def address(row, show=False):
    return reverse("files:download", args=[row.pk, row.name]) + ("?show" if show else "")


def test_the_owner_downloads_what_was_attached(attach, people, sign_in):
    answer = sign_in(people.lin).get(address(attach(b"%PDF-1.7", "报价单 2026.pdf")))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8A%A5")
    assert answer["Content-Type"] == "application/octet-stream"


def test_whoever_may_not_see_the_record_does_not_find_its_files(attach, people, sign_in):
    assert sign_in(people.hu).get(address(attach())).status_code == 404


def test_files_of_a_deleted_record_and_of_an_unknown_kind_are_not_found(
    attach, people, sign_in, moment, customer
):
    firm = customer()
    row = attach(firm=firm)
    firm.deleted_at = moment
    firm.save()
    other = attach(b"other")
    Attachment.objects.filter(pk=other.pk).update(kind="gone.folder")
    client = sign_in(people.zhao)
    assert [client.get(address(found)).status_code for found in (row, other)] == [404, 404]


@pytest.mark.parametrize(
    ("data", "name", "shown"),
    [
        (b"\x89PNG\r\n\x1a\n", "a.png", "image/png"),
        (b"%PDF-1.7", "a.pdf", "application/pdf"),
        (b"<html><script>alert(1)</script>", "a.png", None),
        (b"<svg onload=alert(1)>", "logo.svg", None),
        (b"plain", "a.txt", None),
        (b"MZ\x90", "setup.jpg", None),
    ],
)
def test_only_harmless_kinds_are_shown_and_nothing_can_run(attach, people, sign_in, data, name, shown):
    answer = sign_in(people.lin).get(address(attach(data, name), show=True))
    assert answer["Content-Type"] == (shown or "application/octet-stream")
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script" not in answer["Content-Security-Policy"]


def test_an_unchanged_file_is_not_sent_again_but_the_right_to_it_is_checked(attach, people, sign_in):
    row = attach()
    etag = sign_in(people.lin).get(address(row))["ETag"]
    assert sign_in(people.lin).get(address(row), headers={"If-None-Match": etag}).status_code == 304
    assert sign_in(people.hu).get(address(row), headers={"If-None-Match": etag}).status_code == 404


def test_bytes_that_are_gone_from_the_disk_are_not_found(attach, people, sign_in, folder):
    row = attach()
    for path in folder.glob("??/??/*"):
        path.unlink()
    assert sign_in(people.lin).get(address(row)).status_code == 404


def test_the_same_file_sent_twice_is_attached_once(attach, customer):
    firm = customer()
    assert attach(firm=firm).pk == attach(firm=firm).pk
    assert attach(firm=firm, name="other.pdf").pk != attach(firm=firm).pk


def test_the_journal_tells_what_was_attached_and_taken_off(attach, people, moment, kind):
    row = attach()
    assert actions.detach(by=people.lin, at=moment, ids=[row.pk, row.pk]) == 1
    assert actions.detach(by=people.lin, at=moment, ids=[row.pk]) == 0
    told = Entry.objects.filter(kind=kind).order_by("id")
    assert [(entry.verb, entry.object_id) for entry in told] == [
        ("attach", row.object_id), ("detach", row.object_id),
    ]  # fmt: skip
    assert told[0].changes["attachments"] == [None, "offer.pdf"]


def test_an_attachment_taken_off_can_be_put_back_for_a_week(attach, people, sign_in, moment):
    row = attach()
    client = sign_in(people.lin)
    client.post(reverse("files:detach", args=[row.pk]))
    assert client.get(address(row)).status_code == 404
    client.post(reverse("files:reattach", args=[row.pk]))
    assert client.get(address(row)).status_code == 200
    client.post(reverse("files:detach", args=[row.pk]))
    actions.sweep(at=moment + timedelta(days=9), real=moment)
    assert not Attachment.objects.exists()


def test_the_page_offers_to_put_a_removed_attachment_back(attach, people, sign_in, customer):
    row, client = attach(firm=customer()), sign_in(people.lin)
    client.post(reverse("files:detach", args=[row.pk]), {"next": "/customers/?x=1&y=2"})
    (message,) = list(get_messages(client.get("/customers/").wsgi_request))
    answer = client.post(message.extra_tags)
    assert answer.headers["Location"] == "/customers/?x=1&y=2"
    row.refresh_from_db()
    assert row.deleted_at is None


def test_only_who_attached_it_or_may_delete_takes_an_attachment_off(attach, people, sign_in, customer):
    row = attach(firm=customer(owner=people.wang), by=people.wang)
    assert sign_in(people.guest).post(reverse("files:detach", args=[row.pk])).status_code == 404
    assert sign_in(people.chen).post(reverse("files:detach", args=[row.pk])).status_code == 302


def test_attachments_of_many_records_cost_one_query_and_one_for_who_attached_them(
    attach, kind, customer, django_assert_num_queries
):
    rows = [attach(bytes([number]), f"{number}.bin") for number in range(1, 6)]
    with django_assert_num_queries(2):
        found = queries.of_records(kind, [row.object_id for row in rows])
        assert {row.file.size for listed in found.values() for row in listed} == {1}


def test_the_fragment_shows_names_as_text(attach, people, kind):
    row = attach(b"x", "<img src=x onerror=alert(1)>.txt")
    request = RequestFactory().get("/here")
    request.access = people.lin._access
    listed = queries.of_records(kind, [row.object_id])[row.object_id]
    text = render_to_string("files/_attachments.html", {"attachments": listed}, request=request)
    assert "<img" not in text and "detach" in text


def test_the_logo_is_there_for_everybody(client, put, picture, people):
    assert client.get(reverse("files:logo")).status_code == 404
    Organisation.objects.update(logo=put(picture((10, 10))))
    assert client.get(reverse("files:logo"))["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\me\\报价.xlsx", "报价.xlsx"),
        ("a\x00b\r\n.txt", "ab.txt"), ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("   ", "file"), ("", "file"), ("...", "file"),
        ("con.txt", "_con.txt"), ("a<b>:c?.txt", "a_b__c_.txt"), (".htaccess", "htaccess"), ("/", "file"),
        ("می‌خواهم.pdf", "می‌خواهم.pdf"), ("👩‍🏭.png", "👩‍🏭.png"), ("e\u0301.txt", "é.txt"),
        ("\ud800.txt", "txt"),
    ],
)  # fmt: skip
def test_names_lose_what_could_deceive(name, clean):
    assert clean_name(name) == clean


def test_a_long_name_keeps_its_ending():
    name = clean_name("价" * 400 + ".xlsx")
    assert len(name) == LONGEST and name.endswith(".xlsx")


@pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")
def test_every_naughty_string_becomes_a_harmless_name(attach, people, sign_in, customer):
    naughty = json.loads((Path(CORPORA) / "07-security" / "blns" / "blns.json").read_text(encoding="utf-8"))
    firm, client = customer(), sign_in(people.lin)
    for number, text in enumerate(naughty):
        name = clean_name(text)
        assert name and "/" not in name and "\\" not in name and len(name) <= LONGEST
        assert not {unicodedata.category(c) for c in name} & {"Cc", "Cs", "Zl", "Zp"}
        if number % 10 == 0:
            row = attach(b"x", text, firm=firm)
            answer = client.get(address(row))
            assert answer.status_code == 200 and "\n" not in answer["Content-Disposition"]


class Upload(forms.Form):
    files = FilesField(required=False)


def sent(*uploads):
    return Upload({}, MultiValueDict({"files": list(uploads)}))


def test_several_files_come_in_at_once():
    form = sent(SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("..\\b.txt", b"b"))
    assert form.is_valid()
    assert [upload.name for upload in form.cleaned_data["files"]] == ["a.txt", "b.txt"]


def test_no_file_is_an_empty_list():
    form = sent()
    assert form.is_valid() and form.cleaned_data["files"] == []


def test_each_file_that_cannot_be_kept_gets_its_sentence(settings):
    settings.FILE_LIMIT = 2 * 1024 * 1024
    form = sent(SimpleUploadedFile("empty.txt", b""), SimpleUploadedFile("big.bin", b"x" * 2_200_000))
    assert form.errors["files"] == [
        "empty.txt: This file is empty.", "big.bin: This file is larger than 2 MB.",
    ]  # fmt: skip


def test_too_many_files_at_once_are_refused():
    assert "at most 20" in str(sent(*(SimpleUploadedFile("a", b"a") for _ in range(21))).errors)
