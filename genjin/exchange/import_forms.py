"""Forms of the import: the file, and what was detected of it with the person's corrections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.importing import register
from genjin.exchange.reading import limits
from genjin.web.forms import DropFile, Form, Pick, TextField

ENCODINGS = (
    ("utf-8", "UTF-8"), ("gb18030", "GB18030 / GBK"), ("big5", "Big5"), ("cp1252", "Windows-1252"),
    ("utf-16", "UTF-16"), ("cp1251", "Windows-1251"), ("cp1250", "Windows-1250"), ("shift_jis", "Shift-JIS"),
    ("euc-kr", "EUC-KR"), ("cp1254", "Windows-1254"), ("cp1256", "Windows-1256"),
)  # fmt: skip
DELIMITERS = (
    (",", gettext_lazy("Comma  ,")), (";", gettext_lazy("Semicolon  ;")), ("\t", gettext_lazy("Tab")),
    ("|", gettext_lazy("Bar  |")),
)  # fmt: skip
DATE_ORDERS = (
    ("ymd", gettext_lazy("Year, month, day")),
    ("dmy", gettext_lazy("Day, month, year")),
    ("mdy", gettext_lazy("Month, day, year")),
)
SIGNS = ((".", gettext_lazy("Point: 1,234.5")), (",", gettext_lazy("Comma: 1.234,5")))


class UploadForm(Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(label=gettext_lazy("What does the list hold?"), widget=Pick)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls), .ods, .csv or .txt with any separator, or vCard (.vcf). "
            "At most 64 MB and 200,000 rows."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=DropFile(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt,.vcf"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(kind.name, kind.label) for kind in register.kinds()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["kind"].initial = choices[0][0]


class SheetForm(Form):
    """The detected facts, each correctable; fields that a format does not have are left out."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Separator"), required=False)
    header_rows = TextField(
        label=gettext_lazy("Row with the headings"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("For example 1, or 2-3 for headings in two rows; 0 if there are none."),
    )
    date_order = forms.ChoiceField(label=gettext_lazy("Order of dates"), required=False)
    decimal_sign = forms.ChoiceField(label=gettext_lazy("Decimal sign"), required=False)

    def __init__(self, *args: Any, facts: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.facts = facts
        self._choose("sheet", [(name, name) for name in facts["sheets"]], at_least=2)
        known = [*ENCODINGS]
        if facts["encoding"] and facts["encoding"] not in dict(known):
            known.insert(0, (facts["encoding"], facts["encoding"]))
        self._choose("encoding", known if facts["encoding"] else [])
        delimiters: list[Any] = [*DELIMITERS]
        if facts["delimiter"] and facts["delimiter"] not in dict(delimiters):
            delimiters.append((facts["delimiter"], facts["delimiter"]))
        self._choose("delimiter", delimiters if facts["delimiter"] else [])
        self._choose("date_order", DATE_ORDERS if facts["date_order"] != "none" else [])
        self._choose("decimal_sign", SIGNS if facts["decimal_sign"] != "none" else [])
        if facts["format"] == "vcard":
            del self.fields["header_rows"]
        else:
            rows = facts["header_rows"]
            self.fields["header_rows"].initial = f"{rows[0]}-{rows[-1]}" if rows[1:] else str((*rows, 0)[0])

    def _choose(self, name: str, choices: Any, at_least: int = 1) -> None:
        if len(choices) < at_least:
            del self.fields[name]
            return
        value = self.facts[name]
        asked = value == "ambiguous" or value not in dict(choices)
        first = [("", _("— please choose —"))] if asked else []
        self.fields[name].choices = [*first, *choices]  # type: ignore[attr-defined]
        self.fields[name].initial = "" if asked else value

    def clean_header_rows(self) -> list[int]:
        """Row numbers; none for "0" and for nothing."""
        text = self.cleaned_data["header_rows"].replace("–", "-")
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", text.replace(" ", "")) if text else None
        if text and not match:
            raise ValidationError(_("Write a row number, such as 1, or two, such as 2-3."))
        if not match or match[1] == "0":
            return []
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < first + limits.MAX_HEADER_ROWS:
            raise ValidationError(
                _("At most %(count)d rows of headings.") % {"count": limits.MAX_HEADER_ROWS}
            )
        return list(range(first, last + 1))

    def corrections(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """What the person says now: earlier corrections and what differs from what was detected."""
        said = dict(before)
        moved = {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in ("", None) and value != self.facts[name]
        }
        if moved.keys() & {"sheet", "encoding", "delimiter"} and "header_rows" not in moved:
            said.pop("header_rows", None)  # it was said of another table
        return {**said, **moved}
