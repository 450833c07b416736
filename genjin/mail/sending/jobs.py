"""Background work of the outbox; the only place from which mail leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks.base import TaskContext

from genjin import jobs
from genjin.instance.queries import business_now, current
from genjin.jobs.queries import is_running
from genjin.mail import after_sending
from genjin.mail.actions import claims
from genjin.mail.models import MailAccount, OutgoingMail
from genjin.mail.sending import evidence, finishing, matching, outbox

QUEUE = "mail"


@jobs.job(
    atomic=False, queue=QUEUE, priority=5, retries=20, takes_context=True,
    unique=lambda account_id: f"mail.send:{account_id}",
)  # fmt: skip
def send_account(context: TaskContext, account_id: int) -> int:
    """Send what is due from one account; one dialogue at a time (the database sees to it)."""
    claim = f"{context.task_result.id}:{context.attempt}"
    if current().is_held or not MailAccount.objects.filter(pk=account_id).exists():
        return 0
    claims.recover(account_id=account_id, is_alive=_is_alive, at=business_now())
    for mail in finishing.unfinished(account_id, business_now()):
        finishing.finish(mail, at=business_now())
    spoken = outbox.send_due(account_id, claim=claim, clock=business_now, stop=jobs.stopping)
    evidence.look_for(account_id, at=business_now())
    _come_back_for_next(account_id)
    return spoken


@jobs.job(atomic=False, queue=QUEUE, retries=2, unique=lambda account_id: f"mail.match:{account_id}")
def match_account(account_id: int) -> dict[str, int]:
    """Ask the Sent folder of an account what left after the backup was made; of a held instance only."""
    return matching.match(account_id, at=business_now()) if current().is_held else {}


@jobs.job(retries=3)
def send_due() -> int:
    """Start the work of every account that has something due, stuck or unfinished; the schedule calls it."""
    at = business_now()
    if current().is_held:
        return 0
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, try_at__lte=at)
    stuck = OutgoingMail.objects.filter(state=OutgoingMail.State.SENDING)
    uncertain = OutgoingMail.objects.filter(state=OutgoingMail.State.UNCERTAIN)
    accounts: set[int | None] = {
        pk for rows in (waiting, stuck, uncertain) for pk in rows.values_list("account_id", flat=True)
    }
    accounts |= finishing.accounts_with_unfinished(at)
    for pk in sorted(account for account in accounts if account is not None):
        _account_job.enqueue(pk)
    return len(accounts)


@jobs.job(retries=20, queue=QUEUE, unique=lambda mail_id: f"mail.told:{mail_id}")
def tell_again(mail_id: int) -> None:
    """Tell once more that a mail has left, as somebody who waits for it could not hear it then."""
    mail = OutgoingMail.objects.select_related("author", "customer", "sent_as").filter(pk=mail_id).first()
    if mail is not None and mail.sent_as is not None:
        after_sending.tell(mail, mail.sent_as, business_now())


_account_job: Any = send_account
"""The same without its first argument, which the worker gives."""


def come_back(account_id: int, *, wait: timedelta) -> None:
    """Look at an account after that time (jobs keep real time)."""
    _account_job.using(run_after=timezone.now() + wait).enqueue(account_id)


def _come_back_for_next(account_id: int) -> None:
    """Be there again when the next mail of the account is due."""
    rows = OutgoingMail.objects.filter(
        account=account_id, state=OutgoingMail.State.WAITING, try_at__isnull=False
    )
    at = business_now()
    due = rows.order_by("try_at").values_list("try_at", flat=True).first()
    if due is not None and due > at:
        come_back(account_id, wait=due - at)


def _is_alive(claim: str) -> bool:
    """Whether the job and attempt behind a claim still run."""
    job, _colon, attempt = claim.partition(":")
    return job.isdigit() and attempt.isdigit() and is_running(int(job), int(attempt))
