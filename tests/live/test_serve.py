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
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.postgres import empty_database, free_port

pytestmark = pytest.mark.live


def wait_for(condition: Callable[[], object], what: str, within: float = 60.0) -> None:
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
            timeout=60,
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


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with empty_database(os.environ.get("DATABASE_URL", "")) as url:
        port = free_port()
        environment = os.environ | {
            "GENJIN_DATA": str(tmp_path / "data"),
            "GENJIN_BIND": f"127.0.0.1:{port}",
            "DATABASE_URL": url,
        }
        yield Home(environment, port)


@pytest.fixture
def server(home: Home) -> Iterator[subprocess.Popen[str]]:
    if home.environment["DATABASE_URL"]:
        assert home.genjin("setup").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "genjin", "serve"],
        env=home.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield process
    process.kill()
    process.wait()
    process.stdout.close()  # type: ignore[union-attr]


def test_serve_starts_a_fresh_instance_and_stops_when_told(home: Home, server: subprocess.Popen[str]) -> None:
    wait_for(home.answers, "the first answer")
    assert f"http://127.0.0.1:{home.port}" in server.stdout.readline()  # type: ignore[union-attr]
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


def test_web_and_worker_ask_for_setup_first(home: Home) -> None:
    for command in ("web", "worker"):
        refused = home.genjin(command)
        assert refused.returncode == 2
        assert refused.stderr.strip().endswith("run “genjin setup” first.")
