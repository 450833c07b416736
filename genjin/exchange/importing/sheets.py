"""The file of an import as a table, what was detected of it, and which field each column may mean."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from genjin.exchange import headers
from genjin.exchange.importing import custom
from genjin.exchange.importing.cleaning import LEFT_OUT
from genjin.exchange.importing.register import ImportField, ImportKind
from genjin.exchange.models import Import, RememberedColumns
from genjin.exchange.reading import Corrections, DateOrder, DecimalSign, Reason, Refusal, RowKind, Table, read
from genjin.exchange.reading.formats import Format
from genjin.exchange.reading.reasons import finding
from genjin.exchange.synonyms import FIELDS
from genjin.files import store

SAMPLE = 20
OUR_CODE = re.compile(r"[Cc]\d{5,9}")
_COMPANY = ("customer.name", "customer.name_local")
CARD_HEADINGS = {
    "Name": pgettext_lazy("address card", "Name"),
    "Family name": pgettext_lazy("address card", "Family name"),
    "Given name": pgettext_lazy("address card", "Given name"),
    "Company": pgettext_lazy("address card", "Company"),
    "Department": pgettext_lazy("address card", "Department"),
    "Title": pgettext_lazy("address card", "Title"),
    "Mail": pgettext_lazy("address card", "Mail"),
    "Mobile": pgettext_lazy("address card", "Mobile"),
    "Phone": pgettext_lazy("address card", "Phone"),
    "Fax": pgettext_lazy("address card", "Fax"),
    "Street": pgettext_lazy("address card", "Street"),
    "City": pgettext_lazy("address card", "City"),
    "Region": pgettext_lazy("address card", "Region"),
    "Postal code": pgettext_lazy("address card", "Postal code"),
    "Country": pgettext_lazy("address card", "Country"),
    "Web page": pgettext_lazy("address card", "Web page"),
    "Birthday": pgettext_lazy("address card", "Birthday"),
    "WeChat": pgettext_lazy("address card", "WeChat"),
    "Note": pgettext_lazy("address card", "Note"),
    "Categories": pgettext_lazy("address card", "Categories"),
}
"""Cards have no headings of their own: ours are said in the reader's language, and kept in English."""
_OF_CARDS = {
    "Name": "contact.name", "Company": "customer.name", "Department": "contact.department",
    "Title": "contact.job_title", "Mail": "contact.email", "Mobile": "contact.mobile",
    "Phone": "contact.phone", "Fax": "customer.fax", "Street": "customer.address", "City": "customer.city",
    "Country": "customer.country", "Web page": "customer.website", "Birthday": "contact.birthday",
    "WeChat": "contact.wechat", "WhatsApp": "contact.whatsapp", "Skype": "contact.skype", "QQ": "contact.qq",
    "Note": "customer.remarks", "Categories": "customer.tags",
}  # fmt: skip
_DATES = ("moment", "day", "birthday", "custom date")
_NUMBERS = ("money", "decimal", "priced", "rate", "share", "custom number", "custom money")


@contextmanager
def opened(job: Import) -> Iterator[Table]:
    """The table, read with the person's corrections; raises `Refusal`, also when the file is gone."""
    if job.file is None:
        raise Refusal("empty")
    with store.current().open(job.file.sha256) as stream:
        yield read(stream, job.name, corrections_of(job.corrections))


def corrections_of(said: Mapping[str, Any]) -> Corrections:
    """What a person said, from its stored form."""
    rows = said.get("header_rows")
    return Corrections(
        encoding=said.get("encoding") or None,
        delimiter=said.get("delimiter") or None,
        sheet=said.get("sheet") or None,
        header_rows=None if rows is None else tuple(rows),
        date_order=DateOrder(said["date_order"]) if said.get("date_order") else None,
        decimal_sign=DecimalSign(said["decimal_sign"]) if said.get("decimal_sign") else None,
    )


def described(table: Table) -> dict[str, Any]:
    """What was detected, the headings and the first rows, as JSON."""
    facts = table.facts
    sample = []
    for row in table.rows():
        if row.kind is RowKind.DATA:
            sample.append([cell.stripped[:200] for cell in row.cells])
        if len(sample) == SAMPLE:
            break
    return {
        "format": str(facts.format),
        "encoding": facts.encoding,
        "delimiter": facts.delimiter,
        "sheets": [sheet.name for sheet in facts.sheets],
        "sheet": facts.sheet,
        "header_rows": list(facts.header_rows),
        "date_order": str(facts.date_order),
        "decimal_sign": str(facts.decimal_sign),
        "rows": facts.rows,
        "findings": [[found.code, dict(found.values)] for found in facts.findings],
        "headers": [header.text or header.letter for header in table.headers],
        "sample": sample,
    }


def headings(sheet: Mapping[str, Any]) -> list[str]:
    """The headings as the reader sees them: of a file as they stand there, of cards translated."""
    if sheet.get("format") != Format.VCARD:
        return list(sheet["headers"])
    return [card_heading(head) for head in sheet["headers"]]


def card_heading(head: str) -> str:
    """One heading of a card in the reader's language, "Mail 2" too."""
    name, _blank, number = head.partition(" ") if head[-1:].isdigit() else (head, "", "")
    return f"{CARD_HEADINGS.get(name, name)} {number}".strip()


def findings(sheet: Mapping[str, Any]) -> list[Reason]:
    """What was found about the file, to be said in the reader's language."""
    return [finding(code, **values) for code, values in sheet.get("findings", ())]


def headings_key(heads: Sequence[str]) -> str:
    """What tells one set of headings from another."""
    return hashlib.sha256("\n".join(headers.folded(head) for head in heads).encode()).hexdigest()


def must_choose(kind: ImportKind, sheet: Mapping[str, Any]) -> list[int]:
    """The columns that name a grading without saying which: the person says, never the program."""
    if kind.name not in FIELDS:
        return []
    found = headers.guess(sheet["headers"], kind.name, sheet["sample"])
    return [place for place, one in enumerate(found) if one.must_choose]


def guessed_columns(
    kind: ImportKind, fields: Mapping[str, ImportField], sheet: Mapping[str, Any]
) -> list[str]:
    """A field for each column: as these headings were imported last, else as they and the values suggest.

    "-" leaves a column out, "" asks the person.
    """
    heads = sheet["headers"]
    memory = RememberedColumns.objects.filter(kind=kind.name, headings=headings_key(heads)).first()
    guessed = _guessed(kind, fields, sheet)
    if memory is None or len(memory.columns) != len(heads):
        return guessed
    chosen = []
    for name, guess in zip(memory.columns, guessed, strict=True):
        # Whoever imported last may have had no right to this field, so that it is not known what he meant.
        is_new = name == LEFT_OUT and guess in fields and bool(fields[guess].right)
        chosen.append(guess if is_new else name if name in fields else LEFT_OUT)
    return chosen


def _guessed(kind: ImportKind, fields: Mapping[str, ImportField], sheet: Mapping[str, Any]) -> list[str]:
    heads = sheet["headers"]
    if kind.name not in FIELDS:
        return [_by_label(head, fields) for head in heads]
    if sheet.get("format") == Format.VCARD:  # what stands in a card is known, whatever it looks like
        names = [_OF_CARDS.get(re.sub(r" \d+$", "", head), LEFT_OUT) for head in heads]
        return [name if name in fields else LEFT_OUT for name in names]
    chosen = []
    guesses = headers.guess(heads, kind.name, sheet["sample"])
    for guess in guesses:
        name = guess.chosen if guess.chosen in fields else LEFT_OUT
        chosen.append("" if guess.must_choose else name)
    for place, name in custom.by_heading(heads, fields).items():
        sure = any(one.field == chosen[place] and one.by == "exact" for one in guesses[place].candidates)
        if not sure:
            chosen[place] = name
    for place, head in enumerate(heads):  # "Mail 2" stands beside "Mail"
        bare = re.sub(r"[\s(（]*\d+[)）]?$", "", head)
        if chosen[place] == LEFT_OUT and bare != head and bare in heads:
            first = chosen[heads.index(bare)]
            if first in fields and fields[first].many:
                chosen[place] = first
    return chosen


def _by_label(head: str, fields: Mapping[str, ImportField]) -> str:
    wanted = headers.folded(head)
    names = [name for name, one in fields.items() if headers.folded(str(one.label)) == wanted]
    return names[0] if len(names) == 1 else LEFT_OUT


def column_problems(
    kind: ImportKind, fields: Mapping[str, ImportField], sheet: Mapping[str, Any], columns: Sequence[str]
) -> dict[int | None, str]:
    """What is wrong with the choice of columns: by place, None for the whole."""
    problems: dict[int | None, str] = {}
    seen: dict[str, int] = {}
    for place, name in enumerate(columns):
        if not name:
            problems[place] = _("Say which grading this column holds, or leave it out.")
        elif name == LEFT_OUT:
            continue
        elif name not in fields:
            problems[place] = _("Choose one of the list.")
        elif name in seen and not fields[name].many:
            problems[place] = _("Column “%(head)s” has this already.") % {"head": headings(sheet)[seen[name]]}
        else:
            seen.setdefault(name, place)
    for group in kind.one_of:
        if not set(group) & set(seen):
            labels = " / ".join(str(fields[name].label) for name in group if name in fields)
            problems.setdefault(None, _("A column is needed for: %(fields)s") % {"fields": labels})
    if "customer.code" in seen and not set(_COMPANY) & set(seen) and kind.name == "customers":
        column = seen["customer.code"]
        codes = [row[column] for row in sheet["sample"] if column < len(row) and row[column]]
        if not any(OUR_CODE.fullmatch(code) for code in codes):
            text = _(
                "“%(head)s” holds no customer codes of Genjin; choose the column with the company's name."
            )
            problems.setdefault(column, text % {"head": headings(sheet)[column]})
    types = {fields[name].type for name in seen}
    if sheet["date_order"] == "ambiguous" and types & set(_DATES):
        problems.setdefault(None, _("Go back and say in which order the dates are written."))
    if sheet["decimal_sign"] == "ambiguous" and types & set(_NUMBERS):
        problems.setdefault(None, _("Go back and say which decimal sign is meant."))
    return problems
