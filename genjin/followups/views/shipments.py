"""The chain after a shipment on its page: the plan, and leaving a step out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused
from genjin.followups import chain_words
from genjin.followups.present import ICONS
from genjin.followups.reasons import Names, render_all
from genjin.followups.shipment_actions import skip_step
from genjin.followups.shipment_plan import Planned, State, plan_of
from genjin.people.requests import Request
from genjin.rules.facts import Channel
from genjin.sales.models import Shipment
from genjin.web import answers
from genjin.web.guards import requires

STATES: dict[State, Any] = {
    State.DONE: gettext_lazy("done"),
    State.SKIPPED: gettext_lazy("skipped"),
    State.OVERTAKEN: gettext_lazy("its time is over"),
    State.DUE: gettext_lazy("due"),
    State.AHEAD: gettext_lazy("planned"),
    State.WAITING: gettext_lazy("waits for the ETA"),
    State.OVER: gettext_lazy("not owed any more"),
}
TONES = {State.DONE: "ok", State.OVERTAKEN: "warn", State.DUE: "accent"}


def _shipment(request: Request, pk: int, *, edit: bool = False) -> Shipment:
    manager = Shipment.objects
    rows = manager.editable_by(request.user) if edit else manager.visible_to(request.user)
    found: Shipment | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
@requires()
def plan(request: Request, pk: int) -> HttpResponse:
    """Each step with its day and state, and what can be done with it."""
    shipment = _shipment(request, pk)
    steps = [_shown(one, shipment) for one in plan_of(shipment, request.now)]
    may_edit = Shipment.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "shipment": shipment, "steps": steps, "may_edit": may_edit, "today": timezone.localdate(request.now)
    }  # fmt: skip
    return render(request, "followups/_shipment_plan.html", context)


def _shown(one: Planned, shipment: Shipment) -> dict[str, Any]:
    """A step as the plan tells it."""
    notes = [] if one.duty is None else [{"code": n.code, "params": n.params} for n in one.duty.notes]
    day = timezone.localdate(one.settled_at) if one.settled_at else one.due_on
    return {
        "step": one,
        "title": chain_words.step_name(one.purpose),
        "icon": ICONS.get(one.channel, "note"),  # type: ignore[call-overload]
        "day": day,
        "state": STATES[one.state],
        "tone": TONES.get(one.state, ""),
        "is_settled": one.state in (State.DONE, State.SKIPPED, State.OVER),
        "notes": render_all(notes, Names()),
        "write": _write_href(one, shipment),
    }


def _write_href(one: Planned, shipment: Shipment) -> str:
    """Where the mail of a step is written: in the conversation of the step before, from its wording."""
    if one.duty is None or one.channel is not Channel.EMAIL:
        return ""
    params = one.duty.reason.params
    asked: dict[str, Any] = {"purpose": params["template"], "about": one.key}
    if params["message_id"]:
        return f"{reverse('mail:reply', args=[params['message_id']])}?{urlencode(asked)}"
    asked["customer"] = shipment.customer_id
    if shipment.contact_id:
        asked["to"] = shipment.contact_id
    return f"{reverse('mail:compose')}?{urlencode(asked)}"


@require_POST
@requires()
def skip(request: Request, pk: int, name: str) -> HttpResponse:
    """Leave a step out."""
    shipment = _shipment(request, pk, edit=True)
    to = reverse("sales:shipment", args=[pk])
    try:
        skip_step(
            shipment=shipment, name=name, reason=_("Skipped on the page of the shipment"), by=request.user,
            at=request.now,
        )  # fmt: skip
    except Refused as error:
        messages.error(request, error.messages[0])
        return answers.saved(request, to)
    return answers.saved(request, to, _("Skipped"))
