"""What was done today: logged, mailed, finished, dismissed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.models import Customer
from genjin.followups import present, queries
from genjin.followups.day_queries import mails_of_today
from genjin.followups.reasons import RULES
from genjin.followups.views.today import tabs_of
from genjin.mail.models import Filing
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.policy.queries import effective_of
from genjin.web.guards import requires

MOST = 200
"""Of each kind so many are listed; the heading counts all."""


@requires()
def done(request: Request) -> HttpResponse:
    """The newest first, with customers that the reader may see, and mails to nobody known."""
    user, now = request.user, request.now
    policy = effective_of(user)
    logged, settled = queries.done_today(user, now, policy)
    lines: list[dict[str, Any]] = [
        {
            "at": one.logged_at, "customer": one.customer, "what": one.get_kind_display(),
            "note": one.get_outcome_display(), "text": one.content, "icon": "check",
        }
        for one in logged.select_related("customer__country")[:MOST]
    ]  # fmt: skip
    lines += [
        {
            "at": one.at, "customer": one.customer, "what": one.get_kind_display(),
            "note": str(RULES.get(one.rule, "")), "text": one.reason,
            "icon": "x" if one.kind == "DISMISSED" else "check",
        }
        for one in settled.select_related("customer__country")[:MOST]
    ]  # fmt: skip
    lines += _mails(user, request)
    customers = [line["customer"].pk for line in lines if line["customer"]]
    visible = set(Customer.objects.visible_to(user).filter(pk__in=customers).values_list("pk", flat=True))
    shown = [line for line in lines if line["customer"] is None or line["customer"].pk in visible]
    for line in shown:
        if line["customer"] is not None:
            line["href"] = present.customer_href(line["customer"].pk)
    shown.sort(key=lambda line: line["at"], reverse=True)
    count = queries.done_count(user, now, policy)
    context = {"lines": shown, "count": count, "tabs": tabs_of(request, None)}
    return render(request, "followups/done.html", context)


def _mails(user: User, request: Request) -> list[dict[str, Any]]:
    """The mails sent today, each with the first customer it is filed to."""
    mails = list(
        mails_of_today(user, request.now).only("date", "subject", "thread_id").order_by("-date")[:MOST]
    )
    filed = Filing.objects.filter(message__in=mails).select_related("customer__country").order_by("-pk")
    customer_of = {filing.message_id: filing.customer for filing in filed}
    return [
        {
            "at": mail.date,
            "customer": customer_of.get(mail.pk),
            "what": _("Mail sent"),
            "note": "",
            "text": mail.subject,
            "icon": "send",
            "text_href": reverse("mail:conversation", args=[mail.thread_id]),
        }
        for mail in mails
    ]
