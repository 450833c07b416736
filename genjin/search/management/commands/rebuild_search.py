"""`rebuild_search`: index every record anew, in slices, while the product runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from genjin.records import registry
from genjin.search import actions


class Command(BaseCommand):
    """Indexes every searched kind; safe to repeat and to interrupt."""

    help = "Index every record anew. Safe to repeat and to interrupt."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the kinds slice by slice."""
        for kind in registry.kinds():
            if kind.search_text is None:
                continue
            after: int | None = 0
            while after is not None:
                after = actions.rebuild_slice(kind.name, after)
            self.stdout.write(f"{kind.name}: done")
