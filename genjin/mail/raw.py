"""Raw messages as the store of files keeps them: compressed, each content once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genjin.files import store

if TYPE_CHECKING:
    from genjin.files.models import StoredFile

MEDIA_TYPE = "message/rfc822+gzip"
_LEVEL = 1
_GZIP = 31


class Lost(Exception):
    """The bytes are not in the store of files any more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A raw message, compressed; `sha256` is that of the compressed bytes, which name the file."""

    sha256: str
    size: int
    content: bytes | None
    """None when the store has it already."""


def pack(raw: bytes) -> Packed:
    """Compress a raw message; the same message always gives the same bytes."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    content = packer.compress(raw) + packer.flush()
    return Packed(hashlib.sha256(content).hexdigest(), len(content), content)


def load(file: StoredFile | None) -> bytes:
    """The raw message of `Message.raw` or `OutgoingMail.raw`. Raises `Lost`."""
    if file is None:
        raise Lost("no raw message was kept")
    try:
        with store.current().open(file.sha256) as source:
            content = source.read()
    except FileNotFoundError as error:
        raise Lost(file.sha256) from error
    return zlib.decompress(content, _GZIP) if file.media_type == MEDIA_TYPE else content


def keep_bytes(packed: Mapping[str, Packed]) -> set[str]:
    """Put the bytes of many into the store, safe against a power cut; gives those that were there before."""
    contents = {sha256: one.content for sha256, one in packed.items() if one.content is not None}
    return store.current().keep_all(contents)
