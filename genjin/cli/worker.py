"""`genjin worker`: background jobs, on as many hosts as wanted."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils import timezone

from genjin.instance import schema, start
from genjin.jobs import worker


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Refuses a database of another version, then works."""
    schema.require_current()
    start.check(at=timezone.now())
    return worker.run(options)
