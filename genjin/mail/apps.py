from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "genjin.mail"
    label = "mail"

    def ready(self) -> None:
        from genjin.customers import reach
        from genjin.mail import (
            account_kinds,
            contact_moments,
            handover,
            kinds,
            merge_moves,
            navigation,
            notice_kinds,
            on_timeline,
            outbox_kinds,
            outbox_notices,
            reactions,
        )

        outbox_notices.register_all()
        outbox_kinds.register_all()
        account_kinds.register_all()
        handover.register_all()
        outbox_kinds.register_entries()
        kinds.register_all()
        merge_moves.register_all()
        contact_moments.register_all()
        notice_kinds.register_all()
        navigation.register_all()
        on_timeline.register_all()
        reach.listen(reactions.customers_changed)
