"""What is in the demo firm, at a reduced size."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from genjin.customers.actions.duplicate_pairs import pair_slice
from genjin.customers.models import (
    ContactPoint,
    CountrySection,
    Customer,
    CustomerValue,
    DimensionChange,
    DuplicatePair,
    Interaction,
    NextStep,
)
from genjin.demo import firm, load
from genjin.demo.extras import SPELLINGS
from genjin.demo.lives import ZONE
from genjin.demo.words import market, markets, words
from genjin.journal.models import Entry, Mark
from genjin.people.models import Absence, User

pytestmark = pytest.mark.django_db
SIZE = 100


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A small demo firm that the tests of this file read and nobody changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load.load(real=timezone.now(), size=SIZE)
        yield
        transaction.set_rollback(True)


def open_steps() -> Any:
    return NextStep.objects.filter(state=NextStep.State.OPEN, customer__deleted_at__isnull=True)


def test_customers_are_spread_over_forty_countries(demo):
    assert SIZE + 3 <= Customer.objects.count() <= SIZE + len(SPELLINGS)
    assert Customer.objects.values("country").distinct().count() >= 40


def test_the_markets_hold_over_three_hundred_companies_with_different_names():
    stems = [(code, stem.first) for code in markets() for stem in words(market(code)["stems"])]
    assert len(stems) == len(set(stems)) >= 320
    assert len(markets()) >= 40


def test_every_name_of_the_firm_is_in_both_languages(demo):
    for person in firm.PEOPLE:
        user = User.objects.get(email=person.email)
        assert user.name_zh
        assert user.name_en
    assert Customer.objects.exclude(name_local="").count() > SIZE / 10


def test_no_address_leads_out_of_the_reserved_domain(demo):
    addresses = list(ContactPoint.objects.filter(kind="EMAIL").values_list("value", flat=True))
    addresses += list(User.objects.values_list("email", flat=True))
    addresses += list(Customer.objects.exclude(domain="").values_list("domain", flat=True))
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_no_number_of_a_contact_is_all_that_different_from_its_market(demo):
    wrong = ContactPoint.objects.filter(kind__in=ContactPoint.PHONES).exclude(normalised__startswith="+")
    assert list(wrong) == []


def test_people_talk_in_both_languages_and_nobody_repeats_himself(demo):
    texts = list(Interaction.objects.values_list("content", flat=True))
    chinese = [text for text in texts if any("一" <= sign <= "鿿" for sign in text)]
    assert len(texts) > 8 * SIZE
    assert len(texts) * 0.5 < len(chinese) < len(texts) * 0.98
    assert len(set(texts)) > 0.95 * len(texts)
    again = Interaction.objects.values("customer", "content").annotate(times=Count("pk")).filter(times__gt=2)
    assert list(again) == []
    assert not any(sign in text for text in texts for sign in "{}|[]")


def test_one_customer_has_a_long_history(demo):
    longest = Customer.objects.annotate(count=Count("interactions")).order_by("-count")[0]
    assert longest.interactions.count() >= 60


def test_each_salesperson_finds_steps_overdue_and_steps_ahead(demo):
    today = timezone.localdate(timezone=ZONE)
    for key in firm.SALESPEOPLE:
        mine = open_steps().filter(owner__email=firm.person(key).email)
        assert mine.filter(due_on__lte=today).exists(), key
        assert mine.filter(due_on__gt=today).count() > mine.filter(due_on__lte=today).count(), key


def test_a_step_is_open_at_its_customers_owner_only(demo):
    assert not open_steps().exclude(owner=F("customer__owner")).exists()
    assert not open_steps().values("customer").annotate(count=Count("pk")).filter(count__gt=1).exists()


def test_nothing_happened_later_than_now(demo):
    soon = timezone.now() + timedelta(minutes=1)
    assert not Interaction.objects.filter(Q(happened_at__gt=soon) | Q(logged_at__gt=soon)).exists()
    assert not Entry.objects.filter(at__gt=soon).exists()
    assert not DimensionChange.objects.filter(at__gt=soon).exists()


def test_the_story_touches_every_corner(demo):
    customers = Customer.objects.all()
    assert customers.filter(owner=None).count() >= SIZE // 20
    assert customers.filter(deleted_at__isnull=False).exists()
    assert customers.exclude(not_before=None).exists()
    assert customers.exclude(cadence_days=None).exists()
    assert set(customers.values_list("key_account", flat=True)) == {"NO", "PROPOSED", "CONFIRMED"}
    assert {"A", "B", "C"} <= set(customers.values_list("value_class", flat=True))
    assert DimensionChange.objects.filter(cause="RULE").exists()
    assert CountrySection.objects.values("country").distinct().count() >= 8
    today = timezone.localdate(timezone=ZONE)
    away = Absence.objects.filter(first_day__lte=today, last_day__gte=today).get()
    assert away.deputy is not None
    assert User.objects.filter(probation_until__gt=today).count() == 1


def test_colleagues_entered_a_handful_of_customers_twice(demo):
    while pair_slice(at=timezone.now()):
        pass
    pairs = DuplicatePair.objects.filter(score__gte=50).select_related("first", "second")
    assert 3 <= len(pairs) <= 8
    assert sum(pair.first.owner_id != pair.second.owner_id for pair in pairs) >= 3


def test_the_firm_has_facts_of_its_own_about_many_customers(demo):
    assert CustomerValue.objects.values("record").distinct().count() >= SIZE // 2
    assert CustomerValue.objects.values("field").distinct().count() == 2


def test_everything_said_is_in_the_journal_and_every_customer_is_marked(demo):
    told = Entry.objects.filter(kind="customers.interaction", verb="log").count()
    assert told == Interaction.objects.count()
    marked = Mark.objects.filter(subject=Mark.Subject.CUSTOMER).count()
    assert marked == Customer.objects.count()


def test_the_passphrase_opens_the_door_and_only_its_owner_may_read_it(demo):
    file = load.passphrase_file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert User.objects.get(email=firm.person("zhou").email).check_password(load.passphrase())


def test_a_lost_passphrase_is_replaced_for_everybody(demo):
    with transaction.atomic():
        load.passphrase_file().unlink()
        new = load.ensure_passphrase(at=timezone.now())
        assert User.objects.get(email=firm.person("gu").email).check_password(new)
        assert load.ensure_passphrase(at=timezone.now()) == new


def test_loading_again_does_nothing(demo):
    before = Entry.objects.count()
    assert load.load(real=timezone.now(), size=SIZE) is False
    assert Entry.objects.count() == before
