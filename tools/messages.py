"""Message catalogues without GNU gettext: `python -m tools.messages check|compile|update`.

Sources are `locale/<language>/<folder>.po`, one file per folder of `genjin/`; `compile` merges them into
`genjin/locale/<language>/LC_MESSAGES/django.mo`, the place that Django reads.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans",)
PLURALS = {"zh_Hans": "nplurals=1; plural=0;"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[sdifrx]|(?<!%)%[sdr]|\{(\w*)\}")

Key = tuple[str, str]  # context, msgid


class MessageError(Exception):
    """A catalogue that cannot be used; its text is one sentence."""


@dataclass(frozen=True)
class Found:
    """A text in the sources."""

    context: str
    singular: str
    plural: str
    folder: str
    place: str

    @property
    def key(self) -> Key:
        """What the catalogue finds it by."""
        return self.context, self.singular


def found_in(root: Path = ROOT) -> dict[Key, Found]:
    """Every text of the sources, in the folder where it occurs first (web, then folders by name)."""
    texts: dict[Key, Found] = {}
    paths = (root / "genjin").rglob("*")
    for path in sorted(paths, key=lambda path: (root / "genjin" / "web" not in path.parents, path)):
        if path.suffix not in (".py", ".html", ".txt") or not path.is_file() or _skipped(path, root):
            continue
        for text in _extract(path, root):
            before = texts.get(text.key)
            if before is None or (text.plural and not before.plural):
                texts[text.key] = (
                    text
                    if before is None
                    else Found(text.context, text.singular, text.plural, before.folder, before.place)
                )
    return texts


def _skipped(path: Path, root: Path) -> bool:
    parts = path.relative_to(root / "genjin").parts
    return bool({"migrations", "assets", "source", "locale"} & set(parts)) or (
        path.suffix != ".py" and "templates" not in parts
    )


def _extract(path: Path, root: Path) -> Iterator[Found]:
    """The texts of one Python file or template."""
    relative = path.relative_to(root)
    folder = relative.parts[1] if len(relative.parts) > 2 else "genjin"
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "{%" not in source:
            return
        source = _templatized(source, str(relative))
    stream = io.BytesIO(source.encode())
    for line, message, _comments, context in extract(
        "python", stream, KEYWORDS, options={"encoding": "utf-8"}
    ):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        if singular:
            yield Found(context or "", singular, plural or "", folder, f"{relative.as_posix()}:{line}")


def _templatized(source: str, origin: str) -> str:
    """A template as the Python that Django's own extractor makes of it."""
    from django.utils.translation.template import templatize

    text = templatize(source, origin=origin)
    # templatize writes u-strings and blanks out everything else with X; prefix calls only
    return "\n".join(_calls(text))


def _calls(text: str) -> Iterator[str]:
    """The gettext calls of a templatized text, on the lines where they stand."""
    call = re.compile(
        r"\b(gettext|ngettext|pgettext|npgettext|_)\s*\(\s*"
        r"((?:u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?\s*)+)(?:count)?\s*\)",
        re.DOTALL,
    )
    line: list[str] = []
    last = 0
    for match in call.finditer(text):
        gap = text.count("\n", last, match.start())
        for _ in range(gap):
            yield "; ".join(line)
            line = []
        line.append(f"{match[1]}({match[2].rstrip().rstrip(',')})")
        last = match.start()
    yield "; ".join(line)


def catalogues(root: Path, language: str) -> dict[str, Catalog]:
    """Folder -> its catalogue."""
    read = {}
    for path in sorted((root / "locale" / language).glob("*.po")):
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                read[path.stem] = read_po(stream, locale=language, abort_invalid=True)
            except (PoFileError, UserWarning, ValueError) as error:
                raise MessageError(f"{path.relative_to(root)} cannot be read: {error}") from error
    return read


def _messages(catalogue: Catalog) -> Iterator[tuple[Key, Message]]:
    for message in catalogue:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            yield (message.context or "", singular), message


def _strings(message: Message) -> list[str]:
    text = message.string
    return [text] if isinstance(text, str) else [part or "" for part in text or ("",)]


def problems(root: Path = ROOT) -> list[str]:
    """Everything wrong with the catalogues, one sentence each; empty when they are complete."""
    texts = found_in(root)
    wrong = []
    for language in LANGUAGES:
        seen: dict[Key, tuple[str, list[str]]] = {}
        for folder, catalogue in catalogues(root, language).items():
            file = f"locale/{language}/{folder}.po"
            for key, message in _messages(catalogue):
                wrong += [f"{file}: {fault}: {key[1]!r}" for fault in _faults(key, message, texts, seen)]
                seen.setdefault(key, (file, _strings(message)))
        wrong += [
            f"{language}: missing: {text.singular!r} ({text.place})"
            for key, text in texts.items()
            if key not in seen
        ]
    return wrong


def _faults(
    key: Key, message: Message, texts: dict[Key, Found], seen: dict[Key, tuple[str, list[str]]]
) -> Iterator[str]:
    """What is wrong with one translated message."""
    if message.fuzzy:
        yield "fuzzy"
    if key in seen and seen[key][1] != _strings(message):
        yield f"other words than in {seen[key][0]}"
    if key not in texts:
        yield "unused"
    elif texts[key].plural and isinstance(message.id, str):
        yield "has a plural in the sources"
    strings = _strings(message)
    if not all(strings):
        yield "empty"
        return
    # %% stands only in texts that have values put into them
    plain = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = set().union(*(_placeholders(text) for text in plain))
    for text in strings:
        if _placeholders(text) - wanted or (len(plain) == 1 and wanted - _placeholders(text)):
            yield "placeholders differ"


def _placeholders(text: str) -> set[str]:
    return {
        match[0] if not (match[1] or match[2]) else (match[1] or match[2])
        for match in PLACEHOLDER.finditer(text)
    }


def compile_catalogues(root: Path = ROOT) -> bool:
    """Merge the sources into the file that Django reads, unless it is newer; says whether it was written."""
    written = False
    for language in LANGUAGES:
        target = root / "genjin" / "locale" / language / "LC_MESSAGES" / "django.mo"
        sources = sorted((root / "locale" / language).glob("*.po"))
        newest = max((path.stat().st_mtime_ns for path in [*sources, Path(__file__)]), default=0)
        stamp = target.with_suffix(".sources")
        listed = f"{newest} {' '.join(path.name for path in sources)}"
        if target.is_file() and stamp.is_file() and stamp.read_text() == listed:
            continue
        merged = Catalog(locale=language, charset="utf-8")
        for catalogue in catalogues(root, language).values():
            for _key, message in _messages(catalogue):
                if all(_strings(message)) and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as stream:
            write_mo(stream, merged)
        fresh.replace(target)
        stamp.write_text(listed)
        written = True
    return written


def update(root: Path = ROOT, only: str = "") -> list[str]:
    """Add what is missing (with an empty translation) and drop what is unused; gives the changed files.

    `only` names the one folder whose file may change.
    """
    texts = found_in(root)
    changed = []
    for language in LANGUAGES:
        old = catalogues(root, language)
        known: dict[Key, Message] = {}
        home: dict[Key, str] = {}
        for folder, catalogue in old.items():
            for key, message in _messages(catalogue):
                if key not in known or not all(_strings(known[key])):
                    known[key], home[key] = message, folder
        by_folder: dict[str, list[Found]] = {folder: [] for folder in old}
        for key, text in texts.items():
            by_folder.setdefault(home.get(key, text.folder), []).append(text)
        for folder, wanted in sorted(by_folder.items()):
            if only and folder != only:
                continue
            path = root / "locale" / language / f"{folder}.po"
            before = path.read_text(encoding="utf-8") if path.is_file() else ""
            after = _written(language, wanted, known)
            if not wanted:
                path.unlink(missing_ok=True)
            elif after != before:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(after, encoding="utf-8")
            if after != before:
                changed.append(path.relative_to(root).as_posix())
    return changed


def _written(language: str, wanted: list[Found], known: dict[Key, Message]) -> str:
    """One po file: texts in alphabetical order, without places, so that it changes only when texts do."""
    lines = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {PLURALS[language]}\\n"',
        "",
    ]
    header = "\n".join(lines) + "\n"
    catalogue = Catalog(locale=language, charset="utf-8")
    for text in sorted(wanted, key=lambda found: (found.singular.casefold(), found.context)):
        message = known.get(text.key)
        strings = _strings(message) if message else [""]
        if text.plural:
            catalogue.add((text.singular, text.plural), (strings[0],), context=text.context or None)
        else:
            catalogue.add(text.singular, strings[0], context=text.context or None)
    stream = io.BytesIO()
    write_po(stream, catalogue, width=10_000, omit_header=True)
    return header + stream.getvalue().decode()


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Check, compile or update the message catalogues.")
    parser.add_argument("verb", choices=("check", "compile", "update"))
    parser.add_argument("--folder", default="", help="update the file of this folder only")
    args = parser.parse_args()
    verb = args.verb
    try:
        if verb == "update":
            print("\n".join(update(only=args.folder)) or "Nothing changed.")
        elif verb == "compile":
            print("Catalogues written." if compile_catalogues() else "Catalogues are up to date.")
        else:
            wrong = problems()
            print("\n".join(wrong) or "Catalogues are complete.")
            return bool(wrong)
    except MessageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
