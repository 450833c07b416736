"""The customer list: filters, sort, columns, saved views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.columns import COLUMNS, LIST, USUAL
from genjin.customers.filters import CustomerFilters
from genjin.customers.forms.small import SaveViewForm
from genjin.customers.list_cells import Cells, with_what_is_shown
from genjin.customers.models import Customer
from genjin.customers.models.customer import Customers
from genjin.customers.queries import may_write
from genjin.customers.views.basis import show_form
from genjin.fields.columns import sorted_by, with_fields
from genjin.fields.filters import asked_keys
from genjin.fields.models import CustomField
from genjin.fields.queries import fields_of
from genjin.people import access, saved_views
from genjin.people.models import SavedView, User
from genjin.people.requests import Request
from genjin.web.answers import back_to
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Columns, Page, Sorting, chips, page_for
from genjin.web.once import save_once
from genjin.web.patience import TooSlow, at_most

DROPPED = ("at", "view", "csrfmiddlewaretoken")


def owners_within(user: User) -> QuerySet[User]:
    """The people whose customers this person may see, for the filter by owner."""
    may = access.of(user)
    people: QuerySet[User] = User.objects.filter(is_active=True)
    scope = may.scope(LIST)
    if scope == "ALL":
        return people
    within = Q(pk__in=sorted(may.covers))
    if scope == "TEAM":
        within |= Q(team_id__in=sorted(may.team_ids))
    return people.filter(within)


def custom_of(user: User, asked: QueryDict) -> list[CustomField]:
    """The custom fields of customers that this person sees; retired ones too which the filters ask for."""
    return fields_of(LIST, user, also=asked_keys(asked))


def filters_for(user: User, asked: QueryDict, custom: Sequence[CustomField] | None = None) -> CustomerFilters:
    """The filters of the list for this person, filled in as asked; custom fields are read unless given."""
    known = custom_of(user, asked) if custom is None else custom
    return CustomerFilters(asked, owners=owners_within(user), custom=known)


def columns_with(custom: Sequence[CustomField]) -> Columns:
    """All columns of the list, with those of the custom fields in use."""
    return with_fields(COLUMNS, [field for field in custom if field.is_active])


def listed(request: Request, form: CustomerFilters, asked: QueryDict | None = None) -> QuerySet[Customer]:
    """The customers that the address (or another query string) asks for, before sorting and paging."""
    zone = get_current_timezone()
    return asked_for(request.user, form, asked or request.GET, now=request.now, zone=zone)


def asked_for(
    user: User, form: CustomerFilters, asked: QueryDict, *, now: datetime, zone: tzinfo
) -> Customers:
    """The same without a request: the export writes what the list shows."""
    rows = (
        Customer.objects.in_pools_of(user) if asked.get("show") == "pool" else Customer.objects.held_by(user)
    )
    return form.narrow(rows, user=user, now=now, zone=zone)


def columns_for(user: User, asked: QueryDict) -> Sequence[str]:
    """The names of the columns that the list shows this person: those of the view in force, else chosen."""
    view = _view_in_force(asked, list(saved_views.views_of(user, LIST)))
    return _columns(user, asked, view)


def _columns(user: User, asked: QueryDict, view: SavedView | None) -> Sequence[str]:
    """Those of the view, else chosen, else usual; whoever asks who returns soon sees the day too."""
    own = view.columns if view and view.columns else None
    chosen = own or saved_views.chosen_columns(user, LIST) or USUAL
    asks_days = asked.get("returns", "").isdecimal() and "returns" not in chosen
    return [*chosen, "returns"] if asks_days else chosen


@requires()
@require_GET
def customer_list(request: Request) -> HttpResponse:
    """The list itself, as a page or as the part that htmx asked for."""
    user, may = request.user, request.access
    views = list(saved_views.views_of(user, LIST))
    view = _view_in_force(request.GET, views)
    custom = custom_of(user, request.GET)
    form, every = filters_for(user, request.GET, custom), columns_with(custom)
    chosen = _columns(user, request.GET, view)
    too_slow = False
    try:
        with at_most():
            rows = with_what_is_shown(listed(request, form), chosen)
            rows = sorted_by(rows, every.sorting(request.GET.get("sort")))
            page = page_for(request, rows, every)
    except TooSlow:
        too_slow = True
        page = Page(rows=[], sorting=every.sorting(request.GET.get("sort")))
    sorting: Sorting = page.sorting  # type: ignore[assignment]
    columns = every.shown(chosen, sorting)
    cells = Cells(columns, now=request.now, overdue_before=_midnight(request))
    context = {
        "page": page,
        "rows": [(customer, cells.of(customer)) for customer in page.rows],
        "sorting": sorting,
        "columns": columns,
        "all_columns": every.all,
        "chosen": chosen,
        "form": form,
        "chips": chips(request, form) if form.is_valid() else [],
        "views": _tabs(request, views, view),
        "view": view,
        "too_slow": too_slow,
        "has_custom": any(field.is_active for field in custom),
        "may_create": may_write(may),
        "may_import": may.may("import"),
        "may_assign": may.may("assign_owner"),
        "may_recycle": may.may("recycle"),
        "may_export": may.may("export"),
        "column_url": reverse("customers:columns"),
    }
    return render(request, "customers/list.html", context)


def _midnight(request: Request) -> datetime:
    """The start of the reader's day: a step of today is not late yet."""
    local = timezone.localtime(request.now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _view_in_force(query: QueryDict, views: Sequence[SavedView]) -> SavedView | None:
    asked = query.get("view", "")
    return next((view for view in views if str(view.pk) == asked), None)


def _tabs(request: Request, views: Sequence[SavedView], current: SavedView | None) -> list[dict[str, Any]]:
    """All, the usual three, then the saved views; the one in force is marked."""
    here = request.path
    asked = {name: request.GET[name] for name in request.GET if name not in ("at", "sort")}
    fixed = [
        (_("All"), {}),
        (_("My customers"), {"show": "mine"}),
        (_("No next step"), {"show": "mine", "step": "none"}),
        (_("Returns soon"), {"show": "mine", "returns": "14"}),
        (_("Public pool"), {"show": "pool"}),
    ]
    tabs = [
        {"label": label, "href": f"{here}?{urlencode(query)}" if query else here, "current": asked == query}
        for label, query in fixed
    ]
    for view in views:
        tabs.append({"label": view.name, "href": f"{here}?{view.asking}", "current": view == current})
    return tabs


@requires()
@require_GET
def filter_form(request: Request) -> HttpResponse:
    """All filters in one form: a dialog on the list, a page without scripts."""
    form = filters_for(request.user, request.GET)
    form.is_valid()
    return render(request, "customers/filter_form.html", {"form": form, "sort": request.GET.get("sort", "")})


def _query_of(text: str) -> str:
    kept = [part for part in text.lstrip("?").split("&") if part and part.split("=")[0] not in DROPPED]
    return "&".join(kept)


@requires()
@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep what the list shows now as a view."""
    form = SaveViewForm(request.POST)
    if form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _save_view(request, form))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("View “%(name)s” saved.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(to)
    return show_form(request, form, title=_("Save as a view"), to=reverse("customers:list"))


def _save_view(request: Request, form: SaveViewForm) -> str:
    """Save the view; gives the address where it is shown."""
    view = saved_views.save_view(
        list_name=LIST,
        name=form.cleaned_data["name"],
        query=_query_of(form.cleaned_data["query"]),
        columns=_known(request.user, form.cleaned_data["columns"]),
        shared=form.cleaned_data["shared"],
        by=request.user,
        at=request.now,
    )
    return f"{reverse('customers:list')}?{view.asking}"


def _known(user: User, names: Sequence[str]) -> list[str]:
    """Those of the names that are columns for this person."""
    columns = columns_with(fields_of(LIST, user))
    return [name for name in names if name in columns.by_name]


@requires()
@require_POST
def delete_view(request: Request, pk: int) -> HttpResponse:
    """Remove one of one's own views."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user, list_name=LIST)
    saved_views.delete_view(view_id=view.pk, by=request.user, at=request.now)
    messages.success(request, _("View “%(name)s” deleted.") % {"name": view.name})
    return HttpResponseRedirect(reverse("customers:list"))


@requires()
@require_POST
def choose_columns(request: Request) -> HttpResponse:
    """Remember the columns; the fixed ones are always there."""
    wanted = _known(request.user, request.POST.getlist("columns"))
    saved_views.choose_columns(list_name=LIST, columns=wanted or list(USUAL), by=request.user)
    return HttpResponseRedirect(back_to(request, reverse("customers:list")))
