"""What a file is, by looking at its bytes: what its sender claims is not believed."""

from __future__ import annotations

import zipfile
from pathlib import Path

UNKNOWN = "application/octet-stream"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
SHOWN_INLINE = (*PICTURES, "application/pdf")
"""What a browser may show by itself; everything else is only ever downloaded."""

BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"AC10", "image/vnd.dwg"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
)
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MARKUP = ("<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<svg", "<?xml", "<!--")


def media_type(head: bytes, path: Path | None = None) -> str:
    """The media type by the first bytes; office documents are told apart inside their archive at `path`."""
    for offset, sign, found in BEGINNINGS:
        if head[offset : offset + len(sign)] == sign:
            if found == "application/zip" and path is not None:
                return _inside_archive(path)
            if found in ("image/webp", "audio/wav") and head[:4] != b"RIFF":
                continue
            return found
    return _text(head)


def _inside_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:500]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, found in OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return found
    return "application/zip"


def _text(head: bytes) -> str:
    if b"\x00" in head:
        return UNKNOWN
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not merely a character cut in two at the end
            try:
                text = head[: len(head) // 2 * 2].decode("gb18030")
            except UnicodeDecodeError:
                return UNKNOWN
        else:
            text = head[: error.start].decode("utf-8")
    start = text.lstrip().lower()
    if start.startswith("<svg") or ("<svg" in start and start.startswith(("<?xml", "<!--", "<!doctype svg"))):
        return "image/svg+xml"
    if start.startswith(MARKUP):
        return "text/xml" if start.startswith("<?xml") and "<html" not in start else "text/html"
    return "text/plain"
