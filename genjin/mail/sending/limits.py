"""How many mails may leave: per account, hour and day, per recipient domain and hour, with rests between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet

from genjin.mail import delays
from genjin.mail.models import MailAccount, OutgoingMail, OutgoingRecipient
from genjin.policy.queries import effective
from genjin.rules.policy import Policy

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a mail may not leave yet, and when it may be looked at again."""

    code: str
    details: Mapping[str, Any]
    until: datetime


def of_account(account: MailAccount, at: datetime, policy: Policy | None = None) -> Wait | None:
    """What holds every mail of an account; None when one may leave now. The account's own numbers win."""
    policy = policy or effective()
    sent = OutgoingMail.objects.filter(account=account, sent_at__gt=at - DAY, sent_at__lte=at)
    hourly = account.hourly_limit or policy.number("mail_per_hour")
    daily = account.daily_limit or policy.number("mail_per_day")
    for code, most, span in ((delays.ACCOUNT_DAY, daily, DAY), (delays.ACCOUNT_HOUR, hourly, HOUR)):
        until = _free_again(sent.filter(sent_at__gt=at - span), most, span)
        if until is not None and until > at:
            return Wait(code, {"limit": most}, until)
    rest = policy.number("mail_pause_seconds")
    last = sent.aggregate(last=Max("sent_at"))["last"]
    if last is not None and last + timedelta(seconds=rest) > at:
        return Wait(delays.PAUSE, {"limit": rest}, last + timedelta(seconds=rest))
    return None


def of_domains(domains: Iterable[str], at: datetime, policy: Policy | None = None) -> Wait | None:
    """What holds a mail to these domains; one query."""
    most = (policy or effective()).number("mail_per_domain_hour")
    accepted = OutgoingRecipient.objects.filter(
        domain__in=set(domains), at__gt=at - HOUR, at__lte=at, state=OutgoingRecipient.State.ACCEPTED
    )
    full = accepted.values("domain").annotate(count=Count("pk"), last=Max("at")).filter(count__gte=most)
    for row in full.order_by("domain"):
        times = accepted.filter(domain=row["domain"]).order_by("-at").values_list("at", flat=True)
        moment = times[most - 1]
        return Wait(delays.DOMAIN_HOUR, {"limit": most, "domain": row["domain"]}, (moment or at) + HOUR)
    return None


def _free_again(sent: QuerySet[OutgoingMail], most: int, span: timedelta) -> datetime | None:
    """When the window has room again: when the `most`-newest mail leaves it; None while there is room."""
    oldest = sent.order_by("-sent_at").values_list("sent_at", flat=True)[most - 1 : most].first()
    return oldest + span if oldest is not None else None
