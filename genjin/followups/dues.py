"""Money to come and letters of credit as the rules must know them: bounded, in eight queries at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from genjin.followups.models import Outcome as OutcomeRow
from genjin.mail.models import OutgoingMail
from genjin.rules.dues import LetterFact, PaymentFact
from genjin.rules.facts import Outcome, OutcomeKind
from genjin.sales.open_money import letters_of, open_parts_of

PREFIXES = ("payment:part-", "lc:")
"""How the keys of their duties begin."""
SENT = (OutgoingMail.State.SENT, OutgoingMail.State.PARTLY)


@dataclass(slots=True)
class Dues:
    """What is open of one customer."""

    payments: list[PaymentFact] = field(default_factory=list)
    letters: list[LetterFact] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    reminded_at: datetime | None = None


def dues_of(ids: Sequence[int], at: datetime | None) -> Mapping[int, Dues]:
    """By customer; two queries where nothing is open. With `at` as of then."""
    found: dict[int, Dues] = defaultdict(Dues)
    for customer_id, part in open_parts_of(ids, at):
        found[customer_id].payments.append(part)
    for customer_id, letter in letters_of(ids, at):
        found[customer_id].letters.append(letter)
    if found:
        _add_outcomes(found, at)
        _add_reminders(found, at)
    return found


def _add_outcomes(found: Mapping[int, Dues], at: datetime | None) -> None:
    """What people said of these duties, the last word of each key and kind."""
    keys = Q()
    for prefix in PREFIXES:
        keys |= Q(duty_key__startswith=prefix)
    rows = OutcomeRow.objects.filter(keys, customer__in=list(found), is_live=True)
    rows = rows.exclude(kind=OutcomeKind.DELEGATED)
    if at is not None:
        rows = rows.filter(at__lte=at)
    last: dict[tuple[int, str, str], Any] = {}
    for row in rows.order_by("at", "pk"):
        last[row.customer_id, row.duty_key, row.kind] = row
    for (pk, key, kind), row in last.items():
        known = found[pk]
        owners: Iterable[PaymentFact | LetterFact] = (*known.payments, *known.letters)
        if any(key.startswith(f"{one.prefix}:") for one in owners):
            known.outcomes.append(
                Outcome(
                    key=key, kind=OutcomeKind(kind), at=row.at, by_id=row.by_id, until=row.until,
                    reason=row.reason,
                )
            )  # fmt: skip


def _add_reminders(found: Mapping[int, Dues], at: datetime | None) -> None:
    """When a mail went out that reminds of money: begun from such a wording, the advice with balance too."""
    purpose = "template__template__purpose"
    reminds = Q(**{f"{purpose}__startswith": "payment."}) | Q(**{f"{purpose}__endswith": "_BALANCE"})
    owing = [pk for pk, known in found.items() if known.payments]
    mails = OutgoingMail.objects.filter(reminds, customer__in=owing, state__in=SENT, deleted_at__isnull=True)
    if at is not None:
        mails = mails.filter(sent_at__lte=at)
    for pk, sent_at in mails.order_by().values_list("customer_id").annotate(at=Max("sent_at")):
        if pk is not None:
            found[pk].reminded_at = sent_at
