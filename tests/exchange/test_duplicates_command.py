"""`genjin duplicates`: pairs of stored customers, or of lists that are never stored."""

import json
from dataclasses import replace

import pytest

from genjin import cli
from genjin.customers.actions import create_contact, create_customer, tell_apart
from genjin.customers.actions.duplicate_keys import mark
from genjin.customers.actions.duplicate_pairs import mark_everybody, pair_slice
from genjin.customers.models import Customer, DuplicatePair

LIST = """Company name;Country;Website;Tel;Remark
Müller Werkzeuge GmbH;Germany;www.mueller-werkzeuge.de;+49 711 5550101;first
Zarvatex Ltd;GB;;;second
MUELLER WERKZEUGE;DE;info@mueller-werkzeuge.de;;third
;DE;;;without a name
宁波恒泰工具有限公司;中国;;0574-87654321;fourth
"""


@pytest.fixture(autouse=True)
def _settings_are_loaded(monkeypatch):
    """Not once more: that would bind the log to the output of one test."""
    loaded = tuple(replace(command, django=False) for command in cli.COMMANDS)
    monkeypatch.setattr(cli, "COMMANDS", loaded)


def answer(capsys, *arguments):
    code = cli.main(["duplicates", "--json", *map(str, arguments)])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_looked_through_without_being_stored(tmp_path, capsys, encoding):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding=encoding)
    code, found = answer(capsys, path)
    assert code == 0
    assert found["entries"] == [4]
    (pair,) = found["pairs"]
    assert (pair["one"]["row"], pair["two"]["row"], pair["verdict"]) == (2, 4, "same")
    assert {"code": "DOMAIN_SAME", "domain": "mueller-werkzeuge.de"} in pair["reasons"]
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_two_lists_are_compared_with_each_other_only(tmp_path, capsys):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(LIST, encoding="utf-8")
    two.write_text("客户名称,国家\nNingbo Hengtai Tools Co. Ltd,CN\nBrindolo SpA,IT\n", encoding="gb18030")
    _code, found = answer(capsys, one, two)
    assert found["entries"] == [4, 2]
    assert [(pair["one"]["row"], pair["two"]["row"]) for pair in found["pairs"]] == [(6, 2)]


@pytest.fixture
def enter(people, moment):
    def make(name, **row):
        return create_customer(row={"name": name, **row}, by=people.lin, at=moment)

    return make


def pairs(capsys):
    found = answer(capsys)[1]["pairs"]
    return {(pair["one"]["row"], pair["two"]["row"]): pair for pair in found}


@pytest.mark.django_db
def test_stored_customers_are_compared_with_what_their_contacts_are_reached_by(capsys, enter, moment, people):
    first, second = enter("Zarvatex Ltd"), enter("Brindolo SpA")
    assert pairs(capsys) == {}
    for one in (first, second):
        ways = [{"kind": "EMAIL", "value": f"{one.pk}@zarvatex.example"}]
        row = {"customer_id": one.pk, "name": f"Ann {one.pk}", "points": ways}
        create_contact(row=row, by=people.lin, at=moment)
    pair = pairs(capsys)[first.pk, second.pk]
    assert {"code": "DOMAIN_SAME", "domain": "zarvatex.example"} in pair["reasons"]


@pytest.mark.django_db
def test_stored_pairs_are_told_before_and_after_the_worker_compared_them(capsys, enter, moment, people):
    site = {"website": "nordlicht.example"}
    first, second = enter("Nordlicht Armaturen GmbH", **site), enter("Nordlicht Armaturen Vertrieb", **site)
    enter("Brindolo SpA")
    before = pairs(capsys)
    assert before.keys() == {(first.pk, second.pk)}
    assert not DuplicatePair.objects.exists(), "telling writes nothing"
    while pair_slice(at=moment):
        pass
    assert pairs(capsys) == before
    tell_apart(pair_id=DuplicatePair.objects.get().pk, by=people.lin, at=moment)
    assert pairs(capsys) == {}
    mark([first.pk])
    assert pairs(capsys) == {}, "told apart, however often they are compared"


@pytest.mark.django_db
def test_customers_whose_keys_were_never_written_are_compared_all_the_same(capsys, customer):
    first = customer(name="Zarvatex Ltd", short_name="Zarvatex")
    second = customer(name="ZARVATEX LIMITED", short_name="Zarvatex 2")
    mark_everybody()
    assert pairs(capsys).keys() == {(first.pk, second.pk)}


@pytest.mark.django_db
def test_a_row_that_cannot_be_read_for_certain_is_left_out_and_told(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text("Company,City\nZarvatex,Graz\nBrindolo,Rome\nZarvatex,Graz,9,9,9,9\n", encoding="utf-8")
    found = answer(capsys, path)[1]
    assert len(found["pairs"]) + len(found["left_out"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xff\xff\x81", b'name\n"' + b"x" * 200_000])
def test_a_file_that_is_no_list_is_answered_with_one_sentence(tmp_path, capsys, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert cli.main(["duplicates", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert cli.main(["duplicates", str(tmp_path / "none.csv")]) == 2
