"""The rules of STYLE.md that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "genjin"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
pytestmark = pytest.mark.xdist_group("sources")  # read once


@cache
def tree_of(path: Path) -> ast.Module:
    """What a module says, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def functions() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    found = []
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((path, node))
    return found


def length(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1  # type: ignore[attr-defined,operator]


def test_each_folder_imports_only_downward():
    script = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_function_is_longer_than_sixty_lines():
    assert [f"{p.relative_to(ROOT)}:{n.lineno} {n.name}" for p, n in functions() if length(n) > 60] == []


def test_nine_functions_in_ten_fit_thirty_lines():
    lengths = sorted(length(node) for _, node in functions())
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_no_file_is_longer_than_five_hundred_lines():
    files = [*SOURCES, *TEMPLATES, *sorted((ROOT / "tests").rglob("*.py"))]
    assert [
        str(path.relative_to(ROOT)) for path in files if path.read_text(encoding="utf-8").count("\n") > 500
    ] == []


def test_no_junk_drawer_and_no_manager_or_service():
    bad = [str(p.relative_to(ROOT)) for p in SOURCES if p.stem in ("utils", "helpers", "common", "misc")]
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Service")):
                bad.append(f"{path.relative_to(ROOT)} {node.name}")
    assert bad == []


def test_public_things_have_a_docstring():
    bare = []
    for path in SOURCES:
        if path.name in ("apps.py", "urls.py"):
            continue
        tree = tree_of(path)
        if tree.body and ast.get_docstring(tree) is None:
            bare.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and ast.get_docstring(node) is None:  # type: ignore[arg-type]
                bare.append(f"{path.relative_to(ROOT)} {node.name}")  # type: ignore[union-attr]
    assert bare == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_or_style_and_trusts_no_text(template):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\son[a-z]+\s*=|\sstyle\s*=|hx-on|javascript:|<style", text, re.I)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text, re.I)
    assert "|safe" not in text
    assert "autoescape off" not in text


WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def test_only_actions_write():
    """`genjin.records` and forms never write; what does is an actions module, a migration or the queue."""
    allowed = re.compile(
        r"(actions|migrations|genjin/jobs/|genjin/instance/|genjin/demo/|journal/|policy/actions|search/|files/"
        r"|people/(saved_views|backend|sessions|signin|links|setup_code)|followups/(apply|decide|days)|store)"
    )
    found = []
    for path in SOURCES:
        if allowed.search(str(path.relative_to(ROOT))):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and node.attr in WRITES and _is_orm(node):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr}")
    assert found == []


def _is_orm(node: ast.Attribute) -> bool:
    """Whether the call hangs on `objects` somewhere, as model writes do."""
    inner: ast.AST = node.value
    while True:
        if isinstance(inner, ast.Attribute):
            if inner.attr == "objects":
                return True
            inner = inner.value
        elif isinstance(inner, ast.Call):
            inner = inner.func
        else:
            return False


def test_only_views_jobs_and_commands_read_the_clock():
    readers = re.compile(
        r"(views|jobs|middleware|cli/|config/probes|instance/|web/|demo/|people/(sessions|setup_code|links|signin)|followups/failures"
        r"|mail/(actions/accounts_state|connecting|watching))"
    )
    calls = re.compile(r"\b(timezone\.now|datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if calls.search(path.read_text(encoding="utf-8")) and not readers.search(str(path.relative_to(ROOT)))
    ]
    assert found == []


def test_locks_name_no_host():
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]
    for lock in locks:
        hosts = re.findall(r"https?://[^\s\"]+", lock.read_text(encoding="utf-8"))
        assert [
            host for host in hosts if not re.match(r"https?://(github\.com|opencollective\.com)", host)
        ] == []
