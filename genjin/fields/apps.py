from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "genjin.fields"
    label = "fields"

    def ready(self) -> None:
        from genjin.fields import kinds, telling

        kinds.register_all()
        telling.register_all()
