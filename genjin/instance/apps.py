from django.apps import AppConfig


class InstanceConfig(AppConfig):
    name = "genjin.instance"
    label = "instance"
