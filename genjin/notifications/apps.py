from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "genjin.notifications"
    label = "notifications"

    def ready(self) -> None:
        from genjin.notifications import navigation

        navigation.register_all()
