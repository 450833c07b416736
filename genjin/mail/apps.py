from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "genjin.mail"
    label = "mail"

    def ready(self) -> None:
        from genjin.customers import reach
        from genjin.instance.actions import before_release
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
        from genjin.mail.actions.matching import stands_against_release

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
        before_release(stands_against_release)
        reach.listen(reactions.customers_changed)
