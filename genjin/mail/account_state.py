"""How a mailbox is, in words: its state, what is wrong since when, how far the first reading came."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.mail import problems
from genjin.mail.fetching import LARGEST, NOT_GIVEN, TOO_LARGE
from genjin.mail.models import MailAccount


def shown(account: MailAccount) -> dict[str, Any]:
    """For a page: `state`, `tone`, `problem`, `answer` of the server, `progress` (done, of all) or None,
    `left_out`: sentences about mails that could not be read.

    Reads `account.folders`; prefetch them for several.
    """
    problem = problems.sentence(account.problem, account.problem_details) if account.problem else ""
    details = account.problem_details if isinstance(account.problem_details, dict) else {}
    progress = None if account.is_first_sync_done else _progress(account)
    return {
        "state": _state(account, progress), "tone": _tone(account), "problem": problem,
        "answer": str(details.get("answer", ""))[:200] if problem else "", "progress": progress,
        "mends_with_password": account.problem in ("password", "app_password", "key_lost", "oauth"),
        "left_out": _left_out(account),
        "is_moving": account.state == MailAccount.State.ACTIVE and not account.is_first_sync_done,
    }  # fmt: skip


def _left_out(account: MailAccount) -> list[str]:
    """What was left on the server, folder by folder, with the reason."""
    found = []
    for folder in account.folders.all():
        if folder.gone_at is None and folder.is_synced:
            counts = Counter(code for _uid, code, _attempts in folder.failed_uids)
            for code, count in sorted(counts.items()):
                name = folder.path if folder.role == folder.Role.OTHER else folder.get_role_display()
                told = {"folder": name, "n": count, "most": LARGEST >> 20}
                found.append(_sentence(code, count) % told)
    return found


def _sentence(code: str, count: int) -> str:
    if code == TOO_LARGE:
        return ngettext(
            "%(folder)s: %(n)d mail of more than %(most)d MB stays on the server.",
            "%(folder)s: %(n)d mails of more than %(most)d MB stay on the server.",
            count,
        )
    if code == NOT_GIVEN:
        return ngettext(
            "%(folder)s: the server does not hand over %(n)d mail. It is asked again a few times.",
            "%(folder)s: the server does not hand over %(n)d mails. It is asked again a few times.",
            count,
        )
    return ngettext(
        "%(folder)s: %(n)d mail could not be stored. Administrators find the reason among the errors.",
        "%(folder)s: %(n)d mails could not be stored. Administrators find the reason among the errors.",
        count,
    )


def _state(account: MailAccount, progress: Any) -> str:
    if account.state == MailAccount.State.ACTIVE and account.problem:
        return _("Tries again")
    if account.state == MailAccount.State.ACTIVE and not account.is_first_sync_done:
        return _("Is read for the first time") if progress else _("Waits for its first reading")
    return str(account.get_state_display())


def _tone(account: MailAccount) -> str:
    if account.state == MailAccount.State.BROKEN:
        return "bad"
    return "warn" if account.problem else "" if account.state == MailAccount.State.PAUSED else "ok"


def _progress(account: MailAccount) -> dict[str, int] | None:
    """Messages read of those that the server has, estimated by how far the numbers of each folder came."""
    whole = done = 0
    for folder in account.folders.all():
        if folder.is_synced and folder.gone_at is None and folder.on_server:
            whole += folder.on_server
            done += folder.on_server - folder.left if folder.filled_down_to is not None else 0
    return {"done": done, "all": whole} if whole else None
