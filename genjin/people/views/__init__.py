"""Pages of people: ways in, everybody's own settings, users, teams, roles, company."""

from genjin.people.views.absences import absence, absence_new, absence_remove, absences
from genjin.people.views.company import (
    calendar,
    calendar_refresh,
    calendar_remove,
    company,
    equipment,
    equipment_back,
    organisation,
)
from genjin.people.views.entry import forgot, join, reset, setup, start
from genjin.people.views.own import end_other_sessions, end_session, password, profile, sessions, settings
from genjin.people.views.teams import role, roles, team, team_close, team_new, teams
from genjin.people.views.users import deactivate, invite, reactivate, user, user_link, users

__all__ = [
    "absence", "absence_new", "absence_remove", "absences", "calendar", "calendar_refresh", "calendar_remove",
    "company", "deactivate", "end_other_sessions", "end_session", "equipment", "equipment_back", "forgot",
    "invite", "join", "organisation", "password", "profile", "reactivate", "reset", "role", "roles",
    "sessions", "settings", "setup", "start", "team", "team_close", "team_new", "teams", "user", "user_link",
    "users",
]  # fmt: skip
