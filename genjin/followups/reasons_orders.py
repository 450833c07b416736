"""Why something is owed by an order, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from genjin.sales.order_board import node_label
from genjin.web.templatetags.web import day


def order_node_due(params: Mapping[str, Any], names: object) -> str:
    """Which node of which order, and for when it was planned."""
    return _("order %(number)s: %(node)s planned for %(day)s") % {
        "number": params["number"],
        "node": node_label(params["node"]),
        "day": day(date.fromisoformat(params["planned_on"])),
    }
