"""The rule of the public pool: who would return is shown before a change is saved."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.models import Customer
from genjin.customers.models.dimension import FollowGrade
from genjin.customers.pool_notices import reason
from genjin.followups.pool import Preview, names_of, preview
from genjin.people.models import Team
from genjin.people.requests import Request
from genjin.policy import actions, queries, words
from genjin.policy.forms import PolicyForm
from genjin.policy.models import Layer
from genjin.rules.policy import catalogue
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires

GROUP = "pool"


@requires("edit_policy")
def rule(request: Request) -> HttpResponse:
    """The company's rule and limits."""
    return _edit(request, "COMPANY", 0, reverse("followups:pool_rule"))


@requires("manage_team")
def team_rule(request: Request, pk: int) -> HttpResponse:
    """A team's own rule: its managers and those who edit the company's policy."""
    if not (request.access.may("edit_policy") or pk in request.access.team_ids):
        raise Http404
    team = get_object_or_404(Team, pk=pk)
    return _edit(request, "TEAM", pk, reverse("followups:pool_team_rule", args=[pk]), team)


def _edit(request: Request, scope: str, subject_id: int, to: str, team: Team | None = None) -> HttpResponse:
    """First the preview of what was typed; saved only from there."""
    current = queries.layer(scope, subject_id)
    above = queries.above(scope, subject_id)
    values = {**above.values, **(current.values if current else {})}
    form = PolicyForm(
        request.POST if request.method == "POST" else None, scope=scope, group=GROUP, current=values,
        version=json.dumps(values, sort_keys=True), by=current.by if current and current.by else "",
    )  # fmt: skip
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        wanted = form.layer_values(current.values if current else {}, above.values)
        if "save" in request.POST and _save(request, form, scope, subject_id, wanted, current):
            return answers.saved(request, to, _("Saved. The rule works from tomorrow; nobody returns today."))
        if not form.errors:
            found = preview(scope, subject_id, wanted, at=request.now, team_id=team.pk if team else None)
            shown = _shown(request, found)
    context = {"form": form, "team": team, **_sections(_lines(form, above.values, values)), **shown}
    return render(request, "followups/pool_rule.html", context)


def _save(
    request: Request, form: PolicyForm, scope: str, subject_id: int, values: dict[str, Any],
    current: Layer | None,
) -> bool:  # fmt: skip
    try:
        actions.save_layer(
            scope=scope, subject_id=subject_id, values=values, version=current.version if current else 0,
            by=request.user, at=request.now,
        )  # fmt: skip
    except ValidationError as error:
        refuse(form, error)
        return False
    except actions.StaleLayer as stale:
        text = _("%(who)s saved the policy at this moment. Your values are kept; save again to compare.")
        form.add_error(None, text % {"who": stale.layer.by or _("Somebody")})
        return False
    return True


def _lines(form: PolicyForm, above: Any, values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        spec.key: {
            "field": form[spec.key],
            "unit": words.unit(spec),
            "above": words.value_text(spec, above[spec.key]),
            "changed": values[spec.key] != above[spec.key],
        }
        for spec in catalogue().values()
        if spec.key in form.fields
    }


CLOCKS = ("prospect", "customer")
AROUND = ("pool.reminder_max_days", "pool.warn_days")


def _sections(lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The switch, the days by grade and clock as a table, what surrounds a return, the limits on claims."""
    left = dict(lines)
    rows = [(words.GRADES[grade], f"follow_up_days.{grade}") for grade in (*FollowGrade.values, "NONE")]
    rows.append((_("Days without an order, whatever the grade"), "order_days"))
    days = [
        (label, [left.pop(f"pool.{clock}_{key}") for clock in CLOCKS if f"pool.{clock}_{key}" in left])
        for label, key in rows
    ]
    return {
        "switch": left.pop("pool.is_on", None),
        "days": [row for row in days if row[1]],
        "around": [left.pop(key) for key in AROUND if key in left],
        "claims": list(left.values()),
    }


def _shown(request: Request, found: Preview) -> dict[str, Any]:
    """What the preview says; customers whom the reader may not see are counted, not named."""
    customers, owners = names_of(found)
    visible = set(
        Customer.objects.visible_to(request.user).filter(pk__in=list(customers)).values_list("pk", flat=True)
    )
    return {
        "preview": found,
        "owners": [(owners[pk], count) for pk, count in found.by_owner.most_common(20) if pk in owners],
        "affected": [
            {
                "customer": customers[one.customer_id],
                "owner": owners.get(one.owner_id, ""),
                "on": one.back.on,
                "reason": reason(one.back.code),
            }
            for one in found.first
            if one.customer_id in visible
        ],
    }
