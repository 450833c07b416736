"""Where the folders are put together: what lower ones cannot import is registered with them here."""

from django.apps import AppConfig


class CompositionConfig(AppConfig):
    """System checks, and what health and doctor ask of higher folders."""

    name = "genjin.config"
    label = "config"

    def ready(self) -> None:
        """Register both."""
        from genjin.config import checks, probes

        checks.register_all()
        probes.register_all()
