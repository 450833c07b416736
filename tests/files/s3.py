"""A small S3-compatible store on loopback: path style, whole objects, lists in pages; for tests only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 3


@dataclass
class Shelf:
    """What the stand-in holds, and the faults it shall have."""

    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)
    """Status codes for the next requests."""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def aged(self, when: datetime) -> None:
        """Pretend that everything was put at that time."""
        self.objects = {key: (body, when) for key, (body, _) in self.objects.items()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shelf: Shelf

    def log_message(self, *args: object) -> None:
        """Be silent."""

    def handle_one(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        _, bucket, key = (*unquote(parts.path).split("/", 2), "")[:3]
        self.shelf.asked.append(f"{self.command} {key}")
        if self.shelf.faults:
            return self._answer(self.shelf.faults.pop(0), _error("InternalError"))
        if "Authorization" not in self.headers or "AWS4-HMAC-SHA256" not in self.headers["Authorization"]:
            return self._answer(403, _error("AccessDenied"))
        if bucket != "firm":
            return self._answer(404, _error("NoSuchBucket"))
        if self.command == "PUT":
            self.shelf.objects[key] = (body, datetime.now(UTC))
            return self._answer(200)
        if self.command == "DELETE":
            self.shelf.objects.pop(key, None)
            return self._answer(204)
        if not key:
            return self._answer(200, self._list(parse_qs(parts.query)))
        if key not in self.shelf.objects:
            return self._answer(404, _error("NoSuchKey"))
        return self._answer(200, *self.shelf.objects[key])

    do_GET = do_PUT = do_DELETE = do_HEAD = handle_one

    def _list(self, query: dict[str, list[str]]) -> bytes:
        prefix, after = query.get("prefix", [""])[0], query.get("continuation-token", [""])[0]
        keys = sorted(key for key in self.shelf.objects if key.startswith(prefix) and key > after)
        page = keys[:PAGE]
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.shelf.objects[key][0])}</Size>"
            f"<LastModified>{self.shelf.objects[key][1]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for key in page
        )
        more = f"<NextContinuationToken>{page[-1]}</NextContinuationToken>" if len(keys) > PAGE else ""
        cut = "true" if more else "false"
        return f"<ListBucketResult><IsTruncated>{cut}</IsTruncated>{rows}{more}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes = b"", modified: datetime | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if modified:
            self.send_header("Last-Modified", format_datetime(modified, usegmt=True))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>said</Message></Error>".encode()


@contextmanager
def serving() -> Iterator[Shelf]:
    """The stand-in with the bucket “firm”, on a free port."""
    shelf = Shelf()
    handler = type("Handler", (_Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    shelf.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
