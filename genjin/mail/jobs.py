"""Background work of mail; all of it is safe to run twice and at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from genjin.instance.queries import business_now, current
from genjin.jobs import job, stopping
from genjin.mail import syncing
from genjin.mail.actions import filing
from genjin.mail.models import MailAccount
from genjin.mail.own import ours

TURN = 45.0
"""Seconds after which reading goes to the end of the queue, so that everybody's mailbox gets its turn."""
BUSY = timedelta(seconds=10)
SOON = timedelta(seconds=1)
"""Within which changes made one after the other are told to the server together."""


@job(atomic=False, retries=2, unique=lambda account_id: f"sync mail {account_id}")
def sync_account(account_id: int) -> dict[str, Any]:
    """Read a mailbox for a while; goes on in a further job until it is read to its end."""
    report = syncing.sync(
        account_id, clock=business_now, should_stop=stopping, seconds=TURN, is_held=current().is_held
    )
    if report.is_busy:
        # Somebody reads it now, perhaps past what this was enqueued for.
        sync_account.using(run_after=timezone.now() + BUSY).enqueue(account_id)
    elif report.has_more and not report.problem:
        sync_account.enqueue(account_id)
    if report.has_undoable:
        tell_later([account_id], syncing.UNDO_FOR)
    return {"found": report.found, "stored": report.stored, "gone": report.gone, "problem": report.problem}


@job(retries=2, unique=lambda: "poll mail")
def poll() -> int:
    """Have every mailbox read whose turn has come; returns how many."""
    ids = _due().values_list("pk", flat=True)
    for pk in ids:
        sync_account.enqueue(pk)
    return len(ids)


def _due() -> QuerySet[MailAccount]:
    """Mailboxes that work and whose pause after a failure is over."""
    due = Q(try_again_at__isnull=True) | Q(try_again_at__lte=timezone.now())
    return MailAccount.objects.alive().filter(due, state=MailAccount.State.ACTIVE)


@job(retries=2, unique=lambda account_id: f"tell mail server {account_id}")
def tell_server(account_id: int) -> None:
    """Have the server told what was changed here, by having its mailbox read."""
    if _due().filter(pk=account_id).exists():
        sync_account.enqueue(account_id)


def tell_later(account_ids: Iterable[int], pause: timedelta = SOON) -> None:
    """Have servers told of changes after a pause; belongs into the transaction that makes them.

    A job of its own: it waits without keeping back what news of the server cause (`sync_account`).
    """
    for pk in sorted(set(account_ids)):
        tell_server.using(run_after=timezone.now() + pause).enqueue(pk)


@job(atomic=False, unique=lambda address: f"refile {address}"[:200])
def refile_address(address: str) -> None:
    """File all mail of an address anew, slice by slice, after somebody said whose it is."""
    after = 0
    while after := filing.refile(address=address, at=business_now(), after=after):
        if stopping():
            refile_address.enqueue(address)
            return


@job(atomic=False)
def file_waiting(customer_ids: list[int]) -> int:
    """File the mail that waits for customers who got another address or site; returns how many."""
    return filing.file_waiting(customer_ids=customer_ids, ours=ours(), at=business_now())
