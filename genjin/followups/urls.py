"""Addresses of Today and what belongs to it."""

from django.urls import path

from genjin.followups.views import (
    acts,
    calendar,
    catch_up,
    done,
    morning,
    numbers,
    panels,
    policy_preview,
    pool,
    team,
    today,
)

app_name = "followups"
urlpatterns = [
    path("today/more/", today.more, name="more"),
    path("today/calls/", today.calls, name="calls"),
    path("today/done/", done.done, name="done"),
    path("today/calendar/", calendar.calendar, name="calendar"),
    path("today/catch-up/", catch_up.catch_up, name="catch_up"),
    path("today/badge/", today.badge, name="badge"),
    path("today/undo/", acts.undo, name="undo"),
    path("today/customer/<int:pk>/", panels.card, name="customer"),
    path("today/customer/<int:pk>/panel/", panels.customer_panel, name="customer_panel"),
    path("today/customer/<int:pk>/ahead/", panels.what_if, name="what_if"),
    path("settings/morning/", morning.preference, name="morning"),
    path("today/task/<str:key>/log/", acts.log, name="log"),
    path("today/task/<str:key>/postpone/", acts.postpone, name="postpone"),
    path("today/task/<str:key>/dismiss/", acts.dismiss, name="dismiss"),
    path("today/task/<str:key>/another/", acts.another, name="another"),
    path("today/task/<str:key>/move/", calendar.move, name="move"),
    path("today/task/<str:key>/done/", acts.finish, name="finish"),
    path("settings/pools/rule/", pool.rule, name="pool_rule"),
    path("settings/pools/rule/<int:pk>/", pool.team_rule, name="pool_team_rule"),
    path("settings/policy/preview/<str:scope>/<int:pk>/", policy_preview.preview, name="policy_preview"),
    path("settings/policy/preview/<int:pk>/", policy_preview.progress, name="policy_preview_progress"),
    path("settings/policy/preview/<int:pk>/stop/", policy_preview.stop, name="policy_preview_stop"),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/", team.person, name="person"),
    path("team/<int:pk>/numbers/", numbers.numbers, name="numbers"),
    path("today/numbers/", numbers.own_numbers, name="own_numbers"),
]
