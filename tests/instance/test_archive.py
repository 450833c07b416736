"""An archive that is not exactly what was written is refused."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from genjin.instance import archive

Edit = Callable[[dict[str, bytes]], None]


def written(folder: Path) -> Path:
    source, target = folder / "source", folder / "good.tar.gz"
    source.write_bytes(b"rows" * 1000)
    with archive.writing(target) as writer:
        writer.add(source, "database.sqlite3")
        writer.add(source, "files/ab/abc")
        writer.finish({"engine": "sqlite", "migrations": []})
    return target


def rewrite(target: Path, edit: Edit) -> None:
    """The archive again, with some members changed but not the manifest."""
    with tarfile.open(target) as tar:
        parts = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    edit(parts)
    with tarfile.open(target, "w:gz") as tar:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def before_manifest(parts: dict[str, bytes], name: str) -> None:
    manifest = parts.pop("manifest.json")
    parts[name] = b"x"
    parts["manifest.json"] = manifest


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    manifest = archive.unpack(written(tmp_path), tmp_path / "into")
    assert (tmp_path / "into" / "files" / "ab" / "abc").read_bytes() == b"rows" * 1000
    assert manifest["members"]["database.sqlite3"]["size"] == 4000
    assert not list(tmp_path.glob(".*part"))


TAMPERING: list[tuple[str, Edit]] = [
    ("a member changed", lambda parts: parts.update({"database.sqlite3": b"other"})),
    ("a member removed", lambda parts: parts.__delitem__("files/ab/abc")),
    ("a member added", lambda parts: before_manifest(parts, "files/new")),
    ("a way out of the folder", lambda parts: before_manifest(parts, "files/../../etc/passwd")),
    ("an absolute path", lambda parts: before_manifest(parts, "/etc/passwd")),
    ("a name of its own", lambda parts: before_manifest(parts, "genjin.sqlite3")),
    ("no manifest", lambda parts: parts.__delitem__("manifest.json")),
    ("a broken manifest", lambda parts: parts.update({"manifest.json": b"{"})),
    ("a manifest of nothing", lambda parts: parts.update({"manifest.json": b"[]"})),
]


@pytest.mark.parametrize("edit", [edit for _, edit in TAMPERING], ids=[name for name, _ in TAMPERING])
def test_a_tampered_archive_is_refused(tmp_path: Path, edit: Edit) -> None:
    target = written(tmp_path)
    rewrite(target, edit)
    with pytest.raises(archive.Damaged):
        archive.unpack(target, tmp_path / "into")
    assert not (tmp_path / "etc").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "link.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        info = tarfile.TarInfo("files/x")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(archive.Damaged):
        archive.unpack(target, tmp_path / "into")


@pytest.mark.parametrize("keep", [0.2, 0.9, 0.999])
def test_a_truncated_archive_is_refused(tmp_path: Path, keep: float) -> None:
    target = written(tmp_path)
    content = target.read_bytes()
    target.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(archive.Damaged):
        archive.verify(target)


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    target = written(tmp_path)
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(bytes(content))
    with pytest.raises(archive.Damaged):
        archive.verify(target)


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), archive.writing(tmp_path / "bad.tar.gz") as writer:
        writer.add(tmp_path / "missing", "database.sqlite3")
    assert list(tmp_path.iterdir()) == []
