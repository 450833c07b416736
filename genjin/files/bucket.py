"""Files in an S3-compatible store: the same contents under the same names, `<prefix>/ab/cd/<sha256>`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from genjin.files.folder import CHUNK, FolderStore, Received
from genjin.web.errors import Unavailable

CONNECT, READ, ATTEMPTS = 5, 60, 4
"""Seconds to wait for a connection and for bytes; how often a request is tried."""
_AT_ONCE = 8
_GONE = frozenset(("404", "NoSuchKey", "NotFound"))


class Unreachable(Unavailable):
    """The store does not answer, so that nobody knows what it holds; the text says why."""


class BucketStore:
    """Files in a bucket; what is not there yet is still found in the folder, unless it stands `alone`.

    So a move from the folder may take its time, and a backup restored into the folder is whole at once.
    """

    def __init__(
        self, place: str, access: Mapping[str, str], folder: FolderStore, *, alone: bool = False
    ) -> None:
        parts = urlsplit(place)
        self.place, self.bucket, self.folder, self.alone = place, parts.netloc, folder, alone
        self.address = f"s3://{parts.netloc}/{parts.path.strip('/')}"
        self.prefix = parts.path.strip("/") + "/" if parts.path.strip("/") else ""
        self.client = _client(access)

    def key(self, sha256: str) -> str:
        """Its name in the bucket. Raises ValueError for anything that is not a digest."""
        return self.prefix + self.folder.path(sha256).relative_to(self.folder.folder).as_posix()

    def receive(self, stream: BinaryIO, *, limit: int) -> Received:
        """Write the stream to the local disk while hashing it; raises `TooLarge`, leaving nothing behind."""
        return self.folder.receive(stream, limit=limit)

    def keep(self, received: Received) -> None:
        """Upload it; a content that is there already is written again, which makes it young."""
        self.put_file(received.path, received.sha256)

    def discard(self, received: Received) -> None:
        """Forget what arrived."""
        self.folder.discard(received)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, brought to a local file without a name; FileNotFoundError when they are gone.

        Raises `Unreachable` when the bucket does not answer: then nobody knows whether they are.
        """
        try:
            return self._fetched(sha256)
        except FileNotFoundError:
            if self.alone:
                raise
        try:
            return self.folder.open(sha256)
        except FileNotFoundError:
            return self._fetched(sha256)  # it may have been moved just now

    def _fetched(self, sha256: str) -> BinaryIO:
        with _reached():
            body = self.client.get_object(Bucket=self.bucket, Key=self.key(sha256))["Body"]
            return self._checked(body, sha256)

    def _checked(self, body: Any, sha256: str) -> BinaryIO:
        self.folder.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        file: BinaryIO = tempfile.TemporaryFile(dir=self.folder.incoming)  # noqa: SIM115 (the caller closes it)
        digest = hashlib.sha256()
        for chunk in body.iter_chunks(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        if digest.hexdigest() != sha256:
            file.close()
            raise FileNotFoundError(f"{sha256} is damaged in the bucket")
        file.seek(0)
        return file

    def remove(self, sha256: str) -> None:
        """Delete a content; nothing happens if it is gone."""
        with _reached():
            self.client.delete_object(Bucket=self.bucket, Key=self.key(sha256))
        if not self.alone:
            self.folder.remove(sha256)

    def contents(self) -> Iterator[tuple[str, float]]:
        """Every content with the time (seconds since 1970) at which it was last put."""
        pages = self.client.get_paginator("list_objects_v2")
        with _reached():
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for item in page.get("Contents", ()):
                    name = item["Key"].rpartition("/")[2]
                    if len(name) == 64 and self.key(name) == item["Key"]:
                        yield name, item["LastModified"].timestamp()
        if not self.alone:
            yield from self.folder.contents()

    def forget_unfinished(self, before: float) -> int:
        """Delete what a crash left half received before that time; an object is never half there."""
        return self.folder.forget_unfinished(before)

    def keep_all(self, contents: Mapping[str, bytes]) -> set[str]:
        """Upload many small contents, eight at once; the bucket has them all when this returns."""

        def upload(item: tuple[str, bytes]) -> str | None:
            sha256, content = item
            if self._size(sha256) == len(content):
                return sha256
            self.client.put_object(Bucket=self.bucket, Key=self.key(sha256), Body=content)
            return None

        with _reached(), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            return {sha256 for sha256 in pool.map(upload, contents.items()) if sha256}

    def has(self, sha256: str, size: int) -> bool:
        """Whether the bucket itself holds the content, whole as far as its size tells."""
        return self._size(sha256) == size

    def put_file(self, path: Path, sha256: str) -> None:
        """Upload a file of this content, in one piece."""
        with _reached(), path.open("rb") as body:
            self.client.put_object(Bucket=self.bucket, Key=self.key(sha256), Body=body)

    def look(self) -> None:
        """Write, read and delete a trial object; raises `Unreachable` with what the store said."""
        key = f"{self.prefix}trial-of-genjin"
        with _reached():
            self.client.put_object(Bucket=self.bucket, Key=key, Body=b"trial")
            said = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            self.client.delete_object(Bucket=self.bucket, Key=key)
        if said != b"trial":
            raise Unreachable("it gives back other bytes than were put")

    def _size(self, sha256: str) -> int | None:
        try:
            with _reached():
                found: int = self.client.head_object(Bucket=self.bucket, Key=self.key(sha256))[
                    "ContentLength"
                ]
                return found
        except FileNotFoundError:
            return None


@contextmanager
def _reached() -> Iterator[None]:
    """Names faults as the rest knows them: FileNotFoundError for no such object, `Unreachable` for others.

    The text never holds a key: only what kind of fault it is, and the code that the store gave.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "no code"))[:60]
        if code in _GONE:
            raise FileNotFoundError("no such object in the bucket") from None
        raise Unreachable(f"it answered {code}") from None
    except BotoCoreError as error:
        raise Unreachable(_kind(error)) from None


def _kind(error: Exception) -> str:
    name = type(error).__name__
    said = {
        "EndpointConnectionError": "no connection to it",
        "ConnectTimeoutError": "it does not answer",
        "ReadTimeoutError": "it answers too slowly",
        "NoCredentialsError": "no access key is set and this machine has no role",
        "SSLError": "its certificate is not trusted",
    }
    return said.get(name, name)


def _client(access: Mapping[str, str]) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise Unreachable(
            "the library boto3 is not installed; install Genjin with its extra s3 (genjin[s3])"
        ) from None
    options = Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=2 * _AT_ONCE,
        signature_version="s3v4",
        s3={"addressing_style": "path" if access["path_style"] == "1" else "auto"},
        # many stores that speak S3 do not know the newer checksums
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client(
        "s3",
        endpoint_url=access["endpoint"] or None,
        region_name=access["region"] or None,
        aws_access_key_id=access["key"] or None,
        aws_secret_access_key=access["secret"] or None,
        config=options,
    )
