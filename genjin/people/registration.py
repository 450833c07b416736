"""What people put into the registers: record kinds for journal and palette, pages of the settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.people.models import (
    Absence,
    CalendarDay,
    EquipmentLoan,
    Organisation,
    Role,
    SavedView,
    Team,
    User,
)
from genjin.policy import words as policy_words
from genjin.policy.models import CompanySwitches, Layer
from genjin.records.registry import RecordKind, register
from genjin.rules.policy import catalogue
from genjin.web.navigation import Entry, Hit, register_entry, register_finder

NAMES = {"name_zh": _("Chinese name"), "name_en": _("English name")}
HOURS = {"work_start": _("Work begins"), "work_end": _("Work ends"), "timezone": _("Time zone")}
DAYS = {
    "first_day": _("First day"),
    "last_day": _("Last day"),
    "deputy_id": _("Deputy"),
    "user_id": _("Person"),
}


def register_kinds() -> None:
    """The kinds of this folder and of the stored policy (which lies below and cannot ask who may see it)."""
    for kind in (*_people_kinds(), *_company_kinds()):
        register(kind)


def _people_kinds() -> Iterable[RecordKind]:
    yield RecordKind(
        name="people.user",
        label=_("User"),
        plural=_("Users"),
        model=User,
        visible_to=User.objects.visible_to,
        title=str,
        url_name="people:user",
        icon="user",
        personal=frozenset({"email", "phone"}),
        field_labels=NAMES
        | HOURS
        | {
            "email": _("E-mail"),
            "phone": _("Phone"),
            "role_id": _("Role"),
            "team_id": _("Team"),
            "language": _("Language"),
            "theme": _("Appearance"),
            "shortcuts": _("Single-key shortcuts"),
            "has_laptop": _("Has a laptop"),
            "probation_until": _("On probation until"),
            "is_active": _("Active"),
            "joined_at": _("Joined"),
            "invited_at": _("Invited"),
            "left_at": _("Left on"),
        },
        value_labels=_user_value,
    )
    yield RecordKind(
        name="people.absence",
        label=_("Absence"),
        plural=_("Absences"),
        model=Absence,
        visible_to=_for("administer", Absence),
        title=str,
        icon="calendar",
        personal=frozenset({"note"}),
        field_labels=DAYS | {"note": _("Note")},
    )
    yield RecordKind(
        name="people.equipmentloan",
        label=_("Loan"),
        plural=_("Loans"),
        model=EquipmentLoan,
        visible_to=_for("manage_team", EquipmentLoan),
        title=str,
        icon="box",
        field_labels={
            "item": _("Equipment"),
            "borrower_id": _("Borrower"),
            "from_day": _("Lent on"),
            "until_day": _("Until"),
            "returned_on": _("Returned on"),
            "note": _("Note"),
        },
    )
    yield RecordKind(
        name="people.savedview",
        label=_("Saved view"),
        plural=_("Saved views"),
        model=SavedView,
        visible_to=lambda user: SavedView.objects.filter(user=user),
        title=str,
        icon="bookmark",
        field_labels={
            "name": pgettext_lazy("saved view", "Name"),
            "query": _("Filter"),
            "columns": _("Columns"),
            "is_shared": _("Shared with colleagues"),
        },
    )


def _company_kinds() -> Iterable[RecordKind]:
    team_labels = NAMES | {"managers": _("Managers"), "is_active": _("Active")}
    firm_labels = NAMES | HOURS
    firm_labels |= {
        "base_currency": _("Base currency"),
        "country": _("Country"),
        "lunch_start": _("Lunch begins"),
        "lunch_end": _("Lunch ends"),
        "work_days": _("Working days"),
    }
    role_labels = {"rights": _("Rights"), "scopes": _("Scopes")}
    switch_labels = {
        "go_live_on": _("Go-live date"),
        "second_factor_required": _("Everybody needs a second factor"),
        "sensitive_fields": _("Restricted personal fields may be kept"),
    }
    kinds: tuple[tuple[type[Model], Any, Any, str, str, dict[str, Any]], ...] = (
        (Team, _("Team"), _("Teams"), "people:team", "team", team_labels),
        (Role, _("Role"), _("Roles"), "", "shield", role_labels),
        (Organisation, _("Organisation"), _("Organisations"), "", "building", firm_labels),
        (CalendarDay, _("Calendar day"), _("Calendar days"), "", "calendar", {}),
        (Layer, _("Policy"), _("Policies"), "", "adjustments", policy_words.LABELS),
        (CompanySwitches, _("Company switches"), _("Company switches"), "", "settings", switch_labels),
    )
    for model, label, plural, url_name, icon, labels in kinds:
        yield RecordKind(
            name=model._meta.label_lower,
            label=label,
            plural=plural,
            model=model,
            visible_to=_for("administer", model),
            title=str,
            url_name=url_name,
            icon=icon,
            field_labels=labels,
            value_labels=_company_value,
        )


def _for(right: str, model: type[Model]) -> Any:
    """A gate: everything for those with the right, nothing for others."""

    def visible_to(user: Any) -> QuerySet[Any]:
        from genjin.people import access

        rows: QuerySet[Any] = model._default_manager.all()
        return rows if access.of(user).may(right) else rows.none()

    return visible_to


def _user_value(name: str, value: Any) -> str:
    if name == "role_id" and value in Role.Code.values:
        return str(Role.Code(value).label)
    if name == "team_id" and value:
        team = Team.objects.filter(pk=value).first()
        return str(team) if team else str(value)
    return ""


def _company_value(name: str, value: Any) -> str:
    """What a calendar day is, and a setting of the policy, in words."""
    if isinstance(value, str) and value in CalendarDay.Kind.values:
        return str(CalendarDay.Kind(value).label)
    known = catalogue().get(name)
    return policy_words.value_text(known, value) if known else ""


def register_pages() -> None:
    """The settings in the rail's foot, its pages, signing out; people for the palette."""
    register_entry(Entry("settings", _("Settings"), "people:settings", "settings", place="foot", order=90))
    register_entry(
        Entry("sign_out", _("Sign out"), "account_logout", "logout", place="user", order=99, post=True)
    )
    own = (
        ("profile", _("Profile"), "people:profile", "user"),
        ("own_policy", _("Your own numbers"), "policy:own", "adjustments"),
        ("absences", _("Absences"), "people:absences", "plane"),
        ("password", _("Password"), "people:password", "key"),
        ("second_factor", _("Second factor"), "mfa_index", "shield"),
        ("sessions", _("Sessions"), "people:sessions", "device"),
    )
    for number, (name, label, url, icon) in enumerate(own):
        register_entry(Entry(name, label, url, icon, place="settings", order=10 + number))
    company = (
        ("start", _("The first day"), "people:start", "flag", "administer"),
        ("organisation", _("Organisation"), "people:organisation", "building", "administer"),
        ("users", _("Users"), "people:users", "users", "manage_team"),
        ("teams", _("Teams"), "people:teams", "team", "administer"),
        ("roles", _("Roles"), "people:roles", "id", "administer"),
        ("calendar", _("Calendar"), "people:calendar", "calendar", "administer"),
        ("policy", _("Policy"), "policy:index", "adjustments", "edit_policy"),
        ("company", _("Company switches"), "people:company", "target", "administer"),
        ("equipment", _("Equipment"), "people:equipment", "phone", "manage_team"),
    )
    for number, (name, label, url, icon, right) in enumerate(company):
        register_entry(Entry(name, label, url, icon, right=right, place="settings", order=110 + number))
    register_finder("users", _("Users"), _find_people, order=80)


def _find_people(request: HttpRequest, words: str, limit: int) -> Iterable[Hit]:
    """People by name or address, for those who manage any."""
    access: Any = request.access  # type: ignore[attr-defined]
    if not access.may("manage_team"):
        return
    rows = User.objects.manageable_by(request.user, access.team_ids, everyone=access.may("administer"))
    wanted = Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(email__icontains=words)
    for user in rows.filter(wanted, is_active=True)[:limit]:
        yield Hit(str(user), reverse("people:user", args=[user.pk]), "user", note=user.email)
