"""Addresses of files."""

from django.urls import path

from genjin.files import views

app_name = "files"
urlpatterns = [
    path("logo", views.logo, name="logo"),
    path("<int:pk>/detach", views.detach, name="detach"),
    path("<int:pk>/reattach", views.reattach, name="reattach"),
    path("<int:pk>/as/<str:name>", views.download, name="download"),
]
