"""Shipments and what comes after them: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from genjin.sales import complaint_views as complaints
from genjin.sales import shipment_edit_views as edit
from genjin.sales import shipment_small_views as small
from genjin.sales import shipment_views as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("shipments/", views.shipments, name="shipments"),
    path("shipments/new/", edit.create, name="new_shipment"),
    path("shipments/<int:pk>/", views.shipment, name="shipment"),
    path("shipments/<int:pk>/edit/", edit.edit, name="edit_shipment"),
    path("shipments/<int:pk>/ship/", small.ship, name="ship"),
    path("shipments/<int:pk>/schedule/", small.schedule, name="schedule"),
    path("shipments/<int:pk>/arrival/", small.arrival, name="arrival"),
    path("shipments/<int:pk>/feedback/", small.feedback, name="feedback"),
    path("shipments/<int:pk>/step/<str:name>/", small.step_done, name="step_done"),
    path("shipments/<int:pk>/take-back/", small.take_back, name="take_back_shipping"),
    path("shipments/<int:pk>/recycle/", small.recycle, name="recycle_shipment"),
    path("shipments/<int:pk>/restore/", small.restore, name="restore_shipment"),
    path("shipments/<int:pk>/files/", small.shipment_files, name="shipment_files"),
    path("shipments/testimonials/<int:pk>/", small.testimonial, name="testimonial"),
    path("orders/<int:pk>/shipments/", views.order_shipments, name="order_shipments"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/new/", complaints.create, name="new_complaint"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
]
