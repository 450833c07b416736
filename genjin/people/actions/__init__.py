"""Every write about organisation, people, teams, roles, absences and the company's calendar."""

from genjin.people.actions.absences import change_absence, record_absence, remove_absence
from genjin.people.actions.base import Stale
from genjin.people.actions.calendar import refresh_official_days, remove_own_day, set_own_day
from genjin.people.actions.loans import lend, take_back
from genjin.people.actions.organisation import change_organisation, set_up
from genjin.people.actions.roles import change_role
from genjin.people.actions.teams import change_team, close_team, create_team, reopen_team
from genjin.people.actions.users import (
    accept_invitation,
    change_password,
    change_profile,
    change_user,
    deactivate_user,
    invite_user,
    note_seen,
    reactivate_user,
    renew_invitation,
    reset_password,
)

__all__ = [
    "Stale",
    "accept_invitation",
    "change_absence",
    "change_organisation",
    "change_password",
    "change_profile",
    "change_role",
    "change_team",
    "change_user",
    "close_team",
    "create_team",
    "deactivate_user",
    "invite_user",
    "lend",
    "note_seen",
    "reactivate_user",
    "record_absence",
    "refresh_official_days",
    "remove_absence",
    "remove_own_day",
    "renew_invitation",
    "reopen_team",
    "reset_password",
    "set_own_day",
    "set_up",
    "take_back",
]
