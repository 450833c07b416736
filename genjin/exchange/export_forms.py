"""What to export, and how."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.exchange import export_sheets as sheets
from genjin.exchange.export_models import Export
from genjin.web.forms import Form, Pick, Radios

COLUMNS = [(sheets.SHOWN, _("As shown in the list")), (sheets.ALL, _("All"))]


class ExportForm(Form):
    """Kind, format and columns; the filter and the order are those of the list."""

    kind = forms.ChoiceField(label=_("What"), widget=Radios)
    columns = forms.ChoiceField(
        label=_("Columns of customers"), choices=COLUMNS, initial=sheets.SHOWN, widget=Pick
    )
    form = forms.ChoiceField(
        label=_("File format"),
        choices=[choice for choice in Export.Form.choices if choice[0] != Export.Form.ZIP],
        initial=Export.Form.XLSX,
        widget=Pick,
        help_text=_("Folders always come as an archive (.zip)."),
    )
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["kind"]
        choices.choices = [(kind.name, kind.label) for kind in sheets.kinds()]
        choices.initial = next(iter(sheets.kinds())).name

    def clean(self) -> dict[str, Any]:
        """An archive has a format of its own."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kind = sheets.find(given.get("kind", ""))
        if kind is not None and kind.as_folders:
            given["form"] = Export.Form.ZIP
        return given
