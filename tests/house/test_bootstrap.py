"""What is missing on a machine is said in one sentence, without a traceback."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The few files that the set-up reads, and an empty folder of commands that come first."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap.sh", tmp_path / "tools")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def command(checkout: Path, name: str, body: str) -> None:
    """A stand-in for a command of the machine."""
    file = checkout / "bin" / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def bootstrap(checkout: Path, purpose: str = "demo") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{checkout / 'bin'}:/usr/bin:/bin"}
    environment.pop("PYTHON", None)
    return subprocess.run(
        ["sh", "tools/bootstrap.sh", purpose],
        cwd=checkout, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_old_python_is_named(checkout):
    for name in PYTHONS:
        command(checkout, name, '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = bootstrap(checkout)
    assert done.returncode == 1
    assert "Genjin needs Python 3.11 or newer; this machine has Python 3.9.2." in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_venv_module_without_rights_to_install_it_says_what_to_do(checkout):
    for name in PYTHONS:
        command(checkout, name, 'case "$*" in *ensurepip*) exit 1;; esac')
    command(checkout, "id", "echo 1000")
    command(checkout, "sudo", "exit 1")
    done = bootstrap(checkout)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Python's venv module is missing; install it first: apt-get install python3-venv"
    )


def test_libraries_that_cannot_be_had_end_in_a_sentence(checkout):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(checkout / "bin" / "python3")
    command(checkout, "python3", "echo 'ERROR: No matching distribution found' >&2; exit 1")
    done = bootstrap(checkout)
    assert done.returncode == 1
    assert "The libraries could not be installed" in done.stderr.strip().splitlines()[-1]


def without_chinese_letters(checkout: Path, apt_get: str) -> None:
    """A machine on which all is well but for the letters, and such a package installer."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(checkout / "bin" / "python3")
    command(checkout, "python3", "echo python >> done")
    for name, body in (("fc-list", "exit 0"), ("chromium", "exit 0"), ("id", "echo 0"), ("apt-get", apt_get)):
        command(checkout, name, body)


def test_what_live_tests_need_is_installed_beside_the_libraries_and_waited_for(checkout):
    wait = "n=0; until grep -q python done || [ $n = 400 ]; do n=$((n + 1)); sleep 0.05; done 2>/dev/null"
    without_chinese_letters(checkout, f'{wait}; echo "$@" >> done')
    done = bootstrap(checkout, "test")
    assert done.returncode == 0, done.stderr
    [last] = (checkout / "done").read_text(encoding="utf-8").splitlines()[-1:]
    assert last.startswith("install") and last.endswith("fonts-noto-cjk")


def test_what_live_tests_need_and_cannot_be_had_is_named(checkout):
    without_chinese_letters(checkout, "exit 1")
    done = bootstrap(checkout, "test")
    assert done.returncode == 1
    assert "fonts-noto-cjk; install them first: apt-get install" in done.stderr.strip().splitlines()[-1]
