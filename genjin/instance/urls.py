"""Addresses of the instance's settings pages."""

from django.urls import path

from genjin.instance import views

app_name = "instance"
urlpatterns = [
    path("instance/", views.overview, name="overview"),
    path("instance/release/", views.release, name="release"),
    path("instance/hold/", views.hold, name="hold"),
    path("instance/clock/", views.clock, name="clock"),
    path("errors/", views.errors, name="errors"),
    path("errors/<uuid:identity>/", views.error, name="error"),
]
