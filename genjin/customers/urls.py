"""Addresses of customers, contacts and what is logged of them."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "customers"
urlpatterns: list[URLPattern] = []
