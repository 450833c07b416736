"""Addresses of the settings page of custom fields."""

from __future__ import annotations

from django.urls import URLPattern, path

from genjin.fields import views

app_name = "fields"
urlpatterns: list[URLPattern] = [
    path("", views.fields, name="fields"),
    path("new/", views.add, name="add"),
    path("<int:pk>/", views.field, name="field"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/use/", views.use, name="use"),
    path("<int:pk>/choices/new/", views.add_choice, name="add_choice"),
    path("choices/<int:pk>/", views.choice, name="choice"),
    path("choices/<int:pk>/move/", views.move_choice, name="move_choice"),
    path("choices/<int:pk>/retire/", views.retire_choice, name="retire_choice"),
    path("choices/<int:pk>/restore/", views.restore_choice, name="restore_choice"),
]
