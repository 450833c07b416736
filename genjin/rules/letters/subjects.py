"""Subjects without the prefixes of replies and forwards, in the languages of the trade."""

from __future__ import annotations

import re

_REPLY = (
    *(
        "re",
        "r",
        "ref",
        "aw",
        "antw",
        "antwort",
        "sv",
        "vs",
        "vá",
        "res",
        "rsp",
        "rif",
        "odp",
        "回复",
        "回覆",
        "答复",
        "答覆",
    ),
    *(
        "回信",
        "返信",
        "ynt",
        "yan",
        "yanıt",
        "отв",
        "ответ",
        "на",
        "رد",
        "إعادة",
        "απ",
        "σχετ",
        "bls",
        "blz",
        "atb",
    ),
    *(
        "ptá",
        "回",
        "답장",
        "회신",
        "השב",
        "reply",
        "rép",
        "réf",
        "réponse",
        "respuesta",
        "risposta",
        "resposta",
        "ré",
    ),
)
_FORWARD = (
    *(
        "fwd",
        "fw",
        "wg",
        "wtr",
        "tr",
        "enc",
        "rv",
        "rev",
        "i",
        "doorst",
        "vb",
        "vl",
        "vidba",
        "továbbítás",
        "转发",
        "轉寄",
    ),
    *(
        "轉發",
        "转寄",
        "転送",
        "ilt",
        "i̇lt",
        "пер",
        "пересл",
        "إعادة توجيه",
        "تحويل",
        "προ",
        "전달",
        "trs",
        "fwd.",
        "pd",
    ),
)


def _prefixes(words: tuple[str, ...]) -> str:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return rf"(?:{alternatives})\s*(?:\[\d+\]|\(\d+\)|\^\d+|\*\d+|\d{{1,2}})?\s*[:：﹕]"


_ANY = re.compile(
    rf"\s*(?:{_prefixes(_REPLY + _FORWARD)}|\[[^\]\n]{{1,40}}\](?=\s*\S)|\((?:fwd|fw|转发)\))\s*",
    re.IGNORECASE,
)
_SAYS_REPLY = re.compile(rf"\s*(?:\[[^\]\n]{{1,40}}\]\s*)?{_prefixes(_REPLY)}", re.IGNORECASE)
_SAYS_FORWARD = re.compile(rf"\s*(?:\[[^\]\n]{{1,40}}\]\s*)?{_prefixes(_FORWARD)}", re.IGNORECASE)
_TRAILING = re.compile(r"\s*\((?:fwd|fw|was:[^)]*)\)\s*$", re.IGNORECASE)


def normalised_subject(subject: str) -> str:
    """The subject that all messages of a thread share: no prefixes, no list tags, one case, single spaces."""
    return " ".join(bare_subject(subject).casefold().split())


def bare_subject(subject: str) -> str:
    """The subject without prefixes and list tags, otherwise as it was written; for that of an answer."""
    rest = " ".join(subject.split())
    while True:
        found = _ANY.match(rest)
        if not found or not found[0]:
            break
        rest = rest[found.end() :]
    return _TRAILING.sub("", rest)


def says_reply(subject: str) -> bool:
    """Whether the subject begins with the prefix of a reply."""
    return bool(_SAYS_REPLY.match(subject))


def says_forward(subject: str) -> bool:
    """Whether the subject begins with the prefix of a forward."""
    return bool(_SAYS_FORWARD.match(subject)) and not says_reply(subject)
