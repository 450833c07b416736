"""The command `genjin`: one table of subcommands, each loaded only when it is called."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

import genjin
from genjin.config.environment import SettingError

Answer = dict[str, Any] | None
"""What a command returns: `sentences` is what people read, the rest is the JSON; `ok: False` exits with 1."""


@dataclass(frozen=True)
class Command:
    """One subcommand; `run` and `arguments` are "module:function"; `django`: settings are loaded first."""

    name: str
    help: str
    run: str
    arguments: str = ""
    django: bool = True


COMMANDS = (
    Command("serve", "web and worker together", "genjin.cli.serve:run"),
    Command("web", "web processes only", "genjin.cli.web:run"),
    Command("worker", "background jobs only", "genjin.cli.worker:run", "genjin.jobs.worker:add_arguments"),
    Command("setup", "prepare or upgrade the database; safe to repeat", "genjin.cli.setup:run"),
    Command(
        "demo",
        "load a fictional export firm and serve it",
        "genjin.cli.demo:run",
        "genjin.cli.demo:add_arguments",
    ),
    Command(
        "backup",
        "database, files and keys in one verified archive, while Genjin runs",
        "genjin.instance.backup:run",
        "genjin.instance.backup:add_arguments",
    ),
    Command(
        "restore",
        "put a backup in the place of what is there",
        "genjin.instance.restore:run",
        "genjin.instance.restore:add_arguments",
    ),
    Command(
        "files",
        "move all files between the data folder and an S3 store",
        "genjin.files.moving:run",
        "genjin.files.moving:add_arguments",
    ),
    Command(
        "doctor",
        "look at everything an operator can get wrong",
        "genjin.instance.doctor:run",
        "genjin.instance.doctor:add_arguments",
    ),
    Command(
        "upgrade",
        "back up, then bring the database to this version",
        "genjin.cli.upgrade:run",
        "genjin.cli.upgrade:add_arguments",
    ),
    Command(
        "today",
        "what is due for one person, ranked and with reasons",
        "genjin.followups.commands:run_today",
        "genjin.followups.commands:add_today_arguments",
    ),
    Command(
        "explain",
        "why something is owed to a customer, and when that changes",
        "genjin.followups.commands:run_explain",
        "genjin.followups.commands:add_explain_arguments",
    ),
    Command(
        "decide",
        "what is owed to a customer, now and in the coming days if nothing happens",
        "genjin.followups.commands:run_decide",
        "genjin.followups.commands:add_decide_arguments",
    ),
    Command(
        "receivables",
        "what customers owe, by how late it is",
        "genjin.sales.money_commands:run_receivables",
        "genjin.sales.money_commands:add_receivables_arguments",
    ),
    Command(
        "aftersales",
        "the chain after each shipment of an order, step by step with its day",
        "genjin.followups.aftersales_command:run_aftersales",
        "genjin.followups.aftersales_command:add_aftersales_arguments",
    ),
    Command(
        "policy",
        "the company's policy with defaults and sources, or whether a file of values can be one",
        "genjin.policy.commands:run_policy",
        "genjin.policy.commands:add_policy_arguments",
    ),
    Command(
        "simulate",
        "the work of the coming days by person, as things are and under another policy",
        "genjin.followups.simulate_command:run_simulate",
        "genjin.followups.simulate_command:add_simulate_arguments",
    ),
    Command(
        "import",
        "customers, contacts, interactions, products, orders and so on from a spreadsheet or address book",
        "genjin.exchange.import_command:run",
        "genjin.exchange.import_command:add_arguments",
    ),
    Command(
        "orders",
        "orders with what comes next, the newest or those that run",
        "genjin.sales.order_commands:run_orders",
        "genjin.sales.order_commands:add_orders_arguments",
    ),
    Command(
        "sweep",
        "decide now everybody who waits for it",
        "genjin.followups.commands:run_sweep",
        "genjin.followups.commands:add_sweep_arguments",
    ),
    Command(
        "duplicates",
        "pairs that are probably one company: stored customers, or one or two CSV lists",
        "genjin.exchange.duplicate_commands:run_duplicates",
        "genjin.exchange.duplicate_commands:add_duplicates_arguments",
    ),
    Command(
        "search",
        "find customers and contacts as the search page does",
        "genjin.search.commands:run_search",
        "genjin.search.commands:add_search_arguments",
    ),
    Command(
        "export",
        "write customers, contacts, contact logs, products, orders and so on to a file",
        "genjin.exchange.export_commands:run_export",
        "genjin.exchange.export_commands:add_export_arguments",
    ),
    Command(
        "read-mail",
        "what raw messages say: headers, attachments, the writer's own words, and a verdict",
        "genjin.mail.commands:run_read_mail",
        "genjin.mail.commands:add_read_mail_arguments",
        django=False,
    ),
    Command(
        "sync",
        "read a mailbox now, to its end",
        "genjin.mail.sync_command:run_sync",
        "genjin.mail.sync_command:add_sync_arguments",
    ),
    Command(
        "compare-order",
        "an order beside those before it: kinds, quantity, amount; of the stored ones or of a file",
        "genjin.sales.insight_commands:run_compare",
        "genjin.sales.insight_commands:add_compare_arguments",
    ),
    Command(
        "recommend",
        "what to recommend to a customer, each with its reason and score",
        "genjin.sales.insight_commands:run_recommend",
        "genjin.sales.insight_commands:add_recommend_arguments",
    ),
    Command(
        "reorder",
        "when a customer is expected to order next: day, range, and what that rests on",
        "genjin.sales.insight_commands:run_reorder",
        "genjin.sales.insight_commands:add_reorder_arguments",
    ),
    Command(
        "manage",
        "Django's own commands, for developers",
        "genjin.cli.manage:run",
        "genjin.cli.manage:add_arguments",
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 good, 1 not good, 2 cannot be done as asked."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        return _explain(error)


def _run(arguments: list[str]) -> int:
    chosen = next((c for c in COMMANDS if arguments and c.name == arguments[0]), None)
    if chosen and chosen.django:
        _set_up()
    options = _parser(chosen).parse_args(arguments)
    answer: Answer = _load(chosen.run)(options) if chosen else None
    return _print(answer or {}, as_json=options.json)


def _set_up() -> None:
    """Load all of Genjin; the collector of cycles rests meanwhile, since all of that stays for ever."""
    import django
    from django.apps import apps

    if apps.ready:
        return
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()


def _parser(chosen: Command | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genjin", description="Genjin 跟进: whom do I contact now, how, and why."
    )
    parser.add_argument("--version", action="version", version=f"genjin {genjin.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)
    for command in COMMANDS:
        subparser = commands.add_parser(
            command.name, help=command.help, description=command.help.capitalize() + "."
        )
        subparser.add_argument("--json", action="store_true", help="answer as JSON")
        if command is chosen and command.arguments:
            _load(command.arguments)(subparser)
    return parser


def _load(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def _plain(value: object) -> str:
    """What JSON has no form for: moments and days in ISO 8601, anything else as text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _print(answer: dict[str, Any], *, as_json: bool) -> int:
    sentences = answer.pop("sentences", [])
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2, default=_plain))
    else:
        for sentence in sentences:
            print(sentence)
    return 0 if answer.get("ok", True) else 1


def _explain(error: Exception) -> int:
    """One sentence for what the operator can mend; an id and the log for everything else."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    if isinstance(error, SettingError | CommandError | ImproperlyConfigured):
        sentence = str(error).strip()
    elif isinstance(error, OperationalError):
        sentence = f"The database cannot be used: {str(error).strip().splitlines()[0]}"
    else:
        number = _report(error)
        print(
            f"Something went wrong that should not (error {number}); the log has the details.",
            file=sys.stderr,
        )
        return 1
    print(sentence, file=sys.stderr)
    return 2


def _report(error: Exception) -> str:
    """Keeps the error, scrubbed, where administrators see it; its id."""
    from django.apps import apps

    command = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "")
    if not apps.ready:  # it happened before there was a database to keep it in
        number = secrets.token_hex(4)
        logging.getLogger("genjin.cli").error("Error %s", number, exc_info=error)
        return number
    from genjin.instance import errors

    return str(errors.report(error, process="command", place=f"genjin {command[:40]}"))
