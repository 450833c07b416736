from django.urls import path

from genjin.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.list_jobs, name="list"),
    path("jobs/<int:pk>/", views.show_job, name="job"),
    path("jobs/<int:pk>/again/", views.run_again, name="run_again"),
    path("jobs/<int:pk>/cancel/", views.cancel, name="cancel"),
]
