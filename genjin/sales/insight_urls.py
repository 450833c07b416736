"""Comparisons, recommendations, the reorder moment: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from genjin.sales import insight_views as views
from genjin.sales import recommended_views as adding

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/<int:pk>/compare/", views.order_compare, name="order_compare"),
    path("orders/<int:pk>/add-product/", adding.put_recommended, name="take_recommended"),
    path("customers/<int:pk>/offers/add-product/", adding.put_on_offer, name="offer_recommended"),
    path("orders/declines/", views.declines, name="declines"),
    path("orders/declines/<int:pk>/", views.decline, name="decline"),
    path("orders/expected/", views.reorders, name="reorders"),
    path("customers/<int:pk>/order-rhythm/", views.customer_rhythm, name="customer_rhythm"),
]
