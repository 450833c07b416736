from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "genjin.journal"
    label = "journal"
