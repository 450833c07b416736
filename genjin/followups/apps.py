from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "genjin.followups"
    label = "followups"

    def ready(self) -> None:
        from genjin.followups import jobs, kinds
        from genjin.journal.actions import listen

        listen(jobs.decide_or_enqueue)
        kinds.register_all()
