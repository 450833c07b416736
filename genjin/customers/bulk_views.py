"""Changing many customers at once, from the list."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from genjin.customers.bulk_forms import VERBS
from genjin.customers.filters import CustomerFilters
from genjin.customers.forms import show_refusal
from genjin.customers.list_views import listed, owners_within
from genjin.customers.models import Customer
from genjin.people import access
from genjin.people.models import User
from genjin.web.answers import back_to
from genjin.web.guards import requires

LIMIT = 1000
NAMES = {"follow_grade": "value", "relationship_class": "value"}


@requires()
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """First the form of the verb, then, posted again with `apply`, the deed."""
    user: User = request.user  # type: ignore[assignment]
    form_class = VERBS.get(request.POST.get("verb", ""))
    may = access.of(user)
    if form_class is None or (form_class.right and not may.may(form_class.right)):
        raise Http404
    back = back_to(request, reverse("customers:list"))
    ids, left_out = _chosen(request, user)
    if not ids:
        messages.error(request, _("Select customers that you may change first."))
        return HttpResponseRedirect(back)
    form = form_class(request.POST if "apply" in request.POST else None)
    if "apply" in request.POST and form.is_valid():
        try:
            changed = form.apply(ids, by=user, at=request.now)  # type: ignore[attr-defined]
        except ValidationError as error:
            show_refusal(form, error, NAMES)
        else:
            messages.success(request, _sentence(changed))
            return HttpResponseRedirect(back)
    context = {
        "form": form,
        "ids": ids,
        "left_out": left_out,
        "verb": request.POST["verb"],
        "back": back,
        "count": len(ids),
        "everything": "everything" in request.POST,
        "limit": LIMIT,
    }
    return render(request, "customers/bulk.html", context)


def _chosen(request: HttpRequest, user: User) -> tuple[list[int], int]:
    """The ids that may be changed, and how many of those asked for may not."""
    rows = Customer.objects.editable_by(user)
    if "everything" in request.POST:
        address = request.POST.get("next", "").partition("?")[2]
        asked = QueryDict(address)
        form = CustomerFilters(asked, owners=owners_within(user))
        wanted = listed(request, form, asked).values("pk")[:LIMIT]
        return list(
            rows.filter(pk__in=list(wanted.values_list("pk", flat=True))).values_list("pk", flat=True)
        ), 0
    given = {
        int(pk)
        for pk in request.POST.getlist("ids")[:LIMIT]
        if pk.isascii() and pk.isdigit() and len(pk) < 18
    }
    found = list(rows.filter(pk__in=given).order_by("pk").values_list("pk", flat=True))
    return found, len(given) - len(found)


def _sentence(changed: int) -> str:
    if not changed:
        return _("Nothing to change: all of them were so already.")
    return ngettext("%(n)d customer changed.", "%(n)d customers changed.", changed) % {"n": changed}
