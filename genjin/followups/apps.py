from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "genjin.followups"
    label = "followups"

    def ready(self) -> None:
        from genjin.followups import day_actions, jobs, kinds, merge_actions, navigation, notices
        from genjin.instance.actions import on_change
        from genjin.journal.actions import listen
        from genjin.mail import list_opened
        from genjin.policy import actions as policy

        listen(jobs.decide_or_enqueue)
        on_change(jobs.clock_moved)
        policy.on_change(jobs.setting_changed)
        list_opened.listen(day_actions.open_list)
        kinds.register_all()
        navigation.register_all()
        notices.register_all()
        merge_actions.register_all()
