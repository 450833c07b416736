"""What the roles may do and see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.people.access import RIGHTS, SCOPES
from genjin.people.actions import base
from genjin.people.models import Role, User

WIDTH = {"NONE": 0, "OWN": 1, "TEAM": 2, "ALL": 3}


@transaction.atomic
def change_role(
    *,
    code: str,
    rights: Iterable[str],
    scopes: Mapping[str, Mapping[str, str]],
    version: int | None,
    by: User | None,
    at: datetime,
) -> Role:
    """Set a role's rights and scopes (B-31, D-3); somebody who may administer always remains."""
    base.lock_people()
    role = base.take(Role, code, version)
    new_rights = [name for name in RIGHTS if name in set(rights)]
    checked = {kind: _scope(entry) for kind, entry in scopes.items()}
    if "administer" in role.rights and "administer" not in new_rights:
        _require_administrators(role, by=by)
    number = list(Role.Code.values).index(role.code) + 1  # the journal counts records by number
    base.write(role, {"rights": new_rights, "scopes": checked}, by=by, at=at, object_id=number)
    return role


def _scope(entry: Mapping[str, str]) -> dict[str, str]:
    see, edit = entry.get("see", "NONE"), entry.get("edit", "NONE")
    if see not in SCOPES or edit not in SCOPES:
        raise ValidationError(_("Choose one of the scopes offered."))
    if WIDTH[edit] > WIDTH[see]:
        raise ValidationError(_("Nobody can edit what he may not see: narrow “edit” or widen “see”."))
    return {"see": see, "edit": edit}


def _require_administrators(role: Role, *, by: User | None) -> None:
    if by is not None and by.role_id == role.code:
        raise ValidationError(_("You cannot take the administrator's right from your own role."))
    others = [r.code for r in Role.objects.exclude(pk=role.pk) if "administer" in r.rights]
    if not User.objects.can_sign_in().filter(role_id__in=others).exists():
        raise ValidationError(_("At least one person must be able to administer."))
