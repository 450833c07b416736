"""Signatures and mail templates: lists, writing, versions, approval, preview."""

from __future__ import annotations

import difflib
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.models import Customer
from genjin.journal.queries import last_editor
from genjin.mail import languages, merge_fields, template_purposes
from genjin.mail.actions import signatures, templates
from genjin.mail.models import MailAccount, MailTemplate, Signature, TemplateVersion
from genjin.mail.template_forms import SignatureForm, TemplateForm, preview_problem
from genjin.people.models import Team
from genjin.people.requests import Request
from genjin.people.views.saving import bound, make_once, try_save
from genjin.web import answers
from genjin.web.guards import requires

State = TemplateVersion.State


def _account(request: Request, account_id: int) -> MailAccount:
    """A mailbox that the person may change or send from, else 404."""
    rows = MailAccount.objects.alive().filter(pk=account_id)
    found = get_object_or_404(rows)
    if not any(signatures.may_write(found, request.user, is_own=own) for own in (False, True)):
        raise Http404
    return found


@require_GET
@requires()
def account_signatures(request: Request, account_id: int) -> HttpResponse:
    """The signatures of a mailbox: everybody's, and in a shared one the person's own."""
    account = _account(request, account_id)
    stored = Signature.objects.filter(account=account)
    groups = []
    for whose, title, owner in (
        ("all", _("Everybody's") if account.is_shared else "", None),
        ("own", _("Your own"), request.user),
    ):
        if signatures.may_write(account, request.user, is_own=whose == "own"):
            rows = [row for row in stored if row.user_id == (owner.pk if owner else None)]
            for row in rows:
                row.language_name = languages.name(row.language)  # type: ignore[attr-defined]
            groups.append({"whose": whose, "title": title, "rows": rows})
    context = {"account": account, "groups": groups, "languages": languages.choices(with_all=True)}
    return render(request, "mail/signatures.html", context)


@requires()
def account_signature(request: Request, account_id: int, whose: str) -> HttpResponse:
    """One signature; `?language=` chooses which."""
    account = _account(request, account_id)
    is_own = whose == "own"
    language = request.GET.get("language", "")
    if whose not in ("own", "all") or (language and language not in languages.CODES):
        raise Http404
    if not signatures.may_write(account, request.user, is_own=is_own):
        raise Http404
    owner = request.user if is_own else None
    found = Signature.objects.filter(account=account, user=owner, language=language).first()
    form = SignatureForm(bound(request), signature=found, by=last_editor(found) if found else "")

    def save(data: dict[str, Any]) -> bool:
        signatures.save_signature(
            account_id=account_id, language=language, is_own=is_own, text=data["text"], by=request.user,
            at=request.now, version=found.version if found else None,
        )  # fmt: skip
        return True

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("mail:account_signatures", args=[account_id]), _("Saved"))
    context = {
        "form": form, "account": account, "signature": found, "language": languages.name(language),
    }  # fmt: skip
    return render(request, "mail/signature.html", context)


@require_GET
@requires()
def template_list(request: Request) -> HttpResponse:
    """Templates that the person may use or approve, by purpose, and what is missing."""
    is_bin = "bin" in request.GET
    language, asked = request.GET.get("language", ""), request.GET.get("state", "")
    rows = _visible(request, is_bin=is_bin)
    if language in languages.CODES:
        rows = rows.filter(language=language)
    shown = [_row(row) for row in rows]
    if asked in (State.DRAFT, State.APPROVED):
        shown = [row for row in shown if row["state"] == asked or (asked == State.DRAFT and row["draft"])]
    order = {purpose: number for number, purpose in enumerate(["", *template_purposes.known()])}
    shown.sort(key=lambda row: (order.get(row["template"].purpose, 99), row["template"].name))
    for row in shown:
        row["purpose"] = template_purposes.label(row["template"].purpose)
        row["language"] = languages.name(row["template"].language)
    missing = (
        []
        if is_bin
        else [(one, template_purposes.label(one)) for one in template_purposes.missing(request.user)]
    )
    context = {
        "rows": shown, "is_bin": is_bin, "missing": missing, "languages": languages.choices(),
        "language": language, "asked": asked,
    }  # fmt: skip
    return render(request, "mail/templates.html", context)


def _visible(request: Request, *, is_bin: bool = False) -> Any:
    versions = Prefetch(
        "versions", queryset=TemplateVersion.objects.select_related("written_by", "approved_by")
    )
    rows = MailTemplate.objects.visible_to(request.user)
    if is_bin:
        rows = MailTemplate.objects.filter(deleted_at__isnull=False, owner=request.user)
    return rows.select_related("owner", "team").prefetch_related(versions)


def _row(template: MailTemplate) -> dict[str, Any]:
    """A template with its newest draft and its approved wording."""
    versions = list(template.versions.all())
    approved = next((one for one in versions if one.state == State.APPROVED), None)
    draft = next((one for one in versions if one.state == State.DRAFT), None)
    return {
        "template": template, "versions": versions, "approved": approved, "draft": draft,
        "state": State.APPROVED if approved else State.DRAFT,
    }  # fmt: skip


def _teams(request: Request) -> list[Team]:
    """The teams that the person may write for."""
    rows = Team.objects.filter(is_active=True)
    if not request.access.may("edit_policy"):
        rows = rows.filter(pk__in=request.access.team_ids)
    return list(rows.order_by("pk"))


def _fields() -> list[tuple[str, Any]]:
    return [("{{" + name + "}}", label) for name, label in merge_fields.FIELDS.items()]


@requires()
def template_new(request: Request) -> HttpResponse:
    """A new template."""
    asked = request.GET.get("purpose", "")
    initial = {
        "purpose": asked if asked in template_purposes.known() else "", "language": "en",
        "scope": MailTemplate.Scope.OWN,
    }  # fmt: skip
    form = TemplateForm(bound(request), template=None, last=None, teams=_teams(request), initial=initial)

    def make(data: dict[str, Any]) -> str:
        made = templates.create_template(by=request.user, at=request.now, **data)
        return reverse("mail:template", args=[made.pk])

    if request.method == "POST" and (to := make_once(request, form, make)):
        return answers.saved(request, to, _("Saved as a draft."))
    return render(request, "mail/template_new.html", {"form": form, "merge_fields": _fields()})


@requires()
def template(request: Request, template_id: int) -> HttpResponse:
    """One template: its wording, who approved what, its versions."""
    found = get_object_or_404(_visible(request), pk=template_id)
    row = _row(found)
    last = row["versions"][0] if row["versions"] else None
    may_change = templates.may_change(found, request.user)
    form = TemplateForm(
        bound(request), template=found, last=last, teams=_teams(request), by=last_editor(found)
    )  # fmt: skip

    def save(data: dict[str, Any]) -> object:
        return templates.change_template(
            template_id=template_id, version=found.version, by=request.user, at=request.now, **data
        )

    if request.method == "POST":
        if not may_change:
            raise Http404
        if try_save(form, save):
            return answers.saved(request, reverse("mail:template", args=[template_id]), _("Saved"))
    context = {
        "form": form, **row, "last": last, "may_change": may_change, "merge_fields": _fields(),
        "may_approve": templates.may_approve(found, request.user),
        "purpose": template_purposes.label(found.purpose), "language": languages.name(found.language),
    }  # fmt: skip
    return render(request, "mail/template.html", context)


@require_POST
@requires()
def template_approve(request: Request, template_id: int) -> HttpResponse:
    """Approve a wording (`version`: its number)."""
    found = get_object_or_404(MailTemplate.objects.visible_to(request.user), pk=template_id)
    number = request.POST.get("version", "")
    rows = TemplateVersion.objects.filter(template=found)
    row = rows.filter(number=int(number)).first() if _is_number(number) else None
    if row is None:
        return redirect("mail:template", template_id=template_id)
    return _done(
        request, template_id, lambda **who: templates.approve_version(version_id=row.pk, **who), _("Approved")
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


@require_POST
@requires()
def template_recycle(request: Request, template_id: int) -> HttpResponse:
    """Put a template into the recycle bin, or (`to` is restore) bring it back."""
    restores = request.POST.get("to") == "restore"
    rows = MailTemplate.objects.filter(owner=request.user) | MailTemplate.objects.visible_to(request.user)
    found = get_object_or_404(rows, pk=template_id)
    verb = templates.restore_template if restores else templates.recycle_template
    said = _("“%(name)s” is back.") if restores else _("“%(name)s” lies in the recycle bin.")
    return _done(
        request, template_id, lambda **who: verb(template_id=template_id, **who), said % {"name": found},
        to=reverse("mail:template", args=[template_id]) if restores else reverse("mail:templates"),
    )  # fmt: skip


def _done(request: Request, template_id: int, deed: Any, said: str, to: str = "") -> HttpResponse:
    try:
        deed(by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("mail:templates")
    return answers.saved(request, to or reverse("mail:template", args=[template_id]), said)


@require_GET
@requires()
def template_versions(request: Request, template_id: int) -> HttpResponse:
    """Two versions beside each other, with what differs."""
    found = get_object_or_404(_visible(request), pk=template_id)
    versions = list(found.versions.all())
    by_number = {one.number: one for one in versions}
    numbers = sorted(by_number)
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    chosen = [int(text) for text in asked if _is_number(text)]
    new = by_number.get(chosen[-1] if chosen else 0) or by_number[numbers[-1]]
    old = by_number.get(chosen[0] if len(chosen) > 1 else new.number - 1) or by_number[numbers[0]]
    context = {
        "template": found, "versions": versions, "old": old, "new": new,
        "lines": _difference(old, new), "sides": [("from", old), ("to", new)],
    }  # fmt: skip
    return render(request, "mail/template_versions.html", context)


def _difference(old: TemplateVersion, new: TemplateVersion) -> list[tuple[str, str]]:
    """Lines with how they changed: "" both have it, "-" only the old one, "+" only the new one."""
    before, after = ([one.subject, "", *one.text.splitlines()] for one in (old, new))
    return [
        (line[0].strip(), line[2:]) for line in difflib.ndiff(before, after) if line[:1] in (" ", "-", "+")
    ]


@require_GET
@requires()
def template_preview(request: Request, template_id: int) -> HttpResponse:
    """The newest wording with the values of a customer (`?customer=`), and what stays empty there."""
    found = get_object_or_404(_visible(request), pk=template_id)
    last = found.versions.all()[0]
    key = request.GET.get("customer", "")
    mine = Customer.objects.visible_to(request.user)
    customer = (
        mine.filter(pk=int(key)).first() if _is_number(key) else mine.filter(owner=request.user).first()
    )
    contact = customer.contacts.order_by("-is_primary", "pk").first() if customer else None
    account = MailAccount.objects.answered_by(request.user).first()
    known = merge_fields.values(
        contact=contact, customer=customer, sender=request.user, account=account, language=found.language
    )
    subject, text = (merge_fields.filled(one, known) for one in (last.subject, last.text))
    left = [merge_fields.label(name) for name in merge_fields.left(subject, text)]
    context = {
        "template": found, "customer": customer, "contact": contact, "subject": subject, "text": text,
        "problem": preview_problem(left) if customer else "",
        "others": mine.filter(owner=request.user).order_by("-pk")[:20],
    }  # fmt: skip
    return render(request, "mail/template_preview.html", context)
