"""The standing list of duplicates: found in the background, judged by people, shown to whom it concerns."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import Refused, duplicate_check, duplicate_pairs
from genjin.customers.actions.duplicate_check import check_slice
from genjin.customers.actions.duplicate_pairs import mark_everybody, pair_slice
from genjin.customers.models import Customer, DuplicateKey, DuplicateMark, DuplicatePair
from genjin.journal.models import Entry

State = DuplicatePair.State


@pytest.fixture
def enter(people, moment):
    """`enter(name, by=…, **values)` makes a customer as somebody."""

    def make(name, by=None, **values):
        row = {"name": name, "country_id": "DE", **values}
        return actions.create_customer(row=row, by=by or people.lin, at=moment)

    return make


@pytest.fixture
def sweep(moment):
    """Compare whoever is marked."""

    def run():
        while pair_slice(at=moment):
            pass

    return run


@pytest.fixture
def pair(enter, people, sweep):
    """Lin's and Hu's spelling of one company."""
    enter("Nordlicht Armaturen GmbH", website="nordlicht.example")
    enter("Nordlicht Armaturen Vertrieb", by=people.hu, website="www.nordlicht.example")
    sweep()
    return DuplicatePair.objects.get()


def test_a_pair_is_found_once_with_score_and_reasons(pair):
    assert pair.state == State.OPEN and pair.score >= 50
    assert ["DOMAIN_SAME", {"domain": "nordlicht.example"}] in pair.reasons
    assert not DuplicateMark.objects.exists()


def test_a_pair_goes_when_they_resemble_no_more(pair, people, moment, sweep):
    changes = {"name": "Xylo Kabel", "short_name": "Xylo", "website": ""}
    actions.change_customer(customer_id=pair.second_id, changes=changes, by=people.hu, at=moment)
    sweep()
    assert not DuplicatePair.objects.exists()


def test_a_changed_score_is_written_down(pair, people, moment, sweep):
    actions.change_customer(customer_id=pair.second_id, changes={"website": ""}, by=people.hu, at=moment)
    sweep()
    assert DuplicatePair.objects.get(pk=pair.pk).score != pair.score


def test_a_pair_of_which_one_lies_in_the_bin_goes_and_comes_back(pair, people, moment, sweep):
    actions.recycle(ids=[pair.second_id], by=people.zhao, at=moment)
    assert not DuplicatePair.objects.visible_to(people.zhao)
    sweep()
    assert not DuplicatePair.objects.exists()
    actions.restore(ids=[pair.second_id], by=people.zhao, at=moment)
    sweep()
    assert DuplicatePair.objects.count() == 1


def test_a_change_while_customers_are_compared_is_not_lost(enter, people, moment, monkeypatch):
    made = enter("Nordlicht GmbH")
    find = duplicate_pairs.find_likely

    def meanwhile(*args, **options):
        found = find(*args, **options)
        actions.change_customer(customer_id=made.pk, changes={"city": "Kiel"}, by=people.lin, at=moment)
        return found

    monkeypatch.setattr(duplicate_pairs, "find_likely", meanwhile)
    pair_slice(at=moment)
    assert DuplicateMark.objects.filter(customer=made).exists()


def test_a_base_without_keys_gets_them_and_the_elder_has_the_company(customer, people, moment, sweep):
    elder = customer(name="Delta GmbH", country_id="DE", owner=people.lin)
    younger = customer(name="DELTA", country_id="DE", owner=people.hu)
    assert not DuplicateKey.objects.exists()
    assert mark_everybody() == 2
    sweep()
    assert DuplicateKey.objects.filter(customer=elder).exists()
    keys = dict(Customer.objects.values_list("pk", "exact_key"))
    assert keys[elder.pk] is not None and keys[younger.pk] is None
    assert DuplicatePair.objects.get().score >= 90


def test_a_sweep_that_was_stopped_goes_on(enter, moment):
    for number in range(5):
        enter(f"Firma{number * 'x'} Nr {number}")
    assert pair_slice(at=moment, most=2) == 2
    assert DuplicateMark.objects.count() == 3


def test_what_was_told_apart_stays_so_and_is_journalled(pair, people, moment, sweep):
    actions.tell_apart(pair_id=pair.pk, by=people.lin, at=moment, why="their sister company")
    mark_everybody()
    sweep()
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.why) == (State.DIFFERENT, people.lin, "their sister company")
    entries = Entry.objects.filter(verb="tell apart")
    assert {entry.object_id for entry in entries} == {pair.first_id, pair.second_id}
    actions.doubt_again(pair_id=pair.pk, by=people.hu, at=moment)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (State.OPEN, None)


def test_only_who_may_change_one_of_them_judges(pair, people, moment):
    with pytest.raises(Refused):
        actions.tell_apart(pair_id=pair.pk, by=people.wang, at=moment)


def page(client, **asked):
    return client.get(reverse("customers:pairs"), asked)


def test_a_salesperson_sees_pairs_of_his_own_and_of_the_other_no_more_than_name_and_owner(
    pair, people, sign_in, enter, sweep
):
    other = Customer.objects.get(pk=pair.second_id)
    Customer.objects.filter(pk=other.pk).update(city="Hamburg", phone="+49 40 123456", address="Kai 7")
    body = page(sign_in(people.lin)).content.decode()
    assert other.name in body and "Hu Jing" in body
    side = sign_in(people.lin).get(reverse("customers:pair", args=[pair.pk])).content.decode()
    for text in (body, side):
        assert "Hamburg" not in text and other.number not in text and "123456" not in text
        assert reverse("customers:customer", args=[other.pk]) not in text
    assert "you see only the name and the owner" in side
    assert "Hamburg" in sign_in(people.zhao).get(reverse("customers:pair", args=[pair.pk])).content.decode()


def test_whom_it_does_not_concern_sees_nothing(pair, people, sign_in):
    client = sign_in(people.wang)
    assert page(client).context["page"].rows == []
    assert client.get(reverse("customers:pair", args=[pair.pk])).status_code == 404
    assert client.post(reverse("customers:tell_apart", args=[pair.pk])).status_code == 404
    assert sign_in(people.guest).get(reverse("customers:pairs")).status_code == 404


def test_the_list_is_narrowed_by_likelihood_owner_state_and_customer(pair, people, sign_in):
    client = sign_in(people.zhao)

    def shown(**asked):
        return [row.pk for row in page(client, **asked).context["page"].rows]

    assert shown() == shown(owner=people.hu.pk) == shown(customer=pair.first_id) == [pair.pk]
    assert shown(owner=people.wang.pk) == shown(customer=999) == shown(state="different") == []
    DuplicatePair.objects.update(score=30)
    assert shown() == [] and shown(likely="all") == [pair.pk]
    DuplicatePair.objects.update(score=95)
    assert shown(likely="same") == [pair.pk]
    assert page(client, owner="\x00", likely="?", customer="a").status_code == 200


def test_not_the_same_is_one_click_and_can_be_taken_back(pair, people, sign_in):
    client = sign_in(people.lin)
    answer = client.post(reverse("customers:tell_apart", args=[pair.pk]), follow=True)
    assert "They are not shown as duplicates again." in answer.content.decode()
    assert page(client).context["page"].rows == []
    assert [row.pk for row in page(client, state="different").context["page"].rows] == [pair.pk]
    client.post(reverse("customers:doubt_again", args=[pair.pk]))
    assert [row.pk for row in page(client).context["page"].rows] == [pair.pk]


def test_the_count_and_the_customers_page_tell_of_open_pairs(pair, people, sign_in):
    client = sign_in(people.lin)
    count, url = reverse("customers:pair_count"), reverse("customers:customer", args=[pair.first_id])
    assert client.get(count).content == b"1"
    assert "1 customer may be the same company." in client.get(url).content.decode()
    client.post(reverse("customers:tell_apart", args=[pair.pk]))
    assert client.get(count).content == b""
    assert "may be the same company" not in client.get(url).content.decode()


def test_who_was_told_apart_is_not_warned_of_again_while_editing(pair, people, sign_in, moment):
    client, url = sign_in(people.lin), reverse("customers:duplicates")
    typed = {"name": "Nordlicht Armaturen GmbH", "country": "DE", "website": "nordlicht.example"}
    asked = {**typed, "except": pair.first_id}
    assert "Vertrieb" in client.get(url, asked).content.decode()
    actions.tell_apart(pair_id=pair.pk, by=people.lin, at=moment)
    assert "Vertrieb" not in client.get(url, asked).content.decode()


def test_a_thousand_pairs_page_by_key_with_the_same_number_of_questions(customer, people, moment, sign_in):
    client = sign_in(people.lin)

    def make(count):
        rows = [customer(owner=people.lin if n % 2 else people.hu, country_id="DE") for n in range(2 * count)]
        DuplicatePair.objects.bulk_create(
            [
                DuplicatePair(first=rows[2 * n], second=rows[2 * n + 1], score=50 + n % 50, found_at=moment)
                for n in range(count)
            ]
        )

    def queries(**asked):
        with CaptureQueriesContext(connection) as seen:
            answer = page(client, **asked)
        return len(seen), answer.context["page"]

    make(3)
    queries()
    few, _page = queries()
    make(997)
    many, first = queries()
    assert many == few and len(first.rows) == 50 and first.count.text == "1,000"
    again, second = queries(at=first.older)
    assert again == few and not {row.pk for row in first.rows} & {row.pk for row in second.rows}


def test_comparing_asks_no_more_questions_for_many_customers(enter, moment):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            pair_slice(at=moment)
        return len(seen)

    enter("Nordlicht 1 GmbH")
    few = queries()
    for number in range(2, 30):
        enter(f"Nordlicht {number} GmbH")
    assert queries() <= few + 3


def test_the_command_renews_the_list(pair, capsys, monkeypatch):
    from dataclasses import replace

    from genjin import cli

    loaded = tuple(replace(command, django=False) for command in cli.COMMANDS)
    monkeypatch.setattr(cli, "COMMANDS", loaded)
    DuplicatePair.objects.all().delete()
    DuplicateKey.objects.all().delete()
    assert cli.main(["duplicates", "--refresh"]) == 0
    assert "1 open pairs among 2 customers." in capsys.readouterr().out
    assert DuplicatePair.objects.count() == 1


class TestTheNightlyCheck:
    @pytest.fixture
    def check(self, moment):
        def run():
            while check_slice(at=moment, most=2):
                pass

        return run

    @pytest.fixture
    def marked(self):
        def ids(**where):
            return set(DuplicateMark.objects.filter(**where).values_list("pk", flat=True))

        return ids

    def test_a_customer_whose_keys_are_out_of_date_gets_them_and_its_pair(self, pair, check, marked, sweep):
        DuplicateKey.objects.filter(customer=pair.second_id).delete()
        Customer.objects.filter(pk=pair.first_id).update(exact_key=4711)
        pair.delete()
        check()
        assert marked(needs_keys=True) == {pair.first_id, pair.second_id}
        sweep()
        assert DuplicatePair.objects.get().first_id == pair.first_id
        assert DuplicateKey.objects.filter(customer=pair.second_id).exists()
        check()
        assert not marked(needs_keys=True), "nothing is out of date any more"

    def test_everybody_is_compared_after_the_rules_changed_and_else_takes_turns(
        self, enter, check, marked, monkeypatch, sweep
    ):
        made = [enter(f"Firma{number * 'x'} Nr {number}").pk for number in range(5)]
        check()
        assert marked() == set(made), "never compared by these rules"
        sweep()
        monkeypatch.setattr(duplicate_check, "NIGHTLY", 3)
        for turn in (made[:3], made[3:], made[:3]):
            check()
            assert marked() == set(turn)
            DuplicateMark.objects.all().delete()
        monkeypatch.setattr(duplicate_check, "rules_now", lambda: "other")
        check()
        assert marked() == set(made)

    def test_a_double_from_before_is_not_marked_night_after_night(self, customer, check, marked, sweep):
        customer(name="Delta GmbH", country_id="DE")
        customer(name="DELTA", country_id="DE")
        check()
        sweep()
        check()
        assert not marked(needs_keys=True)

    def test_a_check_that_was_stopped_goes_on_where_it_was(self, enter, moment, marked, sweep):
        made = [enter(f"Firma{number * 'x'} Nr {number}").pk for number in range(3)]
        sweep()
        DuplicateKey.objects.all().delete()
        assert check_slice(at=moment, most=2)
        assert marked() == set(made[:2])
        assert check_slice(at=moment, most=2) and not check_slice(at=moment, most=2)
        assert marked(needs_keys=True) == set(made)
