"""What can be done to many customers at once: one small form a verb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.customers.actions import bin as recycle_bin
from genjin.customers.actions.customers import change_customers
from genjin.customers.actions.dimensions import set_dimension
from genjin.customers.actions.lists import tag_customers
from genjin.customers.actions.ownership import assign_owner, return_to_pool
from genjin.customers.dropping import warning_on
from genjin.customers.list_choices import followed
from genjin.customers.models import Customer, ListEntry, PublicPool, Tag
from genjin.customers.models.customer import KIND
from genjin.customers.models.dimension import FollowGrade, InterruptedKind, RelationshipClass
from genjin.fields.forms import NOTHING, Colleagues, form_field
from genjin.fields.names import is_custom
from genjin.fields.queries import fields_of
from genjin.people.models import User
from genjin.web.forms import Checks, Form, Pick, RowsField, TextField


class BulkForm(Form):
    """A verb: its title, the right it needs and what applying it does (giving how many changed)."""

    title: ClassVar[Any] = ""
    icon: ClassVar[str] = ""
    right: ClassVar[str] = ""
    is_dangerous: ClassVar[bool] = False

    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def warning(self, ids: Sequence[int]) -> str:
        """What to consider before doing it to these customers; empty for nothing."""
        return ""

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        """Do it to these customers; raises `Refused` with a sentence."""
        raise NotImplementedError


def _why(*, required: bool = False) -> TextField:
    return TextField(label=_("Why"), max_length=300, required=required)


class GradeForm(BulkForm):
    """Give all the same follow-up grade."""

    title = _("Follow-up grade")
    icon = "chart"
    value = forms.ChoiceField(label=_("Follow-up grade"), choices=FollowGrade.choices, widget=Pick)
    why = _why()

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        given = self.cleaned_data
        return set_dimension(
            customer_ids=ids, dimension="follow_grade", value=given["value"], why=given["why"], by=by, at=at
        )


class RelationForm(BulkForm):
    """Give all the same relationship class."""

    title = _("Relationship class")
    icon = "users"
    value = forms.ChoiceField(label=_("Relationship class"), choices=RelationshipClass.choices, widget=Pick)
    interrupted_kind = forms.ChoiceField(
        label=_("Interrupted how?"), choices=InterruptedKind.choices, widget=Pick, required=False
    )
    why = _why()

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        given = self.cleaned_data
        return set_dimension(
            customer_ids=ids,
            dimension="relationship_class",
            value=given["value"],
            details={"interrupted_kind": given["interrupted_kind"]},
            why=given["why"],
            by=by,
            at=at,
        )


class TagForm(BulkForm):
    """Put tags on and take tags off."""

    title = _("Tags")
    icon = "tag"
    add = RowsField(
        label=_("Add"), queryset=Tag.objects.none(), required=False, widget=Checks(attrs={"inline": True})
    )
    remove = RowsField(
        label=_("Take off"),
        queryset=Tag.objects.none(),
        required=False,
        widget=Checks(attrs={"inline": True}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("add", "remove"):
            self.fields[name].queryset = Tag.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("add") and not given.get("remove"):
            raise forms.ValidationError(_("Choose at least one tag."))
        return given

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        add, remove = ([tag.pk for tag in self.cleaned_data[name]] for name in ("add", "remove"))
        return tag_customers(ids=ids, add=add, remove=remove, by=by, at=at)


class SourceForm(BulkForm):
    """Set one of the editable lists: source, business type, industry or group."""

    title = _("Source, type or group")
    icon = "pencil"
    NAMES = ("source", "business_type", "industry", "customer_group")
    source = forms.ModelChoiceField(
        label=_("Source"), queryset=ListEntry.objects.none(), required=False, empty_label="—"
    )
    business_type = forms.ModelChoiceField(
        label=_("Business type"), queryset=ListEntry.objects.none(), required=False, empty_label="—"
    )
    industry = forms.ModelChoiceField(
        label=_("Industry"), queryset=ListEntry.objects.none(), required=False, empty_label="—"
    )
    customer_group = forms.ModelChoiceField(
        label=_("Group"), queryset=ListEntry.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, data: Any, *args: Any, **options: Any) -> None:
        super().__init__(followed(data, self.NAMES, ""), *args, **options)
        for name in self.NAMES:
            field: Any = self.fields[name]
            field.queryset = ListEntry.objects.filter(list=name.upper(), is_active=True)
            field.empty_label = _("leave as it is")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any(given.get(name) for name in self.NAMES):
            raise forms.ValidationError(_("Choose at least one value."))
        return given

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        chosen = {f"{name}_id": self.cleaned_data[name].pk for name in self.NAMES if self.cleaned_data[name]}
        return change_customers(ids=ids, changes=chosen, by=by, at=at)


class CustomForm(BulkForm):
    """Give all the same values of custom fields; what is left empty stays as it is."""

    title = _("Further facts")
    icon = "forms"
    empty = forms.MultipleChoiceField(
        label=_("Empty these"), required=False, widget=Checks(attrs={"inline": True})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        custom, colleagues = fields_of(KIND, self.user), Colleagues()
        last = self.fields.pop("empty")
        for field in custom:
            made = form_field(field, None, colleagues)
            made.required = False
            choices: Any = getattr(made, "choices", None)
            if choices and choices[0] == NOTHING:
                made.choices = [("", _("leave as it is")), *choices[1:]]  # type: ignore[attr-defined]
            self.fields[field.attribute] = made
        choosable = [(field.attribute, str(field)) for field in custom if not field.is_required]
        if choosable:
            self.fields["empty"] = last
            last.choices = choosable  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What is to be written, None for what is to be emptied."""
        given = self.cleaned_data
        found = {n: v for n, v in given.items() if is_custom(n) and v not in (None, "", [])}
        return found | dict.fromkeys(given.get("empty") or ())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self.values():
            raise forms.ValidationError(_("Choose at least one value."))
        return given

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        return change_customers(ids=ids, changes=self.values(), by=by, at=at)


class OwnerForm(BulkForm):
    """Give all to another owner."""

    title = _("Owner")
    icon = "user"
    right = "assign_owner"
    owner = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none())
    why = _why(required=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        given = self.cleaned_data
        return assign_owner(ids=ids, owner_id=given["owner"].pk, why=given["why"], by=by, at=at)


class PoolForm(BulkForm):
    """Return all to the public pool."""

    title = _("Return to the pool")
    icon = "inbox"
    pool = forms.ModelChoiceField(
        label=_("Public pool"), queryset=PublicPool.objects.none(), required=False,
        empty_label=_("that of the owner’s team"),
    )  # fmt: skip
    why = _why(required=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pool"].queryset = PublicPool.objects.active()  # type: ignore[attr-defined]

    def warning(self, ids: Sequence[int]) -> str:
        owned = Customer.objects.filter(pk__in=ids, owner__isnull=False)
        return warning_on(owned.only("owner_id", "follow_grade", "follow_up_count"))

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        given = self.cleaned_data
        pool_id = given["pool"].pk if given["pool"] else None
        return return_to_pool(ids=ids, why=given["why"], pool_id=pool_id, by=by, at=at)


class BinForm(BulkForm):
    """Put all into the recycle bin."""

    title = _("Recycle bin")
    icon = "trash"
    right = "recycle"
    is_dangerous = True

    def apply(self, ids: Sequence[int], *, by: User, at: datetime) -> int:
        return recycle_bin.recycle(ids=ids, by=by, at=at)


VERBS: dict[str, type[BulkForm]] = {
    "grade": GradeForm,
    "relation": RelationForm,
    "tags": TagForm,
    "lists": SourceForm,
    "custom": CustomForm,
    "owner": OwnerForm,
    "pool": PoolForm,
    "bin": BinForm,
}
