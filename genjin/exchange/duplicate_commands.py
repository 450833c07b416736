"""The command `genjin duplicates`: pairs that are probably one company, with score and reasons."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from genjin.customers.actions.duplicate_pairs import mark_everybody, pair_slice
from genjin.customers.models import Customer, DuplicatePair
from genjin.customers.standing_pairs import keys_are_complete, open_pairs
from genjin.exchange.company_lists import Companies, Named, UnreadableList, read_list, stored_entries
from genjin.instance.queries import business_now
from genjin.rules.duplicates.candidates import duplicates
from genjin.rules.duplicates.score import MAYBE, PROBABLY, SAME, Match

SHOWN = 1000
"""So many sentences are written at most; the JSON has all pairs."""


def add_duplicates_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, FILE2 and --floor."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help="a list (CSV, XLSX, …) to look at without storing it"
    )
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
    if not options.file and keys_are_complete():
        return _stored(options)
    try:
        one = read_list(Path(options.file)) if options.file else Companies(stored_entries(), [])
        two = read_list(Path(options.second)) if options.second else Companies([], [])
    except UnreadableList as error:
        raise CommandError(str(error)) from None
    first, second = one.entries, two.entries
    entries = first + second
    between = len(first) if options.second else None
    found = duplicates([entry.company for entry in entries], second_from=between, floor=options.floor)
    counts = [len(first), len(second)] if options.second else [len(first)]
    pairs = ((entries[pair.one], entries[pair.two], pair.match) for pair in found)
    return _answer(options, counts, pairs, [*one.left_out, *two.left_out])


def _stored(options: argparse.Namespace) -> dict[str, Any]:
    """The standing list, and whoever changed since compared by the stored keys."""
    found = list(open_pairs(options.floor))
    ids = {pk for one, two, _match in found for pk in (one, two)}
    named = Customer.objects.alive().only("name", "name_local", "serial", "is_confirmed").in_bulk(list(ids))
    entries = {pk: Named(pk, one.name or one.name_local, one.number) for pk, one in named.items()}
    known = ((entries[one], entries[two], match) for one, two, match in found)
    return _answer(options, [Customer.objects.alive().count()], known)


def _answer(
    options: argparse.Namespace,
    counts: list[int],
    found: Iterable[tuple[Named, Named, Match]],
    left_out: Sequence[str] = (),
) -> dict[str, Any]:
    ranked = sorted(found, key=lambda pair: (-pair[2].score, pair[0].row, pair[1].row))
    pairs = [_pair(*pair) for pair in ranked]
    return {
        "entries": counts,
        "floor": options.floor,
        "pairs": pairs,
        "left_out": list(left_out),
        "sentences": [*left_out[:SHOWN], *map(_sentence, pairs[:SHOWN]), *_summary(len(pairs), sum(counts))],
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


def _pair(one: Named, two: Named, match: Match) -> dict[str, Any]:
    return {
        "one": _entry(one),
        "two": _entry(two),
        "score": match.score,
        "verdict": match.verdict,
        "reasons": [{"code": reason.code, **reason.params} for reason in match.reasons],
    }


def _entry(entry: Named) -> dict[str, Any]:
    return {"row": entry.row, "name": entry.name} | ({"serial": entry.serial} if entry.serial else {})


def _sentence(pair: dict[str, Any]) -> str:
    codes = ", ".join(reason["code"] for reason in pair["reasons"])
    one, two = pair["one"], pair["two"]
    return f"{pair['score']:3}  {one['row']}: {one['name']}  =  {two['row']}: {two['name']}  ({codes})"


def _summary(pairs: int, entries: int) -> Iterator[str]:
    if pairs > SHOWN:
        yield f"{pairs - SHOWN} more pairs; --json has them all."
    yield f"{pairs} pairs among {entries} entries."
