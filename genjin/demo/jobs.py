"""Background work of the demo alone: bringing what its customers write, as its clock moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from genjin.demo import post, reactions, receiving, unasked
from genjin.instance.queries import business_now, current
from genjin.jobs import job, stopping
from genjin.mail.jobs import sync_account
from genjin.mail.sending.jobs import send_due


@job(atomic=False, retries=3, unique=lambda: "bring the demo's post")
def bring_post() -> int:
    """Put into the mailboxes what has come by now, and have them read; returns how many mails."""
    if not receiving.is_demo() or current().is_held:
        return 0
    return bring(business_now())


def bring(at: datetime) -> int:
    """The same at a given moment; run twice or killed anywhere, every mail is there once."""
    count = 0
    touched: set[str] = set()
    for source in (reactions.due, unasked.due):
        for mail in source(at):
            for address in mail.boxes:
                if post.has_mailbox(address):
                    count += post.deliver(mail.content, address=address, key=mail.key, at=mail.at)
                    touched.add(post.maildir_of(address))
            if stopping():
                break
    accounts = receiving.local_accounts().filter(maildir__in=touched)
    for pk in accounts.filter(~Q(state="PAUSED")).values_list("pk", flat=True):
        sync_account.enqueue(pk)
    return count


def clock_moved(*, by: Any, at: datetime, verb: str, changes: dict[str, tuple[Any, Any]]) -> None:
    """After the demo's time was moved: what was to leave by then leaves, and what was to come comes."""
    if "clock_offset" in changes and receiving.is_demo():
        send_due.enqueue()
        bring_post.enqueue()
