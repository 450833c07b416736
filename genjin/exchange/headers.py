"""Which field a column means, by its heading and values; a grading without a name is never guessed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .synonyms import FIELDS, GRADINGS, UNNAMED_GRADINGS

SEVERAL = ("contact.email", "contact.mobile", "contact.phone")
"""Fields that several columns may mean."""
SURE = 0.85  # from here on a candidate is taken without asking
_CUT = 86  # of 100: below it two headings are different words
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_WORDED = frozenset(
    f"customer.{name}"
    for name in ("name", "name_local", "country", "city", "owner", "source", "industry", "tags")
) | {
    "contact.name", "contact.job_title", "interaction.person", "interaction.content", "order.owner",
    "order.payment_terms", "order.payment_method", "order.incoterm", "order.kind", "order.state",
}  # fmt: skip
_WEB = re.compile(r"(?i)(https?://\S+|www\.\S+)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that the column may mean, how sure that is (0 to 1), and by what it was found."""

    field: str
    confidence: float
    by: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column may mean; while `chosen` is empty the person says, out of `candidates` or freely."""

    header: str
    candidates: tuple[Candidate, ...]
    chosen: str = ""
    must_choose: bool = False


def folded(text: str) -> str:
    """A heading without case, width, punctuation, numbering and remarks in brackets."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\(\d+\)$|[\(\[【（].*?[\)\]】）]|[*:：?]", " ", text)
    return re.sub(r"[\s_\-./\\]+", " ", text).strip()


def guess(headers: Sequence[str], kind: str, samples: Sequence[Sequence[str]] = ()) -> list[Guess]:
    """One guess per heading for records of `kind`, by some rows as texts; no field is chosen twice."""
    table = FIELDS[kind]
    columns = [
        [row[place] for row in samples if place < len(row) and row[place].strip()]
        for place in range(len(headers))
    ]
    found = [_candidates(header, columns[place], table) for place, header in enumerate(headers)]
    # Where records have no gradings, "category" is no grading either.
    graded = any(field in table for field in GRADINGS)
    unnamed = [graded and _is_unnamed(header) for header in headers]
    chosen = _without_double_use(found, unnamed)
    for place, header in enumerate(headers):
        if place not in chosen and (field := _further(header, table)):
            chosen[place] = field
    result = []
    for place, header in enumerate(headers):
        if unnamed[place]:
            choices = tuple(Candidate(field, 0.0, "choice") for field in GRADINGS if field in table)
            result.append(Guess(header, choices, must_choose=bool(choices)))
        else:
            result.append(Guess(header, tuple(found[place]), chosen.get(place, "")))
    return result


def _is_unnamed(header: str) -> bool:
    """Whether the heading names a grading without saying which dimension."""
    return any(part in UNNAMED_GRADINGS for part in (folded(header), _last_part(header)))


def _further(header: str, table: dict[str, tuple[str, ...]]) -> str:
    """The way to reach somebody that a numbered heading means: "E-mail 2 Address", "手机2"."""
    bare = re.sub(r"\s*\b\d\b\s*|(?<=[^\d\s])\d$", " ", folded(header)).strip()
    if bare == folded(header):
        return ""
    return next((name for name in SEVERAL if bare in map(folded, table.get(name, ()))), "")


def _last_part(header: str) -> str:
    return folded(header.rsplit(" / ", maxsplit=1)[-1])


def _candidates(header: str, values: Sequence[str], table: dict[str, tuple[str, ...]]) -> list[Candidate]:
    best: dict[str, Candidate] = {}

    def offer(field: str, confidence: float, by: str) -> None:
        if field in table and (field not in best or best[field].confidence < confidence):
            best[field] = Candidate(field, round(confidence, 2), by)

    for part, weight in _parts(header):
        for field, words in table.items():
            if part in words:
                offer(field, weight, "exact")
            elif part in map(folded, words):
                offer(field, weight * 0.98, "folded")
        if part and not best:
            for word, score, _ in process.extract(
                part, _words(table), scorer=fuzz.ratio, score_cutoff=_CUT, limit=4
            ):
                for field, words in table.items():
                    if word in words:
                        offer(field, weight * score / 107, "fuzzy")
    _by_values(values, best, offer)
    return sorted(best.values(), key=lambda one: -one.confidence)[:5]


def _words(table: dict[str, tuple[str, ...]]) -> list[str]:
    return [word for words in table.values() for word in words if len(word) > 3]


def _parts(header: str) -> list[tuple[str, float]]:
    """The heading itself, and the parts of one joined from several rows; a group's name helps least."""
    parts = [(folded(header), 1.0)]
    pieces = header.split(" / ")
    if len(pieces) > 1:
        together = [(folded(joint.join(pieces)), 0.97) for joint in ("", " ")]
        parts += [*together, (folded(pieces[-1]), 0.95), (folded(pieces[0]), 0.6)]
    return parts


def _by_values(values: Sequence[str], best: dict[str, Candidate], offer) -> None:  # type: ignore[no-untyped-def]
    """A column of mail addresses is a mail column; one headed as such that holds none is doubtful."""
    if len(values) < 2:
        return
    mails = sum(1 for value in values if _MAIL.fullmatch(value.strip())) / len(values)
    pages = sum(1 for value in values if _WEB.fullmatch(value.strip())) / len(values)
    if mails >= 0.8:
        best.clear()
        offer("contact.email", 0.95, "values")
    elif pages >= 0.8:
        offer("customer.website", 0.9, "values")
    numbers = sum(1 for value in values if re.fullmatch(r"[-$€£¥]?[\d.,]+%?", value.strip())) / len(values)
    if numbers >= 0.8:  # names, owners and places are no numbers
        for field in _WORDED & set(best):
            del best[field]
    if mails == 0 and "contact.email" in best and len(values) >= 5:
        best["contact.email"] = Candidate("contact.email", 0.4, "values")


def _without_double_use(found: Sequence[Sequence[Candidate]], barred: Sequence[bool]) -> dict[int, str]:
    """The surest candidates first, each field for one column only."""
    offers = sorted(
        (
            (one.confidence, -place, one.field)
            for place, ones in enumerate(found)
            for one in ones
            if not barred[place]
        ),
        reverse=True,
    )
    chosen: dict[int, str] = {}
    for confidence, negative, field in offers:
        if confidence >= SURE and -negative not in chosen and field not in chosen.values():
            chosen[-negative] = field
    return chosen
