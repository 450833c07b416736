"""The command `genjin export`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import CommandError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation

from genjin.exchange import export_actions as actions
from genjin.exchange import export_sheets as sheets
from genjin.exchange.export_models import Export
from genjin.exchange.export_sheets import ALL, SHOWN, Asked, Exportable, Reader
from genjin.exchange.export_writers import unseen
from genjin.instance.queries import business_now
from genjin.journal import actions as journal
from genjin.journal.context import through
from genjin.people import access
from genjin.people.models import User
from genjin.people.queries import organisation


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, --output, --as, --filter, --columns, --language."""
    parser.add_argument(
        "kind",
        metavar="KIND",
        help="customers, contacts, interactions, orders, shipments, payments, products or folders",
    )
    parser.add_argument("--output", metavar="F", help="file to write; its ending (.xlsx, .csv) is the format")
    parser.add_argument(
        "--as", dest="user", metavar="USER", help="only what this person sees (sign-in address)"
    )
    parser.add_argument(
        "--filter", default="", help='filters of the customer list with --as, e.g. "step=overdue"'
    )
    parser.add_argument("--columns", choices=("shown", "all"), default="all", help="columns of customers")
    parser.add_argument("--language", choices=("zh-hans", "en"), help="of heads and values")


def run_export(options: argparse.Namespace) -> dict[str, Any]:
    """Write one kind to a file; without --as everything that is there, unmasked, as the operator."""
    kind = sheets.find(options.kind)
    if kind is None:
        known = ", ".join(one.name for one in sheets.kinds())
        raise CommandError(f"There is nothing called {options.kind} to export; there are {known}.")
    if options.filter and not options.user:
        raise CommandError("A filter is that of a person's list: say whose with --as.")
    reader = _reader(options.user)
    form, path = _target(kind, options.output, reader)
    asked = Asked(QueryDict(options.filter), ALL if options.columns == "all" else SHOWN)
    language = options.language or (reader.user.language if reader.user else None) or "en"
    with TemporaryFile() as made:
        with translation.override(language), timezone.override(reader.zone):
            count = actions.write(kind, form, reader, asked, made, unseen)
        made.seek(0)
        try:
            with path.open("wb") as file:
                shutil.copyfileobj(made, file)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    _tell(kind, reader, options.filter, form, count)
    sentence = f"{count} rows of {kind.name} written to {path}."
    return {"kind": kind.name, "rows": count, "output": str(path), "sentences": [sentence]}


def _reader(address: str | None) -> Reader:
    at = business_now()
    if not address:
        return Reader(None, at, ZoneInfo(organisation().timezone))
    user = User.objects.select_related("role").filter(email__iexact=address, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no user {address}.")
    zone = ZoneInfo(user.timezone or organisation().timezone)
    if not access.of(user, today=at.astimezone(zone).date()).may("export"):
        raise CommandError(f"{address} does not have the right to export.")
    return Reader(user, at, zone)


def _target(kind: Exportable, output: str | None, reader: Reader) -> tuple[str, Path]:
    """Format and place of the file."""
    usual = Export.Form.ZIP if kind.as_folders else Export.Form.XLSX
    if not output:
        return usual, Path(f"{kind.name}-{reader.at.astimezone(reader.zone):%Y-%m-%d}.{usual}")
    path = Path(output)
    form = path.suffix.lower().removeprefix(".")
    allowed = (Export.Form.ZIP,) if kind.as_folders else (Export.Form.XLSX, Export.Form.CSV)
    if form not in allowed:
        raise CommandError(f"The file must end in {' or '.join(f'.{one.value}' for one in allowed)}.")
    return form, path


@transaction.atomic
def _tell(kind: Exportable, reader: Reader, query: str, form: str, count: int) -> None:
    """Journal what left the house."""
    changes = {"filter": ("", query), "row_count": (None, count)}
    title = f"{kind.label} · {Export.Form(form).label}"
    with through("COMMAND"):
        told = journal.Written("export", actions.KIND, 0, title=title, changes=changes)
        journal.record(by=reader.user, at=reader.at, written=[told])
