from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "genjin.people"
    label = "people"
