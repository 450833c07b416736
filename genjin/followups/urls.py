"""Addresses of Today and what belongs to it."""

from django.urls import path

from genjin.followups.views import acts, asking, panels, pool, team, today

app_name = "followups"
urlpatterns = [
    path("today/more/", today.more, name="more"),
    path("today/calls/", today.calls, name="calls"),
    path("today/done/", today.done, name="done"),
    path("today/badge/", today.badge, name="badge"),
    path("today/undo/", acts.undo, name="undo"),
    path("today/customer/<int:pk>/", panels.card, name="customer"),
    path("today/customer/<int:pk>/panel/", panels.customer_panel, name="customer_panel"),
    path("today/task/<str:key>/log/", acts.log, name="log"),
    path("today/task/<str:key>/postpone/", acts.postpone, name="postpone"),
    path("today/task/<str:key>/dismiss/", acts.dismiss, name="dismiss"),
    path("today/task/<str:key>/delegate/", asking.delegate, name="delegate"),
    path("today/task/<str:key>/give-back/", asking.give_back, name="give_back"),
    path("today/customer/<int:pk>/ask-superior/", asking.ask_superior, name="ask_superior"),
    path("today/task/<str:key>/done/", acts.finish, name="finish"),
    path("settings/pools/rule/", pool.rule, name="pool_rule"),
    path("settings/pools/rule/<int:pk>/", pool.team_rule, name="pool_team_rule"),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/", team.person, name="person"),
]
