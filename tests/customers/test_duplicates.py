"""Doubles are told while somebody types, refused where there is no doubt, and their owners hear of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import actions, duplicate_reasons
from genjin.customers.actions import Refused, duplicate_keys
from genjin.customers.duplicate_facts import company_of
from genjin.customers.duplicate_search import LARGEST_BLOCK, blocks, find_likely
from genjin.customers.models import Customer, DuplicateKey, DuplicateMark
from genjin.journal.models import Entry
from genjin.notifications.models import Notice
from genjin.rules.duplicates.facts import company
from genjin.rules.duplicates.score import REASONS, Reason, Verdict


@pytest.fixture
def enter(people, moment):
    """`enter(name, by=…, **values)` makes a customer as somebody."""

    def make(name, by=None, **values):
        return actions.create_customer(row={"name": name, **values}, by=by or people.lin, at=moment)

    return make


def keys_of(customer):
    return set(DuplicateKey.objects.filter(customer=customer).values_list("key", flat=True))


def test_every_reason_is_said_in_both_languages():
    for language in ("en", "zh-hans"):
        from django.utils import translation

        with translation.override(language):
            for code, params in REASONS.items():
                said = duplicate_reasons.why([Reason(code, dict.fromkeys(params, "acme"))])
                assert said and "%(" not in said
            assert all(str(duplicate_reasons.VERDICTS[verdict]) for verdict in Verdict)


def test_what_speaks_for_it_comes_first():
    found = [
        Reason("COUNTRY_DIFFERS", {}),
        Reason("NAME_SAME", {}),
        Reason("DOMAIN_SAME", {"domain": "a.de"}),
    ]
    assert duplicate_reasons.why(found) == "the same name, the same domain a.de; but the country differs"


def test_of_a_hidden_customer_nothing_is_said_but_what_was_typed():
    found = [
        Reason("PHONE_SAME", {"phone": "4930123456"}),
        Reason("CITY_SAME", {}),
        Reason("TOWN_DIFFERS", {}),
    ]
    assert duplicate_reasons.why(found, is_hidden=True) == "the same phone number"


def test_keys_follow_names_sites_and_people(enter, people, moment):
    made = enter("Nordlicht Armaturen GmbH", country_id="DE", website="www.nordlicht.example")
    before = keys_of(made)
    assert before
    person = actions.create_contact(
        row={
            "customer_id": made.pk,
            "name": "Jan",
            "points": [{"kind": "EMAIL", "value": "jan@armaturen.example"}],
        },
        by=people.lin,
        at=moment,
    )
    with_mail = keys_of(made)
    assert len(with_mail) == len(before) + 1
    actions.change_contact(contact_id=person.pk, changes={}, points=[], by=people.lin, at=moment)
    assert keys_of(made) == before
    actions.change_customer(customer_id=made.pk, changes={"website": ""}, by=people.lin, at=moment)
    assert keys_of(made) < before
    actions.recycle(ids=[made.pk], by=people.chen, at=moment)
    assert not keys_of(made)
    actions.restore(ids=[made.pk], by=people.chen, at=moment)
    assert keys_of(made)


def test_refreshing_writes_only_what_differs(enter, moment):
    made = enter("Nordlicht GmbH", country_id="DE")
    before = keys_of(made)
    DuplicateKey.objects.filter(customer=made).first().delete()
    duplicate_keys.refresh([made.pk], at=moment)
    assert keys_of(made) == before


def test_every_change_raises_the_mark(enter, people, moment):
    made = enter("Nordlicht GmbH")
    first = DuplicateMark.objects.get(customer=made).version
    actions.change_customer(customer_id=made.pk, changes={"remarks": "x"}, by=people.lin, at=moment)
    assert DuplicateMark.objects.get(customer=made).version == first
    actions.change_customer(customer_id=made.pk, changes={"city": "Kiel"}, by=people.lin, at=moment)
    assert DuplicateMark.objects.get(customer=made).version == first + 1


@pytest.mark.parametrize(
    "again", ["NORDLICHT Armaturen GmbH & Co. KG", "Nordlicht-Armaturen", "  nordlicht  armaturen  AG "]
)
def test_a_company_is_entered_once_however_it_is_spelt(enter, people, again):
    enter("Nordlicht Armaturen GmbH", country_id="DE")
    with pytest.raises(Refused) as refused:
        enter(again, by=people.hu, country_id="DE")
    said = "“Nordlicht Armaturen GmbH” is entered already; its owner is Lin Xiaowen."
    assert refused.value.message_dict == {"name": [said]}


def test_in_another_country_it_is_another_company(enter, people):
    enter("Nordlicht GmbH", country_id="DE")
    assert enter("Nordlicht", by=people.hu, country_id="AT").pk


def test_names_in_characters_that_only_sound_alike_are_two_companies(enter, people):
    enter("宁波明远进出口有限公司", country_id="CN")
    assert enter("宁波明源进出口有限公司", by=people.hu, country_id="CN").exact_key is not None
    with pytest.raises(Refused):
        enter("宁波市明遠進出口", by=people.hu, country_id="CN")


def test_another_company_of_the_same_name_needs_a_reason_which_the_journal_keeps(enter, people):
    enter("Delta GmbH", country_id="DE")
    other = enter("Delta", by=people.hu, country_id="DE", same_name_reason="a baker in Ulm")
    assert other.exact_key is None
    entry = Entry.objects.get(verb="create", object_id=other.pk)
    assert entry.changes["same_name_reason"] == [None, "a baker in Ulm"]


def test_of_two_rows_of_one_batch_the_second_is_refused(people, moment):
    rows = [{"name": "Delta GmbH", "country_id": "DE"}, {"name": "DELTA", "country_id": "DE"}]
    with pytest.raises(actions.RowsRefused) as refused:
        actions.create_customers(rows=rows, by=people.lin, at=moment)
    assert list(refused.value.rows) == [1]


def test_renaming_into_somebody_elses_customer_is_refused(enter, people, moment):
    enter("Delta GmbH", by=people.hu, country_id="DE")
    mine = enter("Deltta", country_id="DE")
    with pytest.raises(Refused) as refused:
        actions.change_customer(customer_id=mine.pk, changes={"name": "Delta"}, by=people.lin, at=moment)
    assert "its owner is Hu Jing" in refused.value.message_dict["name"][0]
    mine.refresh_from_db()
    assert mine.name == "Deltta"


def test_a_double_from_before_keeps_its_other_fields_changeable(enter, customer, people, moment):
    enter("Delta GmbH", by=people.hu, country_id="DE")
    old = customer(name="Delta", owner=people.lin, country_id="DE", serial=900)
    actions.change_customer(customer_id=old.pk, changes={"city": "Ulm"}, by=people.lin, at=moment)
    actions.change_customer(customer_id=old.pk, changes={"name": "DELTA"}, by=people.lin, at=moment)
    old.refresh_from_db()
    assert (old.name, old.exact_key) == ("DELTA", None)


def test_out_of_the_bin_comes_nothing_that_was_entered_again(enter, people, moment):
    first = enter("Delta GmbH", country_id="DE")
    actions.recycle(ids=[first.pk], by=people.chen, at=moment)
    enter("Delta", by=people.hu, country_id="DE", short_name="Other")
    with pytest.raises(Refused) as refused:
        actions.restore(ids=[first.pk], by=people.chen, at=moment)
    assert "Hu Jing" in refused.value.messages[0]


def test_a_refresh_gives_the_exact_key_that_became_free(enter, customer, people, moment):
    first = enter("Delta GmbH", country_id="DE")
    double = customer(name="Delta", owner=people.lin, country_id="DE", serial=900)
    duplicate_keys.refresh([double.pk], at=moment)
    double.refresh_from_db()
    assert double.exact_key is None
    actions.recycle(ids=[first.pk], by=people.chen, at=moment)
    duplicate_keys.refresh([double.pk], at=moment)
    double.refresh_from_db()
    assert double.exact_key is not None


def test_a_key_that_thousands_share_is_not_read_whole(people, customer):
    ids = [customer(owner=people.lin).pk for _ in range(LARGEST_BLOCK + 20)]
    DuplicateKey.objects.bulk_create([DuplicateKey(key=-7, customer_id=pk) for pk in ids])
    assert blocks([-7, 8]) == {-7: sorted(ids)[: LARGEST_BLOCK + 1]}


def test_likely_customers_are_found_with_three_queries(enter, django_assert_num_queries):
    enter("Nordlicht Armaturen GmbH", country_id="DE", website="nordlicht.example")
    for number in range(20):
        enter(f"Nordlicht Werk Nr. {number + 2} GmbH", country_id="DE")
    asked = company("Nordlicht Armaturn", country="DE", sites=["info@nordlicht.example"])
    with django_assert_num_queries(3):
        found = find_likely([asked])[0]
    assert found[0].customer.name == "Nordlicht Armaturen GmbH"
    assert found[0].match.verdict is Verdict.SAME
    scores = [one.match.score for one in found]
    assert scores == sorted(scores, reverse=True)


def panel(client, **typed):
    return client.get(reverse("customers:duplicates"), typed)


def test_the_panel_says_how_likely_why_and_whose_it_is(enter, people, sign_in):
    enter(
        "Anadolu Hırdavat Sanayi A.Ş.", by=people.hu, country_id="TR", city="Bursa", phone="+90 212 555 12 12"
    )
    page = panel(
        sign_in(people.lin), name="Anadolu Hirdavat San. ve Tic. Ltd.", country="TR"
    ).content.decode()
    assert "Anadolu Hırdavat" in page and "the same name" in page and "Hu Jing" in page
    assert "badge" in page
    assert "Bursa" not in page and "C00001" not in page and "<a " not in page


def test_the_panel_links_what_one_may_see_and_offers_what_lies_in_the_pool(enter, people, sign_in):
    pooled = enter("Nordlicht GmbH", country_id="DE", owner_id=None)
    page = panel(sign_in(people.lin), name="Nordlicht", country="DE").content.decode()
    assert reverse("customers:customer", args=[pooled.pk]) in page and "in the public pool" in page
    assert "Claim it instead" in page


def test_the_panel_finds_mail_addresses_and_numbers_of_people(enter, people, moment, sign_in):
    known = enter("Levant Foods", by=people.hu)
    points = [
        {"kind": "EMAIL", "value": "omar.levant@gmail.com"},
        {"kind": "MOBILE", "value": "+961 3 123 456"},
    ]
    actions.create_contact(
        row={"customer_id": known.pk, "name": "Omar", "points": points}, by=None, at=moment
    )
    client = sign_in(people.lin)
    assert "Levant Foods" in panel(client, name="", contact_email="Omar.Levant@GMAIL.com").content.decode()
    assert "Levant Foods" in panel(client, name="", contact_phone="+961 3 123456").content.decode()
    assert "Levant" not in panel(client, name="", contact_email="other@gmail.com").content.decode()


def test_a_contact_is_known_at_another_customer(enter, people, moment, sign_in):
    known, mine = enter("Levant Foods", by=people.hu), enter("Cedar Trading")
    points = [{"kind": "EMAIL", "value": "omar.levant@gmail.com"}]
    actions.create_contact(
        row={"customer_id": known.pk, "name": "Omar", "points": points}, by=None, at=moment
    )
    url = reverse("customers:known_ways", args=[mine.pk])
    asked = {"points-0-kind": "EMAIL", "points-0-value": "omar.levant@gmail.com"}
    page = sign_in(people.lin).get(url, asked).content.decode()
    assert "Levant Foods" in page and "Hu Jing" in page and "<a " not in page
    own = reverse("customers:known_ways", args=[known.pk])
    assert "Levant" not in sign_in(people.hu).get(own, asked).content.decode()


def test_the_panel_asks_the_same_number_of_questions_however_many_resemble(enter, people, sign_in):
    client = sign_in(people.lin)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            panel(client, name="Nordlicht Armaturen", country="DE")
        return len(seen)

    enter("Nordlicht Armaturen GmbH", country_id="DE")
    queries()
    few = queries()
    for number in range(30):
        enter(f"Nordlicht Armaturen {number + 2} GmbH", by=people.hu, country_id="DE")
    assert queries() == few


NEW = {"name": "Nordlicht Armaturen Vertrieb", "country": "DE", "follow_grade": ""}


def test_one_is_asked_before_a_probable_double_is_made_and_its_owner_hears_of_it_once(enter, people, sign_in):
    theirs = enter("Nordlicht Armaturen GmbH", by=people.hu, country_id="DE", website="nordlicht.example")
    client, url = sign_in(people.lin), reverse("customers:create")
    typed = {**NEW, "website": "www.nordlicht.example"}
    page = client.post(url, typed)
    assert page.context["ask"] and Customer.objects.count() == 1
    assert client.post(url, {**typed, "anyway": "1"}).status_code == 302
    assert Customer.objects.count() == 2
    notice = Notice.objects.get(kind="customers.ownership_conflict")
    assert (notice.user, notice.customer_id) == (people.hu, theirs.pk)
    assert notice.params == {"who": ["林晓雯", "Lin Xiaowen"], "typed": NEW["name"]}
    bell = sign_in(people.hu).get(reverse("notifications:list")).content.decode()
    assert "Lin Xiaowen entered “Nordlicht Armaturen Vertrieb”" in bell


def test_the_form_refuses_an_exact_double_keeps_what_was_typed_and_takes_a_reason(enter, people, sign_in):
    enter("Nordlicht Armaturen GmbH", by=people.hu, country_id="DE")
    client, url = sign_in(people.lin), reverse("customers:create")
    typed = {**NEW, "name": "NORDLICHT Armaturen", "remarks": "met in Canton", "anyway": "1"}
    page = client.post(url, typed)
    body = page.content.decode()
    assert page.context["form"].errors["name"] == [
        "“Nordlicht Armaturen GmbH” is entered already; its owner is Hu Jing."
    ]
    assert "met in Canton" in body and 'name="same_name_reason"' in body
    assert Notice.objects.filter(kind="customers.ownership_conflict", user=people.hu).count() == 1
    assert client.post(url, {**typed, "same_name_reason": "their rival in Kiel"}).status_code == 302
    assert Customer.objects.get(owner=people.lin).same_name_reason == "their rival in Kiel"


def test_the_edit_form_refuses_likewise(enter, people, sign_in):
    enter("Delta GmbH", by=people.hu, country_id="DE")
    mine = enter("Deltta", country_id="DE")
    client, url = sign_in(people.lin), reverse("customers:edit", args=[mine.pk])
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"name": "Delta"}
    page = client.post(url, {**typed, "sales_channels": []})
    assert "Hu Jing" in page.context["form"].errors["name"][0]
    assert 'name="same_name_reason"' in page.content.decode()


def test_nobody_is_told_of_his_own_customer(enter, people, moment):
    mine = enter("Delta GmbH")
    assert actions.tell_conflicts(found=[(mine, "Delta")], by=people.lin, at=moment) == 0


def test_a_short_name_that_abridges_the_name_makes_nobody_alike():
    one = company_of(Customer(name="Delta Trading", short_name="Delta"))
    assert len(one.names) == 1
