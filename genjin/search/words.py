"""Words that were typed wrongly: the words of all titles, and which of them come near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from genjin.search.models import Word
from genjin.search.tokens import COMMON, HAN, PIECES, Term, asked_terms, folded, pinyin_of

SHORTEST, LONGEST = 4, 24
"""Letters of a word in which an error is forgiven: of shorter ones every other word is near."""
CANDIDATES = 2_000
NEAREST = 5
BATCH = 400
LIKE = 66.0
"""How like (percent) a title must be to what was asked with a wrong character."""


def learn(titles: Iterable[str]) -> None:
    """Remember the words of these titles."""
    found = sorted({word for title in titles for word in words_of(title)})
    for start in range(0, len(found), BATCH):
        rows = [Word(forwards=_key(w), backwards=_key(w[::-1])) for w in found[start : start + BATCH]]
        Word.objects.bulk_create(rows, ignore_conflicts=True)


def words_of(title: str) -> list[str]:
    """The words of a title that somebody could type wrongly: letters of scripts that have words."""
    return [
        word
        for _pair, word in PIECES.findall(folded(title))
        if word.isalpha() and SHORTEST <= len(word) <= LONGEST and word not in COMMON
    ]


def _key(word: str) -> str:
    return word.encode().hex()


def near(word: str) -> list[str]:
    """Known words that differ by one error (two in words from eight letters on), the nearest first.

    One error leaves one half of a word whole, so only words with the same beginning or end are compared.
    """
    half = max(2, (len(word) - 2) // 2)
    found: set[str] = set()
    for name, part in (("forwards", word[:half]), ("backwards", word[::-1][:half])):
        start = _key(part)
        rows = Word.objects.filter(Q(**{f"{name}__gte": start}) & Q(**{f"{name}__lt": f"{start}g"}))
        keys = rows.order_by(name).values_list("forwards", flat=True)[:CANDIDATES]
        found |= {bytes.fromhex(key).decode() for key in keys}
    most = 2 if len(word) >= 8 else 1
    distances = {other: OSA.distance(word, other, score_cutoff=most) for other in found - {word}}
    close = [other for other, distance in distances.items() if distance <= most]
    return sorted(close, key=lambda other: (distances[other], other))[:NEAREST]


def forgiving(asked: str) -> list[list[Term]]:
    """What else to look for when a name finds too little: near words, like-sounding and wrong characters.

    Each list is a group of terms that must all be found; empty when nothing can be forgiven.
    """
    groups = []
    if words := _near_words(asked):
        groups.append(words)
    names = HAN.findall(folded(asked))
    if len(names) == 1 and len(names[0]) >= 2 and names[0] == folded(asked).strip():
        groups += _near_characters(names[0])
    return groups


def _near_words(asked: str) -> list[Term]:
    """The terms of what was asked, each word also by those near to it."""
    terms, forgave = [], False
    wrong = set(words_of(asked))
    for term in asked_terms(asked):
        word = term.tokens[0]
        others = near(word) if word in wrong else []
        forgave = forgave or bool(others)
        terms.append(Term((*term.tokens, *others), True) if others else term)
    return terms if forgave else []


def _near_characters(name: str) -> list[list[Term]]:
    """Chinese of the same sound, and of the same characters but one."""
    groups = [[Term((pinyin_of(name),), True)]]
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    for wrong in range(len(name)):
        kept = [pair for i, pair in enumerate(pairs) if wrong not in (i, i + 1)]
        if kept:
            groups.append([Term((pair,), False) for pair in kept])
    return groups


def likeness(asked: str, lines: Sequence[str]) -> float:
    """How like the best of these lines is to what was asked, in percent."""
    plain = folded(asked).strip()
    return max((_alike(plain, folded(line)) for line in lines), default=0.0)


def _alike(asked: str, line: str) -> float:
    alike = fuzz.partial_ratio(asked, line)
    if HAN.search(asked) and HAN.search(line) and pinyin_of(asked) in pinyin_of(line):
        return max(alike, 90.0)
    return alike
