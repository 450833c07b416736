"""`genjin serve` as an operator meets it: a real process tree that is started, hurt and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import template
from tests.live.postgres import empty_database, free_port

PATIENCE = 240.0
"""Seconds after which a process is taken to hang; on a crowded machine each start takes its time."""

pytestmark = [pytest.mark.live, pytest.mark.long]


def wait_for(condition: Callable[[], object], what: str, within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"waited {within} s for: {what}"
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


@dataclass
class Home:
    """A fresh instance: its environment and what runs in it."""

    environment: dict[str, str]
    port: int

    def genjin(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "genjin", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
                return answer.status < 500
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False


def home_at(data: Path, url: str) -> Home:
    port = free_port()
    places = {"GENJIN_DATA": str(data), "GENJIN_BIND": f"127.0.0.1:{port}", "DATABASE_URL": url}
    return Home(os.environ | places, port)


@pytest.fixture
def empty(tmp_path: Path, engine_url: str) -> Iterator[Home]:
    """An instance on an empty database."""
    with empty_database(engine_url) as url:
        yield home_at(tmp_path / "data", url)


@pytest.fixture
def home(tmp_path: Path, engine_url: str) -> Iterator[Home]:
    """An instance on a migrated database."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with template.fresh_database(engine_url, data) as url:
        yield home_at(data, url)


@pytest.fixture
def server(home: Home) -> Iterator[subprocess.Popen[str]]:
    with serving(home) as process:
        yield process


@contextmanager
def serving(home: Home) -> Iterator[subprocess.Popen[str]]:
    """`genjin serve` until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "genjin", "serve"],
        env=home.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def test_serve_starts_a_fresh_instance_and_stops_when_told(empty: Home) -> None:
    if empty.environment["DATABASE_URL"]:
        assert empty.genjin("setup").returncode == 0
    with serving(empty) as server:
        wait_for(empty.answers, "the first answer")
        assert f"http://127.0.0.1:{empty.port}" in server.stdout.readline()  # type: ignore[union-attr]
        descendants = [pid for child in children_of(server.pid) for pid in (child, *children_of(child))]
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        assert time.monotonic() - started < 10
        assert not [pid for pid in descendants if Path(f"/proc/{pid}").exists()]


def test_serve_survives_the_death_of_web_and_worker(home: Home, server: subprocess.Popen[str]) -> None:
    wait_for(home.answers, "the first answer")
    wait_for(lambda: len(children_of(server.pid)) == 2, "two children")
    before = children_of(server.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_for(
        lambda: len(children_of(server.pid)) == 2 and not set(before) & set(children_of(server.pid)),
        "two new children",
    )
    wait_for(home.answers, "an answer after the death of all")
    assert server.poll() is None


def test_one_dead_web_process_is_replaced(home: Home, server: subprocess.Popen[str]) -> None:
    wait_for(home.answers, "the first answer")
    web = next(pid for pid in children_of(server.pid) if children_of(pid))
    wait_for(lambda: len(children_of(web)) == 2, "two web processes")
    victim = children_of(web)[0]
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: len(children_of(web)) == 2 and victim not in children_of(web), "a new web process")
    wait_for(home.answers, "an answer")


def test_children_end_with_a_supervisor_that_was_killed(home: Home, server: subprocess.Popen[str]) -> None:
    wait_for(home.answers, "the first answer")
    children = children_of(server.pid)
    server.kill()
    server.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "the children's end")


def test_a_port_that_is_taken_gets_one_sentence(home: Home, server: subprocess.Popen[str]) -> None:
    wait_for(home.answers, "the first answer")
    for command in ("web", "serve"):
        second = home.genjin(command)
        assert second.returncode == 2
        assert f"Port {home.port} on 127.0.0.1 cannot be used" in second.stderr
        assert "Traceback" not in second.stderr


def test_web_and_worker_ask_for_setup_first(empty: Home) -> None:
    for command in ("web", "worker"):
        refused = empty.genjin(command)
        assert refused.returncode == 2
        assert refused.stderr.strip().endswith("run “genjin setup” first.")
