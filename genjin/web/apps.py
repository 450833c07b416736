from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "genjin.web"
    label = "web"
