"""Django's entry for this folder."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisation, teams, users, roles, absences, sign-in."""

    name = "genjin.people"
    label = "people"

    def ready(self) -> None:
        """Register record kinds and the pages of the settings."""
        from genjin.people import registration

        registration.register_kinds()
        registration.register_pages()
