"""Reads about this instance."""

from __future__ import annotations

from datetime import datetime

from genjin.instance.models import Instance


def current() -> Instance:
    """The row of this instance; made with its defaults by the first migration."""
    return Instance.objects.get(pk=1)


def business_now() -> datetime:
    """Business time, for jobs and commands; views read `request.now`."""
    return current().now()
