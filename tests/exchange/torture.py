"""Kills workers while they check, import and take back a list, and counts what became of its rows.

`python -m tests.exchange.torture --kills 200`
runs on an empty database of its own (GENJIN_DATA or DATABASE_URL) and prints a report as JSON.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from tests.jobs.torture import kill, main, start_worker

BUSY_WITHIN = 15.0
DRAIN_WITHIN = 120.0
ROWS_A_KILL = 150
PEOPLE = 3
"""Rows of each company; every third one doubles the person above it."""


def listing(companies: int) -> str:
    """A list in which the rows of one company lie far apart, so that slices and kills fall between them."""
    lines = ["Company,Country,Website,Contact,Email,Tags"]
    for turn in range(PEOPLE):
        for n in range(companies):
            person = min(turn, 1)
            lines.append(
                f"Firm {n} Ltd,DE,firm{n}.example,Ann {person},a{person}@firm{n}.example,fair {turn}"
            )
    return "\n".join(lines)


def killed_often(job: Any, kills: int, chance: random.Random, until: Callable[[], bool]) -> int:
    """Let workers work on the import and kill them; how many kills fell on it."""
    worker, hits = start_worker(), 0
    try:
        for _round in range(kills):
            before = job.done
            deadline = time.monotonic() + BUSY_WITHIN
            while time.monotonic() < deadline and not until():
                job.refresh_from_db()
                if job.done != before:
                    break
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.1))
            hits += not until()
            kill(worker)
            hurry()
            worker = start_worker()
        deadline = time.monotonic() + DRAIN_WITHIN
        while not until() and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        kill(worker)
    return hits


def hurry() -> None:
    """A job whose worker died waits longer each time; here nobody waits."""
    from django.db import IntegrityError
    from django.utils import timezone

    from genjin.jobs.models import Job

    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now())
    with suppress(IntegrityError):  # the one that takes its place waits already, without a try
        Job.objects.filter(task__startswith="genjin.exchange.").update(attempts=0)


def torture(kills: int, seed: int) -> dict[str, object]:
    """The report: rows lost and doubled, records lost and doubled, documents missing."""
    from genjin.cli import setup
    from genjin.exchange import import_actions
    from genjin.exchange.models import Import
    from genjin.instance.queries import business_now
    from genjin.people import access
    from genjin.people.models import Role, User

    chance = random.Random(seed)
    setup.prepare()
    now = business_now()
    by = User.objects.create(email="a@example.com", role_id=Role.Code.ADMINISTRATOR, joined_at=now)
    access.of(by, today=now.date())
    companies = ROWS_A_KILL * max(kills, 3) // PEOPLE
    job = import_actions.bring(
        kind="customers", stream=BytesIO(listing(companies).encode()), name="list.csv", by=by, at=now
    )
    import_actions.choose_columns(job=job, columns=job.columns, options={}, by=by, at=now)

    def has(state: str) -> Callable[[], bool]:
        return lambda: Import.objects.filter(pk=job.pk, state=state).exists()

    import_actions.start_check(job=job, by=by, at=now)
    killed_often(job, 1, chance, has(Import.State.CHECKED))
    job.refresh_from_db()
    checked = job.counts
    import_actions.start(job=job, by=by, at=now)
    hits = killed_often(job, kills, chance, has(Import.State.DONE))
    job.refresh_from_db()
    found = report(job, companies) | {
        "kills": kills,
        "hits": hits,
        "checked_otherwise": checked != job.counts,
    }
    import_actions.undo(job=job, by=by, at=business_now())
    killed_often(job, 1, chance, has(Import.State.UNDONE))
    return found | left_over()


def report(job: Any, companies: int) -> dict[str, object]:
    """What became of the rows."""
    from django.db import connection
    from django.db.models import Count

    from genjin.customers.models import Contact, Customer
    from genjin.journal.models import Entry
    from genjin.search.jobs import index
    from genjin.search.models import Document

    drain(index.module_path)
    told = Entry.objects.filter(via="IMPORT", request_id=job.door, verb="create")
    doubled = Customer.objects.values("name").annotate(n=Count("pk")).filter(n__gt=1)
    return {
        "engine": connection.vendor,
        "state": job.state,
        "rows_lost": companies * PEOPLE - job.rows.count(),
        "rows_miscounted": companies * PEOPLE - sum(job.counts.values()),
        "customers_lost": companies - Customer.objects.count(),
        "customers_doubled": doubled.count(),
        "people_lost": 2 * companies - Contact.objects.count(),
        "tags_lost": PEOPLE * companies - Customer.tags.through.objects.count(),
        "untold": 3 * companies - told.exclude(kind="customers.tag").count(),
        "documents_missing": 3 * companies - Document.objects.count(),
    }


def left_over() -> dict[str, object]:
    """What an undo that was killed left."""
    from genjin.customers.models import Contact, Customer

    people = Contact.objects.alive().filter(customer__deleted_at=None).count()
    return {"left_over": Customer.objects.alive().count() + people}


def drain(task: str) -> None:
    """Work until no job of this kind waits."""
    from genjin.jobs.models import Job

    worker = start_worker()
    deadline = time.monotonic() + DRAIN_WITHIN
    waiting = Job.objects.filter(task=task, state__in=[Job.State.READY, Job.State.RUNNING])
    try:
        while waiting.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        kill(worker)


if __name__ == "__main__":
    raise SystemExit(main(torture, __doc__))
