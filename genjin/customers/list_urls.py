"""Addresses of the customer list; `urls.py` includes them in the same namespace."""

from django.urls import path

from genjin.customers import bulk_views, list_views

urlpatterns = [
    path("", list_views.customer_list, name="list"),
    path("filters/", list_views.filter_form, name="filters"),
    path("views/", list_views.save_view, name="save_view"),
    path("views/<int:pk>/delete/", list_views.delete_view, name="delete_view"),
    path("columns/", list_views.choose_columns, name="columns"),
    path("bulk/", bulk_views.bulk, name="bulk"),
]
