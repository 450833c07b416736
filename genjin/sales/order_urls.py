"""Orders, their board, nodes, samples, stock at the customer: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
