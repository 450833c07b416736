"""Importing money that came in, with bank charges, and the orders that it pays (B-17).

Rows with the same receipt number are one transfer that pays several orders. What none of the orders takes
stays the customer's credit; a transfer of which nobody knows whose it is waits to be claimed.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.importing import fields, order_fields, register, whose
from genjin.exchange.importing.order_items import stored_orders
from genjin.exchange.importing.register import ImportKind, Judged, Line, Run, Undoing
from genjin.exchange.importing.saying import sentences
from genjin.exchange.models import Verdict
from genjin.people.models import User
from genjin.records.registry import get as kind_of
from genjin.sales.actions import receipt_imports as verbs
from genjin.sales.actions.receipt_imports import Pays, Transfer
from genjin.sales.actions.receipts import NewReceipt, completed
from genjin.sales.models import Order, PaymentMethod, Receipt
from genjin.sales.models.money import RECEIPT_KIND
from genjin.sales.money_words import money

CENT = Decimal("0.01")
_AMOUNTS = ("amount_paid", "amount_received", "bank_charges", "allocated")


@dataclass
class _Memory:
    """How many stored receipts of a kind no row has met yet, and the receipts that this import made."""

    met: dict[int, int] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    own: set[int] = field(default_factory=set)


@dataclass
class _Wish:
    """What the rows of one transfer ask for."""

    rows: list[Judged]
    number: str
    orders: list[Order] = field(default_factory=list)
    transfer: Transfer | None = None
    receipt: Receipt | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def refuse(self, *reasons: str) -> None:
        """None of its rows is taken."""
        for row in self.rows:
            row.refuse(*reasons)

    def say(self, verdict: Verdict, why: str = "") -> None:
        """The same of all rows."""
        for row in self.rows:
            row.verdict = verdict
            row.reasons += [why] if why else []

    def first(self, name: str) -> Any:
        """The first value that a row says of the receipt."""
        rows = (row.line.values for row in self.rows)
        return next((values[f"receipt.{name}"] for values in rows if f"receipt.{name}" in values), None)


def _together(line: Line) -> Hashable:
    return str(line.values.get("receipt.number", "")).strip().casefold() or line.number


class _Payments:
    """Some rows on their way to receipts."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        self.run = run
        self.memory: _Memory = run.memory
        self.judged = [Judged(line, Verdict.ERROR, list(line.problems)) for line in lines]
        self.wishes: list[_Wish] = []
        self.numbers: set[str] = set()
        self.met: dict[int, int] = {}
        self.made: list[int] = []
        self._group()
        self._judge_all()

    def _group(self) -> None:
        found: dict[Hashable, _Wish] = {}
        for one in self.judged:
            number = str(one.line.values.get("receipt.number", "")).strip()
            one.line.title = number or ", ".join(one.line.values.get("order.numbers", ()))[:200]
            wish = found.setdefault(number.casefold() or one.line.number, _Wish([], number))
            wish.rows.append(one)
        for wish in found.values():
            wrong = next((row for row in wish.rows if row.reasons), None)
            if wrong is None:
                self.wishes.append(wish)
            else:
                wish.refuse(*wrong.reasons)

    def _judge_all(self) -> None:
        answers = whose.customers_of(self.run, [wish.rows[0].line for wish in self.wishes])
        said = {
            n for wish in self.wishes for row in wish.rows for n in row.line.values.get("order.numbers", ())
        }
        orders = stored_orders(sorted(said))
        for wish, answer in zip(list(self.wishes), answers, strict=True):
            if wrong := self._read(wish, answer, orders):
                self._refuse(wish, wrong)
        self._meet_stored()
        fresh = [wish for wish in self.wishes if wish.transfer is not None]
        items = [wish.transfer.item for wish in fresh if wish.transfer is not None]
        for index, problems in verbs.check_transfers(items=items, by=self.run.by, at=self.run.at).items():
            self._refuse(fresh[index], *sentences(problems))

    def _refuse(self, wish: _Wish, *reasons: str) -> None:
        wish.refuse(*reasons)
        self.wishes.remove(wish)

    def _read(self, wish: _Wish, answer: whose.Answer, orders: Mapping[str, Order]) -> str:
        """What the rows ask for; what is wrong with them, as a sentence."""
        if wish.number and wish.number.casefold() in self.memory.numbers:
            return _("This receipt stands further up; its rows must follow one another.")
        names = [n for row in wish.rows for n in row.line.values.get("order.numbers", ())]
        for name in names:
            if name.casefold() not in orders:
                return _("There is no order %(number)s. Import the orders first.") % {"number": name}
        wish.orders = list({orders[name.casefold()].pk: orders[name.casefold()] for name in names}.values())
        customers = {order.customer_id for order in wish.orders}
        if whose.names_somebody(wish.rows[0].line):
            if answer.customer_id is None and not customers:
                return answer.refusals[0]
            customers |= set() if answer.customer_id is None else {answer.customer_id}
        if len(customers) > 1:
            return _("These orders are of several customers.")
        currencies = {values[1] for row in wish.rows for values in _priced(row.line)} - {""}
        said = wish.first("currency")
        currency = (
            said or min(currencies, default="") or min({o.currency for o in wish.orders}, default="USD")
        )
        if currencies - {currency}:
            return _("The amounts are in several currencies.")
        if wish.first("received_on") is None:
            return _("The row has no date.")
        wish.transfer = self._transfer(wish, next(iter(customers), None), currency, orders)
        for row in wish.rows:
            row.customer_id = wish.transfer.item.customer_id
        return ""

    def _transfer(
        self, wish: _Wish, customer_id: int | None, currency: str, orders: Mapping[str, Order]
    ) -> Transfer:
        item = NewReceipt(
            received_on=wish.first("received_on"),
            currency=currency,
            customer_id=customer_id,
            payer=str(wish.first("payer") or "")[:200],
            method=wish.first("method") or PaymentMethod.TT,
            reference=str(wish.first("reference") or "")[:120],
            note=str(wish.first("note") or "")[:300],
            number=wish.number,
            **self._amounts(wish),
        )
        parts = []
        for row in wish.rows:
            numbers = row.line.values.get("order.numbers", ())
            amount = row.line.values.get("receipt.allocated")
            if amount is None and len(wish.rows) > 1:
                amount = row.line.values.get("receipt.amount_paid")
            share = amount[0].quantize(CENT) if amount is not None and len(numbers) == 1 else None
            parts += [Pays(orders[number.casefold()].pk, share) for number in numbers]
        return Transfer(item, parts)

    def _amounts(self, wish: _Wish) -> dict[str, Decimal | None]:
        """Of several rows that say no part for their order, each says a part of the whole."""
        names = ("amount_paid", "amount_received", "bank_charges")
        found: dict[str, Decimal | None] = {}
        for name in names:
            said = [
                row.line.values[f"receipt.{name}"][0]
                for row in wish.rows
                if f"receipt.{name}" in row.line.values
            ]
            whole = wish.first("allocated") is not None or (len(set(said)) < 2 and name == "bank_charges")
            found[name] = (said[0] if whole else sum(said, Decimal(0))).quantize(CENT) if said else None
        return found

    def _meet_stored(self) -> None:
        """A transfer is known by its number, else by customer, day, currency and sum; each is met once."""
        numbers = [wish.number for wish in self.wishes if wish.number]
        by_number = {
            row.number.casefold(): row
            for start in range(0, len(numbers), 500)
            for row in Receipt.objects.alive().filter(number__in=numbers[start : start + 500])
        }
        said = {w.transfer.item.customer_id for w in self.wishes if w.transfer and not w.number}
        customers = {pk for pk in said if pk is not None}
        known = verbs.known_transfers((), customers) if customers else {}
        rows = Receipt.objects.in_bulk({pk for ids in known.values() for pk in ids})
        for wish in self.wishes:
            assert wish.transfer is not None
            receipt = by_number.get(wish.number.casefold()) if wish.number else self._same(wish, known, rows)
            self.numbers |= {wish.number.casefold()} - {""}
            if receipt is not None:
                self._known(wish, receipt)
            else:
                wish.say(Verdict.NEW, self._over(wish))

    def _same(
        self, wish: _Wish, known: Mapping[tuple[Any, ...], list[int]], rows: Mapping[int, Receipt]
    ) -> Receipt | None:
        assert wish.transfer is not None
        item = wish.transfer.item
        paid, _received, _charges = completed(item.amount_paid, item.amount_received, item.bank_charges)
        key = (item.customer_id, item.received_on, item.currency, paid)
        stored = [
            rows[pk]
            for pk in known.get(key, ())
            if pk not in self.memory.own and item.reference in ("", rows[pk].reference)
        ]
        place = hash((*key, item.reference))
        left = self.met.get(place, self.memory.met.get(place, len(stored)))
        self.met[place] = max(left - 1, 0)
        return stored[len(stored) - left] if left else None

    def _known(self, wish: _Wish, receipt: Receipt) -> None:
        """A receipt that is stored: what is empty is filled, or all overwritten, as the person chose."""
        assert wish.transfer is not None
        option = self.run.option("existing", "fill")
        said = {name: getattr(wish.transfer.item, name) for name in verbs.TEXTS if wish.first(name)}
        wish.transfer, wish.receipt = None, receipt
        wish.changes = {
            name: value
            for name, value in said.items()
            if option != "skip"
            and getattr(receipt, name) != value
            and (option == "overwrite" or not getattr(receipt, name))
        }
        if wish.changes:
            labels = kind_of(RECEIPT_KIND).field_labels
            wish.say(Verdict.UPDATE, ", ".join(str(labels.get(name, name)) for name in wish.changes))
        else:
            wish.say(Verdict.SAME, _("This receipt is there already."))

    def _over(self, wish: _Wish) -> str:
        """What is said of money that no order can take."""
        assert wish.transfer is not None
        item = wish.transfer.item
        paid = completed(item.amount_paid, item.amount_received, item.bank_charges)[0]
        if paid is None or not wish.orders or {o.currency for o in wish.orders} != {item.currency}:
            return ""
        more = paid - sum((order.amount for order in wish.orders), Decimal(0))
        text = _("%(left)s more than the orders cost: it stays the customer's credit.")
        return text % {"left": money(more, item.currency)} if more > 0 else ""

    def prepare(self) -> None:
        """Nothing that others would wait for."""

    def write(self) -> None:
        """Register the transfers, let them pay, and correct those that are there."""
        who: dict[str, Any] = {"by": self.run.by, "at": self.run.at}
        fresh = [wish for wish in self.wishes if wish.transfer is not None]
        transfers = [wish.transfer for wish in fresh if wish.transfer is not None]
        made = verbs.bring_transfers(transfers=transfers, **who) if transfers else []
        for wish, receipt in zip(fresh, made, strict=True):
            wish.rows[0].made.append((RECEIPT_KIND, receipt.pk))
            self.made.append(receipt.pk)
        changes = {wish.receipt.pk: wish.changes for wish in self.wishes if wish.receipt and wish.changes}
        differing = verbs.change_texts(changes=changes, **who) if changes else set()
        for wish in self.wishes:
            if wish.receipt is not None and wish.receipt.pk in differing:
                wish.rows[0].changed.append((RECEIPT_KIND, wish.receipt.pk))

    def keep(self) -> None:
        """Remember which receipts rows have met and made."""
        self.memory.met.update(self.met)
        self.memory.numbers |= self.numbers
        self.memory.own.update(self.made)


def _priced(line: Line) -> list[tuple[Decimal, str]]:
    return [line.values[f"receipt.{name}"] for name in _AMOUNTS if f"receipt.{name}" in line.values]


def _recall(run: Run, lines: Sequence[Line], rows: Mapping[int, Any]) -> None:
    """Receipts that were made before an interruption."""
    memory: _Memory = run.memory
    memory.own |= {pk for row in rows.values() for kind, pk in (row.made or ()) if kind == RECEIPT_KIND}
    memory.numbers |= {str(line.values.get("receipt.number", "")).strip().casefold() for line in lines} - {""}


def _give_back(values: Mapping[int, Mapping[str, Any]], by: User, at: datetime) -> object:
    return verbs.change_texts(changes=values, by=by, at=at)


def register_all() -> None:
    """Put receipts on the register."""
    register.register(
        ImportKind(
            name="payments", label=gettext_lazy("Receipts, with the orders they pay"), icon="inbox",
            fields=(*order_fields.RECEIPT, order_fields.NUMBERS, *fields.IDENTITY),
            one_of=(("receipt.received_on",), ("receipt.amount_paid", "receipt.amount_received")),
            match_keys=(
                gettext_lazy("Receipt number"), gettext_lazy("Customer, day, currency and amount"),
            ),
            prepare=lambda run: _Memory(), judge=_Payments, makes=(RECEIPT_KIND,), options=("existing",),
            recall=_recall, together=_together,
        )
    )  # fmt: skip
    register.register_undoing(RECEIPT_KIND, Undoing(verbs.withdraw_receipts, _give_back))
