"""Pictures made small and harmless: at most so wide, no position or camera data in them (000-79)."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

PHOTO_WIDTH = 800
LOGO_WIDTH = 400
MOST_PIXELS = 60_000_000
"""What a picture may unpack to; a phone's photo has some 50 million."""
READ = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


class NotAPicture(Exception):
    """The bytes cannot be read as a picture, or would unpack to far too much."""


def scaled(stream: BinaryIO, *, width: int) -> io.BytesIO:
    """The picture at most `width` pixels wide, never enlarged, upright, all data beside the pixels left out.

    What is transparent becomes PNG, everything else JPEG; of moving pictures the first one is kept.
    """
    try:
        with Image.open(stream, formats=READ) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAPicture
            if picture.format == "JPEG":
                picture.draft("RGB", (width * 2, width * 2 * picture.height // picture.width or 1))
            upright = ImageOps.exif_transpose(picture)
            small = _fitting(upright, width)
            return _written(small)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    except (IndexError, KeyError, TypeError, OverflowError, MemoryError, RuntimeWarning) as error:
        # What Pillow raises for files that were broken on purpose.
        raise NotAPicture from error


def _fitting(picture: Image.Image, width: int) -> Image.Image:
    transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    plain = picture.convert("RGBA" if transparent else "RGB")
    if plain.width <= width:
        return plain
    height = max(1, round(plain.height * width / plain.width))
    return plain.resize((width, height), Image.Resampling.LANCZOS)


def _written(picture: Image.Image) -> io.BytesIO:
    picture.info.clear()
    target = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(target, "PNG", optimize=True)
    else:
        picture.save(target, "JPEG", quality=85, optimize=True)
    target.seek(0)
    return target


def size_of(stream: BinaryIO) -> tuple[int | None, int | None]:
    """Width and height by the picture's header; nothing is unpacked, (None, None) if it cannot be read."""
    try:
        with Image.open(stream, formats=READ) as picture:
            return picture.width, picture.height
    except Exception:  # broken files raise anything; they are kept all the same
        return None, None
