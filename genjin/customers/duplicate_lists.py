"""Companies to compare for duplicates: from a list in a CSV file, or those stored."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from genjin.customers.duplicate_facts import FIELDS, companies_of
from genjin.customers.models import Customer
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.scripts import plain

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_CELL = 10_000
LONGEST_RUN = 100_000
"""Longer than any cell: a quotation mark was never closed."""
_HEADERS = """
name: name companyname company customer customername account accountname firm organisation organization buyer
    supplier 公司 公司名称 公司名 客户 客户名称 客户名 名称 企业名称 单位名称 单位
    供应商 买家 nameofcompany title fullname
also: namelocal localname chinesename shortname alias tradename 中文名 中文名称 当地语言名称
    简称 公司简称 客户简称 别名
country: country countrycode countryregion nation land pais 国家 国家地区 国别
city: city town ort ciudad suburb 城市 市
address: address addr street adresse address1 streetaddress 地址 公司地址 详细地址
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
class Entry:
    """One line of a list: its number in the file, or the customer's id and serial; and what is compared."""

    row: int
    name: str
    company: Company
    serial: str = ""


def read_list(path: Path) -> list[Entry]:
    """The companies of a CSV file in UTF-8, UTF-16 with its mark, or GB18030, whose headers are known.

    Raises `UnreadableList` with one sentence.
    """
    lines = iter(_text(path).splitlines(keepends=True))
    header = next(lines, "")
    delimiter = max(",;\t|%", key=header.count)
    reader = csv.reader([header], delimiter=delimiter, skipinitialspace=True)
    columns = _columns(next(reader, []))
    if "name" not in columns.values():
        raise UnreadableList(f"{path.name} has no column for the company's name in its first line.")
    rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        return list(_entries(rows, columns))
    except csv.Error as error:
        raise UnreadableList(f"{path.name} is no CSV file: {error}.") from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableList(f"{path.name} is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableList(f"{path} cannot be read: {error.strerror}.") from None
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if is_marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList(f"{path.name} is neither in UTF-8 nor in GB18030.")


def _columns(header: list[str]) -> dict[int, str]:
    """Places of the columns that are known; a second column with a name is another name."""
    found: dict[int, str] = {}
    for place, title in enumerate(header):
        field = HEADERS.get(re.sub(r"[\W_]+", "", plain(title)))
        if field in ("name", "country", "city", "address") and field in found.values():
            field = "also" if field == "name" else None
        if field:
            found[place] = field
    return found


def _entries(rows: Iterator[list[str]], columns: Mapping[int, str]) -> Iterator[Entry]:
    for number, row in enumerate(rows, start=2):
        cells: dict[str, list[str]] = {}
        for place, field in columns.items():
            text = row[place].strip() if place < len(row) else ""
            if len(text) > LONGEST_RUN:
                raise csv.Error(f"row {number} holds a cell of {len(text):,} characters")
            text = text[:LARGEST_CELL]
            if text:
                cells.setdefault(field, []).append(text)
        name = " ".join(cells.get("name", []))
        if name:
            yield Entry(number, name[:200], _company(name, cells))


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
        address=one("address"),
        sites=several("sites"),
        phones=several("phones"),
    )


def stored_entries() -> list[Entry]:
    """Every customer that is not in the recycle bin, with what its people are reached by."""
    rows = Customer.objects.alive().order_by("pk").only("serial", "is_confirmed", *FIELDS)
    return [
        Entry(customer.pk, customer.name or customer.name_local, known, customer.number)
        for customer, known in companies_of(rows.iterator())
    ]
