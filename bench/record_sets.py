"""`python -m bench.record_sets FOLDER`: the same model on public sets of other kinds of records.

The sets (restaurant, fodors-zagats-pairs, febrl, dblp-acm) are not part of the project. None holds companies
of our trade, nothing is fitted to them: they show how far blocking and evidence carry beyond company names.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from genjin.rules.duplicates.candidates import candidates
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.score import PROBABLY, compare

Judged = tuple[str, set[tuple[int, int]], dict[tuple[int, int], int]]


def main() -> None:
    """Prints recall of the candidates, and precision, recall and F1 as fitted and at the best cut."""
    parser = argparse.ArgumentParser(prog="bench.record_sets", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    print(f"{'set':22} {'true':>5} {'candidates':>10} {'their recall':>12}  as fitted            best cut")
    for name, true, scores in (*_lists(folder), _zagat(folder)):
        among = sum(pair in scores for pair in true) / len(true)
        cut = max(range(1, 100), key=lambda points: _figures(true, scores, points)[2])
        fitted, best = (_figures(true, scores, points) for points in (PROBABLY, cut))
        shown = ["P {:.3f} R {:.3f} F1 {:.3f}".format(*line) for line in (fitted, best)]
        print(f"{name:22} {len(true):>5} {len(scores):>10} {among:>12.3f}  {shown[0]}  {shown[1]} at {cut}")


def _figures(
    true: set[tuple[int, int]], scores: dict[tuple[int, int], int], cut: int
) -> tuple[float, float, float]:
    found = {pair for pair, score in scores.items() if score >= cut}
    right = len(found & true)
    precision, recall = right / len(found) if found else 0.0, right / len(true)
    return precision, recall, 2 * right / (len(found) + len(true))


def _judged(companies: list[Company], second_from: int | None = None) -> dict[tuple[int, int], int]:
    pairs = candidates(companies, second_from=second_from)
    return {(one, two): compare(companies[one], companies[two]).score for one, two in pairs}


def _lists(folder: Path) -> Iterator[Judged]:
    rows = _rows(folder / "restaurant/restaurant-nophone-training.csv", ",")
    yield (
        "restaurant",
        _groups([row["unique_id"] for row in rows]),
        _judged([company(row["name"], address=row["address"], city=row["city"]) for row in rows]),
    )
    for number in (1, 2):
        rows = _rows(folder / f"febrl/dataset{number}.csv", ",")
        people = [
            company(
                f"{row['given_name']} {row['surname']}",
                address=" ".join(
                    row[key] for key in ("street_number", "address_1", "address_2", "date_of_birth")
                ),
                city=row["suburb"],
                phones=[row["soc_sec_id"]],
            )
            for row in rows
        ]
        yield f"febrl {number}", _groups([row["rec_id"].split("-")[1] for row in rows]), _judged(people)
    one, two = (_rows(folder / f"dblp-acm/{name}.csv", "%") for name in ("dblp", "acm"))
    papers = [company(f"{row['title']} {row['year']}", address=row["authors"]) for row in one + two]
    gold = _rows(folder / "dblp-acm/gt.csv", "%")
    true = {(int(row["D1"]), len(one) + int(row["D2"])) for row in gold}
    yield "dblp-acm", true, _judged(papers, len(one))


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter, skipinitialspace=True)
        return [{key: (value or "").strip(" '\"") for key, value in row.items()} for row in reader]


def _groups(keys: list[str]) -> set[tuple[int, int]]:
    places = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return {pair for group in places.values() for pair in combinations(group, 2)}


def _zagat(folder: Path) -> Judged:
    """Pairs that are given as such; there is nothing to find."""
    true, scores = set(), {}
    lines = (folder / "fodors-zagats-pairs/test.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        one, two, label = line.split("\t")
        scores[(number, number)] = compare(_restaurant(one), _restaurant(two)).score
        if label.strip() == "1":
            true.add((number, number))
    return "fodors-zagats test", true, scores


def _restaurant(text: str) -> Company:
    fields = dict(re.findall(r"COL (\w+) VAL (.*?)(?= COL |$)", text.strip()))
    plain = {key: re.sub(r"[`'\\]", "", value).strip() for key, value in fields.items()}
    return company(plain["name"], address=plain["addr"], city=plain["city"], phones=[plain["phone"]])


if __name__ == "__main__":
    main()
