"""Django's entry for this folder."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The page shell."""

    name = "genjin.web"
    label = "web"
