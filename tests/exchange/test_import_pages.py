"""The way of an import through the screens, and through the command."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from genjin.cli import main
from genjin.customers.models import Customer
from genjin.exchange.jobs import work
from genjin.exchange.models import Import

pytestmark = pytest.mark.django_db
LIST = (
    "客户名称;国家;客户等级;生日;联系人\nNordhafen GmbH;德国;A;03/04/1980;Jan\n"
    "Acme;Atlantis;B;05/06/1981;Ann\n"
)
GBK = LIST.encode("gb18030")


def send(browser, name="list.csv", content=GBK, kind="customers"):
    return browser.post(reverse("exchange:upload"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_a_file_is_brought_corrected_mapped_checked_imported_and_undone(sign_in, people):
    browser = sign_in(people.lin)
    page = send(browser)
    job = Import.objects.get()
    assert page["Location"] == reverse("exchange:sheet", args=[job.pk])
    shown = browser.get(page["Location"]).content.decode()
    assert "Nordhafen GmbH" in shown and "德国" in shown
    form = {"encoding": "gb18030", "delimiter": ";", "header_rows": "1", "date_order": "dmy"}
    page = browser.post(page["Location"], form)
    assert page["Location"] == reverse("exchange:columns", args=[job.pk])
    job.refresh_from_db()
    chosen = {f"column-{place}": name for place, name in enumerate(job.columns)}
    assert chosen["column-2"] == ""
    refused = browser.post(page["Location"], chosen)
    assert refused.status_code == 422
    page = browser.post(page["Location"], chosen | {"column-2": "customer.value_class"})
    here = reverse("exchange:import", args=[job.pk])
    assert page["Location"] == here
    assert b"<progress" in browser.get(here).content
    work.call(job.pk)
    assert browser.get(reverse("exchange:progress", args=[job.pk])).headers["HX-Refresh"] == "true"
    checked = browser.get(here).content.decode()
    assert "Atlantis" in checked and "Import 1 row" in checked
    assert not Customer.objects.exists()
    browser.post(reverse("exchange:start", args=[job.pk]))
    work.call(job.pk)
    assert Customer.objects.get().value_class == "A"
    assert browser.get(reverse("exchange:report", args=[job.pk])).status_code == 200
    browser.post(reverse("exchange:undo", args=[job.pk]))
    work.call(job.pk)
    assert not Customer.objects.alive().exists()
    assert "Taken back completely." in browser.get(here).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("a.xlsx", b"%PDF-1.7 etc", "PDF"), ("a.csv", b"", "empty"), ("a.csv", b"\x00" * 50, "")],
)
def test_what_cannot_be_read_is_said_beside_the_file(sign_in, people, name, content, sentence):
    page = send(sign_in(people.lin), name, content)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Import.objects.exists()


def test_a_wrong_header_row_comes_back_with_a_sentence(sign_in, people):
    browser = sign_in(people.lin)
    send(browser)
    address = reverse("exchange:sheet", args=[Import.objects.get().pk])
    for wrong in ("x", "3-1", "1-9", "999"):
        assert browser.post(address, {"header_rows": wrong, "look": "1"}).status_code == 422


def test_others_do_not_see_an_import_but_administrators_do(sign_in, people):
    send(sign_in(people.lin))
    here = reverse("exchange:sheet", args=[Import.objects.get().pk])
    assert [sign_in(who).get(here).status_code for who in (people.wang, people.admin)] == [404, 200]


def test_the_command_imports_with_a_mapping_and_reports_every_row(people, tmp_path, capsys):
    file, mapping, report = tmp_path / "l.csv", tmp_path / "m.json", tmp_path / "r.json"
    file.write_bytes(LIST.encode())
    assert main(["import", "customers", str(file), "--json"]) == 1
    asked = json.loads(capsys.readouterr().out)
    assert any("客户等级" in question for question in asked["questions"])
    said = {
        "columns": {
            "客户名称": "customer.name",
            "国家": "customer.country",
            "客户等级": "customer.value_class",
        },
    }
    mapping.write_text(json.dumps(said), encoding="utf-8")
    call = ["import", "customers", str(file), "--mapping", str(mapping), "--report", str(report), "--json"]
    assert main([*call, "--dry-run"]) == 0
    assert not Customer.objects.exists()
    assert main(call) == 0
    rows = json.loads(report.read_text(encoding="utf-8"))["rows"]
    assert [row["verdict"] for row in rows] == ["NEW", "ERROR"]
    assert Customer.objects.get().owner == people.admin
