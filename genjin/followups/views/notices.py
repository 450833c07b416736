"""What one was told: warnings and escalations, read or not."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers.models import Customer
from genjin.followups import actions, present, queries
from genjin.followups.models import Notice
from genjin.followups.reasons import NOTICES, names_for
from genjin.followups.reasons import render as in_words
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires

MOST = 100


@requires()
def notices(request: Request) -> HttpResponse:
    """The last hundred notices, newest first, those unread marked."""
    user = request.user
    rows = list(Notice.objects.filter(user=user).select_related("customer__country")[:MOST])
    visible = set(
        Customer.objects.visible_to(user)
        .filter(pk__in=[row.customer_id for row in rows if row.customer_id])
        .values_list("pk", flat=True)
    )
    names = names_for(row.params["reason"] for row in rows)
    lines = [
        {
            "notice": row,
            "title": NOTICES[row.code],
            "text": in_words(row.params["reason"], names),
            "href": present.customer_href(row.customer_id) if row.customer_id in visible else "",
            "customer": row.customer if row.customer_id in visible else None,
        }
        for row in rows
    ]
    unread = queries.unread_count(user)
    return render(request, "followups/notices.html", {"lines": lines, "unread": unread})


@requires()
@require_POST
def read(request: Request) -> HttpResponse:
    """Mark notices as read: one (`id`) or all."""
    pk = request.POST.get("id", "")
    actions.read_notices(
        user=request.user,
        at=request.now,
        ids=[int(pk)] if pk.isdecimal() and len(pk) < 19 else ([] if pk else None),
    )
    return answers.saved(request, reverse("followups:notices"), "" if pk else _("All marked as read"))


@requires()
def unread(request: Request) -> HttpResponse:
    """The number on the bell; nothing when there is none."""
    count = queries.unread_count(request.user)
    return HttpResponse(str(count) if count else "", content_type="text/plain")
