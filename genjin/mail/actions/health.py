"""What bounces tell of addresses: kept for each, carried to the contact, told to the customer's owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from genjin.customers.actions.points import set_mail_state
from genjin.customers.models import Customer
from genjin.mail.arrivals import Stored
from genjin.mail.models import AddressHealth, Message
from genjin.mail.notice_kinds import BOUNCED
from genjin.notifications.actions import Telling, notify_all

RECENT = timedelta(days=7)
"""Older bounces, as a first sync finds them, are kept but told to nobody."""
HARD, SOFT = "HARD", "SOFT"


@transaction.atomic
def note(*, stored: Sequence[Stored], at: datetime) -> None:
    """Take notice of bounces among messages just stored, and of addresses that wrote and so work."""
    wrote = {
        one.from_address: one.date
        for one in sorted(stored, key=lambda one: one.date)
        if one.direction == Message.Direction.IN and one.verdict == Message.Verdict.HUMAN
    }
    _recovered(wrote, at)
    for one in sorted(stored, key=lambda one: one.date):
        if one.verdict == Message.Verdict.BOUNCE:
            _bounced(one, at)


def _recovered(wrote: dict[str, datetime], at: datetime) -> None:
    """Who writes from an address can be reached there: forget bounces from before."""
    known = AddressHealth.objects.filter(address__in=list(wrote))
    gone = [row for row in known if row.at < wrote[row.address]]
    AddressHealth.objects.filter(pk__in=[row.pk for row in gone]).delete()
    hard = [row.address for row in gone if row.kind == HARD]
    if hard:
        set_mail_state(addresses=hard, works=True, by=None, at=at)


def _bounced(one: Stored, at: datetime) -> None:
    hard = []
    for told in one.bounced:
        address = told["address"]
        if not address or _wrote_since(address, one.date):
            continue
        _keep(address, told, one)
        if told["kind"] == HARD:
            hard.append(address)
    if not hard:
        return
    concerned = set_mail_state(addresses=hard, works=False, by=None, at=at)
    if at - one.date <= RECENT:
        _tell_owners(one, hard, concerned or set(one.customer_ids), at)


def _wrote_since(address: str, date: datetime) -> bool:
    return Message.objects.filter(from_address=address, date__gt=date, verdict=Message.Verdict.HUMAN).exists()


def _keep(address: str, told: dict[str, str], one: Stored) -> None:
    """The last bounce of the address; a soft one does not take the place of a hard one."""
    row = AddressHealth.objects.select_for_update().filter(address=address).first()
    values = {
        "kind": told["kind"], "cause": told["cause"][:40], "text": told["text"][:300],
        "message_id": one.message_id, "at": one.date,
    }  # fmt: skip
    if row is None:
        AddressHealth.objects.create(address=address, **values)
        return
    rows = AddressHealth.objects.filter(pk=row.pk)
    rows.update(count=F("count") + 1)
    if one.date >= row.at and (row.kind == SOFT or told["kind"] == HARD):
        rows.update(**values)


def _tell_owners(one: Stored, addresses: Sequence[str], customer_ids: set[int], at: datetime) -> None:
    owners = Customer.objects.filter(pk__in=customer_ids, owner__isnull=False)
    notify_all(
        [
            Telling(BOUNCED, owner_id, f"{BOUNCED}:{one.message_id}:{pk}", pk, {"addresses": list(addresses)})
            for pk, owner_id in owners.values_list("pk", "owner_id")
        ],
        at=at,
    )
