"""The encoding of a text: byte order mark, UTF-16 by its zeros, UTF-8 by proof, then what fits best."""

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

import chardet

from . import limits
from .reasons import Refusal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BETTER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-15": "cp1252",
}
_IN_USE = frozenset(
    (
        "gb18030 big5hkscs cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 koi8-r "
        "koi8-u iso8859-2 iso8859-5 iso8859-7 iso8859-9 cp932 shift_jis euc_jp cp949 euc_kr cp437 cp850"
    ).split()
)
_CJK = re.compile("[\u3000-\u303f\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef\uac00-\ud7a3]")
_CHUNK = 1 << 20
_PLENTY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding chosen, and how sure that is."""

    name: str
    sure: bool = True
    unreadable: bool = False  # some bytes do not fit; they become U+FFFD


def checked(name: str) -> Encoding:
    """An encoding that a person chose; a name that is none, or no text encoding, is refused."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, UnicodeError, ValueError):
        raise Refusal("unknown_encoding", encoding=name) from None
    return Encoding(_BETTER.get(found.name, found.name) if found.name != "ascii" else "ascii")


def detect(file: BinaryIO) -> Encoding:
    """Read the whole file once, a chunk at a time, and choose."""
    head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if wide := _without_mark(head):
        return Encoding(wide)
    file.seek(0)
    broken, special, lines = _prove_utf8(file)
    if not lines:
        return Encoding("utf-8")
    if not broken:
        return Encoding("utf-8")
    if special > broken * 20:
        return Encoding("utf-8", unreadable=True)
    return _narrow(lines)


def _without_mark(head: bytes) -> str | None:
    """UTF-16 that lacks its mark: every second byte of a Latin text is zero."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.3 and even < pairs * 0.05:
        return "utf-16-le"
    if even > pairs * 0.3 and odd < pairs * 0.05:
        return "utf-16-be"
    return None


def _prove_utf8(file: BinaryIO) -> tuple[int, int, bytes]:
    """How many places are not UTF-8, how many characters beyond ASCII are, and lines to judge by."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    broken = special = 0
    lines: list[bytes] = []
    held = 0
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        if not text.isascii():
            wrong = len(re.findall("[\udc80-\udcff]+", text))
            broken += wrong
            special += sum(1 for _ in re.finditer("[^\x00-\x7f\udc80-\udcff]", text))
        if held < _PLENTY and not chunk.isascii():
            for line in re.findall(rb"[^\r\n]*[\x80-\xff][^\r\n]*", chunk)[:2000]:
                lines.append(line)
                held += len(line)
    if decoder.decode(b"", final=True):
        broken += 1
    return broken, special, b"\n".join(lines)[: _PLENTY * 2]


def _narrow(sample: bytes) -> Encoding:
    """The old encodings: western letters by their look, then what chardet says, then ours in turn."""
    double = _looks_double(sample)
    if not double and _western(sample) and _fits(sample, "cp1252"):
        return Encoding("cp1252", sure=len(sample) > 200)
    guess = chardet.detect(sample[: limits.SAMPLE_BYTES])
    order = [name for name in [_known(guess.get("encoding") or "")] if name]
    if not double:
        order = [name for name in order if name not in ("gb18030", "big5hkscs")]
    for name in (*order, "gb18030", "big5hkscs", "cp1252"):
        if _fits(sample, name):
            return Encoding(name, sure=name in ("gb18030", "big5hkscs") or len(sample) > 200)
    return Encoding(order[0] if order else "cp1252", sure=False, unreadable=True)


def _known(named: str) -> str | None:
    """The encoding by our name for it, if it is one that sheets are still written in."""
    try:
        name = codecs.lookup(named).name
    except LookupError:
        return None
    name = _BETTER.get(name, name)
    return name if name in _IN_USE else None


def _fits(sample: bytes, name: str) -> bool:
    try:
        codecs.decode(sample, name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _looks_double(sample: bytes) -> bool:
    """Whether high bytes come mostly in runs of two and more that read as Chinese, as in GB and Big5."""
    runs = re.findall(rb"[\x80-\xff][\x40-\xff]|[\x80-\xff]", sample)
    lone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", sample))
    if lone > len(runs) * 0.5:
        decoded = sample.decode("big5hkscs", "replace")
        return len(_CJK.findall(decoded)) > lone * 0.9 and "\ufffd" not in decoded and _has_no_words(sample)
    return True


def _has_no_words(sample: bytes) -> bool:
    """Whether single high bytes stand outside of Latin words (inside they are accents)."""
    return len(re.findall(rb"[A-Za-z][\x80-\xff](?=[A-Za-z])", sample)) * 4 < len(
        re.findall(rb"[\x80-\xff]", sample)
    )


def _western(sample: bytes) -> bool:
    """Whether read as Windows-1252 the accents stand singly, in western European letters and signs."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if sum(1 for run in runs if len(run) > 2) * 4 > len(runs):
        return False
    text = sample.decode("cp1252", "replace")
    special = re.findall("[^\x00-\x7f]", text)
    letters = re.findall("[äöüßÄÖÜéèêëáàâãåæçñíìîïóòôõøúùûýÿœÉÈÊÁÀÂÃÅÆÇÑÍÎÓÔÕØÚÙÛŒ]", text)
    signs = re.findall("[€“”‘’–—…°®™½·•´§«»¡¿º\xa0]|[£¥²³ª](?![^\\W\\d_])", text)
    return len(letters) + len(signs) >= len(special) * 0.97
