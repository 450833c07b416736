"""Every verb that any folder writes into the journal has a word, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

from genjin.journal import describe
from tests.house.test_code import tree_of

PACKAGE = Path(__file__).resolve().parents[2] / "genjin"
Function = ast.FunctionDef | ast.AsyncFunctionDef
pytestmark = pytest.mark.xdist_group("sources")  # read once


@dataclass
class Module:
    """One source file, with the functions that take a verb and where they take it."""

    tree: ast.Module
    name: str
    takers: dict[str, int | None] = field(default_factory=dict)

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


def place_of_verb(function: Function) -> int | None:
    """At which place `verb` is passed, None when by name only."""
    names = [argument.arg for argument in function.args.args]
    return names.index("verb") if "verb" in names else None


def modules() -> list[Module]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        module = Module(tree_of(path), str(path.relative_to(PACKAGE)))
        for function in module.functions():
            arguments = [*function.args.args, *function.args.kwonlyargs]
            if any(argument.arg == "verb" for argument in arguments):
                module.takers[function.name] = place_of_verb(function)
        found.append(module)
    return found


def strings_of(node: ast.expr | None) -> set[str]:
    """The verbs an expression can be; a name, a subscript and the like give none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return strings_of(node.body) | strings_of(node.orelse)
    if isinstance(node, ast.Dict):
        return {text for value in node.values for text in strings_of(value)}
    return set()


@cache
def written_verbs() -> dict[str, str]:
    """Verb -> a module that writes it: passed to whatever takes a verb, defaulted, or assigned to one."""
    all_modules = modules()
    # By name over all folders, so that `base.write(…)` is found; readers of verbs take none that is constant.
    shared = {name: place for module in all_modules for name, place in module.takers.items()}
    shared |= {"Written": 0}
    verbs: dict[str, str] = {}
    for module in all_modules:
        takers = shared | module.takers
        for node in ast.walk(module.tree):
            for text in _of_node(node, takers):
                verbs.setdefault(text, module.name)
    return verbs


def _of_node(node: ast.AST, takers: dict[str, int | None]) -> set[str]:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        named = {text for word in node.keywords if word.arg == "verb" for text in strings_of(word.value)}
        place = takers.get(called)
        if called in takers and place is not None and len(node.args) > place:
            named |= strings_of(node.args[place])
        return named
    if isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return strings_of(node.value) if names & {"verb", "_VERBS"} else set()
    if isinstance(node, Function):
        defaults = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return {text for argument, value in defaults if argument.arg == "verb" for text in strings_of(value)}
    return set()


def test_the_verbs_are_found_in_every_way_in_which_they_are_written() -> None:
    found = written_verbs()
    ways = {"join": "by name", "recycle": "by place", "pause": "by a variable", "finish": "from a table"}
    assert not {verb: way for verb, way in ways.items() if verb not in found}
    assert "change" in found, "a default"


def test_every_verb_has_a_word() -> None:
    lacking = {verb: place for verb, place in written_verbs().items() if verb not in describe.VERBS}
    assert not lacking, "put these into genjin/journal/describe.py"


def test_every_word_is_there_in_chinese() -> None:
    with translation.override("zh-hans"):
        shown = {verb: describe.verb_label(verb) for verb in describe.VERBS}
    plain = {verb: text for verb, text in shown.items() if text.isascii()}
    assert not plain
