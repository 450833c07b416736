"""All recurring work, on one page. A worker that finds a turn due enqueues its job; no leader is needed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from genjin.jobs import Recurring

if TYPE_CHECKING:
    from genjin.jobs.models import Job

MINUTE = timedelta(minutes=1)

SCHEDULE = (
    Recurring(gettext_noop("Remove old exports"), "genjin.exchange.export_jobs.prune_exports", at="04:00"),
    Recurring(gettext_noop("Remove unused files"), "genjin.files.jobs.sweep", at="04:10"),
    Recurring(
        gettext_noop("Take over public holidays in winter"), "genjin.people.jobs.refresh_calendar", at="04:20"
    ),
    Recurring(gettext_noop("Decide who is marked"), "genjin.followups.jobs.sweep_marks", every=MINUTE),
    Recurring(gettext_noop("Wake who is due"), "genjin.followups.jobs.sweep_wakeups", every=MINUTE),
    Recurring(
        gettext_noop("Carry changes of the setting"),
        "genjin.followups.jobs.mark_everyone_concerned",
        every=MINUTE,
    ),
    Recurring(gettext_noop("Send mail that is due"), "genjin.mail.sending.jobs.send_due", every=MINUTE),
    Recurring(gettext_noop("Tidy the editable lists"), "genjin.customers.list_jobs.tidy", at="04:40"),
    Recurring(
        gettext_noop("Decide new customers"), "genjin.followups.jobs.decide_new", every=timedelta(hours=1)
    ),
    Recurring(
        gettext_noop("Return customers to the public pool"), "genjin.followups.jobs.sweep_pool", at="01:10"
    ),
    Recurring(
        gettext_noop("Learn from orders: rhythm, classes, what is bought together"),
        "genjin.sales.insight_jobs.look_at_orders",
        at="01:30",
    ),
    Recurring(
        gettext_noop("Find customers that were entered twice"),
        "genjin.customers.duplicate_jobs.find_pairs",
        every=MINUTE,
    ),
    Recurring(
        gettext_noop("Check the list of duplicates"),
        "genjin.customers.duplicate_jobs.check_pairs",
        at="02:10",
    ),
    Recurring(
        gettext_noop("Send the daily mail of notices"),
        "genjin.notifications.jobs.send_digests",
        every=timedelta(minutes=5),
    ),
    Recurring(
        gettext_noop("Send the morning mail"),
        "genjin.followups.jobs.send_mornings",
        every=timedelta(minutes=5),
    ),
    Recurring(gettext_noop("Read mailboxes"), "genjin.mail.jobs.poll", every=timedelta(minutes=5)),
    Recurring(
        gettext_noop("Bring the mail of the demo's customers"),
        "genjin.demo.jobs.bring_post",
        every=MINUTE,
        demo_only=True,
    ),
    Recurring(gettext_noop("Forget old notices"), "genjin.notifications.jobs.forget_old", at="03:45"),
    Recurring(
        gettext_noop("Forget imports that can no longer be undone"), "genjin.exchange.jobs.forget", at="04:30"
    ),
    Recurring(
        gettext_noop("Forget attempts to set up mailboxes"),
        "genjin.mail.account_jobs.forget_setups",
        every=timedelta(hours=1),
    ),
    Recurring(gettext_noop("Remove old jobs"), "genjin.jobs.jobs.prune", at="03:40"),
    Recurring(
        gettext_noop("Forget which forms were sent"),
        "genjin.instance.jobs.forget_submissions",
        every=timedelta(hours=1),
    ),
    Recurring(gettext_noop("Forget old errors"), "genjin.instance.jobs.forget_errors", at="03:50"),
)


def company_zone() -> ZoneInfo:
    """The zone of the hours above: the organisation's."""
    from genjin.people.models import Organisation

    return ZoneInfo(Organisation.objects.values_list("timezone", flat=True).get(pk=1))


def journal_door(job: Job) -> AbstractContextManager[None]:
    """What a job writes is journalled as the work of that job."""
    from genjin.journal.context import through

    return through("JOB", f"job-{job.pk}")
