"""Every address of the product, by folder."""

from django.urls import include, path

urlpatterns = [
    path("", include("genjin.web.urls")),
    path("", include("genjin.people.urls")),
    path("settings/policy/", include("genjin.policy.urls")),
]
