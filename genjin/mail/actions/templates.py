"""Every write to mail templates: writing versions, approving, retiring, recycling (000-46)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.mail import merge_fields, template_purposes
from genjin.mail.languages import CODES
from genjin.mail.models import MailTemplate, TemplateVersion
from genjin.mail.outgoing_html import html_of
from genjin.people import access
from genjin.people.actions import base
from genjin.people.models import Team, User

ABOUT = ("name", "purpose", "language", "scope", "team_id")
Scope, State = MailTemplate.Scope, TemplateVersion.State


def may_approve(template: MailTemplate, by: User) -> bool:
    """Own ones oneself; a team's whoever leads it; the company's whoever sets its policy (000-46)."""
    may = access.of(by)
    if template.scope == Scope.OWN:
        return template.owner_id == by.pk
    if template.scope == Scope.TEAM:
        leads = may.may("manage_team") and template.team_id in may.team_ids
        return leads or may.may("edit_policy")
    return may.may("edit_policy")


def may_change(template: MailTemplate, by: User) -> bool:
    """Whoever wrote it first, and whoever may approve it."""
    return template.owner_id == by.pk or may_approve(template, by)


def _taken(template_id: int, by: User, at: datetime, version: int | None = None) -> MailTemplate:
    access.of(by, today=at.date())
    seen = MailTemplate.objects.visible_to(by).filter(pk=template_id).exists()
    template = base.take(MailTemplate, template_id, version) if seen else None
    if template is None or template.deleted_at is not None or not may_change(template, by):
        raise ValidationError(_("This template is not there any more, or you may not change it."))
    return template


def _checked(given: dict[str, Any], by: User) -> dict[str, Any]:
    """What a template is for; a team's needs the team, which must be the person's or one that he leads."""
    wanted = {name: given[name] for name in ABOUT if name in given}
    if not str(wanted.get("name", "x")).strip():
        raise ValidationError({"name": _("Give it a name.")})
    if wanted.get("language", "en") not in CODES:
        raise ValidationError({"language": _("Choose one of the list.")})
    scope = wanted.get("scope", Scope.OWN)
    if scope not in Scope.values:
        raise ValidationError({"scope": _("Choose one of the list.")})
    if scope == Scope.TEAM:
        team = Team.objects.filter(pk=wanted.get("team_id") or by.team_id).first()
        may = access.of(by)
        if team is None or (team.pk not in may.team_ids and not may.may("edit_policy")):
            raise ValidationError({"scope": _("Choose a team that you belong to.")})
        wanted["team_id"] = team.pk
    else:
        wanted["team_id"] = None
    purpose = wanted.get("purpose", "")
    if purpose and purpose not in template_purposes.known():
        raise ValidationError({"purpose": _("Choose one of the list.")})
    return wanted


def check_wording(subject: str, text: str) -> None:
    """Refuse fields that nothing fills, by their names."""
    for name, wording in (("subject", subject), ("text", text)):
        unknown = [field for field in merge_fields.left(wording) if field not in merge_fields.FIELDS]
        if unknown:
            told = _(", ").join("{{" + field + "}}" for field in unknown)
            raise ValidationError({name: _("There is no field %(fields)s.") % {"fields": told}})
    if not text.strip():
        raise ValidationError({"text": _("Write the text.")})


@transaction.atomic
def create_template(*, subject: str, text: str, by: User, at: datetime, **given: Any) -> MailTemplate:
    """A new template with its first wording, a draft. `given` are names of `ABOUT`."""
    access.of(by, today=at.date())
    wanted = _checked({"language": "en", "scope": Scope.OWN, **given}, by)
    check_wording(subject, text)
    template = MailTemplate(owner=by, created_at=at, **wanted)
    template.save(force_insert=True)
    base.tell(template, "create", by=by, at=at, changes=base.created(template, ABOUT))
    _write(template, subject, text, by, at)
    return template


@transaction.atomic
def change_template(
    *, template_id: int, subject: str, text: str, by: User, at: datetime, version: int | None = None,
    **given: Any,
) -> MailTemplate:  # fmt: skip
    """Change what it is for; another wording becomes the next version, a draft; the approved one stays."""
    template = _taken(template_id, by, at, version)
    stored = {name: getattr(template, name) for name in ABOUT}
    wanted = _checked({**stored, **given}, by)
    check_wording(subject, text)
    wider = [Scope.OWN, Scope.TEAM, Scope.COMPANY].index
    is_wider = wider(wanted["scope"]) > wider(template.scope)
    base.write(template, wanted, by=by, at=at)
    if is_wider and not may_approve(template, by):
        _retire(template, by, at)
    last = TemplateVersion.objects.filter(template=template).first()
    if last is None or (last.subject, last.text) != (subject, text):
        _write(template, subject, text, by, at)
    return template


def _write(template: MailTemplate, subject: str, text: str, by: User, at: datetime) -> TemplateVersion:
    """The next version; a draft before it that nobody approved is a former one now."""
    rows = TemplateVersion.objects.filter(template=template)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    rows.filter(state=State.DRAFT).update(state=State.RETIRED)
    made = TemplateVersion.objects.create(
        template=template, number=number, subject=subject, text=text, html=html_of(text), written_at=at,
        written_by=by,
    )  # fmt: skip
    if number > 1:
        base.tell(template, "write", by=by, at=at, changes={"wording": (number - 1, number)})
    return made


def _retire(template: MailTemplate, by: User, at: datetime) -> None:
    """What holds for more people than before must be approved anew."""
    rows = TemplateVersion.objects.filter(template=template, state=State.APPROVED)
    if rows.update(state=State.DRAFT, approved_at=None, approved_by=None):
        base.tell(template, "reopen", by=by, at=at)


@transaction.atomic
def approve_version(*, version_id: int, by: User, at: datetime) -> TemplateVersion:
    """Make a wording the one that colleagues write from; the one before becomes a former one."""
    found = TemplateVersion.objects.filter(pk=version_id).first()
    if found is None:
        raise ValidationError(_("This template is not there any more, or you may not change it."))
    template = _taken(found.template_id, by, at)
    if not may_approve(template, by):
        raise ValidationError(_("Whoever leads the team or the company approves it."))
    row = TemplateVersion.objects.select_for_update().get(pk=version_id)
    if row.state == State.APPROVED:
        return row
    TemplateVersion.objects.filter(template=template, state=State.APPROVED).update(state=State.RETIRED)
    row.state, row.approved_at, row.approved_by = State.APPROVED, at, by
    row.save(update_fields=["state", "approved_at", "approved_by"])
    base.tell(template, "confirm", by=by, at=at, changes={"wording": (None, row.number)})
    return row


@transaction.atomic
def recycle_template(*, template_id: int, by: User, at: datetime) -> None:
    """Put a template into the recycle bin; mails written from it keep their text."""
    base.write(_taken(template_id, by, at), {"deleted_at": at}, by=by, at=at, verb="recycle")


@transaction.atomic
def restore_template(*, template_id: int, by: User, at: datetime) -> None:
    """Bring a template back."""
    access.of(by, today=at.date())
    template = base.take(MailTemplate, template_id)
    if not may_change(template, by):
        raise ValidationError(_("This template is not there any more, or you may not change it."))
    base.write(template, {"deleted_at": None}, by=by, at=at, verb="restore")


@transaction.atomic
def give_templates(*, ids: Sequence[int], to_id: int, by: User | None, at: datetime) -> None:
    """Give templates that several use to another owner (hand-over)."""
    for pk in ids:
        base.write(base.take(MailTemplate, pk), {"owner_id": to_id}, by=by, at=at, verb="hand_over")
