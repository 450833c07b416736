"""What mailboxes and templates put on the registers: record kinds, pages, the look of `genjin doctor`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.instance import doctor
from genjin.mail import sender_checks
from genjin.mail.models import MailAccount, MailTemplate, SenderDomain, Signature
from genjin.records.registry import RecordKind, register
from genjin.web.navigation import Entry, register_entry


def _labels(model: Any) -> dict[str, Any]:
    return {
        getattr(field, "attname", field.name): field.verbose_name
        for field in model._meta.concrete_fields
        if field.verbose_name
    }


def register_all() -> None:
    """Put everything on the registers."""
    for kind in _kinds():
        register(kind)
    register_entry(
        Entry(
            "mailboxes", _("Mailboxes"), "mail:accounts", "mail", place="settings", order=16,
            keywords="邮箱 账号 签名 mailbox account imap smtp signature",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "mail_templates", _("Mail templates"), "mail:templates", "file", place="settings", order=17,
            keywords="邮件模板 模板 template",
        )
    )  # fmt: skip
    doctor.register(sender_checks.probe)


def _kinds() -> list[RecordKind]:
    labels = {"folders": _("Folders"), "members": _("Members"), "aliases": _("Further addresses")}
    return [
        RecordKind(
            name="mail.mailaccount", label=_("Mailbox"), plural=_("Mailboxes"), model=MailAccount,
            visible_to=MailAccount.objects.administered_by, title=str, url_name="mail:account", icon="mail",
            personal=frozenset({"address", "username", "sender_name", "aliases"}),
            field_labels=_labels(MailAccount) | labels | {"state": _("State")},
        ),
        RecordKind(
            name="mail.mailtemplate", label=_("Mail template"), plural=_("Mail templates"),
            model=MailTemplate, visible_to=MailTemplate.objects.visible_to, title=str,
            url_name="mail:template", icon="file",
            field_labels=_labels(MailTemplate) | {"wording": pgettext_lazy("template", "Version")},
        ),
        RecordKind(
            name="mail.signature", label=_("Signature"), plural=_("Signatures"), model=Signature,
            visible_to=lambda user: Signature.objects.filter(
                account__in=MailAccount.objects.answered_by(user)
            ), title=lambda row: f"{row.account} {row.language}", icon="pencil",
            personal=frozenset({"text", "html"}), field_labels=_labels(Signature) | {"text": _("Text")},
        ),
        RecordKind(
            name="mail.senderdomain", label=_("Sender domain"), plural=_("Sender domains"),
            model=SenderDomain, visible_to=lambda user: SenderDomain.objects.all(), title=str, icon="world",
            field_labels={"selectors": _("DKIM selectors")},
        ),
    ]  # fmt: skip
