"""Addresses of mail."""

from django.urls import include, path

app_name = "mail"
urlpatterns = [
    path("mail/", include("genjin.mail.compose_urls")),
]
