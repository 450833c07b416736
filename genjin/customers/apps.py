from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "genjin.customers"
    label = "customers"

    def ready(self) -> None:
        from genjin.customers import country_kinds, handover_kinds, kinds, notice_kinds, pool_notices
        from genjin.customers.actions import contact_merge_moves, merge_moves

        kinds.register_all()
        kinds.register_entries()
        country_kinds.register_all()
        pool_notices.register_all()
        notice_kinds.register_all()
        handover_kinds.register_all()
        merge_moves.register_all()
        contact_merge_moves.register_all()
