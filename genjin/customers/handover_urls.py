"""Addresses of hand-overs; `urls.py` includes them in the same namespace."""

from django.urls import path

from genjin.customers import handover_views

urlpatterns = [
    path("", handover_views.hand_overs, name="hand_overs"),
    path("of/<int:user_id>/", handover_views.hand_over, name="hand_over"),
    path("<int:pk>/", handover_views.handed_over, name="handed_over"),
    path("<int:pk>/progress/", handover_views.progress, name="hand_over_progress"),
    path("<int:pk>/undo/", handover_views.undo, name="undo_hand_over"),
]
