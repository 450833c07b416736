"""Changing many customers at once, from the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from genjin.customers.actions import Refused
from genjin.customers.bulk_forms import VERBS
from genjin.customers.list_views import filters_for, listed
from genjin.customers.models import Customer
from genjin.customers.views.basis import ids_of
from genjin.people.requests import Request
from genjin.web.answers import back_to
from genjin.web.forms import refuse
from genjin.web.guards import requires

LIMIT = 1000
NAMES = {"follow_grade": "value", "relationship_class": "value"}
"""What actions call fields that these forms call otherwise."""


@requires()
@require_POST
def bulk(request: Request) -> HttpResponse:
    """First the form of the verb, then, posted again with `apply`, the deed."""
    if request.POST.get("verb") == "merge":
        return _merge(request)
    form_class = VERBS.get(request.POST.get("verb", ""))
    if form_class is None or (form_class.right and not request.access.may(form_class.right)):
        raise Http404
    back = back_to(request, reverse("customers:list"))
    ids, left_out = _chosen(request)
    if not ids:
        messages.error(request, _("Select customers that you may change first."))
        return HttpResponseRedirect(back)
    form = form_class(request.POST if "apply" in request.POST else None, user=request.user)
    if "apply" in request.POST and form.is_valid():
        try:
            changed = form.apply(ids, by=request.user, at=request.now)
        except Refused as error:
            refuse(form, error, NAMES)
        else:
            messages.success(request, _sentence(changed))
            return HttpResponseRedirect(back)
    context = {
        "form": form,
        "warning": form.warning(ids),
        "ids": ids,
        "left_out": left_out,
        "verb": request.POST["verb"],
        "back": back,
        "count": len(ids),
        "everything": "everything" in request.POST,
        "limit": LIMIT,
    }
    return render(request, "customers/bulk.html", context)


def _merge(request: Request) -> HttpResponse:
    """Two selected customers side by side; the earlier one stays unless somebody swaps them."""
    wanted = set(ids_of(request.POST.getlist("ids")[:LIMIT]))
    found = Customer.objects.visible_to(request.user).filter(pk__in=wanted).order_by("created_at", "pk")
    ids = list(found.values_list("pk", flat=True)[:3])
    if len(ids) != 2:
        messages.error(request, _("Select exactly two customers to merge them."))
        return HttpResponseRedirect(back_to(request, reverse("customers:list")))
    return HttpResponseRedirect(reverse("customers:merge", args=ids))


def _chosen(request: Request) -> tuple[list[int], int]:
    """The ids that may be changed, and how many of those asked for may not."""
    if "everything" in request.POST:
        asked = QueryDict(request.POST.get("next", "").partition("?")[2])
        form = filters_for(request.user, asked)
        rows = listed(request, form, asked).order_by("pk").values_list("pk", flat=True)
        wanted = set(rows[:LIMIT])
    else:
        wanted = set(ids_of(request.POST.getlist("ids")[:LIMIT]))
    mine = Customer.objects.editable_by(request.user).filter(pk__in=wanted)
    found = list(mine.order_by("pk").values_list("pk", flat=True))
    return found, len(wanted) - len(found)


def _sentence(changed: int) -> str:
    if not changed:
        return _("Nothing to change: all of them were so already.")
    return ngettext("%(n)d customer changed.", "%(n)d customers changed.", changed) % {"n": changed}
