from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "genjin.exchange"
    label = "exchange"

    def ready(self) -> None:
        from genjin.exchange import export_kinds, kinds
        from genjin.exchange.importing import (
            custom,
            customers,
            interactions,
            order_lines,
            orders,
            payments,
            products,
            shipments,
            trade_values,
        )

        kinds.register_all()
        custom.register_all()
        customers.register_all()
        interactions.register_all()
        products.register_all()
        trade_values.register_all()
        orders.register_all()
        order_lines.register_all()
        shipments.register_all()
        payments.register_all()
        export_kinds.register_all()
