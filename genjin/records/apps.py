from django.apps import AppConfig
from django.db.models import CharField, IntegerField, TextField


class RecordsConfig(AppConfig):
    name = "genjin.records"
    label = "records"

    def ready(self) -> None:
        """Let querysets ask with `among`."""
        from genjin.records.among import Among

        for field in (CharField, TextField, IntegerField):
            field.register_lookup(Among)
