"""Fragments that other pages show: the card beside Today, the customer page's panel and its warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from genjin.customers import local_time
from genjin.customers.masking import is_masked, shared_with
from genjin.customers.models import Contact, Customer, Interaction, NextStep
from genjin.customers.queries import open_steps
from genjin.followups import present, queries
from genjin.followups.actions import STEPS
from genjin.followups.attempts import Progress, progress_of
from genjin.followups.history import history_of
from genjin.followups.reasons import Names, names_for
from genjin.followups.reasons import render as in_words
from genjin.followups.what_if import DAYS, Event, Kind, events_of
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.web.guards import requires

AHEAD = timedelta(days=90)


def _customer(request: Request, pk: int) -> Customer:
    rows: Any = Customer.objects.visible_to(request.user)
    customer: Customer | None = rows.select_related("country", "owner").filter(pk=pk).first()
    if customer is None:
        raise Http404
    return customer


def duties_ahead(customer: Customer, request: Request) -> list[dict[str, Any]]:
    """What is owed to a customer in the next 90 days, each duty with its why."""
    now = request.now
    today = timezone.localdate(now)
    tasks = queries.tasks_of_customer(customer.pk, today + AHEAD)
    names = names_for(present.reasons_in(tasks))
    found, page = [], present.Page()
    for task in tasks:
        task.customer = customer
        row = present.Row(task, today, now, names, page)
        for duty in task.duties:
            found.append(
                {
                    "row": row,
                    "purpose": present.purpose_of(duty),
                    "icon": present.ICONS.get(duty["channel"], "note"),
                    "why": [in_words(reason, names) for reason in (duty["reason"], *duty["notes"])],
                    "key": duty["key"],
                    "due_on": duty["due_on"],
                    "progress": progress_of(duty["reason"]),
                }
            )
    return found


@dataclass(frozen=True)
class Ahead:
    """One thing that comes: a step that a person set, or a duty that a rule made, each once."""

    day: date
    why: list[str]
    is_overdue: bool
    step: NextStep | None = None
    purpose: str = ""
    owner: User | None = None
    delegated_key: str = ""
    """The task's key where it was handed to a colleague."""
    progress: Progress | None = None
    """How far the attempts to get an answer have come, if it is one."""

    @property
    def owner_id(self) -> int | None:
        """Whose it is."""
        return self.owner.pk if self.owner else None


def ahead_of(customer: Customer, request: Request) -> list[Ahead]:
    """All open steps and the duties of the next 90 days as one list, the first first."""
    today = timezone.localdate(request.now)
    steps = {step.pk: step for step in open_steps([customer.pk]).get(customer.pk, [])}
    found = []
    for duty in duties_ahead(customer, request):
        prefix, _colon, pk = duty["key"].partition(":")
        step = steps.pop(int(pk), None) if prefix in STEPS else None
        day = date.fromisoformat(duty["due_on"])
        task, handed = duty["row"].task, duty["row"].is_delegated
        if handed and (step is not None or prefix not in STEPS):
            words = step.purpose if step is not None else duty["purpose"]
            found.append(
                Ahead(day, duty["why"], day < today, None, words, task.owner, task.key, duty["progress"])
            )
        elif step is not None:
            overdue = step.due_at < request.now if step.due_at else day < today
            found.append(Ahead(day, duty["why"], overdue, step))
        elif prefix not in STEPS:
            found.append(
                Ahead(
                    day, duty["why"], day < today, None, duty["purpose"], task.owner,
                    progress=duty["progress"],
                )
            )  # fmt: skip
    for step in steps.values():
        day = timezone.localdate(step.due_at) if step.due_at else step.due_on or today
        found.append(Ahead(day, [], day < today, step))
    return sorted(found, key=lambda one: one.day)


@requires()
def customer_panel(request: Request, pk: int) -> HttpResponse:
    """What comes in the next 90 days, and why, for the customer page."""
    customer = _customer(request, pk)
    may_edit = Customer.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {"customer": customer, "ahead": ahead_of(customer, request), "may_edit": may_edit}
    return render(request, "followups/_customer_panel.html", context)


@requires()
def card(request: Request, pk: int) -> HttpResponse:
    """The selected customer beside the list: grades, next steps, last contacts, people with their time."""
    customer = _customer(request, pk)
    now = request.now
    contacts = list(Contact.objects.alive().filter(customer=customer, left_on__isnull=True)[:4])
    for contact in contacts:
        contact.customer = customer
    local = local_time.of_contacts(contacts, now)
    last = (
        Interaction.objects.alive().filter(customer=customer, is_private=False).select_related("person")[:3]
    )
    people = [
        {"contact": one, "local": here, "city": local_time.zone_city(here.place.zone) if here else ""}
        for one in contacts
        for here in [local.get(one.pk)]
    ]
    context = {
        "customer": customer,
        "href": present.customer_href(customer.pk),
        "duties": duties_ahead(customer, request)[:4],
        "interactions": last,
        "people": people,
    }
    if getattr(request, "htmx", False):
        return render(request, "followups/_card.html", context)
    return render(request, "followups/card.html", context)


@requires()
def what_if(request: Request, pk: int) -> HttpResponse:
    """What the next 90 days bring if nothing happens, and why: in a dialog, without scripts as a page."""
    customer = _customer(request, pk)
    events, names = events_of(pk, request.now)
    end = next((place for place, one in enumerate(events) if one.key == "return"), None)
    context = {
        "customer": customer,
        "href": present.customer_href(pk),
        "days": DAYS,
        # what would be owed after the return is nobody's
        "groups": _by_day(events if end is None else events[: end + 1], customer, names),
    }
    fragment = getattr(request, "htmx", False)
    name = "followups/_what_if_dialog.html" if fragment else "followups/what_if.html"
    return render(request, name, context)


def _by_day(events: list[Event], customer: Customer, names: Names) -> list[dict[str, Any]]:
    """The events of each day together, each with its icon and whose it is if not the owner's."""
    return [
        {
            "day": day,
            "lines": [
                {
                    "event": one,
                    "icon": _icon(one),
                    "who": names.person(one.owner_id)
                    if one.owner_id not in (None, customer.owner_id)
                    else "",
                }
                for one in of_day
            ],
        }
        for day, of_day in groupby(events, key=lambda one: one.day)
    ]


def _icon(event: Event) -> str:
    if event.kind == Kind.DUTY:
        return present.ICONS.get(event.channel, "note")  # type: ignore[call-overload, no-any-return]
    return {Kind.GONE: "x", Kind.CHANGE: "clock", Kind.NOTICE: "bell"}[event.kind]


@requires()
def history(request: Request, pk: int) -> HttpResponse:
    """What became of the customer's tasks: in a dialog, without scripts as a page; more rows on demand."""
    customer = _customer(request, pk)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    lines, more = history_of(customer, before)
    href = present.customer_href(pk)
    context = {"customer": customer, "href": href, "lines": lines, "more": more, "before": before}
    if not getattr(request, "htmx", False):
        return render(request, "followups/history.html", context)
    name = "followups/_history.html" if before else "followups/_history_dialog.html"
    return render(request, name, context)


def may_see_contact_data(request: Request, customer: Customer) -> bool:
    """Whether numbers and addresses of this customer's people may be shown to the reader."""
    return not is_masked(customer, request.access, shared_with(customer))
