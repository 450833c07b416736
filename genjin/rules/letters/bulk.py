"""Mail that was sent to many, or by a machine of its own accord."""

from __future__ import annotations

import re

from genjin.rules.letters.facts import Evidence, LetterFacts

_LIST_HEADERS = ("list-unsubscribe", "list-id", "list-post", "list-help", "x-mailing-list", "mailing-list")
_CAMPAIGN_HEADERS = (
    *("feedback-id", "x-csa-complaints", "x-campaign-id", "x-campaign", "x-campaignid", "x-mailer-recptid"),
    *("x-mc-user", "x-mandrill-user", "x-sg-eid", "x-ses-outgoing", "x-sendgrid-contentd-id", "x-bulkmail"),
    *("x-report-abuse", "x-job", "x-mailgun-sid", "x-listmember"),
)
_TRANSPORT = ("x-ses-outgoing", "x-sg-eid", "x-mailgun-sid", "feedback-id", "x-mandrill-user")
_MACHINE = re.compile(
    r"(?i)^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|notifications?|news(?:letter)?|mailer|bounces?|"
    r"alerts?|automat(?:ed|ic)|promo(?:tions?)?|marketing|digest|updates?)(?:[-_.+0-9].*)?@"
)
_UNSUBSCRIBE = re.compile(
    r"(?i)\bunsubscribe\b|\bopt[- ]?out\b|退订|取消订阅|取消訂閱|abmelden|newsletter abbestellen|"
    r"se d[ée]sabonner|"
    r"d[ée]sinscri|darse de baja|cancelar (?:la )?suscripci[óo]n|cancelar (?:a )?inscri[çc][ãa]o|descadastr|"
    r"annulla (?:l')?iscrizione|disiscri|отписаться|配信停止|購読解除|"
    r"إلغاء الاشتراك|abonelikten (?:çık|ayrıl)"
)
_FOOT = 4_000


def bulk(letter: LetterFacts) -> tuple[Evidence, ...]:
    """Why a message is bulk; empty when it is not."""
    for name in _LIST_HEADERS:
        if letter.header(name):
            return (Evidence("LIST_HEADER", name),)
    precedence = letter.header("precedence").strip().lower()
    if precedence in ("bulk", "list", "junk"):
        return (Evidence("PRECEDENCE", precedence),)
    submitted = letter.header("auto-submitted").strip().lower()
    if submitted.startswith("auto-"):
        return (Evidence("AUTO_SUBMITTED", submitted),)
    sender = letter.from_[0] if letter.from_ else ""
    signs = [Evidence("CAMPAIGN_HEADER", name) for name in _CAMPAIGN_HEADERS if letter.header(name)][:1]
    if _MACHINE.match(sender):
        signs.append(Evidence("MACHINE_ADDRESS", sender))
    if not (letter.in_reply_to or letter.references):
        found = _UNSUBSCRIBE.search(letter.text[-_FOOT:])
        if found:
            signs.append(Evidence("UNSUBSCRIBE", found[0]))
    only_transport = len(signs) == 1 and signs[0].detail in _TRANSPORT
    alone = len(signs) == 1 and signs[0].code == "UNSUBSCRIBE"
    return () if only_transport or alone else tuple(signs)
