from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "genjin.mail"
    label = "mail"

    def ready(self) -> None:
        from genjin.mail import merge_moves, notice_kinds, outbox_kinds

        notice_kinds.register_all()
        outbox_kinds.register_all()
        merge_moves.register_all()
