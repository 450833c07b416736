"""Says of OAuth 2 tokens whose they are (RFC 7662), for a Dovecot that asks on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Tokens:
    """Which tokens hold: `users` maps a token to a user name; `url` is where to ask."""

    def __init__(self) -> None:
        self.users: dict[str, str] = {}
        self.url = ""


@contextmanager
def endpoint() -> Iterator[Tokens]:
    """The endpoint for as long as the block."""
    tokens = Tokens()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            user = tokens.users.get(parse_qs(body).get("token", [""])[0], "")
            told = json.dumps({"active": bool(user), "username": user}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    tokens.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield tokens
    finally:
        server.shutdown()
        server.server_close()
