"""What other folders know of exports: the record kind, the notice of large ones, the entry of the palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from genjin.exchange import export_customers, export_folders, export_products, export_trade
from genjin.exchange import export_sheets as sheets
from genjin.exchange.export_models import Export
from genjin.notifications.kinds import LARGE_EXPORT, Kind
from genjin.notifications.kinds import register as register_notice
from genjin.records.registry import RecordKind, register
from genjin.web import navigation


def title_of(kind: str) -> str:
    """What people call a kind of export."""
    known = sheets.find(kind)
    return str(known.label) if known else kind


def _large(params: Mapping[str, Any]) -> str:
    chinese = (get_language() or "").startswith("zh")
    return _("%(name)s exported %(count)s rows: %(kind)s") % {
        "name": params["name_zh" if chinese else "name_en"] or params["name_zh"] or params["name_en"],
        "count": number_format(params["count"], use_l10n=True, force_grouping=True),
        "kind": title_of(params["kind"]),
    }


def register_all() -> None:
    """Put exports on the registers."""
    export_customers.register_all()
    export_trade.register_all()
    export_products.register_all()
    export_folders.register_all()
    register(
        RecordKind(
            name="exchange.export", label=lazy("Export"), plural=lazy("Exports"), model=Export,
            visible_to=Export.objects.visible_to, title=lambda export: title_of(export.kind), icon="download",
            field_labels={
                "filter": lazy("Filter"), "columns": lazy("Columns"), "row_count": lazy("Rows"),
            },
        )
    )  # fmt: skip
    register_notice(Kind(LARGE_EXPORT, lazy("Large export"), _large, right="administer", order=50))
    navigation.register_entry(
        navigation.Entry(
            "exports", lazy("My exports"), "exchange:exports", "download", place="palette", right="export",
            order=92,
        )
    )  # fmt: skip
