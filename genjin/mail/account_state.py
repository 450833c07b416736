"""How a mailbox is, in words: its state, what is wrong since when, how far the first reading came."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from genjin.mail import problems
from genjin.mail.models import MailAccount


def shown(account: MailAccount) -> dict[str, Any]:
    """For a page: `state`, `tone`, `problem`, `answer` of the server, `progress` (done, of all) or None.

    Reads `account.folders`; prefetch them for several.
    """
    problem = problems.sentence(account.problem, account.problem_details) if account.problem else ""
    details = account.problem_details if isinstance(account.problem_details, dict) else {}
    progress = None if account.is_first_sync_done else _progress(account)
    return {
        "state": _state(account, progress), "tone": _tone(account), "problem": problem,
        "answer": str(details.get("answer", ""))[:200] if problem else "", "progress": progress,
        "mends_with_password": account.problem in ("password", "app_password", "key_lost", "oauth"),
        "is_moving": account.state == MailAccount.State.ACTIVE and not account.is_first_sync_done,
    }  # fmt: skip


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
        if not folder.is_synced or folder.gone_at is not None or not folder.on_server:
            continue
        whole += folder.on_server
        span, begin = folder.known_up_to, folder.filled_down_to
        if begin is not None and span:
            done += folder.on_server * min(span, max(0, span - max(begin, 1) + 1)) // span
    return {"done": min(done, whole), "all": whole} if whole else None
