"""Comparisons, recommendations, the reorder moment: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
