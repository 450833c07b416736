"""What stands between a mailbox and its server in tests."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Between:
    """Listens on a port of its own and connects everybody to a server; `joined` says what passes."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            self.joined(near, socket.create_connection(("127.0.0.1", self.target)))

    def joined(self, near: socket.socket, far: socket.socket) -> None:
        """Start passing on what comes from either end."""
        raise NotImplementedError

    @staticmethod
    def part(*ends: socket.socket) -> None:
        """End both connections, whoever ended first."""
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def begin(target: object, *arguments: object) -> None:
    """Run in a thread that nobody waits for."""
    threading.Thread(target=target, args=arguments, daemon=True).start()  # type: ignore[arg-type]
