from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "genjin.notifications"
    label = "notifications"

    def ready(self) -> None:
        from genjin.notifications import navigation
        from genjin.notifications.models import Notice
        from genjin.records import merge_actions, merging

        navigation.register_all()
        merging.register(merge_actions.rows(Notice))
