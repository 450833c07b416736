"""Django's entry for this folder."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstanceConfig(AppConfig):
    """Registers the error hook, the banner and the settings pages."""

    name = "genjin.instance"
    label = "instance"

    def ready(self) -> None:
        """Hook in; no work is done here."""
        from django.core.signals import got_request_exception
        from django.db.backends.signals import connection_created

        from genjin.instance import postgres
        from genjin.instance.errors import report_request
        from genjin.web import navigation

        got_request_exception.connect(report_request, dispatch_uid="genjin.instance.errors")
        connection_created.connect(postgres.without_preparations, dispatch_uid="genjin.instance.postgres")
        navigation.register_banner("instance/_banner.html", order=10)
        navigation.register_entry(
            navigation.Entry(
                "instance", _("Instance"), "instance:overview", icon="server", right="administer",
                place="settings", order=910, keywords="实例 instance clock held backup",
            )
        )  # fmt: skip
        navigation.register_entry(
            navigation.Entry(
                "errors", _("Errors"), "instance:errors", icon="alert", right="administer",
                place="settings", order=920, keywords="错误 errors",
            )
        )  # fmt: skip
