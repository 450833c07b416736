"""Addresses of the audit journal."""

from django.urls import path

from genjin.journal import views

app_name = "journal"
urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.export, name="export"),
]
