"""`genjin import KIND FILE`: the same import as on the screen, carried through at once."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from genjin.exchange import import_actions as actions
from genjin.exchange import run_actions
from genjin.exchange.importing import register
from genjin.exchange.importing.cleaning import LEFT_OUT
from genjin.exchange.models import Import
from genjin.exchange.reading import Refusal
from genjin.files.actions import Refused as FileRefused
from genjin.instance import collector
from genjin.instance.queries import business_now
from genjin.people import access
from genjin.people.models import Role, User

Answer = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND FILE [--mapping M.json] [--dry-run] [--report R.json] [--user MAIL]."""
    parser.add_argument(
        "kind",
        metavar="KIND",
        help="customers, contacts, interactions, products, orders, order_lines, shipments or payments",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help=".xlsx, .xls, .ods, .csv, .txt or .vcf")
    parser.add_argument(
        "--mapping",
        metavar="M.json",
        type=Path,
        help='{"columns": {"Heading": "customer.name"}, "corrections": {"date_order": "dmy"}, "options": {}}',
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would become of every row only")
    parser.add_argument("--report", metavar="R.json", type=Path, help="the verdict of every row, as JSON")
    parser.add_argument(
        "--as", "--user", dest="user", metavar="USER",
        help="who imports (sign-in address); the first administrator unless named",
    )  # fmt: skip


def run(options: argparse.Namespace) -> Answer:
    """Import a file, or only check it; questions that only a person can answer end it before."""
    if options.kind not in {kind.name for kind in register.kinds()}:
        known = ", ".join(kind.name for kind in register.kinds())
        raise CommandError(f"There is no kind {options.kind}; there are {known}.")
    at = business_now()
    by = _who(options.user, at)
    said = _mapping(options.mapping)
    try:
        with options.file.open("rb") as stream:
            job = actions.bring(
                kind=options.kind, stream=stream, name=options.file.name, by=by, at=at,
                corrections=said.get("corrections"),
            )  # fmt: skip
    except OSError as error:
        raise CommandError(f"{options.file} cannot be read: {error.strerror}.") from None
    except (Refusal, FileRefused) as refused:
        raise CommandError(str(refused)) from None
    problems = _choose(job, said, by, at)
    if problems:
        return {"ok": False, "questions": problems, "columns": _columns(job), "sentences": problems}
    return _carry_out(job, options, by, at)


def _who(mail: str | None, at: datetime) -> User:
    user: User | None
    people = User.objects.filter(is_active=True).select_related("role").order_by("pk")
    if mail:
        user = people.filter(email__iexact=mail).first()
    else:
        user = people.filter(role_id=Role.Code.ADMINISTRATOR).first()
    if user is None:
        raise CommandError(f"There is no user {mail}." if mail else "There is no administrator yet.")
    if not access.of(user, today=at.astimezone(run_actions.zone_of(user)).date()).may("import"):
        raise CommandError(f"{user.email} has no right to import.")
    return user


def _mapping(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
    if not isinstance(said, dict) or not all(isinstance(part, dict) for part in said.values()):
        raise CommandError(f"{path} must hold objects named columns, corrections and options.")
    return said


def _choose(job: Import, said: dict[str, Any], by: User, at: datetime) -> list[str]:
    """What only a person can say, as sentences; nothing when all is clear."""
    named = said.get("columns", {})
    heads = job.sheet["headers"]
    columns = [
        named.get(head) or (LEFT_OUT if named else guess)
        for head, guess in zip(heads, job.columns, strict=True)
    ]
    options = {name: str(value) for name, value in said.get("options", {}).items()}
    problems = actions.choose_columns(job=job, columns=columns, options=options, by=by, at=at)
    return [text if place is None else f"{heads[place]}: {text}" for place, text in problems.items()]


def _columns(job: Import) -> dict[str, str]:
    return dict(zip(job.sheet["headers"], job.columns, strict=True))


def _carry_out(job: Import, options: argparse.Namespace, by: User, at: datetime) -> Answer:
    if options.dry_run:
        actions.start_check(job=job, by=by, at=at, in_background=False)
    else:
        actions.start(job=job, by=by, at=at, in_background=False)
    collector.settle()
    run_actions.carry_on(job.pk, at=at, stopping=lambda: False)
    job.refresh_from_db()
    if options.report:
        rows = job.rows.order_by("number").values("number", "verdict", "title", "reasons", "customer_id")
        report = {"file": job.name, "kind": job.kind, "columns": _columns(job), "rows": list(rows)}
        options.report.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    wrong = job.state == Import.State.FAILED or bool(job.error)
    counts = ", ".join(f"{name.lower()} {count}" for name, count in sorted(job.counts.items()))
    doing = "would become of" if options.dry_run else "became of"
    return {
        "ok": not wrong,
        "import": job.pk,
        "state": job.state,
        "rows": job.done,
        "counts": job.counts,
        "columns": _columns(job),
        "sentences": [job.error or f"What {doing} {job.done} rows: {counts or 'nothing'}."],
    }
