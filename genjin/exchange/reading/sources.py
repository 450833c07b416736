"""The bytes to read: a path or an open file, opened as often as needed."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from . import limits
from .reasons import Refusal


class Source:
    """One file under its name; `opened()` gives its bytes from the start each time."""

    def __init__(self, content: str | os.PathLike[str] | bytes | BinaryIO, name: str) -> None:
        self.name = name
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        if isinstance(content, bytes):
            self._file = io.BytesIO(content)
        elif isinstance(content, (str, os.PathLike)):
            self._path = Path(content)
        else:
            self._file = content
        self.size = self._measure()
        if not self.size:
            raise Refusal("empty")
        if self.size > limits.MAX_BYTES:
            raise Refusal("too_large", limit=limits.MAX_BYTES // 1024 // 1024)

    def _measure(self) -> int:
        if self._path is not None:
            return self._path.stat().st_size
        assert self._file is not None
        return self._file.seek(0, os.SEEK_END)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The bytes, from the start; a file that was handed in stays open."""
        if self._path is not None:
            with self._path.open("rb") as file:
                yield file
            return
        assert self._file is not None
        self._file.seek(0)
        yield self._file

    def head(self, size: int) -> bytes:
        """The first bytes."""
        with self.opened() as file:
            return file.read(size)
