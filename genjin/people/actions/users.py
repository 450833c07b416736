"""Users: invited, joined, changed, gone, back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.people import sessions
from genjin.people.actions import base
from genjin.people.models import Role, User
from genjin.policy import actions as policy

PROFILE_FIELDS = {
    "name_zh", "name_en", "phone", "language", "timezone", "work_start", "work_end", "theme", "shortcuts",
}  # fmt: skip
USER_FIELDS = PROFILE_FIELDS | {"email", "role_id", "team_id", "has_laptop", "probation_until"}


@transaction.atomic
def invite_user(*, values: Mapping[str, Any], by: User | None, at: datetime) -> User:
    """Add a person who may join by a link (`genjin.people.links.invitation`); the address must be new."""
    base.lock_people()
    user = User(**_known(values, USER_FIELDS), invited_at=at)
    _require_new_address(user)
    user.set_unusable_password()
    user.save()
    names = ("email", "name_zh", "name_en", "role_id", "team_id", "probation_until")
    base.tell(user, "invite", by=by, at=at, changes=base.created(user, names))
    return user


@transaction.atomic
def renew_invitation(*, user_id: int, by: User | None, at: datetime) -> User:
    """Make a fresh invitation; links given before stop working."""
    user = base.take(User, user_id)
    if user.state != "INVITED":
        raise ValidationError(_("%(name)s has already joined or left.") % {"name": user})
    base.write(user, {"invited_at": at}, by=by, at=at, verb="renew_invitation")
    return user


@transaction.atomic
def accept_invitation(*, user_id: int, names: Mapping[str, str], password: str, at: datetime) -> User:
    """The invited person joins with names and a password of his own."""
    user = base.take(User, user_id)
    if user.state != "INVITED":
        raise ValidationError(_("This invitation has been used already. Sign in instead."))
    user.set_password(password)
    user.save(update_fields=["password"])
    base.write(user, {**_known(names, {"name_zh", "name_en"}), "joined_at": at}, by=user, at=at, verb="join")
    return user


@transaction.atomic
def reset_password(*, user_id: int, password: str, at: datetime) -> User:
    """A new password by a reset link: every session of this person ends."""
    user = base.take(User, user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user)
    base.tell(user, "reset_password", by=user, at=at)
    return user


@transaction.atomic
def change_password(*, user_id: int, password: str, at: datetime) -> User:
    """A new password chosen while signed in; other sessions end because their hash no longer fits."""
    user = base.take(User, user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    base.tell(user, "change_password", by=user, at=at)
    return user


@transaction.atomic
def change_user(
    *, user_id: int, values: Mapping[str, Any], version: int | None, by: User | None, at: datetime
) -> User:
    """Change another person's data, role or team; one active administrator always remains."""
    base.lock_people()
    user = base.take(User, user_id, version)
    new = _known(values, USER_FIELDS)
    if "email" in new:
        _require_new_address(User(pk=user.pk, email=new["email"]))
    if "role_id" in new and new["role_id"] != user.role_id:
        _require_other_administrator(user, role_id=new["role_id"], by=by)
    base.write(user, new, by=by, at=at)
    policy.changed()
    return user


@transaction.atomic
def change_profile(
    *, user_id: int, values: Mapping[str, Any], version: int | None, by: User | None, at: datetime
) -> User:
    """Change what everybody may change about himself."""
    user = base.take(User, user_id, version)
    base.write(user, _known(values, PROFILE_FIELDS), by=by, at=at)
    policy.changed()
    return user


@transaction.atomic
def deactivate_user(*, user_id: int, by: User | None, at: datetime) -> User:
    """A person leaves: sessions end at once; what he owns stays his until it is handed over (D-5)."""
    base.lock_people()
    user = base.take(User, user_id)
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("You cannot end your own access; ask another administrator."))
    if not user.is_active:
        return user
    _require_other_administrator(user, role_id=None, by=None)
    base.write(user, {"is_active": False, "left_at": at}, by=by, at=at, verb="deactivate")
    sessions.end_all(user)
    policy.changed()
    return user


@transaction.atomic
def reactivate_user(*, user_id: int, by: User | None, at: datetime) -> User:
    """A person comes back; his password still works, and a person who never joined needs a new invitation."""
    user = base.take(User, user_id)
    new: dict[str, Any] = {"is_active": True, "left_at": None}
    if user.joined_at is None:
        new["invited_at"] = at
    base.write(user, new, by=by, at=at, verb="reactivate")
    policy.changed()
    return user


def note_seen(*, user_id: int, at: datetime) -> None:
    """Keep when somebody was last here; real time, not journalled: it is no decision of anybody."""
    User.objects.filter(pk=user_id).update(last_seen_at=at)


def administrator_roles() -> list[str]:
    """Codes of the roles that may administer."""
    return [role.code for role in Role.objects.all() if "administer" in role.rights]


def _require_other_administrator(user: User, *, role_id: str | None, by: User | None) -> None:
    """Refuse what would leave nobody who may administer, or take that right from oneself."""
    codes = administrator_roles()
    if user.role_id not in codes or role_id in codes:
        return
    if by is not None and by.pk == user.pk:
        raise ValidationError(
            {"role": _("You cannot take the administrator's right from yourself; ask another administrator.")}
        )
    if not User.objects.can_sign_in().filter(role_id__in=codes).exclude(pk=user.pk).exists():
        raise ValidationError(
            _("%(name)s is the last administrator; make somebody else one first.") % {"name": user}
        )


def _require_new_address(user: User) -> None:
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise ValidationError({"email": _("Somebody has this e-mail address already.")})


def _known(values: Mapping[str, Any], allowed: set[str]) -> dict[str, Any]:
    unknown = set(values) - allowed
    if unknown:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    if not (values.get("name_zh", "x") or values.get("name_en", "x")):
        raise ValidationError({"name_zh": _("Give a name in at least one language.")})
    return dict(values)
