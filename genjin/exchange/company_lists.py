"""Companies to compare for duplicates: from any file that can be read as a table, or those stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils import translation

from genjin.customers.duplicate_facts import FIELDS, companies_of
from genjin.customers.models import Customer
from genjin.exchange import reading
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.scripts import plain

LARGEST_CELL = 10_000
_UNCERTAIN = frozenset(("long", "shifted", "second_table", "unreadable", "no_end"))
"""What makes the cells of a row doubtful."""
_HEADERS = """
name: name companyname company customer customername account accountname firm organisation organization buyer
    supplier 公司 公司名称 公司名 客户 客户名称 客户名 名称 企业名称 单位名称 单位
    供应商 买家 nameofcompany title fullname
given: givenname firstname forename 名
family: surname lastname familyname 姓
also: namelocal localname chinesename shortname alias tradename 中文名 中文名称 当地语言名称
    简称 公司简称 客户简称 别名
country: country countrycode countryregion nation land pais 国家 国家地区 国别
city: city town ort ciudad suburb 城市 市
address: address addr street adresse address1 address2 streetaddress
    streetnumber 地址 公司地址 详细地址
sites: website site web url homepage domain email mail emailaddress mailaddress 网站 网址 官网 主页
    邮箱 电子邮箱 电子邮件 邮件
phones: phone phonenumber tel telephone mobile fax whatsapp 电话 公司电话 手机 电话号码 联系电话 传真
"""
_SEVERAL = re.compile(r"[;,；，|\n]+|\s+/\s+")


def _headers() -> dict[str, str]:
    found = {}
    field = ""
    for word in _HEADERS.split():
        if word.endswith(":"):
            field = word[:-1]
        else:
            found[plain(word)] = field
    return found


HEADERS = _headers()
"""Column headers without case, spaces and signs, to what they hold."""


class UnreadableList(ValueError):
    """A file that cannot be read as a list of companies; the text is for people."""


@dataclass(frozen=True, slots=True)
class Named:
    """One line of a list: its number in the file, or the customer's id and serial."""

    row: int
    name: str
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Named):
    """One line of a list with what is compared."""

    company: Company


@dataclass(frozen=True, slots=True)
class Companies:
    """What a file holds, and sentences about the rows that could not be read for certain."""

    entries: list[Entry]
    left_out: list[str]


def read_list(path: Path) -> Companies:
    """The companies, or people, of a file in whatever format, encoding and delimiter, with headers known.

    Raises `UnreadableList` with one sentence.
    """
    found = Companies([], [])
    try:
        with translation.override("en"):  # a command's sentences
            table = reading.read(path, path.name)
            columns = _columns(header.text for header in table.headers)
            if "name" not in columns and not {"given", "family"} <= set(columns):
                raise UnreadableList(f"{path.name} has no column for the company's name.")
            for row in table.rows():
                if wrong := _doubt(row):
                    found.left_out.append(f"{path.name}, row {row.number}: {wrong}")
                elif entry := _entry(row, columns):
                    found.entries.append(entry)
    except OSError as error:
        raise UnreadableList(f"{path} cannot be read: {error.strerror}.") from None
    except reading.Refusal as refusal:
        raise UnreadableList(f"{path.name}: {refusal}") from None
    if found.left_out and not found.entries:
        raise UnreadableList(found.left_out[0])
    return found


def _columns(headings: Iterable[str]) -> list[str]:
    """What each column holds, empty if unknown; a second column with a name is another name."""
    found: list[str] = []
    for heading in headings:
        field = HEADERS.get(re.sub(r"[\W_]+", "", plain(heading)), "")
        if field in ("name", "country", "city", "given", "family") and field in found:
            field = "also" if field == "name" else ""
        found.append(field)
    return found


def _doubt(row: reading.Row) -> str:
    """Why the cells of a row are not what somebody entered; empty when they are."""
    for reason in row.problems:
        if reason.code in _UNCERTAIN:
            return str(reason)
    if any(len(cell.text) > LARGEST_CELL for cell in row.cells):
        return f"A cell holds more than {LARGEST_CELL:,} characters; a quotation mark may be missing."
    return ""


def _entry(row: reading.Row, columns: list[str]) -> Entry | None:
    cells: dict[str, list[str]] = {}
    for cell, field in zip(row.cells, columns, strict=False):
        text = cell.stripped
        if field and text:
            cells.setdefault(field, []).append(text)
    name = " ".join(cells.get("name") or [*cells.get("given", ()), *cells.get("family", ())])
    if not name or row.kind is not reading.RowKind.DATA:
        return None
    return Entry(row.number, name[:200], company=_company(name, cells))


def _company(name: str, cells: Mapping[str, list[str]]) -> Company:
    def several(field: str) -> list[str]:
        return [part for text in cells.get(field, []) for part in _SEVERAL.split(text)]

    def one(field: str) -> str:
        return next(iter(cells.get(field, [])), "")

    return company(
        name,
        also=cells.get("also", []),
        country=one("country"),
        city=one("city"),
        address=" ".join(cells.get("address", [])),
        sites=several("sites"),
        phones=several("phones"),
    )


def stored_entries() -> list[Entry]:
    """Every customer that is not in the recycle bin; for a base whose keys are not written yet."""
    rows = Customer.objects.alive().order_by("pk").only("serial", "is_confirmed", *FIELDS)
    return [
        Entry(customer.pk, customer.name or customer.name_local, customer.number, company=known)
        for customer, known in companies_of(rows.iterator())
    ]
