"""The forms of signatures and templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.mail import languages, template_purposes
from genjin.mail.actions.templates import check_wording
from genjin.mail.models import MailTemplate, Signature, TemplateVersion
from genjin.people.models import Team
from genjin.web.forms import LongTextField, Pick, TextField
from genjin.web.versions import VersionedForm


class SignatureForm(VersionedForm):
    """The signature of one mailbox in one language."""

    text = LongTextField(
        label=gettext_lazy("Signature"), required=False, rows=7, max_length=4000,
        help_text=gettext_lazy("Plain lines. Leave it empty to have none."),
    )  # fmt: skip

    def __init__(self, *args: Any, signature: Signature | None, **options: Any) -> None:
        current = {"text": signature.text if signature else ""}
        super().__init__(*args, current=current, version=signature.version if signature else 0, **options)


class TemplateForm(VersionedForm):
    """A template: what it is for, and its wording."""

    name = TextField(label=gettext_lazy("Name"), max_length=80)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    scope = forms.ChoiceField(label=gettext_lazy("For"), choices=MailTemplate.Scope.choices, widget=Pick)
    team_id = forms.TypedChoiceField(
        label=gettext_lazy("Team"), coerce=int, empty_value=None, required=False,
        help_text=gettext_lazy("Where it is for a team."),
    )  # fmt: skip
    subject = TextField(label=gettext_lazy("Subject"), max_length=500, required=False)
    text = LongTextField(label=gettext_lazy("Text"), rows=14)

    def __init__(
        self, *args: Any, template: MailTemplate | None, last: TemplateVersion | None, teams: list[Team],
        **options: Any,
    ) -> None:  # fmt: skip
        names = ("name", "purpose", "language", "scope", "team_id")
        current: dict[str, Any] = {name: getattr(template, name) for name in names} if template else {}
        current |= {"subject": last.subject, "text": last.text} if last else {}
        super().__init__(*args, current=current, version=template.version if template else 0, **options)
        purposes = template_purposes.choices()
        if template is not None and template.purpose not in dict(purposes):
            purposes.append((template.purpose, template_purposes.label(template.purpose)))
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        self.fields["language"].choices = languages.choices()  # type: ignore[attr-defined]
        shown = [("", "—"), *((str(team.pk), str(team)) for team in teams)]
        self.fields["team_id"].choices = shown  # type: ignore[attr-defined]
        if len(teams) < 2:
            del self.fields["team_id"]

    def clean(self) -> dict[str, Any]:
        """Fields that nothing fills are named beside where they stand."""
        cleaned = super().clean()
        if "text" in cleaned:
            try:
                check_wording(cleaned.get("subject", ""), cleaned["text"])
            except ValidationError as error:
                for name, told in error.error_dict.items():
                    self.add_error(name, told)
        return cleaned


def preview_problem(left: list[str]) -> str:
    """What a preview says of fields that this customer leaves empty."""
    if not left:
        return ""
    return _("Empty for this customer, so the mail could not be sent: %(fields)s") % {
        "fields": _(", ").join(left)
    }
