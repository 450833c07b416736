"""`python -m bench.duplicates`: how well duplicates are told from different companies, and what is missed.

Reads company_names.tsv: kind of difficulty, whether it is one company, two names, what else is known of each
(`country=DE;city=Ulm;site=acme.de;phone=+49…;address=…`). The model is fitted on one half and tested on the
other, both ways, several times; a pair counts as found from `PROBABLY` on.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.fitting import PRIOR, fit
from genjin.rules.duplicates import weights as constants
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.score import PROBABLY, compare, score_of, traits_of

PAIRS = Path(__file__).with_name("company_names.tsv")
UNSEEN = Path(__file__).with_name("company_names_unseen.tsv")
"""Pairs written after the words and traits were; nothing is fitted or mended by them."""
SPLITS = 5
"""So many times the pairs are halved at random."""
_SEVERAL = {"site": "sites", "phone": "phones"}


@dataclass(frozen=True)
class Pair:
    """One labelled pair."""

    kind: str
    same: bool
    names: tuple[str, str]
    one: Company
    two: Company

    def traits(self, weights: Mapping[str, float]) -> dict[str, float]:
        """What is compared, with the best pair of names by these weights."""
        return traits_of(self.one, self.two, weights)


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """All labelled pairs."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Pair(
            row["kind"],
            row["same"] == "1",
            (row["one"], row["two"]),
            _company(row["one"], row["facts_one"]),
            _company(row["two"], row["facts_two"]),
        )
        for row in rows
    ]


def _company(name: str, facts: str) -> Company:
    fields: dict[str, str] = dict(part.strip().split("=", 1) for part in facts.split(";") if part.strip())
    return company(
        name,
        country=fields.get("country", ""),
        city=fields.get("city", ""),
        address=fields.get("address", ""),
        sites=filter(None, [fields.get("site", "")]),
        phones=filter(None, [fields.get("phone", "")]),
    )


@dataclass
class Count:
    """Pairs found, wrongly found, missed, and rightly left."""

    found: int = 0
    wrong: int = 0
    missed: int = 0
    left: int = 0

    def add(self, is_same: bool, is_found: bool) -> None:
        """Counts one judgement."""
        name = ("missed", "found")[is_found] if is_same else ("left", "wrong")[is_found]
        setattr(self, name, getattr(self, name) + 1)

    def figures(self) -> dict[str, float | None]:
        """Precision, recall, F1 and share of right judgements; nothing where nothing can be said."""
        all_found, all_same = self.found + self.wrong, self.found + self.missed
        total = all_found + self.missed + self.left
        precision = self.found / all_found if all_found else None
        recall = self.found / all_same if all_same else None
        f1 = 2 * self.found / (all_found + all_same) if all_same else None
        return {
            "pairs": total,
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "right": (self.found + self.left) / total,
        }


def train(pairs: Iterable[Pair]) -> dict[str, float]:
    """Weights fitted to pairs; twice, since the best pair of names depends on them."""
    weights: dict[str, float] = dict(PRIOR)
    pairs = list(pairs)
    for _ in range(2):
        weights = fit([(pair.traits(weights), pair.same) for pair in pairs])
    return weights


def cross_validate(pairs: list[Pair], splits: int = SPLITS) -> tuple[dict[str, Count], dict[Pair, list[int]]]:
    """Counts by kind ("all" is everything), and each pair's scores by models that have not seen it."""
    counts: dict[str, Count] = defaultdict(Count)
    scores: dict[Pair, list[int]] = defaultdict(list)
    for split in range(splits):
        mixed = sorted(pairs, key=lambda pair: (pair.kind, pair.same))
        dice = random.Random(split)
        halves: tuple[list[Pair], list[Pair]] = ([], [])
        for at in range(0, len(mixed), 2):
            couple = mixed[at : at + 2]
            dice.shuffle(couple)
            for half, pair in zip(halves, couple, strict=False):
                half.append(pair)
        for learnt, tested in (halves, halves[::-1]):
            weights = train(learnt)
            for pair in tested:
                score = score_of(pair.traits(weights), weights)
                scores[pair].append(score)
                for kind in ("all", pair.kind):
                    counts[kind].add(pair.same, score >= PROBABLY)
    return counts, scores


def main() -> None:
    """Prints the figures; with --fit writes the weights that the product uses."""
    parser = argparse.ArgumentParser(prog="bench.duplicates", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="write the weights fitted on all pairs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", type=int, default=60, help="so many misses are shown")
    options = parser.parse_args()
    pairs = read_pairs()
    counts, scores = cross_validate(pairs)
    if options.fit:
        write_weights(train(pairs))
    unseen = read_pairs(UNSEEN)
    for pair in unseen:
        scores[pair] = [compare(pair.one, pair.two).score]
        counts["unseen"].add(pair.same, scores[pair][0] >= PROBABLY)
    figures = {kind: count.figures() for kind, count in counts.items()}
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    print(f"{'kind':20} {'pairs':>6} {'precision':>9} {'recall':>7} {'F1':>7} {'right':>7}")
    for kind, line in figures.items():
        shown = [f"{value:7.3f}" if value is not None else "      –" for value in list(line.values())[1:]]
        times = 1 if kind == "unseen" else SPLITS
        print(f"{kind:20} {int(line['pairs'] or 0) // times:>6}   {' '.join(shown)}")
    missed = [(p, sum(s) / len(s)) for p, s in scores.items() if (sum(s) / len(s) >= PROBABLY) != p.same]
    print(f"\n{len(missed)} of {len(pairs) + len(unseen)} judged wrongly by models that had not seen them:")
    for pair, score in missed[: options.misses]:
        print(f"  {'same ' if pair.same else 'other'} {score:5.1f}  {pair.kind:18} {' | '.join(pair.names)}")


def write_weights(weights: Mapping[str, float]) -> None:
    """Replaces the constants in the product's module."""
    path = Path(str(constants.__file__))
    head = path.read_text(encoding="utf-8").split("WEIGHTS", 1)[0]
    lines = "".join(f'    "{name}": {weight:.2f},\n' for name, weight in weights.items())
    path.write_text(f"{head}WEIGHTS: dict[str, float] = {{\n{lines}}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
