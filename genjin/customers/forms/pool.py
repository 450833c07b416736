"""Forms of the public pools: the pools themselves, keeping a customer out of them, returning one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Customer, PublicPool
from genjin.people.models import Team, User
from genjin.web.forms import Checks, DateField, Form, RowsField, TextField
from genjin.web.versions import VersionedForm

PEOPLE = ("members", "managers", "teams")


class PoolForm(VersionedForm):
    """A pool's names, members, managers and teams."""

    name_zh = TextField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = TextField(label=_("Name in English"), max_length=60, required=False)
    members = RowsField(
        label=_("Members"), queryset=User.objects.none(), required=False,
        widget=Checks(attrs={"inline": True}),
        help_text=_("They see and claim its customers; without members everybody does."),
    )  # fmt: skip
    managers = RowsField(
        label=_("Pool managers"), queryset=User.objects.none(), required=False,
        widget=Checks(attrs={"inline": True}),
        help_text=_("They choose the members, move customers between pools, may claim newcomers at once."),
    )  # fmt: skip
    teams = RowsField(
        label=_("Customers of these teams return here"), queryset=Team.objects.none(), required=False,
        widget=Checks(attrs={"inline": True}), help_text=_("All others return to the default pool."),
    )  # fmt: skip

    def __init__(self, *args: Any, pool: PublicPool | None = None, **options: Any) -> None:
        current: dict[str, Any] = {}
        if pool is not None:
            current = {"name_zh": pool.name_zh, "name_en": pool.name_en}
            for name in PEOPLE:
                current[name] = sorted(getattr(pool, name).values_list("pk", flat=True))
        super().__init__(*args, current=current, version=pool.version if pool else 0, **options)
        people = User.objects.filter(is_active=True)
        fields: dict[str, Any] = self.fields
        fields["members"].queryset = fields["managers"].queryset = people
        fields["teams"].queryset = Team.objects.filter(is_active=True)

    def people(self) -> dict[str, list[int]]:
        """The ids chosen, by relation; a merged form gives ids already."""
        return {
            name: [int(getattr(row, "pk", row)) for row in self.cleaned_data[name] or ()] for name in PEOPLE
        }

    def names(self) -> dict[str, str]:
        """The names typed."""
        return {name: self.cleaned_data[name] for name in ("name_zh", "name_en")}


class ProtectForm(VersionedForm):
    """Whether, until when and why a customer is kept from returning by rule."""

    pool_locked = forms.BooleanField(label=_("Never returns by rule"), required=False)
    protected_until = DateField(label=_("Or not before the end of"), required=False)
    pool_note = TextField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        names = ("pool_locked", "protected_until", "pool_note")
        current = {name: getattr(customer, name) for name in names}
        super().__init__(*args, current=current, version=customer.version, **options)


class MoveForm(Form):
    """To which pool, and why."""

    pool = forms.TypedChoiceField(label=_("Public pool"), coerce=int)
    why = TextField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, pools: Sequence[PublicPool], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pool"].choices = [(pool.pk, str(pool)) for pool in pools]  # type: ignore[attr-defined]
