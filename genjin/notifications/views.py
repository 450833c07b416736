"""What one was told, and how one wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.notifications import actions, kinds, queries
from genjin.notifications.forms import WaysForm
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires

MOST = 100


@requires()
@require_GET
def notices(request: Request) -> HttpResponse:
    """The last hundred notices, newest first, those unread marked."""
    context = {
        "lines": queries.newest(request.user, MOST),
        "unread": queries.unread_count(request.user),
    }
    return render(request, "notifications/list.html", context)


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
    return answers.saved(request, reverse("notifications:list"), "" if pk else _("All marked as read"))


@requires()
@require_GET
def unread(request: Request) -> HttpResponse:
    """The number on the bell; nothing when there is none."""
    count = queries.unread_count(request.user)
    return HttpResponse(str(count) if count else "", content_type="text/plain")


@requires()
def preferences(request: Request) -> HttpResponse:
    """How one wants to be told of each kind."""
    asked = [kind for kind in kinds.kinds() if not kind.right or request.access.may(kind.right)]
    form = WaysForm(
        request.POST if request.method == "POST" else None, kinds=asked, ways=queries.ways_of(request.user)
    )
    if request.method == "POST" and form.is_valid():
        actions.prefer(user=request.user, ways=form.ways())
        return answers.saved(request, reverse("notifications:preferences"), _("Saved."))
    context = {"form": form, "has_mail": bool(settings.EMAIL_HOST), "held": request.instance.is_held}
    return render(request, "notifications/preferences.html", context)
