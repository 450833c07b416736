from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from genjin.jobs import lease, on_behalf_of
from genjin.jobs.backend import LeaseBackend
from genjin.jobs.execute import execute
from genjin.jobs.models import Job
from genjin.jobs.worker import Work

from .sample_jobs import decide, mark, tell_door

pytestmark = pytest.mark.django_db


class Refused(Exception):
    pass


def test_a_job_enqueued_in_a_rolled_back_change_never_runs(marks):
    with pytest.raises(Refused), transaction.atomic():
        mark.enqueue("never")
        raise Refused
    assert not lease.is_waiting()
    assert Job.objects.count() == 0


def test_a_job_is_a_row_of_the_transaction_that_causes_it(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        mark.enqueue("now")
    assert Job.objects.get().state == Job.State.READY


def test_a_job_waits_until_its_time(claim):
    mark.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    assert lease.claim(owner="first", lease=60) is None
    Job.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    assert claim().args == ["later"]


def test_urgent_jobs_come_first_then_older_ones(claim):
    for name, priority in (("old", 0), ("new", 0), ("urgent", 10), ("idle", -10)):
        mark.using(priority=priority).enqueue(name)
    assert [claim().args[0] for _ in range(4)] == ["urgent", "old", "new", "idle"]


def test_a_worker_takes_only_its_queues(claim):
    mark.using(queue_name="mail").enqueue("mail")
    mark.enqueue("default")
    assert not lease.is_waiting(["slow"])
    job = lease.claim(owner="first", lease=60, queues=["slow", "mail"])
    assert job is not None and job.args == ["mail"]
    assert lease.claim(owner="first", lease=60, queues=["slow", "mail"]) is None


def test_one_job_waits_per_key():
    first = decide.enqueue(7)
    assert decide.enqueue(7).id == first.id
    assert decide.enqueue(8).id != first.id
    assert Job.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_a_joined_job_does_not_run_before_the_change_that_joined_it_is_committed():
    def claim_elsewhere() -> Job | None:
        try:
            return lease.claim(owner="other", lease=60)
        finally:
            connection.close()

    decide.enqueue(7)
    with ThreadPoolExecutor(1) as another_connection:
        with transaction.atomic():
            decide.enqueue(7)
            assert another_connection.submit(claim_elsewhere).result(10) is None
        assert another_connection.submit(claim_elsewhere).result(10) is not None


def test_a_job_remembers_who_caused_it_and_passes_it_on(people, claim):
    with on_behalf_of(people.lin.pk):
        tell_door.enqueue()
    execute(claim())
    assert [job.enqueued_by for job in Job.objects.order_by("pk")] == [people.lin, people.lin]


def test_what_a_job_writes_is_journalled_as_the_work_of_a_job(claim):
    result = tell_door.enqueue()
    execute(claim())
    result.refresh()
    assert result.return_value == "JOB"


def test_a_change_during_the_run_of_its_job_gets_another_job(claim):
    first = decide.enqueue(7)
    claim()
    assert decide.enqueue(7).id != first.id


def test_a_job_that_waits_for_its_second_try_takes_no_new_work(claim, let_lease_expire):
    first = decide.enqueue(7)
    let_lease_expire(claim())
    assert decide.enqueue(7).id != first.id
    assert Job.objects.filter(state=Job.State.READY).count() == 2


def test_the_earlier_time_and_the_higher_priority_win_when_jobs_are_joined():
    in_an_hour = timezone.now() + timedelta(hours=1)
    decide.using(run_after=in_an_hour, priority=5).enqueue(7)
    decide.using(run_after=in_an_hour + timedelta(hours=1)).enqueue(7)
    job = Job.objects.get()
    assert abs(job.run_after - in_an_hour) < timedelta(seconds=1)
    assert job.priority == 5
    decide.enqueue(7)
    assert lease.is_waiting()


def test_arguments_that_are_not_json_are_refused_at_once():
    with pytest.raises(TypeError):
        mark.enqueue(timezone.now())
    assert Job.objects.count() == 0


def test_the_result_of_a_job_can_be_asked_for(claim):
    result = mark.enqueue("shown")
    assert result.status == TaskResultStatus.READY
    execute(claim())
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == "marked shown"
    assert mark.get_result(result.id).attempts == 1


def test_a_result_that_does_not_exist_is_said_to_be_missing():
    for unknown in ("999999", "no number"):
        with pytest.raises(TaskResultDoesNotExist):
            LeaseBackend("default", {}).get_result(unknown)


@pytest.mark.django_db(transaction=True)
def test_draining_runs_what_is_due_and_what_that_causes(marks):
    mark.enqueue("one")
    mark.enqueue("two")
    mark.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    assert Work().drain() == 2
    assert marks() == ["one", "two"]
