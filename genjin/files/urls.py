"""Addresses of files."""

from django.urls import path

from genjin.files import logo, views

app_name = "files"
urlpatterns = [
    path("logo", views.logo, name="logo"),
    path("logo/change", logo.change_logo, name="change_logo"),
    path("<int:pk>/detach", views.detach, name="detach"),
    path("<int:pk>/reattach", views.reattach, name="reattach"),
    path("<int:pk>/as/<str:name>", views.download, name="download"),
]
