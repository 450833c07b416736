"""`genjin sync ACCOUNT`: read a mailbox now, to its end."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management import CommandError

from genjin.instance.queries import business_now, current
from genjin.mail import problems, syncing
from genjin.mail.models import MailAccount


def add_sync_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `genjin sync`."""
    parser.add_argument("account", metavar="ACCOUNT", help="mail address or number of the account")


def run_sync(options: argparse.Namespace) -> dict[str, Any]:
    """Tells what was found in the mailbox, what was stored now, what was known already and what failed."""
    account = _account(options.account)
    report = syncing.sync(account.pk, clock=business_now, is_held=current().is_held)
    if report.is_busy:
        raise CommandError(f"Another process reads {account.address} at this moment.")
    answer: dict[str, Any] = {
        "account": account.address,
        "found": report.found,
        "stored": report.stored,
        "known": report.known,
        "failed": report.failed,
        "ok": not report.problem,
    }
    if report.problem:
        answer["problem"] = report.problem
        answer["sentences"] = [problems.sentence(report.problem, report.details)]
        return answer
    answer["sentences"] = [
        f"{account.address}: {report.found} found, {report.stored} stored, {report.known} known already, "
        f"{len(report.failed)} failed."
    ]
    return answer


def _account(told: str) -> MailAccount:
    rows = MailAccount.objects.alive()
    found = rows.filter(pk=int(told)) if told.isdigit() else rows.filter(address__iexact=told)
    account = found.first()
    if account is None:
        raise CommandError(f"There is no mailbox {told}.")
    return account
