"""What a file is, by its content: the name is only compared."""

import io
import json
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from . import limits
from .reasons import Refusal
from .sources import Source

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")


class Format(StrEnum):
    """The formats that can be read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"
    VCARD = "vcard"


NAMED = {
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
    ".xltx": Format.XLSX,
    ".xls": Format.XLS,
    ".ods": Format.ODS,
    ".csv": Format.TEXT,
    ".tsv": Format.TEXT,
    ".txt": Format.TEXT,
    ".vcf": Format.VCARD,
}


def named_format(name: str) -> Format | None:
    """The format that the file's name promises, if it promises one."""
    return NAMED.get(PurePath(name).suffix.lower())


def detect(source: Source) -> Format:
    """The format of the content; what is none of ours is refused by what it is."""
    head = source.head(limits.SAMPLE_BYTES)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(source)
    if head.startswith(_OLE):
        return _inside_ole(source)
    if head.startswith(_BIFF):
        return Format.XLS
    if head.startswith(b"%PDF"):
        raise Refusal("is_pdf")
    if (head.startswith(_IMAGES) and b"\x00" in head) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        raise Refusal("is_image")
    return _among_texts(head, source)


def _inside_zip(source: Source) -> Format:
    with source.opened() as file:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                _check_size(entries)
                names = {entry.filename for entry in entries}
                kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ):
            raise Refusal("damaged") from None
    if any(name.startswith("xl/") for name in names):
        if "xl/workbook.bin" in names:
            raise Refusal("is_binary_workbook")
        return Format.XLSX
    if b"opendocument.spreadsheet" in kind:
        return Format.ODS
    if any(name.startswith(("word/", "ppt/", "visio/")) for name in names) or b"opendocument" in kind:
        raise Refusal("is_document")
    raise Refusal("is_archive")


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > limits.MAX_ENTRIES:
        raise Refusal("too_many_entries", limit=limits.MAX_ENTRIES)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.RATIO_FREE_BYTES and unpacked > packed * limits.MAX_PACKING_RATIO:
        raise Refusal("zip_bomb")
    if unpacked > limits.MAX_UNPACKED_BYTES:
        raise Refusal("too_large_unpacked", limit=limits.MAX_UNPACKED_BYTES // 1024 // 1024)


def _inside_ole(source: Source) -> Format:
    with source.opened() as file:
        content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refusal("encrypted")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return Format.XLS
    if "WordDocument".encode("utf-16-le") in content or "PowerPoint".encode("utf-16-le") in content:
        raise Refusal("is_document")
    raise Refusal("damaged")


def _among_texts(head: bytes, source: Source) -> Format:
    start = _plain_start(head)
    if re.match(rb"(?i)begin:vcard", start):
        return Format.VCARD
    if re.match(rb"(?i)<(!doctype html|html|head|body|table|meta|style|div)\b", start):
        raise Refusal("is_web_page")
    if re.match(rb"(?i)(<\?xml|mime-version:)", start):
        raise Refusal("is_web_page" if re.search(rb"(?i)<html|text/html", start) else "is_xml")
    if start[:1] in (b"{", b"[") and _is_json(source):
        raise Refusal("is_json")
    if not start and not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise Refusal("nothing")
    odd = sum(start.count(bytes([code])) for code in (*range(1, 7), *range(14, 27), 127))
    if odd > 8 and odd * 20 > len(start) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("is_binary")
    return Format.TEXT


def _plain_start(head: bytes) -> bytes:
    """The beginning without byte order mark, NUL bytes (of UTF-16) and white space."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:]
    return head[:4096].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_json(source: Source) -> bool:
    with source.opened() as file:
        try:
            json.load(io.TextIOWrapper(io.BytesIO(file.read()), "utf-8-sig"))
        except (ValueError, RecursionError):
            return False
    return True
