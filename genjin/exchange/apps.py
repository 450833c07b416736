from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "genjin.exchange"
    label = "exchange"

    def ready(self) -> None:
        from genjin.exchange import export_kinds, kinds
        from genjin.exchange.importing import custom, customers, interactions, orders, products

        kinds.register_all()
        custom.register_all()
        customers.register_all()
        interactions.register_all()
        products.register_all()
        orders.register_all()
        export_kinds.register_all()
