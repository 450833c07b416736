"""What templates are for: the mails that the company's policy has people write."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.mail.models import MailTemplate, TemplateVersion
from genjin.people.models import User
from genjin.policy.queries import effective

SEQUENCES = ("nurture", "closing")
_LABELS: dict[str, Any] = {
    "tracking.1": gettext_lazy("First mail after no answer"),
    "tracking.2": gettext_lazy("Second mail after no answer"),
    "tracking.3": gettext_lazy("Third mail after no answer"),
    "call.recap": gettext_lazy("Mail after a call"),
    "nurture.INTRODUCTION": gettext_lazy("Nurturing: introduction"),
    "nurture.CHECK": gettext_lazy("Nurturing: asking again"),
    "nurture.MONTHLY_MAIL": gettext_lazy("Nurturing: monthly mail"),
    "closing.SUMMARY_MAIL": gettext_lazy("Closing: summary of the meeting"),
}
_ALWAYS = ("tracking.1", "tracking.2", "tracking.3", "call.recap")


def known() -> list[str]:
    """Every purpose, those of the policy's sequences as they are set now."""
    policy = effective()
    steps = [
        f"{name}.{step.purpose}"
        for name in SEQUENCES
        for step in policy.steps(name)
        if step.channel == "EMAIL"
    ]
    return list(dict.fromkeys([*_ALWAYS, *steps]))


def label(purpose: str) -> str:
    """What people call it; a step that the company named itself is shown as it named it."""
    if not purpose:
        return _("Any mail")
    told = _LABELS.get(purpose)
    return str(told) if told else purpose.partition(".")[2].replace("_", " ").capitalize()


def choices() -> list[tuple[str, str]]:
    """All purposes to choose from."""
    return [("", label("")), *((one, label(one)) for one in known())]


def approved(purpose: str, user: User, language: str = "") -> TemplateVersion | None:
    """The wording to begin from: in the mail's language, else English, one's own before the company's."""
    rows = TemplateVersion.objects.filter(
        state=TemplateVersion.State.APPROVED,
        template__in=MailTemplate.objects.visible_to(user),
        template__purpose=purpose,
    ).select_related("template")
    short = language.partition("-")[0] or "en"
    spoken = [one for one in rows if one.template.language.partition("-")[0] == short]
    english = [one for one in rows if one.template.language == "en"]
    scopes = MailTemplate.Scope.values
    found = sorted(spoken or english, key=lambda one: (scopes.index(one.template.scope), one.pk))
    return found[0] if found else None


def missing(user: User) -> list[str]:
    """Purposes for which nobody approved a wording that this person may use."""
    approved = TemplateVersion.objects.filter(
        state=TemplateVersion.State.APPROVED, template__in=MailTemplate.objects.visible_to(user)
    )
    there = set(approved.values_list("template__purpose", flat=True))
    return [one for one in known() if one not in there]
