from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "genjin.records"
    label = "records"
