from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "genjin.search"
    label = "search"
