"""What stands against sending a mail: mistakes that stop it, and doubts that its writer may wave through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.files.models import Attachment
from genjin.mail import merge_fields, outgoing_html
from genjin.mail.models import MailAccount, OutgoingMail, Suppression
from genjin.mail.recipients import domain_of, wrong
from genjin.mail.sentences import told
from genjin.rules import letters

NO_SUBJECT = "NO_SUBJECT"
NO_ATTACHMENT = "NO_ATTACHMENT"
LARGE = "LARGE"
WRITING = "WRITING"
ANSWERED = "ANSWERED"
DOUBTS: Mapping[str, Any] = {
    WRITING: gettext_lazy("%(name)s has been writing an answer to this mail since %(time)s."),
    ANSWERED: gettext_lazy("%(name)s answered this conversation at %(time)s."),
    NO_SUBJECT: gettext_lazy("The mail has no subject."),
    NO_ATTACHMENT: gettext_lazy("The text speaks of an attachment, but nothing is attached."),
    LARGE: gettext_lazy("The attachments are so large that many servers refuse the mail."),
}
LARGE_BYTES = 18 * 1024 * 1024
MOST_BYTES = 50 * 1024 * 1024
MOST_RECIPIENTS = 100
_SPEAKS_OF_FILES = re.compile(
    r"\b(?:attach(?:ed|ment|ments|ing)?|enclosed|enclosure|anbei|anhang|angeh[äa]ngt|beigef[üu]gt|ci-joint|"
    r"pi[èe]ces? jointes?|adjunt[oa]s?|anexos?|allegat[oi]|вложени\w*|прилага\w*|ekte|ekli)\b|"
    r"附件|随附|附上|随信附|添付|مرفق",
    re.I,
)  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """What the writer is asked before the mail leaves; `code` is one of `DOUBTS`."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence, in the language in use."""
        return told(DOUBTS, self.code, self.details)


@dataclass
class Findings:
    """`mistakes` by field, in words; `doubts` that may be waved through."""

    mistakes: dict[str, list[str]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)

    def add(self, name: str, sentence: str) -> None:
        """Note a mistake beside a field."""
        self.mistakes.setdefault(name, []).append(sentence)


def look_at(mail: OutgoingMail) -> Findings:
    """Everything that stands against sending this mail now."""
    found = Findings()
    everybody = [*mail.to, *mail.cc, *mail.bcc]
    if not everybody:
        found.add("to", _("Name at least one recipient."))
    if len(everybody) > MOST_RECIPIENTS:
        found.add(
            "to", _("At most %(count)d recipients; use group mail for more.") % {"count": MOST_RECIPIENTS}
        )
    for name, pairs in (("to", mail.to), ("cc", mail.cc), ("bcc", mail.bcc)):
        for address in wrong(pairs):
            found.add(name, _("“%(address)s” is no mail address.") % {"address": address})
        for address in sorted(suppressed([address for _name, address in pairs])):
            found.add(name, _("%(address)s must not be mailed.") % {"address": address})
    _look_at_account(mail, found)
    _look_at_text(mail, found)
    return found


def suppressed(addresses: Iterable[str]) -> set[str]:
    """Those to whom nothing may go, by themselves or by their domain; one query. Lower case."""
    wanted = {address.lower() for address in addresses}
    keys = wanted | {f"@{domain_of(address)}" for address in wanted}
    rows = Suppression.objects.filter(address__in=keys, scope=Suppression.Scope.ALL, lifted_at__isnull=True)
    hit = set(rows.values_list("address", flat=True))
    return {address for address in wanted if address in hit or f"@{domain_of(address)}" in hit}


def _look_at_account(mail: OutgoingMail, found: Findings) -> None:
    account = mail.account
    if account is None:
        found.add("account_id", _("Choose the mailbox from which it is sent."))
    elif account.removed_at is not None:
        found.add("account_id", _("This mailbox was removed."))
    elif account.state == MailAccount.State.PAUSED:
        found.add("account_id", _("This mailbox is paused."))
    elif not account.smtp_host:
        found.add("account_id", _("This mailbox cannot send: its SMTP server is not known."))


def _look_at_text(mail: OutgoingMail, found: Findings) -> None:
    texts = (mail.text,) if mail.is_plain else (mail.html,)
    for name in merge_fields.left(mail.subject):
        found.add("subject", _("Nothing is known for “%(field)s”.") % {"field": merge_fields.label(name)})
    for name in merge_fields.left(*texts):
        found.add("text", _("Nothing is known for “%(field)s”.") % {"field": merge_fields.label(name)})
    if not mail.subject.strip():
        found.doubts.append(Doubt(NO_SUBJECT))
    attached = _attachments(mail)
    shown = set() if mail.is_plain else outgoing_html.picture_ids(mail.html)
    size = attached.aggregate(size=Sum("file__size"))["size"] or 0
    if size > MOST_BYTES:
        most = number_format(MOST_BYTES // 1024 // 1024)
        found.add("attachments", _("All attachments together may have %(most)s MB.") % {"most": most})
    elif size > LARGE_BYTES:
        found.doubts.append(Doubt(LARGE))
    if not attached.exclude(pk__in=shown).exists() and _SPEAKS_OF_FILES.search(own_words(mail)):
        found.doubts.append(Doubt(NO_ATTACHMENT))


def _attachments(mail: OutgoingMail) -> Any:
    return Attachment.objects.filter(kind="mail.outgoing", object_id=mail.pk, deleted_at=None)


def own_words(mail: OutgoingMail) -> str:
    """What is new in the mail: without quotation and signature."""
    text = mail.text if mail.is_plain else outgoing_html.plain_text(mail.html)
    return f"{mail.subject if mail.answers_id is None else ''}\n{letters.trim(text).reply}"
