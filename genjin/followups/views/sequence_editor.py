"""The sequence editor: what there is, who uses it now, its versions; steps added, removed, moved (004-22)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.followups import sequence_names
from genjin.followups.chain_words import step_name
from genjin.followups.models import SequenceRun
from genjin.followups.sequence_forms import SequenceForm, StepForm, check_order, initial_of
from genjin.followups.sequence_policy import SequenceDraft, save_sequence, stamp_of, versions_of
from genjin.people.requests import Request
from genjin.policy import words
from genjin.policy.queries import effective
from genjin.rules.plans import BUILT_IN, OWN, SequencePlan, plan_of, plans
from genjin.rules.policy import MOST_STEPS, catalogue
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires

SHOWN = 10
STEP_FIELDS = tuple(StepForm.base_fields)


@requires("manage_team")
def sequences(request: Request) -> HttpResponse:
    """Every sequence with its steps and how many customers it runs for."""
    counted = SequenceRun.objects.running().order_by().values_list("sequence").annotate(n=Count("pk"))
    running = Counter(dict(counted))
    rows = [
        {
            "plan": plan,
            "name": sequence_names.name_of(plan),
            "steps": [step_name(step.purpose) for step in plan.steps],
            "starts": words.choice(plan.starts_on) if plan.starts_on else "",
            "running": running[plan.key],
        }
        for plan in plans(effective())
    ]
    return render(request, "followups/sequences.html", {"rows": rows})


@requires("manage_team")
def new(request: Request) -> HttpResponse:
    """A sequence of the company's own."""
    return _edit(request, SequencePlan(key="", steps=()))


@requires("manage_team")
def sequence(request: Request, key: str) -> HttpResponse:
    """One sequence: change it; it holds for what begins later."""
    plan = plan_of(effective(), key)
    if plan is None:
        raise Http404
    return _edit(request, plan)


@dataclass
class _Page:
    """The editor's forms, as shown or as sent."""

    plan: SequencePlan
    head: SequenceForm
    steps: list[StepForm]
    moved: int | None = None
    """The place of the step whose buttons get the focus again."""

    def is_valid(self) -> bool:
        """All of it; each mistake stands beside its field."""
        valid = [self.head.is_valid(), *(form.is_valid() for form in self.steps)]
        if not self.steps:
            self.head.add_error(None, _("A sequence needs a step."))
            return False
        return all(valid) and check_order(self.steps)

    def draft(self) -> SequenceDraft:
        """What was written; new steps get the next free names."""
        taken = {form.cleaned_data["key"] for form in self.steps}
        free = (name for name in (f"S{number}" for number in range(1, 2 * MOST_STEPS)) if name not in taken)
        data = self.head.cleaned_data
        return SequenceDraft(
            steps=[form.step("" if form.cleaned_data["key"] else next(free)) for form in self.steps],
            exits=data["exits"],
            starts_on=data.get("starts_on", ""),
            name_zh=data.get("name_zh", ""),
            name_en=data.get("name_en", ""),
            is_offered=data.get("is_offered", True),
        )


def _edit(request: Request, plan: SequencePlan) -> HttpResponse:
    asked = request.POST.get("do", "save") if request.method == "POST" else ""
    page = _page(request, plan, asked)
    if asked == "save" and page.is_valid():
        try:
            key = save_sequence(
                key=plan.key, draft=page.draft(), stamp=request.POST.get("stamp", ""), by=request.user,
                at=request.now,
            )  # fmt: skip
            said = _("Saved. What begins from now on follows it; what runs keeps its steps.")
            return answers.saved(request, reverse("followups:sequence", args=[key]), said)
        except ValidationError as refused:
            refuse(page.head, refused)
    context = _context(request, page)
    wrong = asked == "save"
    if getattr(request, "htmx", False):
        return render(request, "followups/_sequence_form.html", context, status=422 if wrong else 200)
    return render(request, "followups/sequence.html", context)


def _page(request: Request, plan: SequencePlan, asked: str) -> _Page:
    data = request.POST if asked else None
    is_own = plan.key not in BUILT_IN
    initial = {
        "name_zh": plan.name_zh, "name_en": plan.name_en, "exits": list(plan.exits),
        "starts_on": plan.starts_on or "", "is_offered": plan.is_offered,
    }  # fmt: skip
    head = SequenceForm(data if asked == "save" else None, key=plan.key, is_own=is_own, initial=initial)
    if data is not None and asked != "save":
        head.initial = {
            name: data.getlist(name) if name == "exits" else data.get(name, "") for name in head.fields
        }
    limits = _limits(plan)
    if data is None:
        shown = [initial_of(step) for step in plan.steps] or [EMPTY]
        return _Page(
            plan, head, [StepForm(prefix=f"s{n}", initial=row, **limits) for n, row in enumerate(shown)]
        )
    sent = _sent(data)
    if asked == "save":
        return _Page(plan, head, [StepForm(data, prefix=f"s{n}", **limits) for n in range(len(sent))])
    order, moved = _arranged(sent, asked)
    rows = [StepForm(prefix=f"s{n}", initial=row, **limits) for n, row in enumerate(order)]
    return _Page(plan, head, rows, moved)


def _limits(plan: SequencePlan) -> dict[str, int]:
    spec = catalogue()[plan.key if plan.key in BUILT_IN else OWN]
    return {"minimum": spec.minimum, "maximum": spec.maximum}


EMPTY = {"channel": "EMAIL", "after_days": 0, "anchor": "START", "repeats": 1}


def _sent(data: QueryDict) -> list[dict[str, Any]]:
    """The rows as they were typed, in their order."""
    count = data.get("steps", "")
    number = min(int(count), MOST_STEPS) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    return [{name: data.get(f"s{n}-{name}", "") for name in STEP_FIELDS} for n in range(number)]


def _arranged(rows: list[dict[str, Any]], asked: str) -> tuple[list[dict[str, Any]], int | None]:
    """The rows after one was added, removed or moved, and where the focus belongs."""
    verb, _dash, place = asked.partition("-")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else -1
    if verb == "add" and len(rows) < MOST_STEPS:
        return [*rows, dict(EMPTY)], len(rows)
    if not 0 <= at < len(rows):
        return rows, None
    if verb == "remove":
        return rows[:at] + rows[at + 1 :], min(at, len(rows) - 2)
    to = at - 1 if verb == "up" else at + 1
    if verb in ("up", "down") and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        return rows, to
    return rows, at


def _context(request: Request, page: _Page) -> dict[str, Any]:
    plan = page.plan
    running = SequenceRun.objects.running().filter(sequence=plan.key).visible_to(request.user)
    users = list(running.select_related("customer").order_by("-began_at")[: SHOWN + 1]) if plan.key else []
    return {
        "plan": plan,
        "name": sequence_names.name_of(plan) if plan.key else "",
        "form": page.head,
        "steps": page.steps,
        "moved": page.moved,
        "last": len(page.steps) - 1,
        "may_add": len(page.steps) < MOST_STEPS,
        "stamp": request.POST.get("stamp") or (stamp_of(plan.key) if plan.key else ""),
        "users": users[:SHOWN],
        "has_more": len(users) > SHOWN,
        "versions": [
            {"version": one, "steps": [step_name(step.purpose) for step in one.plan.steps]}
            for one in (versions_of(plan.key)[:SHOWN] if plan.key else ())
        ],
    }
