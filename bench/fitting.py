"""A small logistic regression in plain Python, pulled towards what is thought before any pair is seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Row = tuple[Mapping[str, float], bool]
STRENGTH = 0.35
"""How strongly a weight is held at its prior: high means that few pairs change little."""
ROUNDS = 25

PRIOR = {
    "bias": -0.5, "same_words": 4.0, "sounds_same": 3.5, "all_paired": 1.5, "words_shared": 2.0,
    "written_apart": 1.0, "word_sounds_same": 0.0, "words_differ": -5.0, "word_more": -2.5,
    "acronym": 2.5, "typo": -2.0, "other_syllable": -3.0, "typo_in_short_word": -1.5,
    "several_typos": -1.0, "slip_of_fingers": 0.5, "ending": -0.5, "letter_left_out": 0.0,
    "other_beginning": -1.5, "other_vowel": -0.5, "other_consonant": -1.0, "several_words": 0.5,
    "short": -0.3, "very_short": -0.5, "nothing_own": -1.0, "generic_same": 3.0, "generic_alike": 1.0,
    "trades_same": 0.5, "trades_differ": -3.0, "trade_more": -0.7, "trade_further": -0.7,
    "soft_differ": -0.7, "soft_more": -0.2, "branch": -2.0, "town_same": 0.3, "town_differs": -4.0,
    "town_more": -0.5, "country_more": -0.3, "number_differs": -5.0, "number_more": -2.0,
    "form_of_other_country": -2.0, "other_legal_person": -2.5, "form_same": 0.2, "by_alias": -0.3,
    "country_same": 0.3, "country_differs": -4.0, "city_same": 0.8, "city_differs": -1.5,
    "address_same": 2.5, "address_differs": -1.5, "domain_same": 5.0, "domain_label_same": 2.0,
    "domain_differs": -1.5, "phone_same": 4.0, "phone_near": 0.7, "phone_differs": -0.7,
    "written_same": 4.0, "other_characters": -3.0, "generic_differs": -2.0, "trade_for_soft": -1.0,
    "town_partly": -0.2, "branch_elsewhere": -2.0, "sounds_same_but_short": -1.5,
}  # fmt: skip
"""What each trait is thought to be worth; also the list of all traits."""


def fit(rows: Sequence[Row], strength: float = STRENGTH) -> dict[str, float]:
    """Weights with the highest likelihood, each pulled towards its prior (Newton's method)."""
    names = list(PRIOR)
    place = {name: at for at, name in enumerate(names)}
    prior = [PRIOR[name] for name in names]
    weights = list(prior)
    sparse = [
        ([(place["bias"], 1.0), *((place[n], v) for n, v in traits.items() if n in place)], float(same))
        for traits, same in rows
    ]
    for _ in range(ROUNDS):
        step = _newton(sparse, weights, prior, strength)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return dict(zip(names, weights, strict=True))


def _newton(
    rows: list[tuple[list[tuple[int, float]], float]],
    weights: list[float],
    prior: list[float],
    strength: float,
) -> list[float]:
    size = len(weights)
    slope = [strength * (prior[at] - weights[at]) for at in range(size)]
    curve = [[strength if at == other else 0.0 for other in range(size)] for at in range(size)]
    for traits, same in rows:
        odds = sum(weights[at] * value for at, value in traits)
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
        bend = max(chance * (1 - chance), 1e-6)
        for at, value in traits:
            slope[at] += (same - chance) * value
            for other, further in traits:
                curve[at][other] += bend * value * further
    return _solve(curve, slope)


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination; the matrix is positive definite."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = rows[at][at]
        for below in range(at + 1, size):
            factor = rows[below][at] / pivot
            if factor:
                rows[below] = [x - factor * y for x, y in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][other] * found[other] for other in range(at + 1, size))
        found[at] = (rows[at][size] - known) / rows[at][at]
    return found
