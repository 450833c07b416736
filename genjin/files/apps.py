from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "genjin.files"
    label = "files"
