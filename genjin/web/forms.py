"""Forms: clean text, fields in the reader's zone, edits at the same time.

Every form of the product uses `Form` or `ModelForm` from here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from genjin.web import moments
from genjin.web.moments import MomentError, moment_of, parse_day, parse_time

TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 20_000
LONGEST_KEY = 18
"""Digits that surely fit into a column of keys."""
KEPT_CONTROLS = {"\t", "\n", "\r"}
# Signs that would silently reorder or hide what surrounds them; right-to-left letters themselves are welcome.
OVERRIDES = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}


class Renderer(TemplatesSetting):
    """Renders whole forms and fields with our templates (setting `FORM_RENDERER`)."""

    form_template_name = "web/fields/form.html"
    field_template_name = "web/fields/plain.html"


def clean_text(value: str, *, lines: bool = False) -> str:
    """Text as it is stored: NFC, ends stripped, line ends as \\n.

    Raises ValidationError for control characters, lone surrogates and direction overrides; four-byte
    characters and right-to-left letters pass.
    """
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in text:
        bad = unicodedata.category(sign) in ("Cc", "Cs") and sign not in KEPT_CONTROLS
        if bad or sign in OVERRIDES:
            raise ValidationError(
                gettext("This contains a character that cannot be kept (U+%(code)04X). Remove it.")
                % {"code": ord(sign)},
                code="character",
            )
    if not lines:
        text = " ".join(text.split("\n")).replace("\t", " ")
    return text.strip()


class TextField(forms.CharField):
    """One line of clean text; 200 characters unless said otherwise."""

    lines = False

    def __init__(self, *, max_length: int = TEXT_LIMIT, **options: Any) -> None:
        super().__init__(max_length=max_length, strip=False, **options)
        # Django's own check answers NUL with a vague sentence and cuts nothing: ours names the sign
        self.validators = [
            v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"
        ]

    def to_python(self, value: Any) -> str:
        """The cleaned text, "" for nothing."""
        text = super().to_python(value)
        return clean_text(text, lines=self.lines) if text else ""


class LongTextField(TextField):
    """Several lines of clean text; the control grows with what is typed."""

    lines = True
    widget = forms.Textarea

    def __init__(self, *, max_length: int = LONG_TEXT_LIMIT, rows: int = 3, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows, "data-grow": True}))
        super().__init__(max_length=max_length, **options)


class DateField(forms.DateField):
    """A day, typed: 2026-11-24, 24.11.2026, 11-24, 11月24日, 24 Nov, today, +3, 周五 …

    What is shown is ISO; years far off are refused, for nobody means 0206.
    """

    widget = forms.DateInput

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            forms.DateInput(
                format="%Y-%m-%d",
                attrs={
                    "inputmode": "text",
                    "autocomplete": "off",
                    "placeholder": gettext_lazy("YYYY-MM-DD"),
                    "maxlength": 40,
                },
            ),
        )
        super().__init__(**options)
        self.today: date | None = None

    def to_python(self, value: Any) -> date | None:
        """The day meant, relative words being read from today in the current zone."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value), today=self.today or moments.today())
        except MomentError as error:
            raise ValidationError(str(error), code="invalid") from None


class TimeField(forms.TimeField):
    """A time of day as people type it (9, 9:30, 0930, 下午6点), shown as 09:00."""

    def __init__(self, **options: Any) -> None:
        attrs = {"placeholder": "HH:MM", "maxlength": 12, "autocomplete": "off"}
        widget = forms.TimeInput(format="%H:%M", attrs=attrs)
        given: dict[str, Any] = {"widget": widget}
        super().__init__(**given | options)

    def to_python(self, value: Any) -> time | None:
        """The time meant; a sentence for what is none."""
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        try:
            return parse_time(str(value))
        except MomentError as error:
            raise ValidationError(str(error)) from None


class MomentWidget(forms.MultiWidget):
    """A day and a time of day, as two typed inputs."""

    template_name = "web/fields/moment.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        day = DateField().widget
        hour = forms.TextInput(
            attrs={"placeholder": "HH:MM", "inputmode": "text", "maxlength": 12, "autocomplete": "off"}
        )
        super().__init__({"day": day, "time": hour}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Day and time of a moment in the current zone."""
        if not isinstance(value, datetime):
            return [None, None]
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return [local.date(), f"{local:%H:%M}"]


class MomentField(forms.MultiValueField):
    """A moment typed in the user's zone, kept in UTC.

    An hour that the change to summer time leaves out is refused with a sentence; one that occurs twice
    means the first.
    """

    widget = MomentWidget

    def __init__(self, *, default_time: str = "", **options: Any) -> None:
        self.default_time = default_time
        required = options.get("required", True)
        day = DateField(required=required)
        hour = forms.CharField(required=required and not default_time, max_length=12)
        super().__init__((day, hour), require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> datetime | None:
        """The moment in UTC, None for nothing."""
        day, hour = [*data_list, None, None][:2]
        if not day and not hour:
            return None
        if not day:
            raise ValidationError(gettext("Say the day too."), code="incomplete")
        try:
            return moment_of(day, hour or self.default_time, timezone.get_current_timezone())
        except MomentError as error:
            raise ValidationError(str(error), code="invalid") from None


class Pick(forms.RadioSelect):
    """A few choices side by side."""

    template_name = "web/fields/pick.html"
    input_type = "radio"


class DropFile(forms.FileInput):
    """One file, dropped or chosen; its name stands where it was dropped."""

    template_name = "web/fields/drop.html"


class Radios(forms.RadioSelect):
    """A few choices below each other, where their names are long."""

    template_name = "web/fields/checks.html"


class Checks(forms.CheckboxSelectMultiple):
    """Several choices as boxes."""

    template_name = "web/fields/checks.html"


class Combo(forms.Select):
    """One of many, found by typing; `source` is an address answering `?q=` (see `combo_options`).

    Without scripts it is a plain select of the first choices. Only the chosen option is rendered when the
    choices are a queryset, so that a form never lists 50,000 customers.
    """

    template_name = "web/fields/combo.html"
    many = False

    def __init__(self, source: Any = "", attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs, choices)
        self.source = source

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the source's address."""
        context = super().get_context(name, value, attrs)
        context["widget"].update(source=str(self.source), many=self.many)
        return context

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The empty option and those chosen; all, when the choices are a plain list."""
        choices: Any = self.choices
        queryset = getattr(choices, "queryset", None)
        if queryset is None:
            return super().optgroups(name, value, attrs)
        chosen = [v for v in value if v]
        key = choices.field.to_field_name or "pk"
        try:
            rows = list(queryset.filter(**{f"{key}__in": chosen})) if chosen else []
        except (ValueError, ValidationError, OverflowError):
            rows = []
        options = [("", "")] if not self.many and not self.is_required else []
        options += [(getattr(row, key), choices.field.label_from_instance(row)) for row in rows]
        return [
            (None, [self.create_option(name, v, label, str(v) in value, i, attrs=attrs)], i)
            for i, (v, label) in enumerate(options)
        ]


class ComboMany(Combo, forms.SelectMultiple):
    """Several of many, found by typing."""

    template_name = "web/fields/combo.html"
    many = True
    allow_multiple_selected = True


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several stored records; a key that no column can hold is unknown, not an error of the database."""

    def clean(self, value: Any) -> Any:
        """The records of these keys."""
        for key in value if isinstance(value, (list, tuple)) else ():
            if len(str(key)) > LONGEST_KEY or "\x00" in str(key):
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key}
                )
        return super().clean(value)


class _Clean:
    """What all our forms do: clean every text field, also those made from models."""

    fields: dict[str, forms.Field]

    def _tighten(self) -> None:
        for field in self.fields.values():
            plain = type(field) is forms.CharField
            if plain:
                field.strip = False  # type: ignore[attr-defined]
                field.validators = [
                    v for v in field.validators if type(v).__name__ != "ProhibitNullCharactersValidator"
                ]
                multiline = isinstance(field.widget, forms.Textarea)
                if field.max_length is None:  # type: ignore[attr-defined]
                    limit = LONG_TEXT_LIMIT if multiline else TEXT_LIMIT
                    field.max_length = limit  # type: ignore[attr-defined]
                    field.validators.append(forms.CharField(max_length=limit).validators[0])
                    field.widget.attrs.setdefault("maxlength", limit)
                field.to_python = _cleaner(field, multiline)  # type: ignore[method-assign]


def _cleaner(field: forms.Field, multiline: bool) -> Any:
    """The field's own reading followed by `clean_text`."""
    read = field.to_python

    def to_python(value: Any) -> Any:
        text = read(value)
        return clean_text(text, lines=multiline) if isinstance(text, str) and text else text

    return to_python


class Form(_Clean, forms.Form):
    """A form of ours."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self._tighten()


class ModelForm(_Clean, forms.ModelForm):  # type: ignore[type-arg]
    """A form of one record; never saves by itself: give `cleaned_data` to an action."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self._tighten()


class Overtaken(ValidationError):
    """Somebody saved the record between the view's reading it and the action's locking it."""


def refuse(form: forms.BaseForm, error: ValidationError, names: Mapping[str, str] | None = None) -> None:
    """Put what an action refused beside the fields it is about, else above the form.

    `names` maps the action's fields to the form's where they differ. `Overtaken` is passed on: the view then
    reads the record again and shows what was saved.
    """
    if isinstance(error, Overtaken):
        raise error
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        shown = (names or {}).get(name, name)
        form.add_error(shown if shown in form.fields else None, errors)
