"""What operators read and copy fits the code: settings, commands, units, containers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from genjin.cli import COMMANDS
from genjin.config.environment import VARIABLES
from tools import settings_table

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs" / "operators"
OPS = ROOT / "ops"
PAGES = sorted(page.name for page in DOCS.glob("*.md"))
UNITS = sorted((OPS / "systemd").glob("*.service"))
KNOWN = {variable.name for variable in VARIABLES}
NAMED = re.compile(r"\b(?:GENJIN_[A-Z]+(?:_[A-Z]+)*|DATABASE_URL(?:_FILE)?)\b")
COMMAND = re.compile(r"(?<![\w/.-])genjin ([a-z]+)\b")
EVERYTHING = [*DOCS.rglob("*.md"), *(path for path in OPS.rglob("*") if path.is_file())]


def test_the_table_of_settings_is_the_code_s() -> None:
    page = settings_table.PAGE.read_text(encoding="utf-8")
    assert settings_table.filled(page) == page, "run python -m tools.settings_table"


def test_the_chinese_table_has_the_same_settings_and_defaults() -> None:
    page = (DOCS / "zh" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.+) \|$", page, flags=re.MULTILINE)
    expected = [(v.name, f"`{v.default}`" if v.default else "空") for v in VARIABLES]
    assert [(name, default) for name, default, _ in rows] == expected


def test_every_page_exists_in_both_languages() -> None:
    assert sorted(page.name for page in (DOCS / "zh").glob("*.md")) == PAGES
    assert {
        "install.md",
        "settings.md",
        "backup.md",
        "upgrade.md",
        "monitoring.md",
        "troubleshooting.md",
    } <= set(PAGES)


@pytest.mark.parametrize("file", EVERYTHING, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_settings_and_commands_that_exist_are_named(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    named = {name.removesuffix("_FILE") for name in NAMED.findall(text)}
    assert named <= KNOWN
    commands = {command.name for command in COMMANDS}
    in_code = " ".join(
        re.findall(r"`[^`]*`|“[^”]*”|^(?:genjin|ExecStart=|/opt).*$", text, flags=re.MULTILINE)
    )
    assert set(COMMAND.findall(in_code)) <= commands


@pytest.mark.parametrize("page", [*DOCS.rglob("*.md")], ids=lambda path: str(path.relative_to(DOCS)))
def test_files_that_the_pages_name_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`(ops/[^`*\s]+)`", text):
        assert (ROOT / name).exists(), name
    for link in re.findall(r"\]\(([^)#]+\.md)\)", text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_closed_and_start_a_command_that_exists(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    [start] = [line for line in lines if line.startswith("ExecStart=")]
    command = start.split("/genjin ")[1].split()[0]
    assert command in {known.name for known in COMMANDS}
    for line in ("User=genjin", "NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectoryMode=0700"):
        assert line in lines


def test_the_image_runs_without_rights_and_is_asked_how_it_is() -> None:
    lines = (OPS / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last_stage = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert "USER genjin" in last_stage
    assert any(line.startswith("HEALTHCHECK") for line in last_stage)
    assert any("/health" in line for line in last_stage)
    copied = re.findall(r"requirements/\w+\.txt", "\n".join(lines))
    assert copied and all((ROOT / name).is_file() for name in copied)


def test_the_image_dumps_the_very_version_of_the_server_beside_it() -> None:
    server = re.search(r"image: postgres:(\d+)", (OPS / "compose.yaml").read_text(encoding="utf-8"))
    assert server
    dockerfile = (OPS / "Dockerfile").read_text(encoding="utf-8")
    named = re.findall(
        r"postgresql-client-(\d+)|/usr/lib/postgresql/(\d+)/bin/pg_(?:dump|restore)", dockerfile
    )
    assert {version for pair in named for version in pair if version} == {server[1]}
    assert len(named) == 3


def test_what_the_image_is_built_from_reaches_the_builder() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    build = re.findall(
        r'"([\w.]+)"', (ROOT / "pyproject.toml").read_text().split("[tool.hatch.build]")[1][:400]
    )
    needed = {"genjin", "locale", "tools", "package.json", "package-lock.json", ".npmrc", "pyproject.toml"}
    assert needed | {name for name in build if name.endswith(".py")} <= kept
    assert all((ROOT / name).exists() for name in kept - {"README.md"})


def test_secrets_of_the_containers_come_from_files() -> None:
    text = (OPS / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(
        r"^\s*(?:POSTGRES_PASSWORD|DATABASE_URL|GENJIN_SECRET_KEY):", text, flags=re.MULTILINE
    )
    assert "POSTGRES_PASSWORD_FILE: /run/secrets/" in text
    assert '"127.0.0.1:8000:8000"' in text
