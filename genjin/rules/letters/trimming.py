"""What the writer of a message wrote: without quotations, signatures and marks of the phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from genjin.rules.letters.quotation_words import CLOSINGS, LABELS, ORIGINAL, PHONE_SIGNATURES, WROTE

_LINES = 20_000
_LONG = 1_000
_INTRODUCTION_LINES = 5


class Mark(StrEnum):
    """What a line belongs to."""

    OWN = "OWN"
    QUOTED = "QUOTED"
    SIGNATURE = "SIGNATURE"


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A text taken apart; the lines of the three are those of the text, in order."""

    reply: str
    quotation: str
    signature: str


def _words(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


_VERBS = _words(tuple(word for words in WROTE.values() for word in words))
_WROTE = re.compile(
    rf"(?:^|[\s>\])\"'”，,。0-9\u3000-\u9fff]|님이 )(?:{_VERBS})(?![^\W\d_]).{{0,160}}[:：]\s*$",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\W{0,3}(?:on|at|am|le|el|em|il|op|den|dne|w dniu|dnia|vào|pada|în|στις|ב|在|于|於|في|\d|"
    r"mon|tue|wed|thu|fri|sat|sun|"
    r"lun|mar|mié|mer|jeu|jue|ven|vie|sam|sáb|dim|dom|mo|di|mi|do|fr|sa|so|пн|вт|ср|чт|пт|сб|вс|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)\b",
    re.IGNORECASE,
)
_TIMED = re.compile(
    r"\d{1,2}\s*[:.h時点时]\s*\d{2}|[٠-٩]{1,2}:[٠-٩]{2}|\b(?:19|20)\d{2}\b|[٠-٩]{4}|\d{4}\s*[年/-]|"
    r"\d\d?[./-]\d\d?[./-]\d\d"
)
_ADDRESSED = re.compile(r"<?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?(?:\s*\[[^\]]*\])?[>)]?\s*[:：]\s*$")
_ORIGINAL = re.compile(
    rf"^[\s>*|]*(?:[-_=*—–─~]{{2,}}\s*)(?:{_words(ORIGINAL)}).{{0,60}}?[-_=*—–─~:：]*\s*$"
    rf"|^\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    rf"début du message (?:transféré|réexpédié)|"
    rf"inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada|"
    rf"inizio (?:del )?messaggio inoltrato|"
    rf"начало (?:переадресованного|пересылаемого) сообщения|開始轉寄郵件|开始转发的邮件|下面是被转发的邮件|"
    rf"转发的邮件|イニシャル転送|転送されたメッセージ|"
    rf"بداية الرسالة المعاد توجيهها|iletilen mesajın başlangıcı|başlangıç: iletilen)\s*[:：]\s*$",
    re.IGNORECASE,
)
_KINDS: dict[str, set[str]] = {}
for _table in LABELS.values():
    for _kind, _names in _table.items():
        for _name in _names:
            _KINDS.setdefault(_name, set()).add(_kind)
_LABEL = re.compile(rf"^[\s*_|]*({_words(tuple(_KINDS))})[\s*_\u00a0]*[:：][\s*_]*(.*)$", re.IGNORECASE)
_SIGNING = frozenset("-—–_")
_DRAWN = frozenset("-_=*—–─~|")
_RULE = re.compile(r"^\s*[-_=*—–─]{3,}\s*$")
_DASHES = re.compile(r"^\s?(?:--|—|––|- -)\s?$")
_FOOTER = re.compile(r"^\s*_{5,}\s*$")
_INITIAL = re.compile(r"^-\s?[^\W\d_][\w.]*(?: [^\W\d_][\w.]*){0,3}$")
_PHONE = re.compile(rf"^\W{{0,4}}(?:{'|'.join(PHONE_SIGNATURES)})\W{{0,4}}$", re.IGNORECASE)
_CLOSING = re.compile(rf"^\W{{0,3}}(?:{_words(CLOSINGS)})\s*[,，.。!！]{{0,2}}\s*$", re.IGNORECASE)
_CONTACT = re.compile(
    r"(?i)\b(?:tel|phone|mob(?:ile)?|fax|cell|whats\s?app|wechat|skype|e-?mail|web|www|https?)\b|(?<!\S)[^\s@]+@[^\s@]+\.\w|"
    r"\+?\d[\d\s()./-]{7,}\d|电话|手机|传真|邮箱|网址|地址|微信|電話|тел|моб|tél|teléfono|telefon|هاتف|جوال"
)
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks of the writing direction, which Arabic and Hebrew programs put around names and lines."""


@lru_cache(maxsize=4)
def trim(text: str) -> Trimmed:
    """The writer's own words, and what was taken away."""
    sorted_out: dict[Mark, list[str]] = {mark: [] for mark in Mark}
    for mark, line in marked(text):
        sorted_out[mark].append(line)
    reply, quotation, signature = (
        "\n".join(sorted_out[mark]) for mark in (Mark.OWN, Mark.QUOTED, Mark.SIGNATURE)
    )
    return Trimmed(reply.strip("\n \t"), quotation.strip("\n"), signature.strip("\n"))


def marked(text: str) -> list[tuple[Mark, str]]:
    """Every line of a text with what it belongs to."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head, rest = lines[:_LINES], lines[_LINES:]
    seen = [_DIRECTIONS.sub("", line) for line in head]
    marks = _quotations(seen)
    _signatures(seen, marks)
    return [*zip(marks, head, strict=True), *((Mark.QUOTED, line) for line in rest)]


def _quotations(lines: list[str]) -> list[Mark]:
    marks = [Mark.OWN] * len(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        length = 0 if len(line) > _LONG else introduction(lines, at)
        if not length:
            if _is_cited(line):
                marks[at] = Mark.QUOTED
            at += 1
            continue
        following = _next_filled(lines, at + length)
        begin = _with_rule_before(lines, at, marks)
        end = at + length if following is not None and _is_cited(lines[following]) else len(lines)
        marks[begin:end] = [Mark.QUOTED] * (end - begin)
        at = end
    return marks


def _is_cited(line: str) -> bool:
    return line.lstrip(" \t\u3000").startswith(("> ", ">")) and not line.lstrip().startswith(
        (">>>>>>> ", ">=", "><")
    )


def _next_filled(lines: list[str], start: int) -> int | None:
    return next((place for place in range(start, min(start + 12, len(lines))) if lines[place].strip()), None)


def _with_rule_before(lines: list[str], at: int, marks: list[Mark]) -> int:
    """Where the quotation begins when a drawn line stands right above its introduction."""
    place = at - 1
    while place >= 0 and not lines[place].strip() and at - place < 4:
        place -= 1
    if (
        place >= 0
        and marks[place] is Mark.OWN
        and (_RULE.match(lines[place]) or _ORIGINAL.match(lines[place]))
    ):
        return place
    return at


def introduction(lines: list[str], at: int) -> int:
    """How many lines introduce a quotation from here on; 0 when none does."""
    line = lines[at]
    plain = line.strip()
    if not plain or _is_cited(line):
        return 0
    colon = ":" in plain or "：" in plain
    if (plain[0] in _DRAWN or (colon and plain[-1] in ":：")) and _ORIGINAL.match(line):
        return 1 + _labels(lines, at + 1)
    length = _labels(lines, at) if colon else 0
    return length or _wrote(lines, at)


def _labels(lines: list[str], at: int) -> int:
    """The lines of a block like "From: … Sent: … To: … Subject: …", in any of the languages."""
    start = at
    while start < len(lines) and start - at < 3 and not lines[start].strip():
        start += 1
    kinds: set[str] = set()
    count, place, missed = 0, start, 0
    end = start
    while place < len(lines) and place - start < 24:
        found = _LABEL.match(lines[place][:_LONG])
        if found:
            kinds |= _KINDS[" ".join(found[1].lower().split())]
            count += 1
            missed = 0
            end = place + 1
        elif place == start:
            return 0
        elif lines[place].strip():
            missed += 1  # a long list of recipients runs over several lines
            if missed > 3 or count < 2:
                break
        elif count >= 3 or not kinds:
            break
        place += 1
    if place == start or not (
        (count >= 3 and len(kinds) >= 3)
        or (count == 2 and {"from", "sent"} <= kinds and _dated(lines, start, end))
    ):
        return 0
    return end - at


def _dated(lines: list[str], start: int, end: int) -> bool:
    block = " ".join(lines[start:end])
    return bool(_TIMED.search(block)) and "@" in block


def _wrote(lines: list[str], at: int) -> int:
    """The lines of "On … somebody wrote:", which may be broken over several."""
    joined = ""
    for length in range(1, _INTRODUCTION_LINES + 1):
        place = at + length - 1
        if place >= len(lines) or not lines[place].strip() or (length > 1 and _is_cited(lines[place])):
            return 0
        joined = f"{joined} {lines[place].strip()}" if joined else lines[place].strip()
        if len(joined) > 400:
            return 0
        if joined[-1] in ":：":
            return length if _introduces(joined, lines, place + 1) else 0
        if length == 1 and not (_OPENS.match(joined) or _TIMED.search(joined) or "@" in joined):
            return 0
    return 0


def _introduces(joined: str, lines: list[str], after: int) -> bool:
    timed = _TIMED.search(joined)
    said = _WROTE.search(joined)
    if timed and (
        _ADDRESSED.search(joined) or (said and (_OPENS.match(joined) or "@" in joined or _short(joined)))
    ):
        return True
    following = _next_filled(lines, after)
    cited = following is not None and _is_cited(lines[following])
    return bool(cited and (said or timed) and _short(joined)) or bool(
        said and "@" in joined and _ADDRESSED.search(joined)
    )


def _short(joined: str) -> bool:
    return len(joined) <= 160


def _signatures(lines: list[str], marks: list[Mark]) -> None:
    """Marks signatures: from the first sign of one to the end of the writer's own lines around it."""
    own = [place for place, mark in enumerate(marks) if mark is Mark.OWN and lines[place].strip()]
    for rank, place in enumerate(own):
        line = lines[place]
        left = len(own) - rank - 1
        if left > 14 and line.lstrip()[:1] not in _SIGNING:
            continue
        ends = left == 0 or Mark.QUOTED in marks[place + 1 : own[rank + 1]]
        if len(line) > 200 or not _signs(line, left, ends, [lines[later] for later in own[rank + 1 :]]):
            continue
        for later in range(place, len(lines)):
            if marks[later] is Mark.OWN:
                marks[later] = Mark.SIGNATURE
        return


def _signs(line: str, left: int, ends: bool, after: list[str]) -> bool:
    if _DASHES.match(line):
        return True
    if _FOOTER.match(line):
        return left <= 8
    if left <= 3 and _PHONE.match(line):
        return True
    if _INITIAL.match(line) and not line.startswith("- "):
        return ends or left == 0 or bool(_FOOTER.match(after[0]))
    if _CLOSING.match(line):
        return (
            1 <= left <= 14
            and any(_CONTACT.search(later[:200]) for later in after[1:])
            and max(map(len, after)) < 120
        )
    return False
