"""Addresses of merging; `urls.py` includes them in the same namespace."""

from django.urls import path

from genjin.customers import contact_merge_views, merge_views

urlpatterns = [
    path("merges/", merge_views.merges, name="merges"),
    path("merges/<int:pk>/", merge_views.merged, name="merged"),
    path("merges/<int:pk>/undo/", merge_views.undo, name="undo_merge"),
    path("<int:pk>/merge/", merge_views.merge_with, name="merge_with"),
    path("<int:pk>/merge/<int:other>/", merge_views.merge, name="merge"),
]
of_contacts = [
    path("<int:pk>/merge/", contact_merge_views.merge_with, name="merge_contact_with"),
    path("<int:pk>/merge/<int:other>/", contact_merge_views.merge, name="merge_contacts"),
    path("merges/<int:pk>/undo/", contact_merge_views.undo, name="undo_contact_merge"),
]
