"""A private Genjin with the pages of `shell_pages`, for the browser: prints its address and a session.

Run as a process of its own, with `GENJIN_DATA` naming an empty folder or one with a migrated database:
`python -m tests.live.shell_server`.
"""

from __future__ import annotations

import json
import os
import socketserver
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """One thread a request, as in production."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Does not log requests."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def main() -> None:
    """Set up an instance with one person, serve until killed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "genjin.config.settings"
    import django
    from django.conf import settings

    settings.ROOT_URLCONF = "tests.live.shell_pages"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.LOGIN_URL = "/p/sign-in"
    django.setup()
    from django.core.wsgi import get_wsgi_application

    from tests import template

    template.migrate_here()
    session = _somebody_signed_in()
    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    print(json.dumps({"port": server.server_port, "session": session}), flush=True)
    server.serve_forever()


def _somebody_signed_in() -> str:
    """A salesperson in an instance for tests; gives the session's key."""
    from django.utils import timezone

    from genjin.instance.models import Instance
    from genjin.people.models import Role, User

    now = timezone.now()
    Instance.objects.update(kind=Instance.Kind.TEST, set_up_at=now)
    user = User(email="lin@example.com", name_zh="林晓雯", name_en="Lin Xiaowen", joined_at=now)
    user.role_id = Role.Code.SALESPERSON
    user.set_password(None)
    user.save()
    return session_of(user)


def session_of(user: Any) -> str:
    """The key of a session in which this person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    assert store.session_key
    return store.session_key


if __name__ == "__main__":
    sys.exit(main())
