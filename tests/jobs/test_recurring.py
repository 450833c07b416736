from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from genjin.instance.models import Instance
from genjin.jobs.models import Job, Schedule
from genjin.jobs.recurring import Recurring, claim_turn, enqueue_due, schedule

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURLY = Recurring("hourly", "tests.jobs.sample_jobs.nothing", every=timedelta(hours=1))


def test_daily_work_has_its_hour_in_the_company_zone():
    nightly = Recurring("nightly", "x.y", at="03:40")
    assert nightly.first_run(NOON, SHANGHAI) == datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
    assert nightly.next_run(NOON, datetime(2026, 11, 22, 19, 40, tzinfo=UTC), SHANGHAI) == datetime(
        2026, 11, 23, 19, 40, tzinfo=UTC
    )


def test_daily_work_keeps_its_hour_when_summer_time_ends():
    nightly = Recurring("nightly", "x.y", at="03:40")
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert nightly.first_run(before, BERLIN) == datetime(2026, 10, 25, 2, 40, tzinfo=UTC)


def test_an_hour_that_summer_time_skips_still_comes_once_that_day():
    nightly = Recurring("nightly", "x.y", at="02:30")
    first = nightly.first_run(datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
    assert first.date() == datetime(2026, 3, 29, tzinfo=UTC).date()
    assert nightly.next_run(first, first, BERLIN).date() == datetime(2026, 3, 30, tzinfo=UTC).date()


def test_missed_turns_are_not_made_up_one_by_one():
    following = HOURLY.next_run(NOON, NOON + timedelta(hours=5, minutes=20), SHANGHAI)
    assert following == NOON + timedelta(hours=6)


@pytest.mark.parametrize("bad", [{}, {"every": timedelta(1), "at": "03:00"}, {"at": "25:00"}])
def test_a_line_of_the_schedule_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"needs either|hour must"):
        Recurring("bad", "x.y", **bad)


@pytest.mark.django_db
def test_two_workers_that_see_the_same_turn_enqueue_one_job():
    Schedule.objects.create(name="hourly", next_run=NOON)
    assert [claim_turn(HOURLY, NOON, NOON) for _ in range(2)] == [True, False]
    assert Job.objects.count() == 1
    row = Schedule.objects.get()
    assert (row.next_run, row.last_run, row.last_job) == (NOON + timedelta(hours=1), NOON, Job.objects.get())


@pytest.mark.django_db
def test_recurring_work_never_overlaps_itself():
    for hour in range(3):
        enqueue_due(NOON + timedelta(hours=hour), [HOURLY])
    assert Job.objects.count() == 1
    Job.objects.update(state=Job.State.DONE)
    enqueue_due(NOON + timedelta(hours=3), [HOURLY])
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_new_recurring_work_starts_by_itself_and_then_waits():
    assert enqueue_due(NOON, [HOURLY]) == 1
    assert enqueue_due(NOON + timedelta(minutes=59), [HOURLY]) == 0


@pytest.mark.django_db
def test_an_idle_look_at_the_schedule_is_one_query(django_assert_num_queries):
    enqueue_due(NOON, [HOURLY])
    with django_assert_num_queries(1):
        enqueue_due(NOON, [HOURLY])


@pytest.mark.django_db
def test_every_job_of_the_schedule_exists():
    assert {line.name for line in schedule()} >= {"Remove old jobs"}
    enqueue_due(NOON, [Recurring(line.name, line.task, every=timedelta(hours=1)) for line in schedule()])
    assert Job.objects.count() == len(schedule())


@pytest.mark.django_db
def test_work_of_the_demo_exists_in_a_demo_alone():
    of_demo = {"genjin.demo.jobs.bring_post"}
    assert not of_demo & {line.task for line in schedule()}
    Instance.objects.update(kind=Instance.Kind.DEMO)
    assert of_demo <= {line.task for line in schedule()}
