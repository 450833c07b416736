"""What templates are for: the mails that the company's policy has people write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from genjin.mail.models import MailTemplate, TemplateVersion
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules.plans import SequencePlan, plans

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


_further: dict[str, Any] = {}


def register(purposes: Mapping[str, Any]) -> None:
    """Add purposes of a higher folder with what people call them."""
    _further.update(purposes)


def known() -> list[str]:
    """Every purpose, those of the policy's sequences as they are set now."""
    return list(dict.fromkeys([*_ALWAYS, *_of_sequences(), *_further]))


def _of_sequences() -> dict[str, str]:
    """The mails of sequences by purpose, with what the company calls those that it wrote itself."""
    return {
        f"{plan.key}.{step.name}": f"{_name(plan)}: {step.purpose}"
        for plan in plans(effective())
        for step in plan.steps
        if step.channel == "EMAIL"
    }


def _name(plan: SequencePlan) -> str:
    return plan.name_zh if (get_language() or "").startswith("zh") else plan.name_en


def label(purpose: str) -> str:
    """What people call it; a step that the company named itself is shown as it named it."""
    if not purpose:
        return _("Any mail")
    told = _LABELS.get(purpose) or _further.get(purpose)
    if told is None and purpose.startswith("own-"):
        told = _of_sequences().get(purpose)
    return str(told) if told else purpose.partition(".")[2].replace("_", " ").capitalize()


def choices() -> list[tuple[str, str]]:
    """All purposes to choose from."""
    return [("", label("")), *((one, label(one)) for one in known())]


def approved(purpose: str, user: User, language: str = "") -> TemplateVersion | None:
    """The wording to begin from: in the mail's language, else English, one's own before the company's."""
    found = wordings(purpose, user, language)
    return found[0] if found else None


def wordings(purpose: str, user: User, language: str = "") -> list[TemplateVersion]:
    """All approved wordings in that language, else in English, the one to begin from first."""
    rows = TemplateVersion.objects.filter(
        state=TemplateVersion.State.APPROVED,
        template__in=MailTemplate.objects.visible_to(user),
        template__purpose=purpose,
    ).select_related("template")
    short = language.partition("-")[0] or "en"
    spoken = [one for one in rows if one.template.language.partition("-")[0] == short]
    english = [one for one in rows if one.template.language == "en"]
    scopes = MailTemplate.Scope.values
    return sorted(spoken or english, key=lambda one: (scopes.index(one.template.scope), one.pk))


def missing(user: User) -> list[str]:
    """Purposes for which nobody approved a wording that this person may use."""
    approved = TemplateVersion.objects.filter(
        state=TemplateVersion.State.APPROVED, template__in=MailTemplate.objects.visible_to(user)
    )
    there = set(approved.values_list("template__purpose", flat=True))
    return [one for one in known() if one not in there]
