"""Addresses of people: signing in (under django-allauth's own names), first start, settings."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import include, path

from genjin.people import views

people = [
    path("setup/", views.setup, name="setup"),
    path("start/", views.start, name="start"),
    path("join/<str:token>/", views.join, name="join"),
    path("reset/<str:token>/", views.reset, name="reset"),
    path("settings/", views.settings, name="settings"),
    path("settings/profile/", views.profile, name="profile"),
    path("settings/password/", views.password, name="password"),
    path("settings/sessions/", views.sessions, name="sessions"),
    path("settings/sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("settings/sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("settings/absences/", views.absences, name="absences"),
    path("settings/absences/<int:user_id>/new/", views.absence_new, name="absence_new"),
    path("settings/absences/edit/<int:pk>/", views.absence, name="absence"),
    path("settings/absences/edit/<int:pk>/remove/", views.absence_remove, name="absence_remove"),
    path("settings/organisation/", views.organisation, name="organisation"),
    path("settings/company/", views.company, name="company"),
    path("settings/users/", views.users, name="users"),
    path("settings/users/invite/", views.invite, name="invite"),
    path("settings/users/<int:pk>/", views.user, name="user"),
    path("settings/users/<int:pk>/link/", views.user_link, name="user_link"),
    path("settings/users/<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("settings/users/<int:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("settings/teams/", views.teams, name="teams"),
    path("settings/teams/new/", views.team_new, name="team_new"),
    path("settings/teams/<int:pk>/", views.team, name="team"),
    path("settings/teams/<int:pk>/close/", views.team_close, name="team_close"),
    path("settings/roles/", views.roles, name="roles"),
    path("settings/roles/<str:code>/", views.role, name="role"),
    path("settings/calendar/", views.calendar, name="calendar"),
    path("settings/calendar/refresh/", views.calendar_refresh, name="calendar_refresh"),
    path("settings/calendar/<int:pk>/remove/", views.calendar_remove, name="calendar_remove"),
    path("settings/equipment/", views.equipment, name="equipment"),
    path("settings/equipment/<int:pk>/back/", views.equipment_back, name="equipment_back"),
]

# Only those of the library's pages that we use; public sign-up has no address at all.
urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/forgot/", views.forgot, name="account_reset_password"),
    path("sign-out/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("settings/second-factor/", mfa.index, name="mfa_index"),
    path("settings/second-factor/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("settings/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("settings/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("settings/recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "settings/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("", include((people, "people"))),
]
