"""`python -m bench.reorder ORDERS.csv [--lines LINES.csv]`: how well the next order's day is foretold.

Rolling origin: at each order of a customer from his fourth on, only what had happened by that day is known,
and the day of the next order is foretold. Beside the rule stand the median of the customer's last five
intervals, the median of all earlier intervals, and two constants that nobody could have known: the mean and
the median of the answers themselves.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean, median

from genjin.rules.reorder import Pool, expect, gaps_of, pool_of
from genjin.sales.order_books import read_book

KNOWN = 4
"""So many orders are known at least."""


def backtest(histories: Mapping[str, Sequence[date]]) -> dict[str, object]:
    """Mean and median error in days of each rule, and how often the range held what came."""
    errors: dict[str, list[float]] = defaultdict(list)
    pools: dict[date, Pool] = {}
    answers, within = [], 0
    for days in histories.values():
        gaps = gaps_of(days)
        for place in range(KNOWN - 1, len(gaps)):
            at, gap = days[place], gaps[place]
            pool = pools.setdefault(at, pool_of(histories, at)) if at not in pools else pools[at]
            found = expect(days[: place + 1], pool, at)
            assert found.expected_on is not None
            assert found.from_on is not None
            assert found.until_on is not None
            came = days[place + 1]
            errors["rule"].append(abs((came - found.expected_on).days))
            errors["median of last five"].append(abs(gap - median(gaps[max(0, place - 5) : place])))
            errors["median of all before"].append(abs(gap - median(pool.gaps or gaps[:place])))
            within += found.from_on <= came <= found.until_on
            answers.append(gap)
    for name, constant in (("mean of answers", fmean(answers)), ("median of answers", median(answers))):
        errors[name] = [abs(gap - constant) for gap in answers]
    return {
        "predictions": len(answers),
        "within_range": round(within / len(answers), 3),
        "rules": {
            name: {"mean_error": round(fmean(found), 2), "median_error": round(median(found), 1)}
            for name, found in errors.items()
        },
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(prog="bench.reorder", description=__doc__)
    parser.add_argument("orders", type=Path)
    parser.add_argument("--lines", type=Path)
    options = parser.parse_args()
    print(json.dumps(backtest(read_book(options.orders, options.lines).histories()), indent=1))


if __name__ == "__main__":
    main()
