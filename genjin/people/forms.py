"""Forms of people: sign-in, profile, users, teams, roles, absences, calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCode
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from genjin.people import choices
from genjin.people.access import RIGHTS, SCOPES
from genjin.people.addresses import clean_address
from genjin.people.models import CalendarDay, Role, Team, User
from genjin.web.forms import Checks, DateField, Form, LongTextField, Pick, RowsField, TextField
from genjin.web.moments import MomentError, parse_time
from genjin.web.versions import VersionedForm

WEEKDAYS = [
    (0, _("Mon")), (1, _("Tue")), (2, _("Wed")), (3, _("Thu")), (4, _("Fri")), (5, _("Sat")), (6, _("Sun")),
]  # fmt: skip
DAY_KINDS = [(CalendarDay.Kind.CLOSED, _("Day off")), (CalendarDay.Kind.WORKDAY, _("Working day"))]
LONGEST_PASSWORD = 256


class AddressField(forms.CharField):
    """An e-mail address, also as pasted from a mail: kept trimmed and in lower case."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        )
        given: dict[str, Any] = {"label": _("E-mail"), "widget": widget, "max_length": 254}
        super().__init__(**given | options)

    def to_python(self, value: Any) -> str:
        return clean_address(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            try:
                validate_email(value)
            except ValidationError:
                raise ValidationError(gettext("This is not an e-mail address.")) from None


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


class PasswordField(forms.CharField):
    """A password, never shown back."""

    def __init__(self, *, autocomplete: str = "current-password", **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        given: dict[str, Any] = {"label": _("Password"), "widget": widget, "max_length": LONGEST_PASSWORD}
        super().__init__(**{"strip": False} | given | options)


class NewPassword(forms.Form):
    """Mix-in of two fields for a new password; `self.user` (if any) is compared with it."""

    user: User | None = None
    password = PasswordField(autocomplete="new-password", label=_("New password"))
    password_again = PasswordField(autocomplete="new-password", label=_("New password again"))

    def clean_password(self) -> str:
        """The password if it is good enough."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._person())
        return password

    def clean_password_again(self) -> str:
        """The same password."""
        again: str = self.cleaned_data["password_again"]
        if self.cleaned_data.get("password") not in (None, again):
            raise ValidationError(gettext("The two passwords differ."))
        return again

    def _person(self) -> User:
        return self.user or User(email=self.data.get("email", ""), name_en=self.data.get("name_en", ""))


class SignInForm(LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.fields = {
            "login": AddressField(
                widget=forms.TextInput(
                    attrs={"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}
                )
            ),
            "password": PasswordField(),
        }


class ConfirmForm(ReauthenticateForm):
    """The password once more before something sensitive."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.fields["password"] = PasswordField()


class CodeField(forms.CharField):
    """A code of the authenticator app, or a recovery code."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}
        )
        given: dict[str, Any] = {"label": _("Code"), "widget": widget, "max_length": 40}
        super().__init__(**given | options)


class CodeForm(AuthenticateForm):
    """The second step of signing in."""

    code = CodeField(help_text=_("From your authenticator app, or one of your recovery codes."))


class ConfirmCodeForm(ReauthenticateByCode):
    """A code before something sensitive."""

    code = CodeField(help_text=_("From your authenticator app, or one of your recovery codes."))


class ActivateForm(ActivateTOTPForm):
    """The first code proves that the app was set up."""

    code = CodeField(help_text=_("The 6 digits that the app shows now."))


class ForgotForm(Form):
    """Whose password is to be reset."""

    email = AddressField()


class ResetForm(NewPassword, Form):
    """A new password by a link."""


class ChangePasswordForm(NewPassword, Form):
    """A new password while signed in; the old one is checked by the view."""

    old_password = PasswordField(label=_("Current password"))
    field_order = ("old_password", "password", "password_again")


class JoinForm(NewPassword, Form):
    """An invited person's names and password."""

    name_zh = TextField(label=_("Chinese name"), max_length=60, required=False)
    name_en = TextField(label=_("English name"), max_length=60, required=False)
    field_order = ("name_zh", "name_en", "password", "password_again")


def hours_fields(form: forms.Form) -> None:
    """Refuse working hours that end before they begin; both or none are given."""
    start, end = form.cleaned_data.get("work_start"), form.cleaned_data.get("work_end")
    if "work_start" in form.errors or "work_end" in form.errors:
        return
    if (start is None) != (end is None):
        form.add_error("work_end", gettext("Give both the beginning and the end, or neither."))
    elif start is not None and start >= end:
        form.add_error("work_end", gettext("Work must end after it begins."))


class OrganisationFields(forms.Form):
    """What the first start and the settings page ask about the firm."""

    name_zh = TextField(label=_("Chinese name"), max_length=120, required=False)
    name_en = TextField(label=_("English name"), max_length=120, required=False)
    base_currency = forms.ChoiceField(label=_("Base currency"), choices=choices.currencies)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=choices.zones)
    country = forms.ChoiceField(
        label=_("Country"), choices=choices.countries, help_text=_("Its public holidays fill the calendar.")
    )
    work_start = TimeField(label=_("Work begins"))
    work_end = TimeField(label=_("Work ends"))
    lunch_start = TimeField(label=_("Lunch begins"), required=False)
    lunch_end = TimeField(label=_("Lunch ends"), required=False)
    work_days = forms.TypedMultipleChoiceField(
        label=_("Working days"), choices=WEEKDAYS, coerce=int, widget=Checks(attrs={"inline": True})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "name_zh" in cleaned and not cleaned["name_zh"] and not cleaned.get("name_en"):
            self.add_error("name_zh", gettext("Give a name in at least one language."))
        hours_fields(self)
        noon, back = cleaned.get("lunch_start"), cleaned.get("lunch_end")
        if (noon is None) != (back is None):
            self.add_error("lunch_end", gettext("Give both the beginning and the end, or neither."))
        elif noon is not None and noon >= back:
            self.add_error("lunch_end", gettext("Lunch must end after it begins."))
        if "work_days" in cleaned:
            cleaned["work_days"] = sorted(set(cleaned["work_days"]))
        return cleaned


class OrganisationForm(OrganisationFields, VersionedForm):
    """The firm on the settings page."""


class SetupForm(OrganisationFields, NewPassword, Form):
    """The first start: the firm, and who administers it."""

    code = TextField(label=_("Set-up code"), required=False, max_length=40)
    email = AddressField()
    person_zh = TextField(label=_("Your Chinese name"), max_length=60, required=False)
    person_en = TextField(label=_("Your English name"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "person_zh" in cleaned and not cleaned["person_zh"] and not cleaned.get("person_en"):
            self.add_error("person_zh", gettext("Give a name in at least one language."))
        return cleaned


class PersonFields(forms.Form):
    """Names, phone, language, zone and hours: what a person's own page and the administrator's share."""

    name_zh = TextField(label=_("Chinese name"), max_length=60, required=False)
    name_en = TextField(label=_("English name"), max_length=60, required=False)
    phone = TextField(label=_("Phone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, required=False)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: choices.zones(_("The company's")), required=False
    )
    work_start = TimeField(label=_("Work begins"), required=False, help_text=_("Empty: the company's hours."))
    work_end = TimeField(label=_("Work ends"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "name_zh" in cleaned and not cleaned["name_zh"] and not cleaned.get("name_en"):
            self.add_error("name_zh", gettext("Give a name in at least one language."))
        hours_fields(self)
        return cleaned


class ProfileForm(PersonFields, VersionedForm):
    """One's own data and comfort."""

    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=Pick)
    shortcuts = forms.BooleanField(label=_("Single-key shortcuts (press ? to see them)"), required=False)


class PlaceFields(forms.Form):
    """Where a person stands in the firm."""

    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none(), empty_label=None)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    has_laptop = forms.BooleanField(label=_("Has a laptop"), required=False)
    probation_until = DateField(label=_("On probation until"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        order = {code: number for number, code in enumerate(Role.Code.values)}
        roles: Any = self.fields["role"]
        roles.queryset = Role.objects.all()
        roles.choices = sorted(((r.code, str(r)) for r in Role.objects.all()), key=lambda row: order[row[0]])
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.filter(is_active=True)


class UserForm(PersonFields, PlaceFields, VersionedForm):
    """A user as the administrator sees him."""

    email = AddressField()
    field_order = ("email", "name_zh", "name_en", "phone", "role", "team")


class InviteForm(PlaceFields, Form):
    """Somebody new."""

    email = AddressField()
    name_zh = TextField(label=_("Chinese name"), max_length=60, required=False)
    name_en = TextField(label=_("English name"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, required=False)
    field_order = ("email", "name_zh", "name_en", "role", "team")


class TeamForm(VersionedForm):
    """A team's names and managers."""

    name_zh = TextField(label=_("Chinese name"), max_length=60, required=False)
    name_en = TextField(label=_("English name"), max_length=60, required=False)
    managers = RowsField(
        label=_("Managers"),
        queryset=User.objects.none(),
        required=False,
        widget=Checks,
        help_text=_("They see and answer for the team's customers, as far as their role lets them."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        managers: Any = self.fields["managers"]
        managers.queryset = User.objects.filter(is_active=True)


class RoleForm(VersionedForm):
    """A role's rights, and by kind whose records it sees and edits."""

    def __init__(self, *args: Any, role: Role, kinds: Iterable[tuple[str, object]], **options: Any) -> None:
        self.kinds = list(kinds)
        fields: dict[str, forms.Field] = {
            f"right-{name}": forms.BooleanField(label=label, required=False) for name, label in RIGHTS.items()
        }
        current: dict[str, Any] = {f"right-{name}": name in role.rights for name in RIGHTS}
        for kind, label in self.kinds:
            above = [] if kind == "*" else [("", _("as above"))]
            for doing, words in (("see", _("Sees")), ("edit", _("Edits"))):
                fields[f"{doing}-{kind}"] = forms.ChoiceField(
                    label=format_lazy(_("{}: {}"), label, words),
                    choices=[*above, *SCOPES.items()],
                    required=False,
                )
                current[f"{doing}-{kind}"] = role.scopes.get(kind, {}).get(doing, "")
        self.base_fields = {**self.base_fields, **fields}  # type: ignore[misc]
        super().__init__(*args, current=current, version=role.version, **options)

    def rights(self) -> set[str]:
        """The rights that are ticked."""
        return {name for name in RIGHTS if self.cleaned_data.get(f"right-{name}")}

    def scopes(self) -> dict[str, dict[str, str]]:
        """Scopes by kind; a kind left “as above” has none of its own."""
        found = {}
        for kind, _label in self.kinds:
            see, edit = self.cleaned_data.get(f"see-{kind}", ""), self.cleaned_data.get(f"edit-{kind}", "")
            if see or edit or kind == "*":
                found[kind] = {"see": see or "NONE", "edit": edit or "NONE"}
        return found

    def rows(self) -> list[tuple[object, Any, Any]]:
        """By kind its name and its two fields, for the table."""
        return [(label, self[f"see-{kind}"], self[f"edit-{kind}"]) for kind, label in self.kinds]

    def right_fields(self) -> list[Any]:
        """The boxes of the rights."""
        return [self[f"right-{name}"] for name in RIGHTS]


class AbsenceForm(VersionedForm):
    """Days away and who stands in."""

    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Sees and does the work meanwhile."),
    )
    note = TextField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        deputies: Any = self.fields["deputy"]
        deputies.queryset = User.objects.filter(is_active=True).exclude(pk=user.pk)


class OwnDayForm(Form):
    """A day of the company's own."""

    day = DateField(label=_("Day"))
    kind = forms.ChoiceField(label=_("That day is"), choices=DAY_KINDS, widget=Pick)
    name_zh = TextField(label=_("Chinese name"), max_length=80, required=False)
    name_en = TextField(label=_("English name"), max_length=80, required=False)


class CompanyForm(VersionedForm):
    """Go-live date and switches for the whole company."""

    go_live_on = DateField(
        label=_("Go-live date"),
        required=False,
        help_text=_("What lies before it gives facts, but never overdue tasks."),
    )
    second_factor_required = forms.BooleanField(
        label=_("Everybody needs a second factor"),
        required=False,
        help_text=_("People without one set it up before they do anything else."),
    )
    sensitive_fields = forms.BooleanField(
        label=_("Restricted personal fields may be kept"),
        required=False,
        help_text=_("Religion, family and the like; seen only by those whose role allows it."),
    )


class LoanForm(Form):
    """A company phone or laptop lent to somebody."""

    borrower = forms.ModelChoiceField(label=_("Borrower"), queryset=User.objects.none())
    item = TextField(label=_("Equipment"), max_length=80)
    from_day = DateField(label=_("Lent on"))
    until_day = DateField(label=_("Until"), required=False)
    note = LongTextField(label=_("Note"), max_length=200, required=False, rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        borrowers: Any = self.fields["borrower"]
        borrowers.queryset = User.objects.filter(is_active=True)
