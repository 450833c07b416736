"""Addresses of import and export."""

from django.urls import path

from genjin.exchange import import_views as views
from genjin.exchange.views import export

app_name = "exchange"
urlpatterns = [
    path("import/", views.imports, name="imports"),
    path("import/new/", views.upload, name="upload"),
    path("import/<int:pk>/", views.one, name="import"),
    path("import/<int:pk>/file/", views.sheet, name="sheet"),
    path("import/<int:pk>/columns/", views.columns, name="columns"),
    path("import/<int:pk>/values/", views.values, name="values"),
    path("import/<int:pk>/progress/", views.progress, name="progress"),
    path("import/<int:pk>/report/", views.report, name="report"),
    path("import/<int:pk>/start/", views.start, name="start"),
    path("import/<int:pk>/stop/", views.stop, name="stop"),
    path("import/<int:pk>/undo/", views.undo, name="undo"),
    path("export/", export.ask, name="export"),
    path("exports/", export.exports, name="exports"),
    path("exports/<int:pk>/", export.download, name="download"),
]
