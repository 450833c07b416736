from django.urls import path

from genjin.exchange import import_views as views

app_name = "exchange"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/", views.upload, name="upload"),
    path("<int:pk>/", views.one, name="import"),
    path("<int:pk>/file/", views.sheet, name="sheet"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/report/", views.report, name="report"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
