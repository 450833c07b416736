"""Small real files for the demo's mails, made in code: a page of PDF, a sheet, a photograph of sorts."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw
from xlsxwriter import Workbook

PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JPEG = "image/jpeg"
_MADE = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - the library wants a naive moment; the same bytes every time


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page with a title and lines below it; what is not Latin is left out."""
    text = [f"BT /F1 16 Tf 56 780 Td ({_escaped(title)}) Tj ET", "56 768 m 540 768 l S"]
    for number, line in enumerate(lines):
        text.append(f"BT /F2 10 Tf 56 {744 - 16 * number} Td ({_escaped(line)}) Tj ET")
    stream = zlib.compress("\n".join(text).encode("latin-1"))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in places)
    out += b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _escaped(text: str) -> str:
    plain = text.encode("cp1252", "ignore").decode("latin-1")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def sheet(title: str, rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet; its first row is the head."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": _MADE})
        page = book.add_worksheet("1")
        head = book.add_format({"bold": True, "bottom": 1})
        page.set_column(0, 0, 34)
        page.set_column(1, 6, 14)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row, head if number == 0 else None)
    return target.getvalue()


def photo(rng: Random, caption: str) -> bytes:
    """What a camera in the workshop might give: rows of round parts on a bench, with a date stamp."""
    base = rng.choice(((120, 104, 72), (92, 98, 108), (140, 116, 64)))
    picture = Image.new("RGB", (480, 320), tuple(part // 2 for part in base))
    draw = ImageDraw.Draw(picture)
    size = rng.randint(34, 52)
    for top in range(20, 290, size + 14):
        for left in range(16, 460, size + 18):
            shade = rng.randint(-18, 18)
            colour = tuple(min(255, part + 60 + shade) for part in base)
            box = (left + rng.randint(-4, 4), top, left + size, top + size)
            draw.ellipse(box, fill=colour, outline=(40, 36, 30), width=2)
            inner = size // 4
            draw.ellipse((box[0] + inner, top + inner, box[2] - inner, box[3] - inner), fill=(48, 44, 40))
    draw.text((330, 300), caption, fill=(255, 196, 64))
    target = BytesIO()
    picture.save(target, "JPEG", quality=62)
    return target.getvalue()
