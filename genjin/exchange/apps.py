from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "genjin.exchange"
    label = "exchange"

    def ready(self) -> None:
        from genjin.exchange import export_kinds

        export_kinds.register_all()
