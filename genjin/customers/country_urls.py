"""Addresses of the countries."""

from django.urls import path

from genjin.customers import country_views as views

app_name = "countries"
urlpatterns = [
    path("", views.country_list, name="list"),
    path("<slug:code>/", views.profile, name="country"),
    path("<slug:code>/facts", views.edit_facts, name="facts"),
    path("<slug:code>/sections/<slug:section>", views.edit_section, name="section"),
    path("<slug:code>/holidays/add", views.add_correction, name="add_correction"),
    path("<slug:code>/holidays/<int:pk>/remove", views.remove_correction, name="remove_correction"),
]
