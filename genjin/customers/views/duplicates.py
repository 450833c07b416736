"""What may be the same customer, told while somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from genjin.customers import actions, queries
from genjin.customers.actions.duplicate_pairs import told_apart_from
from genjin.customers.duplicate_facts import FIELDS, company_of
from genjin.customers.duplicate_search import Likely, find_likely, reached_alike
from genjin.customers.models import ContactPoint, Customer
from genjin.customers.present_duplicates import Line, lines, way_lines
from genjin.customers.views.basis import customer_or_404
from genjin.people.requests import Request
from genjin.rules.duplicates.score import PROBABLY
from genjin.web.guards import requires

SHOWN = 5
LONGEST = 300
MOST_WAYS = 30
Ways = Sequence[tuple[str, str]]


def resembling(row: Mapping[str, Any], ways: Ways = (), *, except_id: int | None = None) -> list[Likely]:
    """The customers most like what was typed; four queries.

    Of a stored customer (`except_id`) neither itself nor those that were told apart from it.
    """
    values = SimpleNamespace(**{name: str(row.get(name) or "") for name in FIELDS})
    mails = [value for kind, value in ways if kind == ContactPoint.Kind.EMAIL]
    phones = [value for kind, value in ways if kind in ContactPoint.PHONES]
    if not (values.name or values.name_local or values.website or mails or phones):
        return []
    asked = company_of(values, mails, phones)
    others = {except_id, *told_apart_from(except_id)} if except_id else ()
    return find_likely([asked], except_ids=others)[0][:SHOWN]


def surely_or_probably(found: Iterable[Likely]) -> list[Customer]:
    """Those that are not merely worth a look."""
    return [one.customer for one in found if one.match.score >= PROBABLY]


def report(request: Request, customers: Iterable[Customer | None], row: Mapping[str, Any]) -> None:
    """Tell the owners that somebody entered what is theirs."""
    typed = str(row.get("name") or row.get("name_local") or "")
    found = [(customer, typed) for customer in customers if customer is not None]
    actions.tell_conflicts(found=found, by=request.user, at=request.now)


def shown_lines(request: Request, found: Sequence[Likely]) -> list[Line]:
    """The warning about them."""
    return lines(request.user, found, may_claim=queries.may_write(request.access))


@require_GET
@requires()
def duplicates(request: Request) -> HttpResponse:
    """What may be the same customer, asked while one is being entered or changed."""
    if not queries.may_write(request.access):
        raise Http404
    typed = {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in FIELDS}
    typed["country_id"] = request.GET.get("country", "")[:2]
    ways = [
        (ContactPoint.Kind.EMAIL, request.GET.get("contact_email", "")[:LONGEST]),
        (ContactPoint.Kind.MOBILE, request.GET.get("contact_phone", "")[:LONGEST]),
    ]
    own = request.GET.get("except", "")
    except_id = int(own) if own.isdecimal() and len(own) < 19 else None
    found = resembling(typed, ways, except_id=except_id)
    known = {one.customer.pk for one in found}
    alike = reached_alike(ways, country=typed["country_id"], except_id=except_id)
    more = way_lines(request.user, [pair for pair in alike if pair[0].pk not in known])
    context = {"duplicates": [*shown_lines(request, found), *more]}
    return render(request, "customers/_duplicates.html", context)


@require_GET
@requires()
def known_ways(request: Request, pk: int) -> HttpResponse:
    """Other customers at which somebody has a mail address or number typed for a contact of this one."""
    customer = customer_or_404(request, pk, edit=True)
    ways = [
        (request.GET.get(f"points-{index}-kind", ""), request.GET.get(f"points-{index}-value", "")[:LONGEST])
        for index in range(MOST_WAYS)
    ]
    found = reached_alike(ways, country=customer.country_id or "", except_id=customer.pk)
    context = {"duplicates": way_lines(request.user, found), "of_contact": True}
    return render(request, "customers/_duplicates.html", context)
