from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "genjin.search"
    label = "search"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from genjin.search import views
        from genjin.web import navigation

        navigation.register_finder("records", _("Found"), views.palette, order=10)
        navigation.register_entry(
            navigation.Entry(
                name="search", label=_("Search"), url="search:search", icon="search", place="palette", order=5
            )
        )
