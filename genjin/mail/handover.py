"""What of mail goes along when somebody's work is handed over: mailboxes are paused, not given away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.customers.holdings import Held, Holding, register
from genjin.customers.models import HandOver, HandOverItem
from genjin.mail.actions import accounts, templates, tracking_owners
from genjin.mail.models import MailAccount, MailTemplate, Tracking

ACCOUNTS, TEMPLATES, TRACKINGS = "mail.mailaccount", "mail.mailtemplate", "mail.tracking"
State, Kept = HandOverItem.State, HandOverItem.Kept


def _accounts(user_id: int) -> Any:
    return MailAccount.objects.alive().filter(is_shared=False, owner=user_id)


def _templates(user_id: int) -> Any:
    """Those that colleagues use; a person's own ones stay hers."""
    used = Q(scope=MailTemplate.Scope.TEAM) | Q(scope=MailTemplate.Scope.COMPANY)
    return MailTemplate.objects.alive().filter(used, owner=user_id)


def _trackings(user_id: int) -> Any:
    return Tracking.objects.filter(owner=user_id, state=Tracking.State.ACTIVE)


def _held_accounts(user_id: int) -> Iterator[Held]:
    for pk, address in _accounts(user_id).values_list("pk", "address"):
        yield Held(pk, address)


def _held_templates(user_id: int) -> Iterator[Held]:
    for pk, name in _templates(user_id).values_list("pk", "name"):
        yield Held(pk, name)


def _held_trackings(user_id: int) -> Iterator[Held]:
    """To whoever gets the customer; those without one to whom the rest goes."""
    rows = _trackings(user_id).select_related("message", "customer").order_by("pk")
    for row in rows:
        customer = row.customer
        country = customer.country_id if customer is not None else ""
        yield Held(row.pk, row.message.subject[:200], row.customer_id, country or "")


def pause_accounts(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """A leaver's mailboxes are read no more; what is not filed to a customer stays with the owner alone."""
    rows = {row.pk: row for row in _accounts(hand_over.person_id)}
    for item in items:
        row = rows.get(item.object_id)
        if row is None:
            item.state, item.kept = State.STAYED, Kept.DELETED
            continue
        item.before = {"was_paused": row.state == MailAccount.State.PAUSED}
        accounts.pause_for_hand_over(account_id=row.pk, by=hand_over.by, at=at)
        item.state = State.MOVED


def resume_accounts(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Read them again, but those that were paused before."""
    there = set(_accounts(hand_over.person_id).values_list("pk", flat=True))
    for item in items:
        if item.object_id not in there:
            item.state, item.kept = State.KEPT, Kept.DELETED
            continue
        if not item.before.get("was_paused"):
            accounts.resume_after_hand_over(account_id=item.object_id, by=hand_over.undone_by, at=at)
        item.state = State.BACK


def give_templates(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Templates that colleagues use get another owner."""
    known = set(_templates(hand_over.person_id).values_list("pk", flat=True))
    _settle(items, known, State.MOVED)
    ids = [item.object_id for item in items if item.object_id in known]
    templates.give_templates(ids=ids, to_id=items[0].receiver_id, by=hand_over.by, at=at)


def take_templates_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give them back, but those that went on since."""
    known = set(_templates(items[0].receiver_id).values_list("pk", flat=True))
    _settle(items, known, State.BACK)
    ids = [item.object_id for item in items if item.object_id in known]
    templates.give_templates(ids=ids, to_id=hand_over.person_id, by=hand_over.undone_by, at=at)


def give_trackings(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Awaited answers stand on the receiver's list from now on."""
    known = set(_trackings(hand_over.person_id).values_list("pk", flat=True))
    _settle(items, known, State.MOVED)
    ids = [item.object_id for item in items if item.object_id in known]
    tracking_owners.give_trackings(ids=ids, to_id=items[0].receiver_id, by=hand_over.by, at=at)


def take_trackings_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give them back, but those that ended or went on since."""
    known = set(_trackings(items[0].receiver_id).values_list("pk", flat=True))
    _settle(items, known, State.BACK)
    ids = [item.object_id for item in items if item.object_id in known]
    tracking_owners.give_trackings(ids=ids, to_id=hand_over.person_id, by=hand_over.undone_by, at=at)


def _settle(items: Sequence[HandOverItem], known: set[int], done: str) -> None:
    for item in items:
        if item.object_id in known:
            item.state = done
        else:
            item.state = State.STAYED if done == State.MOVED else State.KEPT
            item.kept = Kept.CHANGED


def register_all() -> None:
    """Trackings, templates, then the mailboxes themselves."""
    register(
        Holding(
            TRACKINGS, _("Awaited answers to mails"), _counter(_trackings), _held_trackings, give_trackings,
            take_trackings_back,
        )
    )  # fmt: skip
    register(
        Holding(
            TEMPLATES, _("Templates that colleagues use"), _counter(_templates), _held_templates,
            give_templates, take_templates_back,
        )
    )  # fmt: skip
    register(
        Holding(
            ACCOUNTS, _("Mailboxes (are paused)"), _counter(_accounts), _held_accounts, pause_accounts,
            resume_accounts,
        )
    )  # fmt: skip


def _counter(rows: Any) -> Any:
    return lambda user_id: rows(user_id).count()
