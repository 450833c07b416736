"""The standing list of customers that were entered twice: comparing, telling apart, going on to a merge."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions, queries
from genjin.customers.actions import Refused
from genjin.customers.forms.duplicate import ApartForm, PairFilters
from genjin.customers.list_views import owners_within
from genjin.customers.models import DuplicatePair
from genjin.customers.models.customer import COSTLY
from genjin.customers.models.duplicate import DuplicatePairs
from genjin.customers.present_pairs import comparison, pair_lines
from genjin.customers.views.basis import one_or_404
from genjin.people.requests import Request
from genjin.rules.duplicates.score import PROBABLY
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, Page, Sorting, chips, count_upto, page_for
from genjin.web.patience import TooSlow, at_most

COLUMNS = Columns(
    Column("score", gettext_lazy("Likely"), sort="score", descending_first=True),
    Column("customers", gettext_lazy("Customers")),
    Column("why", gettext_lazy("Why")),
    Column("found", pgettext_lazy("pair of customers", "Found"), sort="found_at", descending_first=True),
    default="-score",
)
WITH = ("first__owner", "second__owner", "first__country", "second__country", "decided_by")
LONG = [f"{side}__{name}" for side in ("first", "second") for name in COSTLY]


def _within(request: Request) -> DuplicatePairs:
    """The pairs that concern the person; whoever may not write has no use for them."""
    if not queries.may_write(request.access):
        raise Http404
    return DuplicatePair.objects.visible_to(request.user)


@require_GET
@requires()
def pairs(request: Request) -> HttpResponse:
    """The list, the most probable first."""
    form = PairFilters(request.GET, owners=owners_within(request.user))
    rows = form.narrow(_within(request)).select_related(*WITH).defer(*LONG)
    too_slow = False
    try:
        with at_most():
            page = page_for(request, rows, COLUMNS)
    except TooSlow:
        too_slow = True
        page = Page(rows=[], sorting=COLUMNS.sorting(request.GET.get("sort")))
    sorting: Sorting = page.sorting  # type: ignore[assignment]
    context = {
        "page": page,
        "too_slow": too_slow,
        "lines": pair_lines(request.user, page.rows),
        "columns": COLUMNS.shown([column.name for column in COLUMNS.all], sorting),
        "sorting": sorting,
        "form": form,
        "chips": chips(request, form) if form.is_valid() else [],
        "is_decided": form.is_valid() and form.cleaned_data["state"] == "different",
    }
    return render(request, "customers/pairs.html", context)


@require_GET
@requires()
def pair_count(request: Request) -> HttpResponse:
    """The number beside the entry: open pairs that are surely or probably one company."""
    rows = _within(request).filter(state=DuplicatePair.State.OPEN, score__gte=PROBABLY)
    try:
        with at_most():
            count = count_upto(rows)
    except TooSlow:
        return HttpResponse("", content_type="text/plain")
    return HttpResponse(count.text if count.number else "", content_type="text/plain")


@require_GET
@requires()
def pair(request: Request, pk: int) -> HttpResponse:
    """Two customers side by side."""
    return _show(request, pk, ApartForm())


def _show(request: Request, pk: int, form: ApartForm) -> HttpResponse:
    found = one_or_404(_within(request).select_related(*WITH), pk)
    line = pair_lines(request.user, [found])[0]
    context = {
        "line": line,
        "pair": found,
        "facts": comparison(line, request.access),
        "form": form,
        "is_decided": found.state == DuplicatePair.State.DIFFERENT,
    }
    return render(request, "customers/pair.html", context)


@require_POST
@requires()
def tell_apart(request: Request, pk: int) -> HttpResponse:
    """Say that the two are not the same company; can be taken back."""
    one_or_404(_within(request), pk)
    form = ApartForm(request.POST)
    if form.is_valid():
        try:
            why = form.cleaned_data["why"]
            actions.tell_apart(pair_id=pk, by=request.user, at=request.now, why=why)
            undo = reverse("customers:doubt_again", args=[pk])
            to = answers.back_to(request, reverse("customers:pairs"))
            return answers.saved(request, to, _("They are not shown as duplicates again."), undo=undo)
        except Refused as error:
            refuse(form, error)
    return _show(request, pk, form)


@require_POST
@requires()
def doubt_again(request: Request, pk: int) -> HttpResponse:
    """Put a pair that was told apart back on the list."""
    one_or_404(_within(request), pk)
    to = answers.back_to(request, reverse("customers:pair", args=[pk]))
    try:
        actions.doubt_again(pair_id=pk, by=request.user, at=request.now)
    except Refused as error:
        return _show(request, pk, _refused(error))
    return answers.saved(request, to, _("The pair is on the list again."))


def _refused(error: Refused) -> ApartForm:
    form = ApartForm({})
    form.is_valid()
    refuse(form, error)
    return form
