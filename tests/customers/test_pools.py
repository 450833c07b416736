"""Several public pools: who sees and claims what, the limits on claiming, the settings screens."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import Refused
from genjin.customers.models import Customer, PoolMove, PublicPool
from genjin.journal.models import Entry
from genjin.notifications.models import Notice
from genjin.people import access
from genjin.people.models import User
from genjin.policy.actions import save_layer


@pytest.fixture
def default(people):
    return PublicPool.objects.get(is_default=True)


@pytest.fixture
def pool(people, moment):
    """`pool("East", members=[lin], …)` makes a pool; what people know of pools is read again."""

    def make(name, **who):
        ids = {key: [row.pk for row in rows] for key, rows in who.items()}
        made = actions.create_pool(names={"name_en": name}, people=ids, by=people.admin, at=moment)
        for user in (people.lin, people.wang, people.hu, people.chen, people.zhao):
            access.of(user, today=moment.date())
        return made

    return make


@pytest.fixture
def limits(people, moment):
    """`limits(claims_per_day=1, …)` sets the company's numbers; there is no freeze unless it is said."""

    def set_(**values):
        given = {"frozen_days": 0} | values
        save_layer(
            scope="COMPANY", values={f"pool.{k}": v for k, v in given.items()}, by=people.admin, at=moment
        )

    set_()
    return set_


def given_back(row, people, moment, **more):
    actions.return_to_pool(ids=[row.pk], by=row.owner, at=moment, why="No time", **more)
    row.refresh_from_db()
    return row


def seen(user):
    return set(Customer.objects.visible_to(user).values_list("name", flat=True))


@pytest.mark.parametrize("wrong", [{"owner": None}, {"owner": "lin", "pool": "default"}])
def test_the_database_keeps_every_ownerless_customer_in_exactly_one_pool(customer, people, default, wrong):
    one = customer()
    values = {"owner": people.lin if wrong["owner"] else None, "pool": default if "pool" in wrong else None}
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=one.pk).update(**values)


def test_without_an_owner_a_new_or_accepted_customer_lies_in_the_default_pool(people, moment, default):
    made = actions.create_customers(
        rows=[{"name": "New", "owner_id": None}, {"name": "Lead", "owner_id": None, "is_confirmed": False}],
        by=people.chen, at=moment,
    )  # fmt: skip
    assert [row.pool for row in made] == [default, None]
    actions.confirm_customers(ids=[made[1].pk], by=people.chen, at=moment)
    made[1].refresh_from_db()
    assert (made[1].pool, made[1].pooled_at) == (default, moment)


def test_only_members_and_managers_see_what_lies_in_their_pool(customer, people, pool, moment):
    closed = pool("West only", members=[people.hu], managers=[people.wang])
    customer(name="open", owner=None)
    customer(name="closed", owner=None, pool=closed)
    for user, names in (
        (people.lin, {"open"}), (people.wang, {"open", "closed"}), (people.hu, {"open", "closed"}),
        (people.chen, {"open"}), (people.zhao, {"open", "closed"}),
    ):  # fmt: skip
        assert seen(user) == names
        assert set(Customer.objects.in_pools_of(user).values_list("name", flat=True)) == names


def test_the_page_of_a_customer_in_a_closed_pool_is_not_there_for_others(customer, people, pool, sign_in):
    hidden = customer(name="closed", owner=None, pool=pool("West", members=[people.hu]))
    page = reverse("customers:customer", args=[hidden.pk])
    assert sign_in(people.lin).get(page).status_code == 404
    assert sign_in(people.lin).post(reverse("customers:claim", args=[hidden.pk])).status_code == 404
    assert "West" in sign_in(people.hu).get(page).content.decode()


def test_who_sees_everything_still_claims_only_as_a_member(customer, people, pool, moment, limits):
    hidden = customer(owner=None, pool=pool("West", members=[people.hu]))
    with pytest.raises(Refused, match="Only members of “West”"):
        actions.claim(customer_id=hidden.pk, by=people.zhou, at=moment)
    assert actions.claim(customer_id=hidden.pk, by=people.hu, at=moment).owner == people.hu


def test_a_customer_returns_to_the_chosen_pool_else_to_that_of_its_owners_team(
    customer, people, pool, moment, default
):
    east, other = pool("East", teams=[people.east]), pool("Other")
    assert given_back(customer(), people, moment).pool == east
    assert given_back(customer(owner=people.hu), people, moment).pool == default
    assert given_back(customer(), people, moment, pool_id=other.pk).pool == other
    actions.close_pool(pool_id=other.pk, by=people.admin, at=moment)
    with pytest.raises(Refused, match="not in use"):
        given_back(customer(), people, moment, pool_id=other.pk)


def test_claiming_and_handing_out_take_a_customer_out_of_its_pool(customer, people, moment, limits):
    rows = [given_back(customer(), people, moment) for _ in range(2)]
    actions.claim(customer_id=rows[0].pk, by=people.wang, at=moment)
    actions.assign_owner(ids=[rows[1].pk], owner_id=people.lin.pk, by=people.chen, at=moment, why="x")
    for row in rows:
        row.refresh_from_db()
        assert (row.pool, row.pooled_at) == (None, None)
    kinds = PoolMove.objects.order_by("pk").values_list("kind", "person")
    lin, wang = people.lin.pk, people.wang.pk
    assert list(kinds) == [("RETURNED", lin), ("RETURNED", lin), ("CLAIMED", wang), ("ASSIGNED", lin)]
    assert Notice.objects.get(user=people.lin, customer=rows[0]).kind == "customers.claimed"


def test_a_newcomer_is_frozen_for_all_but_the_pools_managers(customer, people, pool, moment, limits):
    limits(frozen_days=2)
    mine = given_back(customer(), people, moment, pool_id=pool("Open", managers=[people.hu]).pk)
    with pytest.raises(Refused, match="from 26 Nov on"):
        actions.claim(customer_id=mine.pk, by=people.wang, at=moment + timedelta(days=1))
    with transaction.atomic():
        assert actions.claim(customer_id=mine.pk, by=people.hu, at=moment).owner == people.hu
        transaction.set_rollback(True)
    assert actions.claim(customer_id=mine.pk, by=people.wang, at=moment + timedelta(days=2))


def test_the_former_owner_waits_while_others_may_claim(customer, people, moment, limits):
    limits(former_owner_days=5)
    mine = given_back(customer(), people, moment)
    with pytest.raises(Refused, match=r"was yours.*29 Nov"):
        actions.claim(customer_id=mine.pk, by=people.lin, at=moment + timedelta(days=4))
    # A friend who takes it and gives it back does not shorten the wait.
    actions.claim(customer_id=mine.pk, by=people.wang, at=moment)
    mine.refresh_from_db()
    given_back(mine, people, moment)
    with pytest.raises(Refused, match="was yours"):
        actions.claim(customer_id=mine.pk, by=people.lin, at=moment + timedelta(days=1))
    assert (
        actions.claim(customer_id=mine.pk, by=people.lin, at=moment + timedelta(days=5)).owner == people.lin
    )


def test_a_day_has_so_many_claims_and_what_was_handed_out_does_not_count(customer, people, moment, limits):
    limits(claims_per_day=1)
    rows = [customer(owner=None) for _ in range(4)]
    actions.assign_owner(ids=[rows[3].pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="x")
    actions.claim(customer_id=rows[0].pk, by=people.wang, at=moment)
    with pytest.raises(Refused, match="1 customer a day"):
        actions.claim(customer_id=rows[1].pk, by=people.wang, at=moment + timedelta(hours=14))
    # Midnight where she lives: 15 hours after nine in the morning.
    actions.claim(customer_id=rows[1].pk, by=people.wang, at=moment + timedelta(hours=15))


def test_who_holds_enough_prospects_claims_no_more_and_customers_with_orders_do_not_count(
    customer, people, moment, limits
):
    limits(holding_max=2)
    customer(owner=people.wang)
    customer(owner=people.wang, lifecycle_stage="OLD")
    free = [customer(owner=None) for _ in range(2)]
    old = customer(owner=None, lifecycle_stage="TRIAL")
    actions.claim(customer_id=free[0].pk, by=people.wang, at=moment)
    with pytest.raises(Refused, match="You hold 2 prospects; the limit is 2"):
        actions.claim(customer_id=free[1].pk, by=people.wang, at=moment)
    assert actions.claim(customer_id=old.pk, by=people.wang, at=moment).owner == people.wang


def test_a_refusal_is_one_sentence_in_the_readers_language(customer, people, moment, limits, sign_in):
    limits(claims_per_day=0)
    User.objects.filter(pk=people.wang.pk).update(language="zh-hans")
    free = customer(owner=None)
    answer = sign_in(people.wang).post(reverse("customers:claim", args=[free.pk]), follow=True)
    assert "每天最多领取 0 个客户" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_claims_of_one_person_at_once_stay_within_the_limits(customer, people, moment):
    values = {"pool.claims_per_day": 2, "pool.frozen_days": 0}
    save_layer(scope="COMPANY", values=values, by=people.admin, at=moment)
    rows = [customer(owner=None) for _ in range(5)]
    gate, found = Barrier(5), []

    def run(row):
        gate.wait(10)
        try:
            found.append(actions.claim(customer_id=row.pk, by=people.wang, at=moment))
        except Refused as error:
            found.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(one).__name__ for one in found) == ["Customer"] * 2 + ["Refused"] * 3
    assert Customer.objects.filter(owner=people.wang).count() == 2


def test_closing_a_pool_moves_its_customers_to_the_default_one(customer, people, pool, moment, default):
    other = pool("Other")
    row = customer(owner=None, pool=other)
    actions.close_pool(pool_id=other.pk, by=people.admin, at=moment)
    row.refresh_from_db()
    assert row.pool == default
    assert Entry.objects.get(verb="move to pool").changes["pool_id"] == [other.pk, default.pk]
    with pytest.raises(Refused, match="default pool stays"):
        actions.close_pool(pool_id=default.pk, by=people.admin, at=moment)


def test_a_manager_moves_between_the_pools_he_manages(customer, people, pool, moment):
    mine, other = pool("Mine", managers=[people.wang]), pool("Other", managers=[people.wang])
    foreign = pool("Foreign")
    row = customer(owner=None, pool=mine)
    with pytest.raises(Refused, match="Only a manager of “Foreign”"):
        actions.move_to_pool(ids=[row.pk], pool_id=foreign.pk, by=people.wang, at=moment, why="Better there")
    with pytest.raises(Refused, match="Say why"):
        actions.move_to_pool(ids=[row.pk], pool_id=other.pk, by=people.wang, at=moment, why=" ")
    assert actions.move_to_pool(ids=[row.pk], pool_id=other.pk, by=people.wang, at=moment, why="Better") == 1
    row.refresh_from_db()
    assert row.pool == other


def test_pools_are_made_and_changed_on_their_screens(people, sign_in, pool):
    boss = sign_in(people.zhao)
    made = boss.post(reverse("customers:add_pool"), {"name_en": "Fairs", "members": [people.lin.pk]})
    assert made.status_code == 302
    row = PublicPool.objects.get(name_en="Fairs")
    assert list(row.members.all()) == [people.lin]
    url = reverse("customers:pool", args=[row.pk])
    assert sign_in(people.wang).get(url).status_code == 404
    row.managers.add(people.wang)
    page = sign_in(people.wang).get(url)
    sent = {"name_en": "Trade fairs", "members": [people.hu.pk], "managers": [people.wang.pk]}
    sent["version"] = page.context["form"]["version"].value()
    assert sign_in(people.wang).post(url, sent).status_code == 302
    row.refresh_from_db()
    assert (row.name_en, list(row.members.all())) == ("Trade fairs", [people.hu])
    assert "Trade fairs" not in sign_in(people.lin).get(reverse("customers:pools")).content.decode()
    assert boss.post(reverse("customers:add_pool"), {"name_en": " "}).context["form"].errors


def test_keeping_a_customer_needs_the_right_a_reason_and_a_future_day(customer, people, moment):
    one = customer()
    keep = {"customer_id": one.pk, "at": moment, "is_locked": False}
    with pytest.raises(Refused):
        actions.protect(**keep, until=moment.date(), why="Fair", by=people.lin)
    with pytest.raises(Refused, match="lie in the past"):
        actions.protect(**keep, until=moment.date() - timedelta(days=1), why="Fair", by=people.chen)
    with pytest.raises(Refused, match="Say why"):
        actions.protect(**keep, until=moment.date(), by=people.chen)
    actions.protect(**keep, until=moment.date(), why="Fair in spring", by=people.chen)
    one.refresh_from_db()
    assert (one.protected_until, one.pool_note) == (moment.date(), "Fair in spring")


def test_the_list_is_narrowed_by_pool_and_by_the_day_of_return(customer, people, pool, moment, sign_in):
    west = pool("West")
    customer(name="in west", owner=None, pool=west)
    customer(name="elsewhere", owner=None)
    customer(name="soon", returns_on=moment.date() + timedelta(days=6))
    customer(name="later", returns_on=moment.date() + timedelta(days=20))
    client = sign_in(people.lin)

    def names(query):
        return {row.name for row in client.get(reverse("customers:list") + query).context["page"].rows}

    assert names(f"?show=pool&pool={west.pk}") == {"in west"}
    assert names("?returns=7&columns=returns") == {"soon"}
    assert names("?returns=30&sort=returns") == {"soon", "later"}


def test_the_dialog_offers_the_pools_and_warns_of_few_follow_ups(customer, people, pool, sign_in):
    pool("West")
    one = customer(follow_up_count=2)
    url = reverse("customers:to_pool", args=[one.pk])
    text = sign_in(people.lin).get(url).content.decode()
    assert "West" in text
    assert "Only 2 follow-ups so far" in text
