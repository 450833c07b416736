"""Real servers and a real Chromium; what a page asked for is printed when a test fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import template
from tools.assets import ROOT

DEADLINE = 60_000
"""Milliseconds; a busy machine is no mistake of the page."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
expect.set_options(timeout=DEADLINE)


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The module's SERVER, started on a free port with data of its own; gives what it printed."""
    data = tmp_path_factory.mktemp("data")
    template.put(data)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GENJIN_") and k != "DATABASE_URL"}
    log = data / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", request.module.SERVER],
            cwd=ROOT,
            env=environment | {"GENJIN_DATA": str(data), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=written,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, log.read_text(encoding="utf-8")
    yield json.loads(line)
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "not run: no Chromium on this machine"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, server: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """`open_page(session, is_fault, **options)`: a browser of its own; a faulty script fails the test."""
    address = f"http://127.0.0.1:{server['port']}"
    contexts, faults = [], []

    def opened(session: str | None, is_fault: Callable[[ConsoleMessage], bool], **options: Any) -> Page:
        context = browser.new_context(base_url=address, **{"locale": "en", **options})
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "genjin_session", "value": session, "url": address}])
        page = context.new_page()
        page.set_default_timeout(DEADLINE)
        page.on("response", lambda answer: print(answer.request.method, answer.url, answer.status))
        page.on("requestfailed", lambda asked: print(asked.method, asked.url, asked.failure))
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda m: faults.append(f"{page.url}: {m.text}") if is_fault(m) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that checks accessibility."""
    return (Path(ROOT) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
