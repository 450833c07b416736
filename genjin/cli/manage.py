"""`genjin manage …`: Django's own commands, for developers."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `manage` goes to Django as it is."""
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(options: argparse.Namespace) -> None:
    """Hands over to Django."""
    execute_from_command_line(["genjin manage", *options.arguments])
