"""The command `genjin duplicates`: pairs that are probably one company, with score and reasons."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from genjin.customers.actions.duplicate_pairs import mark_everybody, pair_slice
from genjin.customers.duplicate_lists import Entry, UnreadableList, read_list, stored_entries
from genjin.customers.models import DuplicatePair
from genjin.instance.queries import business_now
from genjin.rules.duplicates.candidates import Found, duplicates
from genjin.rules.duplicates.score import MAYBE, PROBABLY, SAME

SHOWN = 1000
"""So many sentences are written at most; the JSON has all pairs."""


def add_duplicates_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, FILE2 and --floor."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="a CSV list to look at without storing it")
    parser.add_argument("second", metavar="FILE2", nargs="?", help="pairs between FILE and this list only")
    parser.add_argument(
        "--floor", type=int, default=PROBABLY, metavar="POINTS",
        help=f"only pairs of at least so many points (same {SAME}, probably {PROBABLY}, maybe {MAYBE})",
    )  # fmt: skip
    parser.add_argument(
        "--refresh", action="store_true", help="renew the standing list of duplicates of all customers"
    )


def run_duplicates(options: argparse.Namespace) -> dict[str, Any]:
    """Looks through one list, between two, or through the stored customers; writes only with --refresh."""
    if options.refresh:
        return _refresh(options)
    try:
        first = read_list(Path(options.file)) if options.file else stored_entries()
        second = read_list(Path(options.second)) if options.second else []
    except UnreadableList as error:
        raise CommandError(str(error)) from None
    entries = first + second
    between = len(first) if options.second else None
    found = duplicates([entry.company for entry in entries], second_from=between, floor=options.floor)
    pairs = [
        _pair(entries, pair)
        for pair in sorted(found, key=lambda pair: (-pair.match.score, pair.one, pair.two))
    ]
    return {
        "entries": [len(first), len(second)] if options.second else [len(first)],
        "floor": options.floor,
        "pairs": pairs,
        "sentences": [*map(_sentence, pairs[:SHOWN]), *_summary(len(pairs), len(entries))],
    }


def _refresh(options: argparse.Namespace) -> dict[str, Any]:
    """Compares everybody with everybody now; where it is stopped, the worker goes on."""
    if options.file:
        raise CommandError("--refresh is about the stored customers; it takes no file.")
    everybody = mark_everybody()
    while pair_slice(at=business_now()):
        pass
    pairs = DuplicatePair.objects.alive().filter(state=DuplicatePair.State.OPEN, score__gte=options.floor)
    count = pairs.count()
    return {
        "entries": [everybody],
        "floor": options.floor,
        "open_pairs": count,
        "sentences": [f"{count} open pairs among {everybody} customers."],
    }


def _pair(entries: list[Entry], found: Found) -> dict[str, Any]:
    match = found.match
    return {
        "one": _entry(entries[found.one]),
        "two": _entry(entries[found.two]),
        "score": match.score,
        "verdict": match.verdict,
        "reasons": [{"code": reason.code, **reason.params} for reason in match.reasons],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {"row": entry.row, "name": entry.name} | ({"serial": entry.serial} if entry.serial else {})


def _sentence(pair: dict[str, Any]) -> str:
    codes = ", ".join(reason["code"] for reason in pair["reasons"])
    one, two = pair["one"], pair["two"]
    return f"{pair['score']:3}  {one['row']}: {one['name']}  =  {two['row']}: {two['name']}  ({codes})"


def _summary(pairs: int, entries: int) -> Iterator[str]:
    if pairs > SHOWN:
        yield f"{pairs - SHOWN} more pairs; --json has them all."
    yield f"{pairs} pairs among {entries} entries."
