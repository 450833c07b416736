"""Addresses of mail."""

from django.urls import include, path

app_name = "mail"
urlpatterns = [path("", include("genjin.mail.outbox_urls"))]
