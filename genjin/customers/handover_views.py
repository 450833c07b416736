"""The wizard that hands over what a person owns, its progress, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions, handover, holdings
from genjin.customers.actions import Refused
from genjin.customers.handover import Choice, Plan
from genjin.customers.handover_forms import HandOverForm
from genjin.customers.handover_jobs import carry_out
from genjin.customers.models import HandOver, HandOverItem
from genjin.customers.views.basis import one_or_404
from genjin.people.models import Absence, User
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

SHOWN = 200
Item = HandOverItem.State


@requires("assign_owner")
@require_GET
def hand_overs(request: Request) -> HttpResponse:
    """Whose work may be handed over, and the hand-overs so far."""
    alive = Q(customers__deleted_at__isnull=True)
    people = handover.people_within(request.user).annotate(owned=Count("customers", filter=alive))
    people = people.filter(Q(is_active=True) | Q(owned__gt=0)).order_by("is_active", "-owned", "pk")
    past = handover.hand_overs_visible_to(request.user).select_related("person", "by")
    context = {"people": people.select_related("team")[:SHOWN], "past": past[:SHOWN]}
    return render(request, "customers/hand_overs.html", context)


@requires("assign_owner")
def hand_over(request: Request, user_id: int) -> HttpResponse:
    """What one person owns, to whom it goes, what that would mean; then the deed."""
    person = one_or_404(handover.people_within(request.user).select_related("team"), user_id)
    inventory = handover.inventory(person.pk)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        people=list(handover.receivers_within(request.user, person)),
        inventory=inventory,
        countries=handover.countries_of(person.pk),
        initial={
            "reason": HandOver.Reason.REORGANISATION if person.is_active else HandOver.Reason.LEAVING,
            "rule": HandOver.Rule.IN_TURN,
            "kinds": [held.name for held, _count in inventory],
        },
    )
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = handover.plan(person.pk, form.choice())
        if "start" in request.POST:
            try:
                to, _is_new = save_once(request, lambda: _start(request, person, form))
                return answers.saved(request, to, _("The hand-over is in progress."))
            except Refused as error:
                refuse(form, error)
    context = {
        "person": person, "inventory": inventory, "form": form, "absences": _absences(request, person),
        "may_enter_absence": _may_enter_absence(request, person),
        "has_anything": any(count for _held, count in inventory),
        "preview": _preview(plan, form.choice()) if plan else None,
        "is_busy": HandOver.objects.filter(person=person, state__in=["RUNNING", "UNDOING"]).first(),
    }  # fmt: skip
    return render(request, "customers/hand_over.html", context)


def _start(request: Request, person: User, form: HandOverForm) -> str:
    expected = request.POST.get("expected", "")
    seen = int(expected) if expected.isdecimal() and len(expected) < 19 else -1
    made = actions.start_hand_over(
        person=person, reason=form.cleaned_data["reason"], choice=form.choice(), why=form.cleaned_data["why"],
        by=request.user, at=request.now, expected=seen,
    )  # fmt: skip
    carry_out.enqueue(made.pk)
    return reverse("customers:handed_over", args=[made.pk])


def _preview(plan: Plan, choice: Choice) -> dict[str, Any]:
    """The table: a line per receiver, a column per kind, and what stays."""
    counts = plan.counts()
    # What goes along with the customers is not counted by itself: a column of zeros would say it stays.
    moving = {kind for _receiver, kind in counts} | {kind for kind, n in plan.staying.items() if n}
    kinds = [holding for holding in holdings.holdings() if holding.name in moving & set(choice.kinds)]
    ids = {receiver for receiver, _kind in counts}
    people = User.objects.filter(pk__in=ids).order_by("pk")
    return {
        "kinds": [holding.label for holding in kinds],
        "lines": [(str(one), [counts[one.pk, kind.name] for kind in kinds]) for one in people],
        "staying": [plan.staying.get(kind.name, 0) for kind in kinds] if any(plan.staying.values()) else [],
        "total": len(plan.pieces),
    }


def _may_enter_absence(request: Request, person: User) -> bool:
    everyone = request.access.may("administer")
    mine = User.objects.manageable_by(request.user, request.access.team_ids, everyone=everyone)
    return person.is_active and mine.filter(pk=person.pk).exists()


def _absences(request: Request, person: User) -> list[Absence]:
    today = timezone.localdate(request.now)
    return list(person.absences.filter(last_day__gte=today).select_related("deputy")[:5])


@requires("assign_owner")
@require_GET
def handed_over(request: Request, pk: int) -> HttpResponse:
    """One hand-over: how far it is, what it did, what could not be taken back."""
    return render(request, "customers/handed_over.html", _state(request, pk))


@requires("assign_owner")
@require_GET
def progress(request: Request, pk: int) -> HttpResponse:
    """The part of that page that is asked again while it runs."""
    return render(request, "customers/_handed_over.html", _state(request, pk))


def _state(request: Request, pk: int) -> dict[str, Any]:
    rows = handover.hand_overs_visible_to(request.user).select_related("person", "by", "undone_by")
    row = one_or_404(rows, pk)
    grouped = row.items.order_by().values("receiver", "kind", "state").annotate(n=Count("pk"))
    found = {(one["receiver"], one["kind"], one["state"]): one["n"] for one in grouped}
    total, left = _progress(row, found)
    kinds = [h for h in holdings.holdings() if any(kind == h.name for _pk, kind, _state in found)]
    return {
        "row": row,
        "kinds": [kind.label for kind in kinds],
        "lines": _lines(found, [kind.name for kind in kinds]),
        "total": total,
        "done": total - left,
        "kept": _kept(row.items.exclude(kept="").order_by("pk")[:SHOWN]),
        "may_undo": row.may_be_undone(request.now),
        "is_moved": any(state == Item.MOVED for _pk, _kind, state in found),
    }


Counts = dict[tuple[int, str, str], int]


def _progress(row: HandOver, found: Counts) -> tuple[int, int]:
    """How many pieces this is about, and how many are still to come."""
    waits = Item.WAITING if row.state == HandOver.State.RUNNING else Item.MOVED
    mine = {key: n for key, n in found.items() if row.undoing_id in (None, key[0])}
    left = sum(n for (_pk, _kind, state), n in mine.items() if state == waits) if row.is_busy else 0
    return sum(mine.values()), left


def _lines(found: Counts, kinds: list[str]) -> list[dict[str, Any]]:
    """A line per receiver: what is with him through this hand-over now."""
    lines = []
    for user in User.objects.filter(pk__in={receiver for receiver, _kind, _state in found}).order_by("pk"):
        cells = [found.get((user.pk, kind, Item.MOVED), 0) for kind in kinds]
        lines.append({"pk": user.pk, "name": str(user), "cells": cells, "left": sum(cells)})
    return lines


def _kept(items: Any) -> list[dict[str, Any]]:
    found = []
    for item in items:
        holding = holdings.find(item.kind)
        label = holding.label if holding else item.kind
        found.append({"item": item, "kind": label, "why": item.get_kept_display()})
    return found


@requires("assign_owner")
@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Take it back: all of it, or the part of the posted receiver."""
    row = get_object_or_404(handover.hand_overs_visible_to(request.user), pk=pk)
    part = request.POST.get("receiver", "")
    if part and not (part.isdecimal() and len(part) < 19):
        raise Http404
    to = reverse("customers:handed_over", args=[pk])
    try:
        with transaction.atomic():  # the deed and its job, or neither
            actions.undo_hand_over(
                hand_over_id=row.pk, receiver_id=int(part) if part else None, by=request.user, at=request.now
            )
            carry_out.enqueue(row.pk)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(to)
    return answers.saved(request, to, _("It is being taken back."))
