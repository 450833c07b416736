"""Real workers that start at once: the code is loaded here, each worker is a process forked from this one.

A line on standard input starts one; its process id is the answer. End of input ends this process.
"""

from __future__ import annotations

import os
import signal
import sys

import django

LEASE = 1.5


def work() -> None:
    """What `genjin worker` does, in a process group of its own."""
    from genjin.jobs.worker import Work

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    Work(lease=LEASE).run()


def main() -> None:
    django.setup()
    from django.db import connections

    from genjin.mail.sending import jobs  # noqa: F401 - loaded before the first worker needs it

    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever was killed shall not linger as a zombie
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            sys.stdin.close()
            work()
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
