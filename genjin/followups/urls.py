"""Addresses of Today and what belongs to it."""

from django.urls import path

from genjin.followups.views import acts, panels, pool, roster, sequence_editor, sequences, team, today

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
    path("today/task/<str:key>/done/", acts.finish, name="finish"),
    path("today/customer/<int:pk>/sequences/", sequences.panel, name="sequences_panel"),
    path("today/customer/<int:pk>/sequences/begin/", sequences.begin, name="begin_sequence"),
    path("today/sequence/<int:pk>/stop/", sequences.stop, name="stop_sequence"),
    path("today/sequence/<int:pk>/reopen/", sequences.reopen, name="reopen_sequence"),
    path("today/sequence/<int:pk>/date/", sequences.set_date, name="date_sequence"),
    path("settings/roster/", roster.roster, name="roster"),
    path("settings/sequences/", sequence_editor.sequences, name="sequences"),
    path("settings/sequences/new/", sequence_editor.new, name="new_sequence"),
    path("settings/sequences/<slug:key>/", sequence_editor.sequence, name="sequence"),
    path("settings/pools/rule/", pool.rule, name="pool_rule"),
    path("settings/pools/rule/<int:pk>/", pool.team_rule, name="pool_team_rule"),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/", team.person, name="person"),
]
