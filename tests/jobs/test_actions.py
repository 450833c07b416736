from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.jobs import actions, lease, queries
from genjin.jobs.execute import Outcome, execute
from genjin.jobs.jobs import prune
from genjin.jobs.models import Job, Worker
from genjin.jobs.worker import dead_neighbours, pid_space

from .sample_jobs import give_up, mark

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_a_failed_job_can_be_run_again(claim):
    give_up.enqueue()
    failed = claim()
    execute(failed)
    assert actions.run_again(job=failed, by=None, at=NOW)
    again = claim()
    assert (again.attempts, again.max_attempts > again.attempts, again.handled_at) == (2, True, NOW)


def test_a_job_is_not_run_again_while_it_waits_or_runs(claim):
    mark.enqueue("effect")
    assert not actions.run_again(job=Job.objects.get(), by=None, at=NOW)
    assert not actions.run_again(job=claim(), by=None, at=NOW)


def test_a_cancelled_job_does_not_run():
    mark.enqueue("effect")
    assert actions.cancel(job=Job.objects.get(), by=None, at=NOW)
    assert not lease.is_waiting()
    assert not actions.cancel(job=Job.objects.get(), by=None, at=NOW)


def test_cancelling_a_running_job_undoes_what_it_wrote(claim, marks):
    mark.enqueue("effect")
    job = claim()
    actions.cancel(job=job, by=None, at=NOW)
    assert execute(job) is Outcome.LOST
    assert marks() == []
    assert Job.objects.get().state == Job.State.CANCELLED


def test_done_jobs_are_kept_14_days_and_failed_ones_90(claim):
    ages = {"DONE": (13, 15), "FAILED": (89, 91), "CANCELLED": (89, 91)}
    for state, days in ages.items():
        for age in days:
            Job.objects.create(task="x.y", state=state, finished_at=timezone.now() - timedelta(days=age))
    mark.enqueue("waiting")
    prune.call()
    left = Job.objects.values_list("state", flat=True)
    assert sorted(left) == ["CANCELLED", "DONE", "FAILED", "READY"]


def test_a_long_backlog_is_pruned_in_slices(monkeypatch):
    monkeypatch.setattr(actions, "PRUNE_SLICE", 2)
    for _ in range(3):
        Job.objects.create(task="x.y", state="DONE", finished_at=timezone.now() - timedelta(days=15))
    prune.call()
    assert Job.objects.filter(state="DONE").count() == 1
    assert Job.objects.filter(task="genjin.jobs.jobs.prune", state="READY").count() == 1


def test_the_overview_counts_and_names_who_works(claim, django_assert_num_queries):
    mark.enqueue("running")
    claim()
    mark.enqueue("waiting")
    Worker.objects.create(owner="me", host="here", pid=1, pid_space="")
    with django_assert_num_queries(len(Job.State) + 4):
        overview = queries.overview()
    assert [overview.counts[state].number for state in ("READY", "RUNNING", "FAILED")] == [1, 1, 0]
    assert overview.oldest_waiting.args == ["waiting"]
    assert [worker.owner for worker in overview.workers] == ["me"]


def test_jobs_of_a_dead_worker_of_this_machine_need_not_wait_for_the_lease(claim):
    mark.enqueue("effect")
    claim("dead")
    nobody = 2**22 + 1  # above Linux's highest process id
    Worker.objects.create(owner="dead", host="here", pid=nobody, pid_space=pid_space())
    Worker.objects.create(owner="elsewhere", host="there", pid=nobody, pid_space="another machine")
    assert [worker.owner for worker in dead_neighbours("me")] == ["dead"]
    lease.expire("dead")
    assert lease.release_expired() == 1
    assert claim("me").attempts == 2
