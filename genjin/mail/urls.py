"""Addresses of mail."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "mail"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("genjin.mail.account_urls")),
]
