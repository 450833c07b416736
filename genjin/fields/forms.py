"""Custom fields in the forms of records: a form field for each type, and how a form takes them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.fields import types
from genjin.fields.models import LONGEST, CustomField
from genjin.fields.names import is_custom
from genjin.people.models import User
from genjin.people.queries import active_users
from genjin.web.forms import Checks, Combo, ComboMany, DateField, TextField

Type = CustomField.Type
MANY = 15
"""From so many choices on one finds them by typing."""
NOTHING = ("", "—")


class NumberField(forms.DecimalField):
    """A number as it is typed; thousands may be grouped."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 30}
        usual: dict[str, Any] = {
            "widget": forms.TextInput(attrs=attrs),
            "max_digits": 18,
            "decimal_places": 6,
        }
        super().__init__(**usual | options)

    def to_python(self, value: Any) -> Any:
        """The number without the signs that group its thousands."""
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(value)


class MoneyWidget(forms.MultiWidget):
    """An amount and its currency side by side."""

    template_name = "fields/money.html"
    use_fieldset = True

    def decompress(self, value: Any) -> list[Any]:
        """Amount and currency of a value."""
        if not value:
            return [None, None]
        amount, currency = value
        return [amount, currency]


class MoneyField(forms.MultiValueField):
    """An amount of money with its currency; a currency alone is nothing."""

    def __init__(self, *, currency: str = "", **options: Any) -> None:
        required = options.get("required", True)
        amount = NumberField(decimal_places=2, max_digits=14, required=required)
        amount.widget.attrs["aria-label"] = gettext_lazy("Amount")
        code = forms.RegexField(
            r"^\s*[A-Za-z]{3}\s*$", max_length=3, required=False,
            error_messages={
                "invalid": gettext_lazy("Write the three capital letters of the currency, such as EUR.")
            },
        )  # fmt: skip
        code.widget.attrs |= {
            "aria-label": gettext_lazy("Currency"), "placeholder": currency or gettext_lazy("Currency"),
            "autocomplete": "off", "maxlength": 3,
        }  # fmt: skip
        self.currency = currency
        options["widget"] = MoneyWidget([amount.widget, code.widget])
        super().__init__((amount, code), require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> tuple[Decimal, str] | None:
        """Amount and currency; the field's usual currency where none was written."""
        amount, code = [*data_list, None, None][:2]
        if amount is None:
            return None
        currency = str(code or self.currency).strip().upper()
        if not currency:
            raise ValidationError(_("Say in which currency."))
        return amount.quantize(Decimal("0.01")), currency


class LinkField(TextField):
    """A web address of http or https."""

    def __init__(self, *, field: CustomField, **options: Any) -> None:
        self.custom = field
        widget = forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})
        super().__init__(max_length=LONGEST, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """The whole address."""
        text = super().clean(value)
        return types.clean(self.custom, text) or "" if text else text


class Colleagues:
    """Whom one may choose, read once a form; who left stays where he was chosen."""

    @cached_property
    def here(self) -> list[tuple[str, str]]:
        """Everybody who works here, by name."""
        return [(str(user.pk), str(user)) for user in active_users().order_by("pk")]

    def choices(self, current: Any) -> list[tuple[str, str]]:
        """Those who are here, and the one chosen before."""
        gone = [] if current in (None, "", *(int(pk) for pk, _name in self.here)) else [current]
        found = [(str(user.pk), str(user)) for user in User.objects.filter(pk__in=gone)]
        return [NOTHING, *self.here, *found]


def form_field(field: CustomField, current: Any, colleagues: Colleagues) -> forms.Field:
    """The form field of one custom field; `current` is the record's typed value."""
    shared: dict[str, Any] = {
        "label": str(field), "help_text": field.help, "required": field.is_required,
    }  # fmt: skip
    if field.type in CustomField.CHOSEN:
        return _choice_field(field, current, shared)
    if field.type == Type.PERSON:
        return forms.TypedChoiceField(
            coerce=int, empty_value=None, choices=colleagues.choices(current), widget=Combo, **shared
        )
    if field.type == Type.MONEY:
        return MoneyField(currency=field.currency, **shared)
    if field.type == Type.LINK:
        return LinkField(field=field, **shared)
    if field.type == Type.NUMBER:
        return NumberField(**shared)
    return DateField(**shared) if field.type == Type.DATE else TextField(max_length=LONGEST, **shared)


def _choice_field(field: CustomField, current: Any, shared: Mapping[str, Any]) -> forms.Field:
    chosen = current if isinstance(current, list) else [current]
    choices = [(str(one.pk), str(one)) for one in field.offered(chosen)]
    if field.type == Type.CHOICES:
        widget = Checks(attrs={"inline": True}) if len(choices) <= MANY else ComboMany()
        return forms.TypedMultipleChoiceField(
            coerce=int, empty_value=[], choices=choices, widget=widget, **shared
        )
    return forms.TypedChoiceField(
        coerce=int, empty_value=None, choices=[NOTHING, *choices],
        widget=Combo if len(choices) > MANY else forms.Select, **shared,
    )  # fmt: skip


class CustomFieldsMixin:
    """A form that shows custom fields of its record beside its own, under their attributes' names."""

    fields: dict[str, forms.Field]
    initial: Any

    def take_fields(self, custom: Iterable[CustomField], record: Any = None) -> None:
        """Add the fields with the values that the record has; call it last in `__init__`."""
        colleagues, values = Colleagues(), {}
        for field in custom:
            value = types.typed(field, record.custom.get(field.key)) if record is not None else None
            values[field.attribute] = value
            self.fields[field.attribute] = form_field(field, value, colleagues)
        for name, value in values.items():
            self.initial.setdefault(name, value)
        current = getattr(self, "current", None)
        if current is not None:
            current.update(values)
            self.initial["version"] = self._snapshot()  # type: ignore[attr-defined]

    @property
    def custom(self) -> Sequence[forms.BoundField]:
        """The custom fields of the form, to be rendered."""
        return [self[name] for name in self.fields if is_custom(name)]  # type: ignore[index]


def given(data: Mapping[str, Any]) -> dict[str, Any]:
    """The custom values among cleaned data, by attribute."""
    return {name: value for name, value in data.items() if is_custom(name)}
