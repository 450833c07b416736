"""Teams and their managers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.people.actions import base
from genjin.people.models import Team, User
from genjin.policy import actions as policy


@transaction.atomic
def create_team(
    *, names: Mapping[str, str], manager_ids: Iterable[int] = (), by: User | None, at: datetime
) -> Team:
    """A new team with its managers."""
    _require_name(names)
    team = Team.objects.create(name_zh=names.get("name_zh", ""), name_en=names.get("name_en", ""))
    chosen = _managers(manager_ids)
    team.managers.set(chosen)
    changes = base.created(team, ("name_zh", "name_en")) | {"managers": ([], chosen)}
    base.tell(team, "create", by=by, at=at, changes=changes)
    return team


@transaction.atomic
def change_team(
    *,
    team_id: int,
    names: Mapping[str, str],
    manager_ids: Iterable[int],
    version: int | None,
    by: User | None,
    at: datetime,
) -> Team:
    """Rename a team, change who manages it; its members' duties are decided again when managers change."""
    _require_name(names)
    team = base.take(Team, team_id, version)
    old, new = sorted(team.managers.values_list("pk", flat=True)), _managers(manager_ids)
    also = {"managers": (old, new)} if old != new else {}
    team.managers.set(new)
    base.write(team, dict(names), by=by, at=at, also=also)
    if also:
        policy.changed()
    return team


@transaction.atomic
def close_team(*, team_id: int, by: User | None, at: datetime) -> Team:
    """End a team; refused while somebody active belongs to it."""
    team = base.take(Team, team_id)
    count = team.members.filter(is_active=True).count()
    if count:
        raise ValidationError(
            _("%(team)s still has members (%(count)d). Move them to another team first.")
            % {"team": team, "count": count}
        )
    base.write(team, {"is_active": False}, by=by, at=at, verb="close")
    return team


@transaction.atomic
def reopen_team(*, team_id: int, by: User | None, at: datetime) -> Team:
    """Bring a closed team back."""
    team = base.take(Team, team_id)
    base.write(team, {"is_active": True}, by=by, at=at, verb="reopen")
    return team


def _managers(ids: Iterable[int]) -> list[int]:
    return sorted(User.objects.filter(pk__in=list(ids), is_active=True).values_list("pk", flat=True))


def _require_name(names: Mapping[str, str]) -> None:
    if not (names.get("name_zh") or names.get("name_en")):
        raise ValidationError({"name_zh": _("Give a name in at least one language.")})
