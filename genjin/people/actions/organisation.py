"""The organisation, and the first start that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.instance import actions as instance
from genjin.instance.models import Instance
from genjin.people.actions import base, calendar
from genjin.people.models import Organisation, Role, User
from genjin.policy import actions as policy

CALENDAR_FIELDS = {"timezone", "country", "work_start", "work_end", "lunch_start", "lunch_end", "work_days"}
ORGANISATION_FIELDS = CALENDAR_FIELDS | {"name_zh", "name_en", "base_currency", "logo_id"}


_after_set_up: list[Callable[[User, datetime], object]] = []


def after_set_up(listener: Callable[[User, datetime], object]) -> None:
    """Have a function of a higher folder called at the end of the first start, in its transaction."""
    _after_set_up.append(listener)


@transaction.atomic
def set_up(
    *, organisation: Mapping[str, Any], administrator: Mapping[str, Any], password: str, at: datetime
) -> User:
    """The first start: organisation, first administrator and this year's public holidays, once for all.

    Of two browsers that try at the same time one gets a ValidationError with a sentence.
    """
    if Instance.objects.select_for_update().get(pk=1).set_up_at is not None:
        raise ValidationError(_("This Genjin has already been set up. Sign in instead."))
    firm = base.take(Organisation, 1)
    user = User(**administrator, role_id=Role.Code.ADMINISTRATOR, joined_at=at)
    user.set_password(password)
    user.save()
    base.tell(user, "create", by=user, at=at, changes=base.created(user, ("email", "name_zh", "name_en")))
    base.write(firm, _known(organisation), by=user, at=at, verb="set_up")
    instance.set_up_done(by=user, at=at)
    calendar.refresh_official_days(years=(at.year, at.year + 1), by=user, at=at)
    for listener in _after_set_up:
        listener(user, at)
    return user


@transaction.atomic
def change_organisation(
    *, values: Mapping[str, Any], version: int | None, by: User | None, at: datetime
) -> Organisation:
    """Change the organisation's own data; a changed calendar makes everybody's duties be decided again."""
    firm = base.take(Organisation, 1, version)
    changes = base.write(firm, _known(values), by=by, at=at)
    if changes.keys() & {"country"}:
        calendar.refresh_official_days(years=(at.year, at.year + 1), by=by, at=at)
    if changes.keys() & CALENDAR_FIELDS:
        policy.changed()
    return firm


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - ORGANISATION_FIELDS
    if unknown:
        raise TypeError(f"an organisation has no {', '.join(sorted(unknown))}")
    merged = dict(values)
    if not (merged.get("name_zh", "x") or merged.get("name_en", "x")):
        raise ValidationError({"name_zh": _("Give the organisation a name in at least one language.")})
    return merged
