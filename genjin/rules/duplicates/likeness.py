"""In what two names are alike and in what they differ, as numbers; the same whichever name comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from genjin.rules.duplicates.legal_forms import LegalForm
from genjin.rules.duplicates.names import CompanyName
from genjin.rules.duplicates.scripts import is_pinyin, sound
from genjin.rules.duplicates.words import BETRAYING, SOFT

Traits = dict[str, float]
ALIKE_FROM = 0.72
"""Words less alike than this are different words."""
LONG_WORD = 7
VOWELS = str.maketrans("", "", "aeiouyh")


def compare_names(a: CompanyName, b: CompanyName) -> Traits:
    """Traits by name; those that are missing are 0."""
    traits: Traits = {}
    if a.whole == b.whole:
        traits["written_same"] = 1.0
        _weigh(len(a.whole), 1, traits)
        _compare_forms(a, b, traits)
        return traits
    if a.core or b.core:
        _compare_core(a, b, traits)
    else:
        _compare_generic(a, b, traits)
    _compare_trades(a, b, traits)
    _compare_places(a, b, traits)
    _compare_numbers(a.numbers, b.numbers, traits)
    _compare_forms(a, b, traits)
    return traits


def _compare_core(a: CompanyName, b: CompanyName, traits: Traits) -> None:
    if a.chinese and b.chinese and a.chinese != b.chinese:
        traits["other_characters"] = 1.0
    if a.core == b.core or sorted(a.core) == sorted(b.core):
        traits["same_words"] = 1.0
        length = sum(map(len, a.core))
        _weigh(length, len(a.core), traits)
        return
    if a.joined == b.joined:
        traits["sounds_same"] = 1.0
        if is_pinyin("".join(a.core)) and is_pinyin("".join(b.core)) and "".join(a.core) != "".join(b.core):
            traits["other_syllable"] = 1.0
        if len(a.joined) < LONG_WORD:
            traits["sounds_same_but_short"] = 1.0
        _weigh(len(a.joined), max(len(a.core), len(b.core)), traits)
        return
    if _is_acronym(a, b) or _is_acronym(b, a):
        traits["acronym"] = 1.0
        return
    _align(_Words(a), _Words(b), traits)


def _weigh(length: int, count: int, traits: Traits) -> None:
    """Short names are common names."""
    if length <= 3:
        traits["very_short"] = 1.0
    elif length <= 5:
        traits["short"] = 1.0
    if count > 1:
        traits["several_words"] = 1.0


def _is_acronym(short: CompanyName, long: CompanyName) -> bool:
    """IBM of International Business Machines."""
    letters = "".join(short.core)
    initials = long.initials
    is_short = 3 <= len(letters) <= 6 and len(initials) > 2
    return is_short and (letters == initials or (letters[:-1] == initials and letters[-1] in "cgl"))


class _Words:
    """The words of a core while they are paired off."""

    def __init__(self, name: CompanyName) -> None:
        self.left = list(name.core)
        self.total = sum(min(len(word), 10) for word in name.core) or 1

    def extra(self) -> float:
        """How much of the core has no counterpart, 0..1."""
        return sum(min(len(word), 10) for word in self.left) / self.total


def _align(a: _Words, b: _Words, traits: Traits) -> None:
    """Pairs off words that are equal, sound alike or are probably one word mistyped."""
    matched = 0
    for word in list(a.left):
        if word in b.left:
            a.left.remove(word)
            b.left.remove(word)
            matched += len(word)
    matched += _pair_sounds(a, b, traits) + _pair_parts(a, b, traits) + _pair_parts(b, a, traits)
    matched += _pair_typos(a, b, traits)
    one, two = sorted((a.extra(), b.extra()))
    traits["words_differ"] = one
    traits["word_more"] = two - one
    if matched:
        traits["words_shared"] = min(matched, 12) / 12
    if not a.left and not b.left and matched:
        traits["all_paired"] = 1.0


def _pair_sounds(a: _Words, b: _Words, traits: Traits) -> int:
    matched = 0
    sounds = {sound(word): word for word in b.left}
    for word in list(a.left):
        other = sounds.get(sound(word))
        if other in b.left and other is not None and not _is_other_pinyin(word, other):
            a.left.remove(word)
            b.left.remove(other)
            traits["word_sounds_same"] = 1.0
            matched += len(word)
    return matched


def _pair_parts(whole: _Words, parts: _Words, traits: Traits) -> int:
    """Words written apart on one side: Heng Tai and Hengtai."""
    for at in range(len(parts.left) - 1):
        for count in (2, 3):
            pieces = parts.left[at : at + count]
            joined = "".join(pieces)
            if len(pieces) == count and joined in whole.left:
                whole.left.remove(joined)
                del parts.left[at : at + count]
                traits["written_apart"] = 1.0
                return len(joined)
    return 0


def _pair_typos(a: _Words, b: _Words, traits: Traits) -> int:
    pairs = []
    for one in a.left:
        for two in b.left:
            likeness = max(
                OSA.normalized_similarity(one, two), 0.97 * OSA.normalized_similarity(sound(one), sound(two))
            )
            if likeness >= ALIKE_FROM:
                pairs.append((likeness, f"{min(one, two)} {max(one, two)}", one, two))
    matched = 0
    for _likeness, _order, one, two in sorted(pairs, reverse=True):
        if one in a.left and two in b.left:
            a.left.remove(one)
            b.left.remove(two)
            _describe_typo(one, two, traits)
            matched += min(len(one), len(two))
    return matched


def _describe_typo(one: str, two: str, traits: Traits) -> None:
    """What kind of difference it is: some slip from the fingers, others make another name."""
    edits = OSA.distance(one, two)
    length = min(len(one), len(two))
    traits["typo"] = max(traits.get("typo", 0.0), edits / length)
    if _is_other_pinyin(one, two):
        traits["other_syllable"] = 1.0
    if length < LONG_WORD:
        traits["typo_in_short_word"] = 1.0
    if edits > 1:
        traits["several_typos"] = 1.0
    if sorted(one) == sorted(two) or _is_doubled(one, two):
        traits["slip_of_fingers"] = 1.0
    elif len(one) != len(two):
        longer, shorter = (one, two) if len(one) > len(two) else (two, one)
        if longer.startswith(shorter):
            traits["ending"] = 1.0
        else:
            traits["letter_left_out"] = 1.0
    elif one[0] != two[0]:
        traits["other_beginning"] = 1.0
    elif one.translate(VOWELS) == two.translate(VOWELS):
        traits["other_vowel"] = 1.0
    else:
        traits["other_consonant"] = 1.0


def _is_doubled(one: str, two: str) -> bool:
    return _once(one) == _once(two)


def _once(word: str) -> str:
    return "".join(letter for at, letter in enumerate(word) if not at or word[at - 1] != letter)


def _is_other_pinyin(one: str, two: str) -> bool:
    return one != two and is_pinyin(one) and is_pinyin(two)


def _compare_generic(a: CompanyName, b: CompanyName, traits: Traits) -> None:
    """Neither has a word of its own: General Trading, China Steel."""
    traits["nothing_own"] = 1.0
    if a.trades == b.trades and a.towns == b.towns and a.countries == b.countries:
        traits["generic_same"] = 1.0
    elif set(a.trades) == set(b.trades):
        traits["generic_alike"] = 1.0
    else:
        traits["generic_differs"] = 1.0


def _compare_trades(a: CompanyName, b: CompanyName, traits: Traits) -> None:
    one, two = set(a.trades), set(b.trades)
    if one == two:
        if one:
            traits["trades_same"] = 1.0
        return
    hard_one, hard_two = one - two - SOFT - BETRAYING, two - one - SOFT - BETRAYING
    if hard_one and hard_two:
        traits["trades_differ"] = 1.0
    elif hard_one or hard_two:
        has_both = (one - SOFT) and (two - SOFT)
        traits["trade_further" if has_both else "trade_more"] = 1.0
    soft_one, soft_two = (one - two) & SOFT, (two - one) & SOFT
    if (hard_one and soft_two and not hard_two) or (hard_two and soft_one and not hard_one):
        traits["trade_for_soft"] = 1.0
    if soft_one and soft_two:
        traits["soft_differ"] = 1.0
    elif soft_one or soft_two:
        traits["soft_more"] = 1.0
    if (one ^ two) & BETRAYING:
        traits["branch"] = 1.0
        if a.towns != b.towns:
            traits["branch_elsewhere"] = 1.0


def _compare_places(a: CompanyName, b: CompanyName, traits: Traits) -> None:
    if a.towns and b.towns:
        shared = a.towns & b.towns
        traits[("town_same" if a.towns == b.towns else "town_partly") if shared else "town_differs"] = 1.0
    elif a.towns or b.towns:
        traits["town_more"] = 1.0
    if bool(a.countries) != bool(b.countries) and not (a.towns or b.towns):
        traits["country_more"] = 1.0


def _compare_numbers(a: frozenset[str], b: frozenset[str], traits: Traits) -> None:
    if a == b:
        return
    traits["number_differs" if a and b else "number_more"] = 1.0


def _compare_forms(a: CompanyName, b: CompanyName, traits: Traits) -> None:
    if not a.forms or not b.forms:
        return
    kinds_a, kinds_b = a.kinds, b.kinds
    abroad = _countries(a.forms), _countries(b.forms)
    if all(abroad) and not abroad[0] & abroad[1]:
        traits["form_of_other_country"] = 1.0
    elif kinds_a and kinds_b and not kinds_a & kinds_b:
        traits["other_legal_person"] = 1.0
    elif kinds_a and kinds_b and a.forms == b.forms:
        traits["form_same"] = 1.0


def _countries(forms: Iterable[LegalForm]) -> set[str]:
    """Where the forms may be; a form of everywhere leaves the others to say."""
    found: Counter[str] = Counter()
    for form in forms:
        found.update(form.countries)
    return set(found)
