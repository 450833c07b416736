from django.apps import AppConfig
from django.db.models import Field, ForeignObject


class RecordsConfig(AppConfig):
    name = "genjin.records"
    label = "records"

    def ready(self) -> None:
        """Let querysets ask with `among`."""
        from genjin.records.among import Among

        for field in (Field, ForeignObject):
            field.register_lookup(Among)
