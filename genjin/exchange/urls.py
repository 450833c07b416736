"""Addresses of import and export."""

from django.urls import path

from genjin.exchange.views import export

app_name = "exchange"
urlpatterns = [
    path("export/", export.ask, name="export"),
    path("exports/", export.exports, name="exports"),
    path("exports/<int:pk>/", export.download, name="download"),
]
