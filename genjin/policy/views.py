"""The policy's page: every setting by group, with unit and default; and its history."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.policy import actions, queries, words
from genjin.policy.forms import ELSEWHERE, PolicyForm
from genjin.policy.models import Layer
from genjin.rules.policy import Kind, Policy, SettingSpec, catalogue
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires

COMPANY, TEAM, PERSON = Layer.Scope.COMPANY.value, Layer.Scope.TEAM.value, Layer.Scope.PERSON.value


@requires("edit_policy")
def index(request: Any) -> HttpResponse:
    """The company's layer."""
    return _edit(request, COMPANY, 0, reverse("policy:index"))


@requires("manage_team")
def team(request: Any, pk: int) -> HttpResponse:
    """A team's layer: its managers and those who edit the company's policy."""
    if not (request.access.may("edit_policy") or pk in request.access.team_ids):
        raise Http404
    teams: Any = get_user_model()._meta.get_field("team").related_model
    row = teams._default_manager.filter(pk=pk).first()
    if row is None:
        raise Http404
    return _edit(request, TEAM, pk, reverse("policy:team", args=[pk]), subject=row)


@requires()
def own(request: Any) -> HttpResponse:
    """A person's own layer: cadence and numbers that may be stricter than the team's (001-47)."""
    return _edit(request, PERSON, request.user.pk, reverse("policy:own"), subject=request.user)


def form_of(request: Any, scope: str, subject_id: int) -> tuple[PolicyForm, Layer | None, Policy]:
    """The form of a layer as posted or stored, the layer in force, and what holds above it."""
    current = queries.layer(scope, subject_id)
    above = queries.above(scope, subject_id)
    values = {**above.values, **(current.values if current else {})}
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        scope=scope,
        current=values,
        # what is in force counts, wherever it comes from: a level above may have changed meanwhile
        version=json.dumps(values, sort_keys=True),
        by=current.by if current and current.by else "",
    )
    return form, current, above


def _edit(request: Any, scope: str, subject_id: int, to: str, *, subject: object = "") -> HttpResponse:
    """Show, look at what a change would do, save."""
    form, current, above = form_of(request, scope, subject_id)
    looking = looked_at = ""
    if request.method == "POST" and form.is_valid():
        wanted = form.layer_values(current.values if current else {}, above.values)
        looked_at = _told_apart(wanted)
        # What was changed after it had been looked at is looked at again before it is saved.
        if "preview" in request.POST or request.POST.get("looked_at", looked_at) != looked_at:
            looking = _preview_page(form, scope, subject_id, wanted)
        elif _save(request, form, scope, subject_id, wanted, current):
            text = _("Saved. What follows from it is decided anew in the background.")
            return answers.saved(request, to, text)
    context = {
        "form": form,
        "scope": scope,
        "subject": subject,
        "looking": looking,
        "looked_at": looked_at,
        "groups": _groups(form, above.values, form.current, scope),
        "history": [_told(row) for row in queries.history(scope, subject_id)[:20]],
    }
    return render(request, "policy/policy.html", context)


def _preview_page(form: PolicyForm, scope: str, subject_id: int, wanted: dict[str, Any]) -> str:
    """The address that tells what the change would do; empty where it cannot be saved or nobody tells."""
    try:
        actions.check(scope, subject_id, wanted)
    except ValidationError as error:
        refuse(form, error)
        return ""
    try:
        return reverse("followups:policy_preview", args=[scope, subject_id])
    except NoReverseMatch:
        return ""


def _told_apart(values: dict[str, Any]) -> str:
    """A text that is the same for the same values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _save(
    request: Any,
    form: PolicyForm,
    scope: str,
    subject_id: int,
    wanted: dict[str, Any],
    current: Layer | None,
) -> bool:
    """Save the layer; False when it was refused."""
    try:
        actions.save_layer(
            scope=scope,
            subject_id=subject_id,
            values=wanted,
            version=current.version if current else 0,
            by=request.user,
            at=request.now,
        )
    except ValidationError as error:
        refuse(form, error)
        return False
    except actions.StaleLayer as stale:
        text = _("%(who)s saved the policy at this moment. Your values are kept; save again to compare.")
        form.add_error(None, text % {"who": stale.layer.by or _("Somebody")})
        return False
    return True


def _groups(
    form: PolicyForm, above: dict[str, Any] | Any, values: dict[str, Any], scope: str
) -> list[dict[str, Any]]:
    """The settings by group in the catalogue's order, those that this layer may set and (company) all."""
    found: dict[str, list[dict[str, Any]]] = {}
    for spec in catalogue().values():
        editable = spec.key in form.fields
        if not editable and scope != COMPANY:
            continue
        found.setdefault(spec.group, []).append(_line(spec, form, above, values))
    return [
        {"name": name, "title": words.group(name), "lines": lines, "page": _own_page(name, scope)}
        for name, lines in found.items()
    ]


def _own_page(group: str, scope: str) -> str:
    """The address of the page on which a group is changed, where that is not this one."""
    try:
        return reverse(ELSEWHERE[group]) if group in ELSEWHERE and scope == COMPANY else ""
    except NoReverseMatch:
        return ""


def _line(spec: SettingSpec, form: PolicyForm, above: Any, values: dict[str, Any]) -> dict[str, Any]:
    value = values[spec.key]
    return {
        "key": spec.key,
        "label": words.label(spec),
        "unit": words.unit(spec),
        "above": words.value_text(spec, above[spec.key]),
        # Only numbers of the texts that the firm can look up; what was decided here has none.
        "source": spec.source if spec.source[:1].isdigit() else "",
        "changed": value != above[spec.key],
        "text": words.value_text(spec, value),
        "field": form[spec.key] if spec.key in form.fields else None,
        "limits": _limits(spec),
        "benchmark": spec.benchmark,
        "steps": [_step(step) for step in value] if spec.kind is Kind.STEPS else [],
    }


def _limits(spec: SettingSpec) -> str:
    return f"{spec.minimum:,}–{spec.maximum:,}" if spec.kind is Kind.INT else ""


def _step(step: dict[str, Any]) -> str:
    days: int = step["after_days"]
    when = ngettext("day %(n)d", "day %(n)d", days) % {"n": days}
    return _("%(label)s: %(text)s") % {"label": when, "text": words.choice(step["channel"])}


def _told(row: Layer) -> dict[str, Any]:
    """One version for the history."""
    known = catalogue()
    return {
        "row": row,
        "values": [
            (words.label(known[key]), words.value_text(known[key], value))
            for key, value in row.values.items()
            if key in known
        ],
    }
