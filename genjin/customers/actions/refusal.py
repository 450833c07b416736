"""How an action says no: one sentence for people, beside the field it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from genjin.web.forms import Overtaken


class Refused(ValidationError):
    """A rule forbids it; a dict names the fields, a sentence is about the whole."""


class RowsRefused(Exception):
    """Some rows of a batch cannot be taken: {index of the row: {field: sentence}}; nothing was written."""

    def __init__(self, rows: Mapping[int, Mapping[str, str]]) -> None:
        super().__init__(f"{len(rows)} rows refused")
        self.rows = rows


class Conflict(Refused, Overtaken):
    """Somebody saved the record since it was read.

    `current` is the record as stored now; `differences` maps a field to (what was wanted, what is stored).
    """

    def __init__(self, current: Any, differences: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__(_("Somebody else has saved this meanwhile. Compare, then save again."))
        self.current = current
        self.differences = dict(differences)
