"""Addresses for the shell's tests."""

from django.http import HttpResponse
from django.urls import include, path

from genjin.web.errors import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def plain(request):
    return HttpResponse("ok")


names = "today mail customers inquiries orders campaigns insights team settings sign-out".split()
urlpatterns = [
    path("", include("genjin.web.urls")),
    path("", include(([path(f"{n}/", plain, name=n) for n in names], "stand_in"))),
]
