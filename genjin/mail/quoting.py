"""What an answer starts from: whom it goes to, its subject, and the quotation in the mail's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from genjin.mail import outgoing_html
from genjin.mail.outgoing_html import escaped
from genjin.mail.reading import Letter, Mailbox
from genjin.mail.recipients import Pair, without
from genjin.rules.letters.subjects import bare_subject

SUBJECT_LIMIT = 500
_WROTE = {
    "en": "On {date}, {who} wrote:",
    "zh": "{who} 于 {date} 写道：",
    "de": "Am {date} schrieb {who}:",
    "fr": "Le {date}, {who} a écrit :",
    "es": "El {date}, {who} escribió:",
    "pt": "Em {date}, {who} escreveu:",
    "it": "Il {date}, {who} ha scritto:",
    "ru": "{date} {who} пишет:",
    "ja": "{date} {who}:",
    "ar": "في {date}، كتب {who}:",
    "tr": "{who}, {date} tarihinde şunu yazdı:",
}
_FORWARDED = {
    "en": ("Forwarded message", "From", "Date", "Subject", "To", "Cc"),
    "zh": ("转发的邮件", "发件人", "日期", "主题", "收件人", "抄送"),
    "de": ("Weitergeleitete Nachricht", "Von", "Datum", "Betreff", "An", "Cc"),
    "fr": ("Message transféré", "De", "Date", "Objet", "À", "Cc"),
    "es": ("Mensaje reenviado", "De", "Fecha", "Asunto", "Para", "Cc"),
    "pt": ("Mensagem encaminhada", "De", "Data", "Assunto", "Para", "Cc"),
    "it": ("Messaggio inoltrato", "Da", "Data", "Oggetto", "A", "Cc"),
    "ru": ("Пересланное сообщение", "От", "Дата", "Тема", "Кому", "Копия"),
    "ja": ("転送メッセージ", "差出人", "日付", "件名", "宛先", "Cc"),
    "ar": ("رسالة معاد توجيهها", "من", "التاريخ", "الموضوع", "إلى", "نسخة"),
    "tr": ("İletilen ileti", "Kimden", "Tarih", "Konu", "Kime", "Bilgi"),
}
_LOCALES = {"zh": "zh_Hans_CN", "pt": "pt_PT", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Start:
    """What a reply or a forwarded mail begins with."""

    subject: str
    html: str
    text: str
    language: str
    to: list[Pair] = field(default_factory=list)
    cc: list[Pair] = field(default_factory=list)


def language_of(code: str) -> str:
    """The two letters under which quotations are known; English for every other language."""
    short = code.replace("_", "-").partition("-")[0].lower()
    return short if short in _WROTE else "en"


def reply(
    letter: Letter, *, zone: ZoneInfo, at: datetime, own: Iterable[str], language: str, to_all: bool = False
) -> Start:
    """What an answer begins with; `own` are the addresses of the sender, to which no answer goes."""
    to, cc = reply_recipients(letter, own=own, to_all=to_all)
    known = language_of(language)
    moment = _moment(letter, zone, at, known)
    who = _who(letter.from_[0] if letter.from_ else Mailbox("", ""))
    line = _WROTE[known].format(date=moment, who=who)
    quoted = outgoing_html.cleaned(letter.html) if letter.html else outgoing_html.html_of(letter.text)
    html = f'<p><br></p><p>{escaped(line)}</p><blockquote type="cite">{quoted}</blockquote>'
    lines = [f"> {one}".rstrip() for one in letter.text.splitlines()]
    return Start(
        subject=_prefixed("Re", letter.subject), html=html, text="\n\n" + "\n".join([line, *lines]),
        language=known, to=to, cc=cc,
    )  # fmt: skip


def forward(letter: Letter, *, zone: ZoneInfo, at: datetime, language: str) -> Start:
    """What a forwarded mail begins with; attachments and pictures are carried by whoever makes the draft."""
    known = language_of(language)
    title, *names = _FORWARDED[known]
    values = [
        ", ".join(_who(one) for one in letter.from_), _moment(letter, zone, at, known), letter.subject,
        ", ".join(_who(one) for one in letter.to), ", ".join(_who(one) for one in letter.cc),
    ]  # fmt: skip
    head = [f"{name}: {value}" for name, value in zip(names, values, strict=True) if value]
    quoted = outgoing_html.cleaned(letter.html) if letter.html else outgoing_html.html_of(letter.text)
    rule = f"---------- {title} ----------"
    shown = "<br>".join(escaped(line) for line in [rule, *head])
    return Start(
        subject=_prefixed("Fwd", letter.subject), html=f"<p><br></p><p>{shown}</p>{quoted}",
        text="\n\n" + "\n".join([rule, *head, "", letter.text]), language=known,
    )  # fmt: skip


def reply_recipients(letter: Letter, *, own: Iterable[str], to_all: bool) -> tuple[list[Pair], list[Pair]]:
    """To whom an answer goes (To, Cc): Reply-To before From; never to ourselves.

    An answer to an own mail goes to those to whom that went. To all: everybody in To and Cc stays there.
    """
    mine = {address.lower() for address in own}
    senders = _pairs(letter.reply_to or letter.from_)
    is_own = all(address.lower() in mine for _name, address in senders)
    to, cc = _pairs(letter.to), _pairs(letter.cc)
    if is_own:
        first = without(to, mine) or without(cc, mine) or senders
        return first, without(cc, [*mine, *_addresses(first)]) if to_all else []
    first = without(senders, mine)
    if not to_all:
        return first, []
    return first, without([*to, *cc], [*mine, *_addresses(first)])


def _pairs(boxes: Sequence[Mailbox]) -> list[Pair]:
    return [[box.name, box.address] for box in boxes if "@" in box.address]


def _addresses(pairs: Iterable[Pair]) -> list[str]:
    return [address for _name, address in pairs]


def _who(box: Mailbox) -> str:
    return f"{box.name} <{box.address}>" if box.name else box.address


def _moment(letter: Letter, zone: ZoneInfo, at: datetime, language: str) -> str:
    """When it was written, on the sender's clocks, in the mail's language."""
    moment = (letter.sent_at(at) or at).astimezone(zone)
    return format_datetime(moment, "medium", locale=_LOCALES.get(language, language))


def _prefixed(prefix: str, subject: str) -> str:
    return f"{prefix}: {bare_subject(subject)}".strip()[:SUBJECT_LIMIT]
