from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "genjin.mail"
    label = "mail"

    def ready(self) -> None:
        from genjin.mail import merge_moves

        merge_moves.register_all()
