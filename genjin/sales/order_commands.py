"""`genjin orders`: orders with what comes next, for people and for machines."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management import CommandError
from django.db.models import F, Q

from genjin.customers.models import Customer
from genjin.sales.models import Order
from genjin.sales.order_board import node_label

MOST = 10_000


def add_orders_arguments(parser: argparse.ArgumentParser) -> None:
    """--open, --customer, --limit."""
    parser.add_argument("--open", action="store_true", help="only those that run, by what comes next")
    parser.add_argument("--customer", help="serial such as C00042, or id")
    parser.add_argument("--limit", type=int, default=1000, help=f"at most so many (1000; up to {MOST})")


def run_orders(options: argparse.Namespace) -> dict[str, Any]:
    """The newest orders, or those that run with the next node first."""
    rows = Order.objects.alive().select_related("customer", "owner")
    if options.customer:
        rows = rows.filter(customer=_customer(options.customer))
    if options.open:
        rows = rows.filter(is_open=True).order_by(F("next_node_on").asc(nulls_last=True), "pk")
    else:
        rows = rows.order_by("-ordered_on", "-pk")
    found = list(rows[: min(max(options.limit, 1), MOST)])
    sentences = [
        f"{row.number}  {row.customer.name}  {row.currency} {row.amount}  {row.get_state_display()}"
        + (f"  {row.next_node_on} {node_label(row.next_node_kind)}" if row.next_node_on else "")
        for row in found
    ]
    return {"orders": [_plain(row) for row in found], "sentences": sentences}


def _customer(text: str) -> Customer:
    number = text.upper().removeprefix("C")
    if not number.isdecimal() or len(number) > 18:
        raise CommandError(f"There is no customer {text}.")
    column = Q(serial=int(number)) if text.upper().startswith("C") else Q(pk=int(number))
    found = Customer.objects.alive().filter(column).first()
    if found is None:
        raise CommandError(f"There is no customer {text}.")
    return found


def _plain(row: Order) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "customer": row.customer.number,
        "customer_name": row.customer.name,
        "owner": row.owner.email,
        "ordered_on": row.ordered_on,
        "delivery_on": row.delivery_on,
        "state": row.state,
        "downstream_state": row.downstream_state,
        "currency": row.currency,
        "amount": row.amount,
        "base_amount": row.base_amount,
        "paid_amount": row.paid_amount,
        "next_node": row.next_node_kind or None,
        "next_node_on": row.next_node_on,
    }
