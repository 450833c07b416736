"""The filter of the audit page."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.journal import queries
from genjin.journal.describe import kind_label, verb_label
from genjin.journal.models import Entry
from genjin.records import registry
from genjin.web.forms import DateField, Form

SYSTEM = "system"
LARGEST_ID = 2**63 - 1


KIND = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,30}")


class AuditFilter(Form):
    """Whose writes, to what, how, when; everything is optional."""

    by = forms.ChoiceField(label=_("Person"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    object_id = forms.IntegerField(label=_("Record no."), required=False, min_value=0, max_value=LARGEST_ID)
    verb = forms.ChoiceField(label=_("Action"), required=False)
    via = forms.ChoiceField(label=_("Through"), required=False)
    first_day = DateField(label=pgettext_lazy("first day", "From"), required=False)
    last_day = DateField(label=pgettext_lazy("last day", "To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model()._default_manager.order_by("pk")
        self._offer("by", [(SYSTEM, _("Genjin itself")), *((str(p.pk), str(p)) for p in people)])
        kinds = {kind.name: str(kind.label) for kind in registry.kinds()}
        asked = str(self.data.get("kind", ""))
        if KIND.fullmatch(asked) and asked not in kinds:  # of a folder that is not installed any more
            kinds[asked] = kind_label(asked)
        self._offer("kind", sorted(kinds.items(), key=lambda item: item[1]))
        self._offer("verb", [(verb, verb_label(verb)) for verb in queries.verbs()])
        self._offer("via", list(Entry.Via.choices))

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *choices]

    def wanted(self) -> queries.Filter:
        """What a valid form asks for; an invalid one asks for everything."""
        if not self.is_valid():
            return queries.Filter()
        values = dict(self.cleaned_data)
        person = values.pop("by")
        return queries.Filter(
            by=int(person) if person and person != SYSTEM else None, system=person == SYSTEM, **values
        )
