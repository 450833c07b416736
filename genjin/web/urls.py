"""Addresses of the shell itself."""

from django.urls import path

from genjin.web import gallery, views

app_name = "web"
urlpatterns = [
    path("_palette", views.palette, name="palette"),
    path("_theme", views.theme, name="theme"),
    path("_language", views.language, name="language"),
    path("_components", gallery.components, name="components"),
]
