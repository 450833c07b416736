from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "genjin.sales"
    label = "sales"

    def ready(self) -> None:
        from genjin.sales import (
            handover,
            insight_kinds,
            merge_moves,
            money_kinds,
            offer_kinds,
            order_kinds,
            ordered,
            product_kinds,
            shipment_kinds,
        )

        parts = (product_kinds, offer_kinds, order_kinds, shipment_kinds, money_kinds, insight_kinds)
        for part in parts:
            part.register_all()
        merge_moves.register_all()
        handover.register_all()
        ordered.register_all()
