"""Imports as the journal and the shell know them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.exchange.models import Import, KnownCode
from genjin.records.merge_actions import rows
from genjin.records.merging import register as register_mover
from genjin.records.registry import RecordKind, register
from genjin.web import navigation


def register_all() -> None:
    """Put imports on the register of records, and their page into settings and palette."""
    register(
        RecordKind(
            name="exchange.import", label=_("Import"), plural=_("Imports"), model=Import,
            visible_to=Import.objects.visible_to, title=lambda one: one.name,
            url_name="exchange:import", icon="upload",
            field_labels={"rows": _("Rows"), "kept": _("Kept"), "NEW": _("New"), "UPDATE": _("Updated")},
        )
    )  # fmt: skip
    register_mover(rows(KnownCode, order=90))
    navigation.register_entry(
        navigation.Entry(
            "imports", _("Import"), "exchange:imports", "upload", place="settings", right="import", order=160,
            keywords="excel csv vcard xlsx 导入",
        )
    )  # fmt: skip
