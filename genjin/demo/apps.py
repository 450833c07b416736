from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "genjin.demo"
    label = "demo"
