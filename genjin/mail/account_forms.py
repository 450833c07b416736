"""The forms of mailboxes: setting up, servers, setting, members, folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.mail import discovery, providers
from genjin.mail.actions.accounts import RIGHTS
from genjin.mail.models import AccountMember, AccountSetup, AfterSending, MailAccount, MailFolder
from genjin.people.models import User
from genjin.web.forms import Checks, DateField, Form, LongTextField, Pick, TextField
from genjin.web.versions import VersionedForm

_HOST = RegexValidator(
    r"^[\w.:\-]{1,253}$", gettext_lazy("Write the name of the server only, such as imap.example.com.")
)
MOST_MAILS = 100_000


def _password(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Password or app password"), max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}), **options,
    )  # fmt: skip


class NewAccountForm(Form):
    """The first step: address and password."""

    address = forms.EmailField(
        label=gettext_lazy("Mail address"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    password = _password(required=False)
    is_shared = forms.BooleanField(
        label=gettext_lazy("Shared mailbox"), required=False,
        help_text=gettext_lazy("Such as info@ or sales@: you choose who may read, answer and assign."),
    )  # fmt: skip

    def __init__(self, *args: Any, may_share: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_share:
            del self.fields["is_shared"]

    def clean_address(self) -> str:
        """Lower case, as it is compared."""
        return str(self.cleaned_data["address"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """Only a provider that is signed in to elsewhere needs no password."""
        cleaned = super().clean() or self.cleaned_data
        provider = providers.of_domain(discovery.domain_of(cleaned.get("address", "")))
        if not cleaned.get("password") and not (provider is not None and provider.oauth_only):
            self.add_error("password", _("Enter the password."))
        return cleaned


class ServersForm(Form):
    """Servers and password, filled in by hand; an empty password means the one that is known already."""

    imap_host = TextField(label=gettext_lazy("IMAP server"), max_length=253, validators=[_HOST])
    imap_port = forms.IntegerField(label=gettext_lazy("IMAP port"), min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(
        label=gettext_lazy("IMAP encryption"), choices=MailAccount.Security.choices, widget=Pick
    )
    smtp_host = TextField(label=gettext_lazy("SMTP server"), max_length=253, validators=[_HOST])
    smtp_port = forms.IntegerField(label=gettext_lazy("SMTP port"), min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(
        label=gettext_lazy("SMTP encryption"), choices=MailAccount.Security.choices, widget=Pick
    )
    username = TextField(
        label=gettext_lazy("User name"), max_length=254, required=False,
        help_text=gettext_lazy("Usually the whole mail address."),
    )  # fmt: skip
    password = _password(
        required=False, help_text=gettext_lazy("Leave it empty to keep the one you entered.")
    )
    auth = forms.ChoiceField(
        label=gettext_lazy("Sign-in"), choices=MailAccount.Auth.choices, widget=Pick, required=False
    )

    def __init__(self, *args: Any, has_oauth: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_oauth:
            del self.fields["auth"]


def servers_of(record: MailAccount | AccountSetup) -> dict[str, Any]:
    """What the form of servers shows; never the password."""
    names = [name for name in ServersForm.base_fields if name != "password"]
    if isinstance(record, AccountSetup):
        return {name: record.values[name] for name in names if name in record.values}
    return {name: getattr(record, name) for name in names}


class _NamesForm(Form):
    """What a mailbox is called, here and to those who get its mail."""

    name = TextField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        help_text=gettext_lazy("What colleagues see."),
    )
    sender_name = TextField(
        label=gettext_lazy("Sender name"), max_length=120, required=False,
        help_text=gettext_lazy("What recipients see beside the address."),
    )  # fmt: skip


class AddForm(_NamesForm):
    """The last step, once both directions work."""

    sync_from = DateField(
        label=gettext_lazy("Read mails since"), required=False,
        help_text=gettext_lazy("Empty reads everything. It can be set to an earlier day later."),
    )  # fmt: skip


class AccountForm(_NamesForm, VersionedForm):
    """The setting of a mailbox."""

    aliases = LongTextField(
        label=gettext_lazy("Further addresses"), required=False, rows=2, max_length=6000,
        help_text=gettext_lazy("Other addresses whose mail arrives in this mailbox, one a line."),
    )  # fmt: skip
    sync_from = DateField(
        label=gettext_lazy("Read mails since"), required=False,
        help_text=gettext_lazy("Empty reads everything."),
    )  # fmt: skip
    hourly_limit = forms.IntegerField(
        label=gettext_lazy("Mails an hour at most"), required=False, min_value=1, max_value=MOST_MAILS,
        help_text=gettext_lazy("Empty: as the company's policy says."),
    )  # fmt: skip
    daily_limit = forms.IntegerField(
        label=gettext_lazy("Mails a day at most"), required=False, min_value=1, max_value=MOST_MAILS,
        help_text=gettext_lazy("Empty: as the company's policy says."),
    )  # fmt: skip
    saves_sent = forms.BooleanField(
        label=gettext_lazy("Copy sent mails into the Sent folder"), required=False,
        help_text=gettext_lazy("Off where the provider does it, else every mail stands there twice."),
    )  # fmt: skip

    def __init__(self, *args: Any, account: MailAccount, **options: Any) -> None:
        current = {name: getattr(account, name) for name in AccountForm.base_fields if name != "version"}
        current["aliases"] = "\n".join(account.aliases)
        super().__init__(*args, current=current, version=account.version, **options)

    def clean_aliases(self) -> str:
        """One address a line; the first that is none is named."""
        lines = [line.strip().lower() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]
        for line in lines:
            try:
                validate_email(line)
            except ValidationError:
                raise ValidationError(_("“%(text)s” is no mail address.") % {"text": line[:80]}) from None
        return "\n".join(lines)


class FoldersForm(Form):
    """Which folders are read."""

    folders = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Folders that are read"), coerce=int, widget=Checks, required=False
    )

    def __init__(self, *args: Any, rows: Sequence[MailFolder], **options: Any) -> None:
        initial = {"folders": [str(row.pk) for row in rows if row.is_synced]}
        super().__init__(*args, initial=initial, **options)
        choices = [(str(row.pk), _folder_name(row)) for row in rows]
        self.fields["folders"].choices = choices  # type: ignore[attr-defined]


def _folder_name(row: MailFolder) -> str:
    known = row.role != MailFolder.Role.OTHER
    role = str(row.get_role_display())
    return role if known and row.path.upper() == "INBOX" else f"{role} · {row.path}" if known else row.path


class MembersForm(Form):
    """Who may do what in a shared mailbox: a row of boxes for each person."""

    def __init__(
        self, *args: Any, people: Iterable[User], members: Iterable[AccountMember], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        known = {row.user_id: row for row in members}
        self.people = list(people)
        for person in self.people:
            for right in RIGHTS:
                row = known.get(person.pk)
                self.fields[f"{right}-{person.pk}"] = forms.BooleanField(
                    label=_LABELS[right] % {"name": person}, required=False,
                    initial=bool(row is not None and getattr(row, right)),
                )  # fmt: skip

    @property
    def rows(self) -> list[tuple[User, list[forms.BoundField]]]:
        """Each person with the boxes."""
        return [(person, [self[f"{right}-{person.pk}"] for right in RIGHTS]) for person in self.people]

    def chosen(self) -> dict[int, list[str]]:
        """What was ticked, by person."""
        return {
            person.pk: [right for right in RIGHTS if self.cleaned_data.get(f"{right}-{person.pk}")]
            for person in self.people
        }


_LABELS = {
    "may_read": gettext_lazy("%(name)s may read"),
    "may_answer": gettext_lazy("%(name)s may answer"),
    "may_assign": gettext_lazy("%(name)s may assign"),
}


class AfterSendingForm(Form):
    """Where a person goes on after an answer was sent from the inbox."""

    goal = forms.ChoiceField(label=gettext_lazy("After sending an answer"), choices=AfterSending.Goal.choices)
