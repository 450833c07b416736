"""Addresses of customers, contacts and what is logged of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from genjin.customers import list_urls

app_name = "customers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/", include(list_urls.urlpatterns)),
]
