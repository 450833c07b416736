"""The command `genjin receivables`: what everybody owes at the end of a day."""

from __future__ import annotations

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import CommandError
from django.utils.dateparse import parse_date, parse_datetime

from genjin.customers.models import Customer
from genjin.instance.queries import business_now
from genjin.people.queries import organisation
from genjin.rules.receivables import Ageing, Bucket
from genjin.sales.receivables import ageing, everything, totals_of

Answer = dict[str, Any]
NAMES = {
    Bucket.NOT_DUE: "not due",
    Bucket.TO_30: "1-30",
    Bucket.TO_60: "31-60",
    Bucket.TO_90: "61-90",
    Bucket.OVER_90: "90+",
}


def add_receivables_arguments(parser: argparse.ArgumentParser) -> None:
    """--at."""
    parser.add_argument("--at", help="at the end of this day, e.g. 2026-12-31; today unless given")


def run_receivables(options: argparse.Namespace) -> Answer:
    """Ageing by customer and currency, with totals by currency and in the base currency."""
    zone = ZoneInfo(organisation().timezone)
    on = business_now().astimezone(zone).date()
    if options.at:
        try:
            moment = parse_datetime(options.at)
            day = parse_date(options.at) if moment is None or len(options.at) == 10 else moment.date()
        except ValueError:
            day = None
        if day is None:
            raise CommandError(f"{options.at} is not a day such as 2026-12-31.")
        on = day
    rows = ageing(everything(), on)
    totals = totals_of(rows, on)
    known = {row.customer_id for row in rows}
    names = dict(Customer.objects.filter(pk__in=known).values_list("pk", "name"))
    lines = [
        {"customer": names[row.customer_id], "customer_id": row.customer_id, **_told(row)} for row in rows
    ]
    sentences = [f"{line['customer']}: {line['currency']} {line['total']}" for line in lines]
    return {
        "at": on,
        "customers": lines,
        "totals": [_told(row) for row in totals.by_currency.values()],
        "in_base": _told(totals.in_base),
        "missing_rates": list(totals.missing),
        "sentences": sentences or ["Nobody owes anything."],
    }


def _told(row: Ageing) -> Answer:
    return {
        "currency": row.currency,
        "buckets": {
            NAMES[bucket]: {"n": row.counts[bucket], "amount": row.buckets[bucket]} for bucket in Bucket
        },
        "total": row.total,
        "overdue": row.overdue,
        "credit": row.credit,
    }
