"""The forms in which administrators define custom fields and their choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.fields import kinds
from genjin.fields.kinds import MOST_CHOICES
from genjin.fields.models import CustomField, FieldChoice
from genjin.people.models import bilingual
from genjin.web.forms import Form, LongTextField, Pick, TextField
from genjin.web.versions import VersionedForm

CODE = r"^[A-Z]{3}$"


class _Naming(Form):
    """What may be changed of a field at any time."""

    name_zh = TextField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    name_en = TextField(label=gettext_lazy("Name in English"), max_length=60, required=False)
    help_zh = TextField(label=gettext_lazy("Help in Chinese"), max_length=200, required=False)
    help_en = TextField(
        label=gettext_lazy("Help in English"), max_length=200, required=False,
        help_text=gettext_lazy("Stands below the field in forms."),
    )  # fmt: skip
    currency = forms.RegexField(
        CODE, label=gettext_lazy("Usual currency"), max_length=3, required=False,
        help_text=gettext_lazy("For money: what is meant where nobody writes a currency."),
        error_messages={
            "invalid": gettext_lazy("Write the three capital letters of the currency, such as EUR.")
        },
    )  # fmt: skip
    is_required = forms.BooleanField(
        label=gettext_lazy("Must be filled in"), required=False,
        help_text=gettext_lazy("Whoever saves a form has to fill it in; imports may leave it empty."),
    )  # fmt: skip
    seen_by = forms.ChoiceField(
        label=gettext_lazy("Who sees it"), choices=CustomField.Sight.choices, widget=Pick,
        initial=CustomField.Sight.ALL,
    )  # fmt: skip


class NewFieldForm(_Naming):
    """A new field; its choices are written one a line, Chinese and English parted by a bar."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"), widget=Pick)
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=CustomField.Type.choices, widget=Pick,
        initial=CustomField.Type.TEXT, help_text=gettext_lazy("Kind and type cannot be changed later."),
    )  # fmt: skip
    choices = LongTextField(
        label=pgettext_lazy("of a custom field", "Choices"), required=False, rows=4,
        max_length=MOST_CHOICES * 125,
        help_text=gettext_lazy(
            "For one or several choices: one a line, Chinese | English. One language is enough."
        ),
    )  # fmt: skip
    key = TextField(
        label=gettext_lazy("Key"), max_length=40, required=False,
        help_text=gettext_lazy(
            "For sheets and programs; made from the English name when left empty, and never changed."
        ),
    )  # fmt: skip

    field_order = (
        "kind", "type", "name_zh", "name_en", "choices", "currency", "help_zh", "help_en", "is_required",
        "seen_by", "key",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(kind.name, kind.plural) for kind in kinds.kinds()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean_choices(self) -> list[dict[str, str]]:
        """A mapping of names for each line."""
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        found = [_names_in(line) for line in lines]
        if any(len(name) > 60 for names in found for name in names.values()):
            raise ValidationError(_("At most %(count)d characters.") % {"count": 60})
        return found


def _names_in(line: str) -> dict[str, str]:
    """The names that a line gives: both, or one in whatever language its script is of."""
    first, bar, second = (part.strip() for part in re.sub("｜", "|", line).partition("|"))
    if bar:
        return {"name_zh": first, "name_en": second}
    is_chinese = re.search("[\u3400-\u9fff]", first) is not None
    return {"name_zh" if is_chinese else "name_en": first}


class FieldForm(VersionedForm, _Naming):
    """A field that is there."""

    def __init__(self, *args: Any, field: CustomField, **options: Any) -> None:
        current = {name: getattr(field, name) for name in _Naming.base_fields}
        super().__init__(*args, current=current, version=field.version, **options)
        if field.type != CustomField.Type.MONEY:
            del self.fields["currency"]


class ChoiceForm(VersionedForm):
    """One choice in both languages."""

    name_zh = TextField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    name_en = TextField(label=gettext_lazy("Name in English"), max_length=60, required=False)
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour"), widget=Pick, required=False,
        choices=[("", pgettext_lazy("no colour", "None")), *FieldChoice.Colour.choices],
    )  # fmt: skip

    def __init__(self, *args: Any, choice: FieldChoice | None = None, **options: Any) -> None:
        names = ("name_zh", "name_en", "colour") if choice else ()
        current = {name: getattr(choice, name) for name in names}
        super().__init__(*args, current=current, version=choice.version if choice else 0, **options)


class RetireChoiceForm(Form):
    """What becomes of the records that have a choice."""

    replaced_by = forms.TypedChoiceField(
        label=gettext_lazy("Records that have it"), coerce=int, empty_value=None, required=False
    )

    def __init__(
        self, *args: Any, choice: FieldChoice, others: Sequence[FieldChoice], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        keep = _("keep “%(name)s”") % {"name": choice}
        rows = [
            (str(one.pk), _("have “%(name)s” from now on") % {"name": bilingual(one.name_zh, one.name_en)})
            for one in others
        ]
        self.fields["replaced_by"].choices = [("", keep), *rows]  # type: ignore[attr-defined]
