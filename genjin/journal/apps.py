"""Django's entry for this folder."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """Listens to the instance and registers the audit page."""

    name = "genjin.journal"
    label = "journal"

    def ready(self) -> None:
        """Register; no work is done here."""
        from genjin.instance import actions as instance
        from genjin.instance.models import Instance
        from genjin.journal import actions
        from genjin.records import registry
        from genjin.web import navigation

        instance.on_change(actions.record_instance)
        registry.register(
            registry.RecordKind(
                name=actions.INSTANCE,
                label=_("Instance"),
                plural=_("Instances"),
                model=Instance,
                visible_to=lambda user: Instance.objects.all(),
                title=lambda instance: str(_("This instance")),
                field_labels={
                    "kind": _("Kind"),
                    "held_since": _("Held since"),
                    "held_reason": _("Reason for holding"),
                    "clock_offset": _("Business time ahead by"),
                    "clock_start": _("Start of the business clock"),
                    "set_up_at": _("Set up at"),
                },
            )
        )
        navigation.register_entry(
            navigation.Entry(
                "audit", _("Audit journal"), "journal:audit", icon="history", right="see_audit",
                place="settings", order=940, keywords="审计 日志 audit journal log",
            )
        )  # fmt: skip
