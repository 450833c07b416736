from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "genjin.notifications"
    label = "notifications"
