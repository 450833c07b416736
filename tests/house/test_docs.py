"""What the pages tell people to type, open and look at is there, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from genjin.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CODE = re.compile(r"^```[^\n]*\n(.*?)^```|^ {4}(\S[^\n]*)$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
VERB = re.compile(r"(?:^|[\s;&|])make ([a-z]+)")
COMMAND = re.compile(r"(?:^|[\s/])genjin ([a-z]+(?:-[a-z]+)*)\b")
MODULE = re.compile(r"python -m ([a-z_.]+)")
IMAGE_LIMIT, IMAGES_LIMIT = 250_000, 1_200_000
"""Bytes of one picture, and of all."""

named = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code_of(page: Path) -> str:
    """All that a page sets as code, a line each."""
    found = CODE.findall(page.read_text(encoding="utf-8"))
    return "\n".join(part for parts in found for part in parts if part)


@named
def test_every_verb_of_make_that_a_page_names_exists(page: Path) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(VERB.findall(code_of(page))) <= verbs


@named
def test_every_command_and_module_that_a_page_names_exists(page: Path) -> None:
    code = code_of(page)
    assert set(COMMAND.findall(code)) <= {command.name for command in COMMANDS}
    for module in MODULE.findall(code):
        place = ROOT / module.replace(".", "/")
        assert module == "venv" or place.with_suffix(".py").is_file() or place.is_dir(), module


@named
def test_every_link_and_picture_of_a_page_is_there(page: Path) -> None:
    for pair in LINK.findall(page.read_text(encoding="utf-8")):
        target = "".join(pair).split("#")[0]
        if target and not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("folder", ["users", "operators"])
def test_both_languages_have_the_same_pages(folder: str) -> None:
    english = {page.name for page in (DOCS / folder).glob("*.md")}
    assert english
    assert {page.name for page in (DOCS / folder / "zh").glob("*.md")} == english


@pytest.mark.parametrize("folder", ["users", "operators"])
def test_every_page_but_the_first_is_linked_from_another(folder: str) -> None:
    for language in (DOCS / folder, DOCS / folder / "zh"):
        linked = set()
        for page in PAGES:
            for target, _source in LINK.findall(page.read_text(encoding="utf-8")):
                linked.add((page.parent / target.split("#")[0]).resolve())
        assert {page for page in language.glob("*.md") if page.name != "README.md"} <= linked


def test_words_in_bold_in_the_users_pages_stand_on_the_screens() -> None:
    english, chinese = _words_on_screen()
    for folder, words in ((DOCS / "users", english), (DOCS / "users" / "zh", chinese)):
        for page in folder.glob("*.md"):
            text = " ".join(page.read_text(encoding="utf-8").split())
            for bold in re.findall(r"\*\*([^*]+)\*\*", text):
                for part in bold.split(" · "):
                    assert part in words or part in SPOKEN, f"{page.name}: {part}"


def test_pictures_are_small_and_all_are_shown() -> None:
    pictures = sorted((DOCS / "images").glob("*"))
    sizes = [picture.stat().st_size for picture in pictures]
    assert max(sizes) <= IMAGE_LIMIT
    assert sum(sizes) <= IMAGES_LIMIT
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [picture.name for picture in pictures if f"images/{picture.name}" not in pages] == []


SPOKEN = {
    # headings of lists and words that are stressed, not quoted from a screen
    "way", "customer", "follow-up grade", "what", "why", "when", "do", "the local time there", "contact",
    "postpones", "dismisses", "the next step", "decision role", "depth", "+", "⋯", "1,000+",
    "country profile", "方式", "做什么", "为什么", "何时", "操作", "推迟", "忽略", "今日",
}  # fmt: skip


def _words_on_screen() -> tuple[set[str], set[str]]:
    english: set[str] = set()
    chinese: set[str] = set()
    for file in (ROOT / "locale" / "zh_Hans").glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                english.update(str(text) for text in ids)
                chinese.update(str(text) for text in texts)
    return english, chinese
