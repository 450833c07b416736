"""What the register, the rail and the notices know of money."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.kinds import choice_labels, field_labels
from genjin.mail import template_purposes
from genjin.people.models import User
from genjin.records.registry import RecordKind, register
from genjin.sales import payment_fields
from genjin.sales.models import CreditNote, ExchangeRate, LetterOfCredit, Order, Receipt
from genjin.sales.models.money import RECEIPT_KIND
from genjin.web.navigation import Entry, register_entry


def _credit_notes(user: User) -> QuerySet[CreditNote]:
    return CreditNote.objects.filter(deleted_at__isnull=True, order__in=Order.objects.visible_to(user))


def _letters(user: User) -> QuerySet[LetterOfCredit]:
    return LetterOfCredit.objects.filter(order__in=Order.objects.visible_to(user))


def _of_order(record: Any) -> int:
    return int(record.order.customer_id)


PURPOSES: dict[str, Any] = {
    "payment.DEPOSIT": _("Deposit: friendly reminder"),
    "payment.DEPOSIT_FORMAL": _("Deposit: formal reminder"),
    "payment.BALANCE": _("Balance: friendly reminder"),
    "payment.BALANCE_FORMAL": _("Balance: formal reminder"),
    "payment.DEMURRAGE": _("Balance while goods wait: friendly, about demurrage"),
    "payment.DEMURRAGE_FORMAL": _("Balance while goods wait: formal, about demurrage"),
    "payment.OVERDUE": _("Overdue payment: friendly reminder"),
    "payment.OVERDUE_FORMAL": _("Overdue payment: formal reminder"),
}


def _register_entries() -> None:
    register_entry(
        Entry(
            "receivables", _("Receivables"), "sales:receivables", "chart", place="palette", order=43,
            keywords="应收 账龄 催款 货款 receivables ageing money",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "receipts", _("Incoming money"), "sales:receipts", "inbox", place="palette", order=44,
            keywords="回款 收款 认领 核销 receipts payments",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "rates", _("Exchange rates"), "sales:rates", "refresh", place="settings", order=62,
            keywords="汇率 外汇 exchange rates",
        )
    )  # fmt: skip


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    template_purposes.register(PURPOSES)
    payment_fields.register_all()
    _register_entries()
    labels = field_labels(Receipt)
    labels |= {"state": _("State"), "claimed_by_id": _("Claimed by"), "customer_id": _("Customer")}
    register(
        RecordKind(
            name=RECEIPT_KIND, label=pgettext_lazy("money", "Receipt"),
            plural=pgettext_lazy("money", "Receipts"), model=Receipt,
            visible_to=Receipt.objects.visible_to, title=lambda one: one.number,
            url_name="sales:receipt", icon="file", customer_of=lambda one: one.customer_id,
            field_labels=labels, value_labels=choice_labels(Receipt),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="sales.creditnote", label=_("Credit note"), plural=_("Credit notes"), model=CreditNote,
            visible_to=_credit_notes, title=lambda one: one.number, customer_of=_of_order,
            field_labels=field_labels(CreditNote),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="sales.letterofcredit", label=_("Letter of credit"), plural=_("Letters of credit"),
            model=LetterOfCredit, visible_to=_letters, title=lambda one: one.number, customer_of=_of_order,
            field_labels=field_labels(LetterOfCredit),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="sales.exchangerate", label=_("Exchange rate"), plural=_("Exchange rates"),
            model=ExchangeRate, visible_to=lambda user: ExchangeRate.objects.all(),
            title=lambda one: f"{one.currency} {one.day}", field_labels={"rate": _("Exchange rate")},
        )
    )  # fmt: skip
