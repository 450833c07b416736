"""Bytes to text when the label may lie: the declared set strictly, UTF-8 strictly, then a guess."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

import chardet

_CHINESE, _TAIWAN, _KOREAN, _JAPANESE = "gb18030", "big5hkscs", "cp949", "cp932"
_WIDER = {
    **dict.fromkeys(
        (
            "gb2312",
            "gb_2312-80",
            "gb_2312",
            "gb23120",
            "gbk",
            "x-gbk",
            "cp936",
            "ms936",
            "windows-936",
            "euc-cn",
        ),
        _CHINESE,
    ),
    **dict.fromkeys(("gb18030", "gb18030-2000", "chinese", "csgb2312", "x-euc-cn", "zh-cn", "gb"), _CHINESE),
    **dict.fromkeys(("big5", "big5-hkscs", "x-big5", "cn-big5", "csbig5", "big-5", "cp950"), _TAIWAN),
    **dict.fromkeys(("ks_c_5601-1987", "ks_c_5601", "ksc5601", "euc-kr", "korean"), _KOREAN),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j"), _JAPANESE),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "iso8859-1", "us-ascii", "ascii", "ansi"), "cp1252"),
    **dict.fromkeys(("utf8", "utf-8", "utf8mb4", "unicode-1-1-utf-8", "x-unknown-utf8"), "utf-8"),
    **dict.fromkeys(("tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e"), "iso-8859-8"),
    **dict.fromkeys(("iso-8859-9",), "cp1254"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp", "iso-2022-jp-ms", "cp50220"), "iso2022_jp_ext"),
    **dict.fromkeys(("unicode-1-1-utf-7", "x-unicode-2-0-utf-7"), "utf-7"),
    "iso-8859-6-i": "iso-8859-6",
    "hz-gb-2312": "hz",
}
_STATEFUL = ("iso2022", "hz", "utf-7", "utf-16", "utf-32", "iso-2022")
_NO_CHARSETS = (
    "unicode_escape",
    "raw_unicode",
    "unicode-escape",
    "raw-unicode",
    "punycode",
    "idna",
    "undefined",
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_JIS_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\(J")
_SAMPLE = 16_384
_BARELY_DAMAGED = 50  # characters per replaced one
_LIKELY = frozenset(
    (
        *(
            "utf-8",
            "gb18030",
            "big5",
            "big5hkscs",
            "cp932",
            "shift_jis",
            "euc_jp",
            "euc-jp",
            "iso2022_jp",
            "cp949",
            "euc_kr",
        ),
        *(
            "koi8-r",
            "cp1251",
            "cp1253",
            "cp1254",
            "cp1255",
            "cp1256",
            "iso8859-5",
            "iso8859-6",
            "iso8859-7",
            "cp874",
        ),
    )
)
"""What a few bytes may be taken for; anything rarer is Western text more often than itself."""
_FEW = 24  # bytes beyond ASCII
_SURELY = 0.8


@lru_cache(maxsize=256)
def codec(label: str) -> str:
    """The codec for a declared character set, wider than the label where senders are; "" if unknown."""
    plain = label.strip().strip("\"'").lower().split(";")[0].strip()
    name = _WIDER.get(plain) or _WIDER.get(plain.replace("_", "-")) or plain
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, TypeError):
        return _WIDER.get(plain.removeprefix("x-"), "")
    # codecs that turn bytes into bytes, run escapes or name hosts are no character sets of mail
    usable = getattr(found, "_is_text_encoding", True) and not found.name.startswith(_NO_CHARSETS)
    return found.name if usable else ""


def decode(raw: bytes, label: str = "") -> tuple[str, str]:
    """The text, and how it was won: "" as declared, "OTHER" in another set, "LOST" with characters lost."""
    declared = codec(label) if label else ""
    stateful = declared.startswith(_STATEFUL)
    if raw.isascii() and not stateful:
        if _JIS_ESCAPE.search(raw):
            found = _strictly(raw, "iso2022_jp_ext")
            return (found, "OTHER") if found is not None else (raw.decode("ascii"), "")
        return raw.decode("ascii"), ""
    if declared and declared not in ("cp1252", "utf-8"):
        found = _strictly(raw, declared)
        if found is not None:
            return found, ""
    found = _strictly(raw, "utf-8")
    if found is not None:
        return found, "" if declared == "utf-8" or not label else "OTHER"
    if declared == "cp1252":
        return _western(raw)
    return _doubtful(raw, declared)


def _strictly(raw: bytes, name: str) -> str | None:
    try:
        found = raw.decode(name)
    except (UnicodeError, ValueError):
        return None
    return _SURROGATE.sub("\ufffd", found) if name.startswith(_STATEFUL) else found


def _western(raw: bytes) -> tuple[str, str]:
    """Latin-1 fits any bytes, so a label of it proves little where most letters are beyond ASCII."""
    high = sum(byte > 127 for byte in raw[:_SAMPLE])
    if high * 4 > min(len(raw), _SAMPLE) and high > 3:
        guessed = _guess(raw)
        if guessed in (_CHINESE, _TAIWAN, _KOREAN, _JAPANESE, "koi8-r", "cp1251"):
            found = _strictly(raw, guessed)
            if found is not None:
                return found, "OTHER"
    return raw.decode("cp1252", "replace"), ""


def _doubtful(raw: bytes, declared: str) -> tuple[str, str]:
    if declared:
        found = raw.decode(declared, "replace")
        if found.count("�") * _BARELY_DAMAGED <= len(found):
            return found, "LOST"
    guessed = _guess(raw)
    if guessed:
        found = raw.decode(guessed, "replace")
        return found, "LOST" if "�" in found else "OTHER"
    return raw.decode(declared or "utf-8", "replace"), "LOST"


def _guess(raw: bytes) -> str:
    """What the bytes look like; "" when nothing fits. A few characters tell a statistic nothing."""
    sample = raw[:_SAMPLE]
    if sum(byte > 127 for byte in sample) <= _FEW:
        simplified, traditional = _common(sample, _CHINESE), _common(sample, _TAIWAN)
        if max(simplified, traditional) >= _SURELY:
            return _CHINESE if simplified >= traditional else _TAIWAN
    found = codec(chardet.detect(sample)["encoding"] or "")
    few = sum(byte > 127 for byte in sample) <= _FEW
    return "cp1252" if few and found not in _LIKELY and any(byte > 0x9F for byte in sample) else found


def _common(raw: bytes, name: str) -> float:
    """The share of the characters beyond ASCII that belong to the everyday ones of a Chinese set."""
    text = _strictly(raw, name)
    beyond = [character.encode(name) for character in text or "" if not character.isascii()]
    first = (0xB0, 0xD7) if name == _CHINESE else (0xA4, 0xC6)
    everyday = [pair for pair in beyond if first[0] <= pair[0] <= first[1] or pair[:1] in (b"\xa1", b"\xa3")]
    return len(everyday) / len(beyond) if beyond else 0.0
