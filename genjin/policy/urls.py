"""Addresses of the policy."""

from django.urls import path

from genjin.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.index, name="index"),
    path("own/", views.own, name="own"),
    path("teams/<int:pk>/", views.team, name="team"),
]
