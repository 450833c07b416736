"""Every address of the product, by folder."""

from django.urls import include, path

urlpatterns = [
    path("", include("genjin.people.urls")),
]
