"""The return to the public pool: the day on the customer, the warning, the sweep, the preview."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.models import Customer, NextStep, PoolMove
from genjin.followups import pool
from genjin.followups.decide import decide_customers
from genjin.followups.jobs import sweep_pool
from genjin.instance.models import Instance
from genjin.journal.models import Entry
from genjin.notifications.models import Notice
from genjin.policy.actions import save_layer

pytestmark = pytest.mark.django_db
RULE = {f"pool.prospect_follow_up_days.{grade}": 10 for grade in ("TOP", "UPPER_MID", "MID", "LOW", "NONE")}


@pytest.fixture
def rule(people: Any, moment: datetime) -> Any:
    """`rule(**values)` sets the rule long ago, or `at` another moment: ten days for prospects."""

    def set_(at: datetime | None = None, **values: Any) -> None:
        given = RULE | {f"pool.{key}": value for key, value in values.items()}
        save_layer(scope="COMPANY", values=given, by=people.admin, at=at or moment - timedelta(days=90))

    set_()
    return set_


def night(at: datetime) -> pool.Swept:
    """The sweep as it runs at that moment."""
    return pool.sweep(lambda: at, lambda: False)


def told(user: Any) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_the_day_of_return_stands_on_the_customer_and_moves_with_each_follow_up(
    customer: Any, people: Any, rule: Any, moment: datetime, sign_in: Any
) -> None:
    one = customer(owned_since=moment - timedelta(days=3))
    decide_customers([one.pk], at=moment)
    one.refresh_from_db()
    assert (str(one.returns_on), one.return_code) == ("2026-12-01", "NO_FOLLOW_UP")
    page = sign_in(people.lin).get(reverse("customers:customer", args=[one.pk])).content.decode()
    assert "Returns to the public pool on 1 Dec: no follow-up for too long." in page
    actions.log_interaction(
        customer_id=one.pk, draft=LogDraft(kind="MEETING", content="Wants a sample of DN80."), at=moment,
        next_step=NextStepDraft(purpose="Send it", due_on=moment.date()), by=people.lin,
    )  # fmt: skip
    decide_customers([one.pk], at=moment)
    one.refresh_from_db()
    assert str(one.returns_on) == "2026-12-04"


def test_the_owner_is_warned_once_and_the_customer_returns_on_its_day(
    customer: Any, people: Any, rule: Any, moment: datetime
) -> None:
    one = customer(owned_since=moment - timedelta(days=4))  # Friday: returns on Monday, 30 November
    NextStep.objects.create(
        customer=one, owner=people.lin, purpose="Call", due_on=moment.date(), created_at=moment
    )
    assert night(moment - timedelta(days=2)) == pool.Swept()
    assert night(moment) == pool.Swept(warned=1)
    assert night(moment + timedelta(days=1)) == pool.Swept()
    assert night(moment + timedelta(days=5)) == pool.Swept()
    assert told(people.lin) == ["customers.return_coming"]
    assert night(moment + timedelta(days=6)) == pool.Swept(returned=1)
    assert night(moment + timedelta(days=6)) == pool.Swept()
    one.refresh_from_db()
    assert one.is_in_pool and one.pool is not None and one.pool.is_default and one.returns_on is None
    assert told(people.lin) == ["customers.return_coming", "customers.returned"]
    assert NextStep.objects.get().state == "CANCELLED"
    entry = Entry.objects.get(verb="return to pool")
    assert (entry.by, entry.note) == (None, "By rule: no follow-up for too long")
    assert PoolMove.objects.get().kind == "BY_RULE"


@pytest.mark.parametrize(
    "kept",
    [{"pool_locked": True}, {"protected_until": "2026-12-31"}, {"not_before": "2026-12-31"}, {"owner": None}],
)
def test_who_is_kept_stays_whatever_the_silence(
    customer: Any, people: Any, rule: Any, moment: datetime, kept: dict[str, Any]
) -> None:
    customer(created_at=moment - timedelta(days=50), **{"owned_since": moment - timedelta(days=20)} | kept)
    assert night(moment + timedelta(days=8)) == pool.Swept()


def test_customers_with_orders_have_a_clock_of_their_own(
    customer: Any, people: Any, rule: Any, moment: datetime
) -> None:
    rule(**{"customer_follow_up_days.NONE": 30})
    since = moment - timedelta(days=20)
    old, prospect = customer(lifecycle_stage="OLD", owned_since=since), customer(owned_since=since)
    night(moment)
    assert Customer.objects.get(pk=prospect.pk).is_in_pool
    assert not Customer.objects.get(pk=old.pk).is_in_pool
    night(moment + timedelta(days=10))
    assert Customer.objects.get(pk=old.pk).is_in_pool


def test_a_changed_rule_returns_nobody_before_the_next_day(
    customer: Any, people: Any, rule: Any, moment: datetime
) -> None:
    one = customer(owned_since=moment - timedelta(days=9))
    rule(at=moment, **{"prospect_follow_up_days.NONE": 3})
    assert night(moment + timedelta(hours=14)).returned == 0
    assert night(moment + timedelta(hours=17)).returned == 1
    assert Customer.objects.get(pk=one.pk).is_in_pool


def test_a_limit_on_claiming_is_no_new_return_rule(
    customer: Any, people: Any, rule: Any, moment: datetime
) -> None:
    customer(owned_since=moment - timedelta(days=12))
    rule(at=moment, claims_per_day=3)
    assert night(moment).returned == 1


def test_a_call_logged_just_before_the_return_keeps_the_customer(
    customer: Any, people: Any, rule: Any, moment: datetime
) -> None:
    one = customer(owned_since=moment - timedelta(days=12))
    Customer.objects.filter(pk=one.pk).update(last_follow_up_at=moment)
    assert pool._return([one.pk], moment.date(), moment) == 0
    assert not Notice.objects.exists()


def test_the_nightly_job_sweeps_at_business_time(
    customer: Any, people: Any, rule: Any, moment: datetime
) -> None:
    one = customer(owned_since=moment - timedelta(days=12))
    assert sweep_pool.func() == {"warned": 0, "returned": 1}
    assert Customer.objects.get(pk=one.pk).is_in_pool
    assert Instance.objects.get().clock_offset


def test_the_preview_shows_who_would_return_and_saves_nothing_before(
    customer: Any, people: Any, rule: Any, moment: datetime, sign_in: Any
) -> None:
    customer(name="Silent", owned_since=moment - timedelta(days=6))
    customer(name="Fresh", owned_since=moment)
    boss, url = sign_in(people.zhao), reverse("followups:pool_rule")
    page = boss.get(url)
    assert "Show who would be affected" in page.content.decode()
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (False, None)}
    sent["pool.prospect_follow_up_days.NONE"] = "5"
    shown = boss.post(url, sent | {"preview": "1"})
    found = shown.context["preview"]
    assert (found.first_night, found.soon, found.now_soon) == (1, 2, 2)
    assert shown.content.decode().index("Silent") < shown.content.decode().index("Fresh")
    assert pool.setting.current(moment).base.policy.values["pool.prospect_follow_up_days.NONE"] == 10
    assert boss.post(url, sent | {"save": "1"}).status_code == 302
    assert pool.setting.current(moment).base.policy.values["pool.prospect_follow_up_days.NONE"] == 5
    wrong = boss.post(url, sent | {"pool.warn_days": "0", "save": "1"})
    assert "from 1 to 60" in wrong.content.decode()


def test_a_team_has_its_own_rule_shown_for_its_own_people(
    customer: Any, people: Any, rule: Any, moment: datetime, sign_in: Any
) -> None:
    since = moment - timedelta(days=6)
    mine, theirs = customer(owned_since=since), customer(owner=people.hu, owned_since=since)
    found = pool.preview(
        "TEAM", people.east.pk, {"pool.prospect_follow_up_days.NONE": 5}, at=moment, team_id=people.east.pk
    )
    assert [one.customer_id for one in found.first] == [mine.pk]
    values = {"pool.prospect_follow_up_days.NONE": 5}
    save_layer(scope="TEAM", subject_id=people.east.pk, values=values, by=people.admin, at=since)
    night(moment)
    assert Customer.objects.get(pk=mine.pk).is_in_pool
    assert not Customer.objects.get(pk=theirs.pk).is_in_pool
    assert (
        sign_in(people.chen).get(reverse("followups:pool_team_rule", args=[people.east.pk])).status_code
        == 200
    )
    west = reverse("followups:pool_team_rule", args=[people.west.pk])
    assert sign_in(people.chen).get(west).status_code == 404
