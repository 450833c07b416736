from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from genjin.jobs.execute import execute
from genjin.jobs.models import Job, Schedule, Worker
from genjin.jobs.recurring import schedule

from .sample_jobs import give_up, mark

pytestmark = pytest.mark.django_db


def test_an_administrator_sees_what_failed_and_why(sign_in, people, claim):
    give_up.enqueue()
    job = claim()
    execute(job)
    browser = sign_in(people.admin)
    page = browser.get(reverse("jobs:list"), {"state": "FAILED"}).content.decode()
    assert "give_up" in page and "GiveUp" in page
    assert "There is no such mailbox." in browser.get(reverse("jobs:job", args=[job.pk])).content.decode()


def test_an_administrator_runs_a_failed_job_again(sign_in, people, claim):
    give_up.enqueue()
    job = claim()
    execute(job)
    browser = sign_in(people.admin)
    answer = browser.post(reverse("jobs:run_again", args=[job.pk]))
    assert answer.status_code == 302
    job.refresh_from_db()
    assert (job.state, job.handled_by) == (Job.State.READY, people.admin)


def test_an_administrator_cancels_a_waiting_job(sign_in, people):
    mark.enqueue("effect")
    job = Job.objects.get()
    sign_in(people.admin).post(reverse("jobs:cancel", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.handled_by) == (Job.State.CANCELLED, people.admin)


def test_others_do_not_find_the_page(sign_in, people):
    mark.enqueue("effect")
    pk = Job.objects.get().pk
    for user in (people.lin, people.chen, people.zhao, people.zhou, people.guest):
        browser = sign_in(user)
        assert browser.get(reverse("jobs:list")).status_code == 404
        assert browser.get(reverse("jobs:job", args=[pk])).status_code == 404
        assert browser.post(reverse("jobs:cancel", args=[pk])).status_code == 404
    assert Job.objects.get().state == Job.State.READY


def test_a_missing_worker_is_said_aloud(sign_in, people):
    browser = sign_in(people.admin)
    assert "No worker is running" in browser.get(reverse("jobs:list")).content.decode()
    Worker.objects.create(owner="me", host="here", pid=1, pid_space="")
    assert "No worker is running" not in browser.get(reverse("jobs:list")).content.decode()


def test_a_line_that_left_the_schedule_has_no_turn_to_come(sign_in, people):
    (line, *_others) = schedule()
    for name in (line.name, "Count the clouds"):
        Schedule.objects.create(name=name, next_run=timezone.now())
    page = sign_in(people.admin).get(reverse("jobs:list")).content.decode()
    assert line.name in page
    assert "Count the clouds" not in page


def test_the_page_asks_no_more_for_more_jobs(sign_in, people, django_assert_max_num_queries):
    browser = sign_in(people.admin)
    browser.get(reverse("jobs:list"))
    counts = []
    for _ in range(2):
        for number in range(10):
            mark.enqueue(str(number))
        with django_assert_max_num_queries(40) as queries:
            browser.get(reverse("jobs:list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
