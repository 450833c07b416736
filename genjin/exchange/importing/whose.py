"""Of which customer rows about orders, shipments and money speak: by name, website, our code or theirs.

Another program's code of a customer is noted when his company is imported with it; where nobody has that
code, it may be what the customer is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.models import Customer
from genjin.customers.normalise import name_key
from genjin.exchange.importing import companies
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.matching import WHY, Keys, Match, find_matches
from genjin.exchange.importing.register import Line, Run
from genjin.exchange.models import KnownCode
from genjin.records import bulk

CODE = gettext_lazy("the same code in the former program")
LONGEST = 60


@dataclass(frozen=True)
class Answer:
    """The customer that a row speaks of, or why there is none, as sentences."""

    customer_id: int | None = None
    refusals: tuple[str, ...] = ()


def foreign_code(line: Line) -> str:
    """The code by which another program calls the customer of a row; "" for ours and none."""
    code = str(line.values.get("customer.code", ""))
    return "" if companies.is_ours(code) else folded(code)[:LONGEST]


def names_somebody(line: Line) -> bool:
    """Whether a row says whose it is."""
    return any(line.values.get(f"customer.{name}") for name in ("name", "name_local", "code", "website"))


def remember(pairs: Iterable[tuple[int, str]]) -> None:
    """Note codes of customers by their ids, those that are not known yet."""
    wanted = {(pk, code) for pk, code in pairs if code}
    if wanted:
        rows = KnownCode.objects.filter(customer__in={pk for pk, _code in wanted})
        fresh = sorted(wanted - set(rows.values_list("customer_id", "code")))
        bulk.insert([bulk.fresh(KnownCode, customer_id=pk, code=code) for pk, code in fresh])


def customers_of(run: Run, lines: Sequence[Line]) -> list[Answer]:
    """The customer of each row, if the person may change it; a handful of queries, however many rows."""
    found = _sure_matches(lines)
    ids = {match.customer_id for matches in found for match in matches}
    known = {c.pk: c for c in Customer.objects.filter(pk__in=ids).select_related("owner")} if ids else {}
    mine = Customer.objects.editable_by(run.by).filter(pk__in=ids).values_list("pk", flat=True)
    editable = set(mine) if ids else set()
    return [_answer(matches, known, editable) for matches in found]


def _answer(matches: Sequence[Match], known: Mapping[int, Customer], editable: set[int]) -> Answer:
    if not matches:
        return Answer(refusals=(_("None of your customers fits. Import the company first."),))
    if len(matches) > 1:
        said = (companies.sentence(m, known[m.customer_id], _why(m)) for m in matches[:3])
        return Answer(refusals=tuple(said))
    pk = matches[0].customer_id
    if pk not in editable:
        return Answer(refusals=(_("“%(name)s” is not yours to change.") % {"name": known[pk]},))
    return Answer(pk)


def _why(match: Match) -> object:
    return CODE if match.why == "code" else WHY[match.why]


def _sure_matches(lines: Sequence[Line]) -> list[list[Match]]:
    keys = [companies.row_keys(line) for line in lines]
    found = [[match for match in some if match.is_sure] for some in find_matches(keys)]
    _let_names_win(keys, found)
    codes = [foreign_code(line) for line in lines]
    by_code = _by_code({code for code in codes if code})
    for place, code in enumerate(codes):
        if code and (ids := by_code.get(code)):
            both = [match for match in found[place] if match.customer_id in ids]
            found[place] = both or found[place] or [Match(pk, "code", is_sure=True) for pk in sorted(ids)]
    _by_code_as_name(lines, codes, found)
    return found


def _let_names_win(keys: Sequence[Keys], found: list[list[Match]]) -> None:
    """A code of ours that another instance gave is another company's here: then its name is right."""
    coded = [place for place, key in enumerate(keys) if key.serial and key.name and found[place]]
    if not coded:
        return
    ids = {match.customer_id for place in coded for match in found[place]}
    names = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name_key"))
    wrong = [place for place in coded if names.get(found[place][0].customer_id) != keys[place].name]
    for place, matches in zip(
        wrong, find_matches([replace(keys[p], serial=None) for p in wrong]), strict=True
    ):
        sure = [match for match in matches if match.is_sure]
        found[place] = sure or found[place]


def _by_code(codes: set[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    known = sorted(codes)
    for start in range(0, len(known), 500):
        rows = KnownCode.objects.filter(
            code__in=known[start : start + 500], customer__deleted_at__isnull=True
        )
        for code, pk in rows.values_list("code", "customer_id"):
            found[code].add(pk)
    return found


def _by_code_as_name(lines: Sequence[Line], codes: Sequence[str], found: list[list[Match]]) -> None:
    places = [place for place, code in enumerate(codes) if code and not found[place]]
    if not places:
        return
    said = [str(lines[place].values["customer.code"]) for place in places]
    for place, matches in zip(
        places, find_matches([Keys(name=name_key(text)) for text in said]), strict=True
    ):
        found[place] = [match for match in matches if match.is_sure]
