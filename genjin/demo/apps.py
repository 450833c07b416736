from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "genjin.demo"
    label = "demo"

    def ready(self) -> None:
        from genjin.demo import firm, jobs
        from genjin.instance.actions import on_change
        from genjin.people import demo_people

        demo_people.addresses[:] = [person.email for person in firm.PEOPLE]
        on_change(jobs.clock_moved)
