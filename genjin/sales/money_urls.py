"""Payment plans, receipts, receivables, letters of credit, rates: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
