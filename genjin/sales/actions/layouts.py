"""How the firm's documents look: the single row, changed by administrators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, keep, require, take_changes
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.sales.models import DocumentLayout, NumberKind

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
PREFIX = re.compile(r"[A-Z0-9/-]{1,8}\Z")
NAMES = (
    "seller_name", "seller_name_zh", "seller_address", "seller_phone", "seller_email", "accent",
    "bank_details", "quotation_terms", "proforma_terms", "default_validity_days", "approve_below_margin",
    "number_prefixes",
)  # fmt: skip


@transaction.atomic
def change_layout(
    *, values: Mapping[str, Any], by: User, at: datetime, version: int | None = None
) -> DocumentLayout:
    """Change some of `NAMES`; `Refused` by field, `Conflict` when somebody saved meanwhile."""
    require(by, "administer", at)
    DocumentLayout.objects.get_or_create(pk=1)
    layout = DocumentLayout.objects.select_for_update().get(pk=1)
    wanted = {name: value for name, value in values.items() if name in NAMES}
    if "accent" in wanted and not COLOUR.match(wanted["accent"]):
        raise Refused({"accent": _("Choose a colour such as #1f4f8f.")})
    wanted["number_prefixes"] = _prefixes(wanted.get("number_prefixes", layout.number_prefixes))
    moved = take_changes(layout, wanted, expected=version)
    check_fields(layout)
    keep(layout, moved, by=by, at=at, mark=False)
    return layout


def _prefixes(given: Mapping[str, str]) -> dict[str, str]:
    """Own prefixes; two kinds with one prefix would share numbers."""
    own = {
        kind.value: text
        for kind in NumberKind
        if (text := str(given.get(kind.value, "")).strip().upper()) and text != kind.value
    }
    for kind, text in own.items():
        if not PREFIX.match(text):
            raise Refused({f"prefix_{kind}": _("Up to 8 letters, digits, - or /.")})
    used = [own.get(kind.value, kind.value) for kind in NumberKind]
    for kind in NumberKind:
        if used.count(own.get(kind.value, kind.value)) > 1:
            raise Refused({f"prefix_{kind.value}": _("Another kind of number has this prefix.")})
    return own
