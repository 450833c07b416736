"""Addresses of notices."""

from django.urls import path

from genjin.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notices, name="list"),
    path("notices/read/", views.read, name="read"),
    path("notices/unread/", views.unread, name="unread"),
    path("settings/notices/", views.preferences, name="preferences"),
]
