"""The customers seen as an archive: a folder a class, in it a folder a customer (002-18, 002-19)."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.models import Contact, Customer, Interaction
from genjin.exchange.export_customers import (
    all_customer_columns,
    contact_columns,
    contacts_sheet,
    customers_seen,
    interaction_columns,
    interactions_sheet,
    with_related,
)
from genjin.exchange.export_sheets import Asked, Exportable, Reader, Sheet, register
from genjin.exchange.export_trade import customer_sheets, order_columns
from genjin.exchange.export_writers import Pen, Seen, unseen, write_xlsx
from genjin.files import store
from genjin.files.models import Attachment
from genjin.records import registry

FOLDERS = "folders"
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 80
SLICE = 200


def safe_name(text: str, otherwise: str = "_") -> str:
    """The text as a name of a folder or file that every system takes and that leads nowhere else."""
    plain = unicodedata.normalize("NFC", UNSAFE.sub("-", text)).strip(" .")
    while len(plain.encode()) > LONGEST * 3 or len(plain) > LONGEST:
        plain = plain[:-1].rstrip(" .")
    if RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    return plain or otherwise


def free_name(wanted: str, taken: set[str], mark: str) -> str:
    """The name, with the mark when another one beside it has it already (case does not tell them apart)."""
    name, number = wanted, 1
    while name.casefold() in taken:
        stem, dot, ending = wanted.rpartition(".")
        further = mark if number == 1 else f"{mark}-{number}"
        name = f"{stem} ({further}).{ending}" if dot and stem else f"{wanted} ({further})"
        number += 1
    taken.add(name.casefold())
    return name


def write_folders(target: BinaryIO, reader: Reader, asked: Asked, seen: Seen = unseen) -> int:
    """An archive of the customers seen; how many they are. Attachments whose bytes are gone are left out."""
    rows = with_related(customers_seen(reader, asked)).order_by("pk")
    taken: dict[str, set[str]] = defaultdict(set)
    count = 0
    columns = Columns(reader)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in _pieces(rows.iterator(chunk_size=SLICE)):
            attached = _attachments(reader, piece)
            for customer in piece:
                group = safe_name(str(customer.get_relationship_class_display()) or _("No class yet"))
                name = free_name(safe_name(customer.customer_code), taken[group], customer.number)
                _write_customer(archive, f"{group}/{name}", customer, columns, attached[customer.pk])
                count += 1
                seen(count)
    return count


class Columns:
    """The columns of the sheets in every folder, made once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.customer = all_customer_columns(reader)
        self.contacts = contact_columns(reader)
        self.logs = interaction_columns(reader)
        self.orders = order_columns(reader)


def _pieces(rows: Iterator[Customer]) -> Iterator[list[Customer]]:
    piece: list[Customer] = []
    for row in rows:
        piece.append(row)
        if len(piece) == SLICE:
            yield piece
            piece = []
    if piece:
        yield piece


def _write_customer(
    archive: zipfile.ZipFile,
    folder: str,
    customer: Customer,
    columns: Columns,
    attached: Sequence[Attachment],
) -> None:
    """One folder: the customer's sheet, what there is of contacts, logs, orders and so on, attachments."""
    reader = columns.reader
    files = {f"{_('Customer')}.xlsx": customer_sheet(customer, columns)}
    contacts = Contact.objects.alive().filter(customer=customer)
    logs = Interaction.objects.alive().filter(customer=customer)
    for sheet in (contacts_sheet(contacts, columns.contacts), interactions_sheet(logs, columns.logs)):
        book = BytesIO()
        if write_xlsx(book, [sheet], reader):
            files[f"{sheet.title}.xlsx"] = book.getvalue()
    for name, sheets in customer_sheets(reader, customer.pk, columns.orders):
        book = BytesIO()
        if write_xlsx(book, sheets, reader):
            files[f"{name}.xlsx"] = book.getvalue()
    moment = customer.updated_at.astimezone(reader.zone)
    for name, content in files.items():
        archive.writestr(_entry(f"{folder}/{name}", moment), content)
    taken: set[str] = set()
    for row in attached:
        name = free_name(safe_name(row.name, "file"), taken, str(row.pk))
        _copy(archive, _entry(f"{folder}/{_('Attachments')}/{name}", row.attached_at), row.file.sha256)


def _entry(path: str, moment: datetime) -> zipfile.ZipInfo:
    year = max(1980, moment.year)  # the calendar of archives begins there
    entry = zipfile.ZipInfo(path, (year, *moment.timetuple()[1:6]))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, sha256: str) -> None:
    try:
        source = store.current().open(sha256)
    except FileNotFoundError:
        return
    with source, archive.open(entry, "w", force_zip64=True) as target:
        while part := source.read(store.CHUNK):
            target.write(part)


def customer_sheet(customer: Customer, columns: Columns) -> bytes:
    """Everything known of a customer in two columns; what is not known is left out."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False}) as book:
        pen, page = Pen(book, columns.reader), book.add_worksheet(_("Customer"))
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 60)
        line = 0
        for column in columns.customer:
            cell = column.value(customer, columns.reader)
            if cell is None or cell == "" or cell is False:
                continue
            page.write_string(line, 0, str(column.label), pen.bold)
            pen.cell(page, line, 1, cell)
            line += 1
    return content.getvalue()


def _attachments(reader: Reader, customers: Sequence[Customer]) -> dict[int, list[Attachment]]:
    """The attachments of these customers whose records the reader may see, by customer."""
    ids = [customer.pk for customer in customers]
    rows = list(
        Attachment.objects.filter(customer_id__in=ids, deleted_at=None).select_related("file").order_by("pk")
    )
    visible = _visible(reader, rows)
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows:
        if (row.kind, row.object_id) in visible and row.customer_id is not None:
            found[row.customer_id].append(row)
    return found


def _visible(reader: Reader, rows: Iterable[Attachment]) -> set[tuple[str, int]]:
    """Kind and id of the records among those of these attachments that may be seen and are alive."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row.kind].add(row.object_id)
    found: set[tuple[str, int]] = set()
    for name, ids in wanted.items():
        kind = registry.find(name)
        if kind is None:
            continue
        records: Any = kind.visible_to(reader.user) if reader.user else kind.model._default_manager.all()
        if reader.user is None and hasattr(records, "alive"):
            records = records.alive()
        found |= {(name, pk) for pk in records.filter(pk__in=ids).values_list("pk", flat=True)}
    return found


def _sheets(reader: Reader, asked: Asked) -> list[Sheet]:
    """An archive has no sheets of its own, only the columns that the journal names."""
    return [Sheet(_("Customer"), all_customer_columns(reader), ())]


def register_all() -> None:
    """Put the archive into the table."""
    register(
        Exportable(
            FOLDERS, gettext_lazy("Folders, one for each customer"), "archive", customers_seen, _sheets,
            as_folders=True,
        )
    )  # fmt: skip
