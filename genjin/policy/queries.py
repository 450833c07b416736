"""The policy in force: layers read, merged and validated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, OuterRef, QuerySet, Subquery

from genjin.policy.models import CompanySwitches, Layer
from genjin.records.prepared import Given, Prepared
from genjin.rules import policy as rules
from genjin.rules.policy import Level, Policy

LEVELS = {
    Layer.Scope.COMPANY.value: Level.COMPANY,
    Layer.Scope.TEAM.value: Level.TEAM,
    Layer.Scope.PERSON.value: Level.PERSON,
}


def switches() -> CompanySwitches:
    """Go-live date and features of the whole company."""
    return CompanySwitches.objects.get(pk=1)


def in_force(**conditions: Any) -> QuerySet[Layer]:
    """The newest version of every layer."""
    newest = Layer.objects.filter(scope=OuterRef("scope"), subject_id=OuterRef("subject_id"))
    version = Subquery(newest.order_by("-version").values("version")[:1])
    return Layer.objects.filter(**conditions).annotate(newest=version).filter(version=F("newest"))


_IN_FORCE = Prepared(in_force)
_TEAMS: Prepared[Any] = Prepared(
    lambda: get_user_model().objects.filter(pk__among=Given("ids")).only("team_id")
)


def layer(scope: str, subject_id: int = 0) -> Layer | None:
    """One layer in force; None when it was never saved."""
    return Layer.objects.filter(scope=scope, subject_id=subject_id).order_by("-version").first()


def history(scope: str, subject_id: int = 0) -> QuerySet[Layer]:
    """Every version of a layer, newest first."""
    return Layer.objects.filter(scope=scope, subject_id=subject_id).select_related("by").order_by("-version")


def effective(owner_id: int | None = None) -> Policy:
    """The policy for one owner's customers, or the company's; at most two queries."""
    return effective_for([owner_id])[owner_id]


def effective_of(user: AbstractBaseUser) -> Policy:
    """The policy for the customers of a person at hand; one query."""
    return effective_for([user.pk], {user.pk: user.team_id})[user.pk]  # type: ignore[attr-defined]


def effective_for(
    owner_ids: Iterable[int | None], known_teams: Mapping[int, int | None] | None = None
) -> dict[int | None, Policy]:
    """The policies of many owners at once: two queries however many they are, one with their teams known."""
    wanted = set(owner_ids)
    teams = dict(known_teams or {})
    if named := [pk for pk in wanted if pk is not None and pk not in teams]:
        teams |= {person.pk: person.team_id for person in _TEAMS(ids=named)}
    layers = {(row.scope, row.subject_id): row for row in _IN_FORCE()}
    merged: dict[tuple[int, int], Policy] = {}
    found: dict[int | None, Policy] = {}
    for pk in wanted:
        stack = _stack(layers, team_id=teams.get(pk or 0), user_id=pk)
        key = (
            next((row.subject_id for row in stack if row.scope == Layer.Scope.TEAM), 0),
            next((row.subject_id for row in stack if row.scope == Layer.Scope.PERSON), 0),
        )
        if key not in merged:
            merged[key] = Policy.in_force(_rules_layers(stack))
        found[pk] = merged[key]
    return found


def above(scope: str, subject_id: int = 0) -> Policy:
    """What holds where a layer says nothing."""
    if scope == Layer.Scope.COMPANY:
        return Policy.default()
    if scope == Layer.Scope.TEAM:
        return effective()
    team_id = get_user_model().objects.values_list("team_id", flat=True).get(pk=subject_id)
    layers = {(row.scope, row.subject_id): row for row in in_force()}
    return Policy.in_force(_rules_layers(_stack(layers, team_id=team_id, user_id=None)))


def check_value(scope: str, key: str, value: Any) -> None:
    """PolicyError when that layer may not set this value at all."""
    rules.validate(key, value)
    spec = rules.catalogue()[key]
    if LEVELS[scope].depth > spec.lowest.depth:
        raise rules.PolicyError(key, "LEVEL_TOO_LOW", lowest=spec.lowest.value)


def stacks_with(scope: str, subject_id: int, values: Mapping[str, Any]) -> Iterator[list[rules.Layer]]:
    """The stacks of layers that would hold if this one had these values: its own and all below it."""
    layers = {(row.scope, row.subject_id): row for row in in_force()}
    new = Layer(scope=scope, subject_id=subject_id, values=dict(values))
    layers[(scope, subject_id)] = new
    people: dict[int | None, list[int]] = defaultdict(list)
    for pk, team_id in get_user_model().objects.values_list("pk", "team_id"):
        if ("PERSON", pk) in layers:
            people[team_id].append(pk)
    teams = {pk for kind, pk in layers if kind == Layer.Scope.TEAM}
    if scope == Layer.Scope.COMPANY:
        yield _rules_layers(_stack(layers, team_id=None, user_id=None))
    for team_id in [*sorted(teams), None]:
        if scope == Layer.Scope.TEAM and team_id != subject_id:
            continue
        if team_id is not None:
            yield _rules_layers(_stack(layers, team_id=team_id, user_id=None))
    for own_team, ids in people.items():
        for pk in ids:
            if scope == Layer.Scope.COMPANY or (scope, subject_id) in (
                (Layer.Scope.TEAM, own_team),
                ("PERSON", pk),
            ):
                yield _rules_layers(_stack(layers, team_id=own_team, user_id=pk))


def _stack(
    layers: Mapping[tuple[str, int], Layer], *, team_id: int | None, user_id: int | None
) -> list[Layer]:
    keys = (("COMPANY", 0), ("TEAM", team_id or 0), ("PERSON", user_id or 0))
    return [layers[key] for key in keys if key in layers]


def _rules_layers(rows: Iterable[Layer]) -> list[rules.Layer]:
    return [rules.Layer(LEVELS[row.scope], row.values) for row in rows]
