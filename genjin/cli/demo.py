"""`genjin demo`: a fictional export firm to look at, loaded once, then served."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from genjin.cli import serve, setup, web
from genjin.demo import empty, firm, load
from genjin.instance.queries import business_now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--load-only", action="store_true", help="load the demo firm, do not serve it")
    parser.add_argument("--reset", action="store_true", help="throw the demo firm away and load it anew")


def run(options: argparse.Namespace) -> dict[str, Any] | None:
    """Prepares the database, loads the demo firm unless it is there, says how to sign in, serves."""
    serves = not options.load_only
    if serves:
        web.require_free(*web.bind_address())
    try:
        is_there = "instance_instance" in connection.introspection.table_names()
        # Before anything is migrated: whose data are these?
        if is_there and load.require_demo_or_empty() and options.reset:
            empty.throw_away()
        setup.prepare()
        progress = None if options.json else _show
        loaded = load.load(real=timezone.now(), advance=progress)
        load.catch_up()
    except (load.NotADemo, empty.InUse) as error:
        raise CommandError(str(error)) from None
    answer = _answer(loaded)
    if not serves:
        return answer
    if not options.json:
        print("\n".join(answer["sentences"]), flush=True)
    serve.run(options)
    return None


def _show(share: float) -> None:
    """One line that grows, for who waits at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\rLoading the demo firm 正在载入演示公司 … {share:4.0%}")
        sys.stderr.flush()
        if share > 0.995:
            sys.stderr.write("\n")


def _answer(loaded: bool) -> dict[str, Any]:
    password = load.ensure_passphrase(at=business_now())
    people = [
        {"email": one.email, "name_zh": one.name_zh, "name_en": one.name_en, "role": one.role}
        for one in firm.PEOPLE
    ]
    width = max(len(one.email) for one in firm.PEOPLE)
    rows = [f"  {one.email:<{width}}  {one.title_en} / {one.name_zh} {one.title_zh}" for one in firm.PEOPLE]
    return {
        "loaded": loaded,
        "url": settings.PUBLIC_URL,
        "password": password,
        "people": people,
        "sentences": [
            f"{firm.NAME_EN} / {firm.NAME_ZH}",
            f"Sign in at {settings.PUBLIC_URL} as one of / 用以下任一账号登录：",
            *rows,
            f"Passphrase of all of them / 统一密码：{password}",
            "Start with the first salesperson / 建议先用业务员账号：" + firm.person("zhou").email,
        ],
    }
