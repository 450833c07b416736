"""The standing list of duplicates as it would be if everybody who is marked were compared already."""

from __future__ import annotations

from collections.abc import Iterator

from genjin.customers import duplicate_reasons
from genjin.customers.actions.duplicate_pairs import SLICE, judged
from genjin.customers.models import DuplicateMark, DuplicatePair
from genjin.rules.duplicates.score import Match, verdict

State = DuplicatePair.State


def keys_are_complete() -> bool:
    """Whether everybody has keys, so that the pairs can be found by them."""
    return not DuplicateMark.objects.filter(needs_keys=True).exists()


def open_pairs(floor: int) -> Iterator[tuple[int, int, Match]]:
    """Pairs of customers of at least so many points that nobody told apart; writes nothing.

    Only the marked ones are compared, with those that share a stored key.
    """
    marked = list(DuplicateMark.objects.order_by("pk").values_list("pk", flat=True))
    waiting = set(marked)
    for pair in DuplicatePair.objects.alive().filter(state=State.OPEN, score__gte=floor).iterator():
        if waiting.isdisjoint((pair.first_id, pair.second_id)):
            reasons = tuple(duplicate_reasons.read(pair.reasons))
            yield pair.first_id, pair.second_id, Match(pair.score, verdict(pair.score), reasons)
    if not marked:
        return
    apart = set(DuplicatePair.objects.filter(state=State.DIFFERENT).values_list("first_id", "second_id"))
    told = set(apart)
    for start in range(0, len(marked), SLICE):
        for both, match in judged(marked[start : start + SLICE]).items():
            if both not in told and match.score >= floor:
                told.add(both)
                yield *both, match
