from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "genjin.jobs"
    label = "jobs"

    def ready(self) -> None:
        from genjin.web.navigation import Entry, register_entry

        register_entry(
            Entry(
                "jobs",
                _("Background work"),
                "jobs:list",
                "activity",
                right="administer",
                place="settings",
                order=930,
                keywords="jobs queue worker 后台任务 队列",
            )
        )
