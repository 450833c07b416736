from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.instance.models import ErrorReport
from genjin.jobs import JobOptions, lease
from genjin.jobs.execute import Outcome, execute
from genjin.jobs.models import Job
from genjin.jobs.worker import Running, Work

from .sample_jobs import give_up, hand_back, mark, mark_outside, tell_attempt

pytestmark = pytest.mark.django_db


def test_effect_and_done_are_kept_together(claim, marks):
    mark.enqueue("effect")
    assert execute(claim()) is Outcome.DONE
    job = Job.objects.get()
    assert (job.state, job.result, job.lease_until) == (Job.State.DONE, "marked effect", None)
    assert marks() == ["effect"]


def test_the_effect_of_a_failed_attempt_is_undone_and_the_job_tried_again(claim, marks):
    mark.enqueue("effect", then_raise="broken")
    assert execute(claim()) is Outcome.RETRY
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.READY, 1)
    assert timedelta(seconds=7) < job.run_after - timezone.now() < timedelta(seconds=13)
    assert job.error_class == "builtins.ValueError"
    assert marks() == []


def test_pauses_grow_and_are_capped():
    options = JobOptions(pause=timedelta(seconds=10), longest_pause=timedelta(minutes=5))
    pauses = [options.pause_after(attempt).total_seconds() for attempt in range(1, 9)]
    for pause, expected in zip(pauses, [10, 20, 40, 80, 160, 300, 300, 300], strict=True):
        assert expected * 0.8 <= pause <= expected * 1.2
    assert options.pause_after(10_000) <= timedelta(minutes=6)


def test_pauses_differ_so_that_failures_do_not_return_in_step():
    assert len({JobOptions().pause_after(1) for _ in range(20)}) > 1


def test_a_job_gives_up_after_its_last_attempt(claim):
    mark.enqueue("effect", then_raise="broken")
    outcomes = []
    for _ in range(3):
        Job.objects.update(run_after=timezone.now())
        outcomes.append(execute(claim()))
    assert outcomes == [Outcome.RETRY, Outcome.RETRY, Outcome.FAILED]
    job = Job.objects.get()
    assert job.state == Job.State.FAILED
    assert job.finished_at is not None
    assert "ValueError: broken" in job.error_text
    assert ErrorReport.objects.get().place == "tests.jobs.sample_jobs.mark"


def test_a_job_that_knows_no_retry_can_help_fails_at_once(claim):
    give_up.enqueue()
    assert execute(claim()) is Outcome.FAILED
    assert "There is no such mailbox." in Job.objects.get().error_text
    assert not ErrorReport.objects.exists(), "it said itself what is wrong: not an error of the code"


def test_a_job_that_is_asked_to_stop_returns_without_losing_an_attempt(claim, marks):
    hand_back.enqueue()
    left = Job.objects.get().max_attempts
    assert execute(claim(), should_stop=lambda: True) is Outcome.HANDED_BACK
    job = Job.objects.get()
    assert job.state == Job.State.READY
    assert job.max_attempts - job.attempts == left
    assert execute(claim()) is Outcome.DONE
    assert marks() == ["not asked to stop"]


def test_a_stalled_worker_that_lost_its_lease_cannot_finish(claim, let_lease_expire, marks):
    mark.enqueue("once")
    stalled = claim("stalled")
    let_lease_expire(stalled)
    other = claim("other")
    assert execute(stalled) is Outcome.LOST
    assert marks() == []
    assert execute(other) is Outcome.DONE
    assert marks() == ["once"]


def test_the_same_worker_cannot_finish_an_attempt_it_lost_before(claim, let_lease_expire):
    mark_outside.enqueue("effect")
    first = claim("same")
    let_lease_expire(first)
    second = claim("same")
    with pytest.raises(lease.LeaseLost):
        lease.finish(first, None)
    lease.finish(second, None)


def test_a_stalled_worker_cannot_fail_or_hand_back_what_it_lost(claim, let_lease_expire):
    mark.enqueue("effect")
    stalled = claim("stalled")
    let_lease_expire(stalled)
    claim("other")
    lease.fail(stalled, ValueError("late"), JobOptions())
    lease.hand_back(stalled)
    job = Job.objects.get()
    assert (job.state, job.owner, job.attempts) == (Job.State.RUNNING, "other", 2)


def test_a_heartbeat_keeps_a_long_job(claim):
    mark.enqueue("long")
    job = claim()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert lease.renew(job, lease=60)
    assert lease.release_expired() == 0


def test_a_heartbeat_learns_that_the_job_is_gone(claim, let_lease_expire):
    mark.enqueue("long")
    job = claim()
    let_lease_expire(job)
    assert not lease.renew(job, lease=60)


def test_a_job_that_overruns_its_limit_is_not_kept(claim):
    mark.enqueue("hung")
    job = claim()
    work = Work()
    work._running[job.pk] = Running(job, since=-10_000, limit=60)
    before = Job.objects.get().lease_until
    work._renew_all()
    assert Job.objects.get().lease_until == before
    assert work.overrun and work.stop.is_set()


def test_a_worker_that_must_stop_hands_back_what_still_runs(claim):
    mark.enqueue("long")
    mark.enqueue("hung")
    work = Work()
    for since in (time.monotonic(), -10_000):
        job = claim(work.owner)
        work._running[job.pk] = Running(job, since=since, limit=60)
    work._leave()
    long, hung = Job.objects.order_by("pk")
    assert (long.state, long.max_attempts - long.attempts) == (Job.State.READY, 3)
    assert hung.state == Job.State.RUNNING, "a job that hung counts as an attempt: its lease runs out"


def test_a_poisoned_job_that_kills_its_workers_is_stopped(claim, let_lease_expire):
    mark.enqueue("poison")
    for _ in range(3):
        Job.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        let_lease_expire(claim())
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.FAILED, 3)
    assert job.error_class == lease.LOST


def test_a_job_of_code_that_is_gone_fails_with_its_name(claim):
    Job.objects.create(task="genjin.jobs.jobs.no_longer_there", max_attempts=1)
    assert execute(claim()) is Outcome.FAILED
    assert "no_longer_there" in Job.objects.get().error_text


def test_a_job_learns_which_attempt_it_is(claim, let_lease_expire):
    tell_attempt.enqueue()
    let_lease_expire(claim())
    execute(claim())
    assert Job.objects.get().result == 2


def test_what_is_kept_of_an_error_names_nobody(claim):
    secret = "password=hunter2 for wang.wei@example.com at +86 138 0013 8000, smtp://u:pw@mx.example.com"
    mark.enqueue("effect", then_raise=secret)
    execute(claim())
    text = Job.objects.get().error_text
    assert "ValueError" in text
    for private in ("hunter2", "wang.wei", "138 0013", "u:pw"):
        assert private not in text
