"""Pictures: at most so wide, never enlarged, nothing in them but pixels."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from genjin.files import actions, store


@pytest.fixture
def keep(people, moment):
    def make(data, **options):
        row = actions.put_picture(at=moment, stream=io.BytesIO(data), **options)
        return row, Image.open(store.current().open(row.sha256))

    return make


def test_a_wide_picture_becomes_800_wide_and_keeps_its_ratio(keep, picture):
    row, image = keep(picture((1600, 900)))
    assert image.size == (row.width, row.height) == (800, 450)


@pytest.mark.parametrize("size", [(400, 300), (800, 2000), (1, 1)])
def test_a_narrow_picture_is_not_enlarged(keep, picture, size):
    assert keep(picture(size))[1].size == size


def test_a_logo_is_at_most_400_wide_and_keeps_its_transparency(people, moment, picture):
    data = io.BytesIO(picture((900, 300), mode="RGBA", form="PNG"))
    row = actions.put_logo(at=moment, stream=data)
    image = Image.open(store.current().open(row.sha256))
    assert (image.size, image.mode) == ((400, 133), "RGBA")


def test_position_and_camera_are_left_out(keep):
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[2] = (29.0, 52.0, 0.0)
    target = io.BytesIO()
    Image.new("RGB", (1000, 500)).save(target, "JPEG", exif=exif, comment=b"secret comment")
    row, image = keep(target.getvalue())
    with store.current().open(row.sha256) as stream:
        data = stream.read()
    assert not image.getexif() and b"ecret" not in data and b"Exif" not in data


def test_a_picture_taken_sideways_is_put_upright(keep):
    exif = Image.Exif()
    exif[0x0112] = 6
    target = io.BytesIO()
    Image.new("RGB", (1000, 500)).save(target, "JPEG", exif=exif)
    assert keep(target.getvalue())[1].size == (500, 1000)


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "JPEG"), ("L", "PNG"), ("P", "GIF"), ("RGBA", "WEBP"), ("I;16", "PNG")]
)
def test_unusual_colours_are_kept(keep, mode, form):
    target = io.BytesIO()
    Image.new(mode, (1000, 10)).save(target, form)
    assert keep(target.getvalue())[1].size == (800, 8)


def bomb(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        bomb(9_000, 9_000), bomb(10_000, 10_000), bomb(100_000, 100_000), b"<svg></svg>", b"%PDF-1.7",
        b"\xff\xd8\xff\xe0 cut off", b"GIF89a", b"II*\x00\x08\x00\x00\x00\xff\xff", b"", b"MZ",
    ],
)  # fmt: skip
def test_what_is_no_picture_or_unpacks_to_too_much_is_refused(keep, data):
    with pytest.raises(actions.Refused, match="not a picture"):
        keep(data)


def test_a_cut_off_picture_is_refused(keep, picture):
    with pytest.raises(actions.Refused):
        keep(picture()[:900])


def test_a_huge_upload_is_refused_before_it_is_unpacked(keep, settings, picture):
    settings.FILE_LIMIT = 100
    with pytest.raises(actions.Refused, match="larger than"):
        keep(picture())
