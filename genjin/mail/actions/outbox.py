"""What people do with mails on their way: send, take back, cancel, decide about what is uncertain."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers import local_time
from genjin.customers.actions.basis import check_version
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer
from genjin.mail import checking_out, delays, merge_fields, opening
from genjin.mail.actions import answering
from genjin.mail.actions.writing import fill, tell
from genjin.mail.addressed import contact_of, customer_of
from genjin.mail.checking_out import Doubt
from genjin.mail.composing import new_message_id
from genjin.mail.models import MailAccount, OutgoingMail, OutgoingRecipient
from genjin.mail.recipients import domain_of
from genjin.people.models import User

UNDO_FOR = timedelta(seconds=10)
FARTHEST = timedelta(days=366)

State = OutgoingMail.State
Result = OutgoingRecipient.State


class Doubtful(Refused):
    """Nothing is wrong, but the writer is asked first."""

    def __init__(self, doubts: list[Doubt]) -> None:
        super().__init__([one.text for one in doubts])
        self.doubts = doubts


@transaction.atomic
def queue(
    *,
    mail_id: int,
    by: User,
    at: datetime,
    expected_version: int | None = None,
    send_at: datetime | None = None,
    at_local_time: bool = False,
    despite: Collection[str] = (),
    real: datetime | None = None,
) -> OutgoingMail:
    """Send a draft: it leaves in 10 seconds, at `send_at`, or when work begins where the recipient is.

    Refused with what is wrong beside its field; `Doubtful` for doubts that are not named in `despite`. With
    the `real` time whoever else answers the conversation is such a doubt.
    """
    mail = _own(mail_id, by)
    if mail.state != State.DRAFT or mail.deleted_at is not None:
        raise Refused(_("This mail is not a draft any more: it was sent or is about to be."))
    check_version(mail, expected_version, {})
    contact = contact_of([*mail.to, *mail.cc])
    if mail.customer_id is None:
        mail.customer = customer_of([*mail.to, *mail.cc], by)
    if merge_fields.left(mail.subject, mail.html, mail.text):
        fill(mail, contact, by)  # what was not known while it was written
    found = checking_out.look_at(mail)
    if found.mistakes:
        raise Refused(found.mistakes)
    if real is not None:
        found.doubts += answering.rivals(mail, by=by, real=real)
    if doubts := [one for one in found.doubts if one.code not in despite]:
        raise Doubtful(doubts)
    moment, why = _moment(mail, contact, send_at, at_local_time, at)
    make_recipients(mail)
    has_pixel = mail.wants_open_hint and not mail.is_plain and opening.is_allowed()
    mail.open_token = secrets.token_urlsafe(24) if has_pixel else None
    mail.state, mail.queued_at, mail.send_at, mail.try_at = State.WAITING, at, moment, moment
    mail.queued_owner_id = mail.customer.owner_id if mail.customer else None
    mail.delay, mail.delay_details, mail.attempts = why, {}, 0
    mail.raw, mail.reached, mail.claimed_by, mail.answer = None, "", "", ""
    _save(mail, at)
    answering.end(thread_id=mail.thread_id, by=by)
    tell(mail, "queue", by=by, at=at, changes={"send_at": (None, moment)})
    wake(mail, at=at)
    return mail


@transaction.atomic
def take_back(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Make a waiting mail a draft again, if nothing of it left: undo, or cancelling what is scheduled."""
    mail = _own(mail_id, by)
    if mail.state != State.WAITING or mail.sent_at is not None:
        raise Refused(_too_late(mail))
    mail.state, mail.delay, mail.delay_details = State.DRAFT, "", {}
    if (
        mail.raw_id is not None
    ):  # what is written anew is another mail, should the first one turn up after all
        mail.message_id = new_message_id(mail.account.address if mail.account else by.email)
    mail.send_at = mail.try_at = mail.queued_at = mail.raw = None
    mail.recipients.all().delete()
    _save(mail, at)
    tell(mail, "take_back", by=by, at=at)
    return mail


@transaction.atomic
def cancel(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Stop trying: whoever has not got it yet will not; what was accepted stays sent."""
    mail = _reachable(mail_id, by)
    if mail.state != State.WAITING:
        raise Refused(_too_late(mail))
    mail.state = State.PARTLY if mail.sent_at else State.CANCELLED
    mail.delay, mail.delay_details, mail.try_at = "", {}, None
    _save(mail, at)
    tell(mail, "cancel", by=by, at=at)
    return mail


@transaction.atomic
def send_all_the_same(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Send a mail that waits for a decision, or try at once one that waits for its next turn."""
    mail = _reachable(mail_id, by)
    if mail.state != State.WAITING:
        raise Refused(_too_late(mail))
    mail.queued_at, mail.send_at, mail.try_at = at, at, at
    mail.queued_owner_id = mail.customer.owner_id if mail.customer else None
    if mail.delay == delays.AUTHOR_LEFT:
        mail.author = by
    mail.delay, mail.delay_details = "", {}
    _save(mail, at)
    tell(mail, "send", by=by, at=at)
    wake(mail, at=at)
    return mail


@transaction.atomic
def decide_sent(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Say of an uncertain mail that it arrived: it counts as sent and is never sent again."""
    mail = _uncertain(mail_id, by)
    mail.recipients.filter(state=Result.UNCERTAIN).update(state=Result.ACCEPTED, at=at)
    mail.sent_at = mail.sent_at or mail.claimed_at or at
    mail.decided_by = by
    settle(mail, at=at)
    tell(mail, "confirm", by=by, at=at, changes={"state": (State.UNCERTAIN, mail.state)})
    wake(mail, at=at)
    return mail


@transaction.atomic
def decide_resend(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Say of an uncertain mail that it did not arrive: the same bytes are sent once more."""
    mail = _uncertain(mail_id, by)
    mail.recipients.filter(state=Result.UNCERTAIN).update(state=Result.WAITING, at=at)
    mail.state, mail.try_at, mail.send_at, mail.queued_at = State.WAITING, at, at, at
    mail.queued_owner_id = mail.customer.owner_id if mail.customer else None
    mail.reached, mail.claimed_by, mail.decided_by = "", "", by
    mail.delay, mail.delay_details = "", {}
    _save(mail, at)
    tell(mail, "send", by=by, at=at, changes={"state": (State.UNCERTAIN, State.WAITING)})
    wake(mail, at=at)
    return mail


def settle(mail: OutgoingMail, *, at: datetime) -> None:
    """Set the state that follows from its recipients, and save; who is open still is tried at once."""
    states = set(mail.recipients.values_list("state", flat=True))
    mail.delay, mail.delay_details, mail.try_at = "", {}, None
    if Result.UNCERTAIN in states:
        mail.state = State.UNCERTAIN
    elif states & {Result.WAITING, Result.TEMPORARY}:
        mail.state, mail.try_at, mail.reached, mail.claimed_by = State.WAITING, at, "", ""
    elif Result.ACCEPTED in states:
        mail.state = State.SENT if states == {Result.ACCEPTED} else State.PARTLY
    else:
        mail.state = State.FAILED
    _save(mail, at)


def wake(mail: OutgoingMail, *, at: datetime) -> None:
    """Have the worker look at the account when the mail is due."""
    from genjin.mail.sending.jobs import come_back

    if mail.account_id is not None:
        come_back(mail.account_id, wait=max((mail.try_at or at) - at, timedelta()))


def local_moment(*, contact: Contact | None, customer: Customer | None, at: datetime) -> datetime | None:
    """When work goes on where the recipient is: now if it does, else when it begins; None if unknown."""
    times = local_time.of_contacts([contact], at) if contact else {}
    time = times.get(contact.pk) if contact else None
    if time is None and customer is not None:
        time = local_time.of_customers([customer], at).get(customer.pk)
    if time is None:
        return None
    return time.opens_at if time.opens_at is not None and time.state != "IN_HOURS" else at


def _moment(
    mail: OutgoingMail, contact: Contact | None, send_at: datetime | None, at_local_time: bool, at: datetime
) -> tuple[datetime, str]:
    """When it may leave, and why not before."""
    soon = at + UNDO_FOR
    if at_local_time:
        moment = local_moment(contact=contact, customer=mail.customer, at=at)
        if moment is None:
            raise Refused({"send_at": _("It is not known what time it is where the recipient is.")})
        return (moment, delays.LOCAL_TIME) if moment > soon else (soon, delays.UNDO)
    if send_at is None:
        return soon, delays.UNDO
    if send_at < at:
        raise Refused({"send_at": _("This time has already passed.")})
    if send_at > at + FARTHEST:
        raise Refused({"send_at": _("This is more than a year ahead.")})
    return (send_at, delays.SCHEDULED) if send_at > soon else (soon, delays.UNDO)


def make_recipients(mail: OutgoingMail) -> None:
    """A row for each address, once, in its first role."""
    mail.recipients.all().delete()
    rows: dict[str, OutgoingRecipient] = {}
    for role, pairs in (("TO", mail.to), ("CC", mail.cc), ("BCC", mail.bcc)):
        for name, address in pairs:
            key = address.lower()
            rows.setdefault(
                key, OutgoingRecipient(mail=mail, role=role, name=name, address=key, domain=domain_of(key))
            )
    OutgoingRecipient.objects.bulk_create(rows.values())


def _own(mail_id: int, by: User) -> OutgoingMail:
    """The person's own mail, locked."""
    rows = OutgoingMail.objects.select_for_update(of=("self",)).filter(author=by, pk=mail_id)
    mail = rows.select_related("account", "customer").first()
    if mail is None:
        raise Refused(_("This mail is not there any more."))
    return mail


def _reachable(mail_id: int, by: User) -> OutgoingMail:
    """A mail of the person, or from a mailbox with which the person answers; locked."""
    mine = OutgoingMail.objects.visible_to(by).filter(pk=mail_id).values("pk")
    rows = OutgoingMail.objects.select_for_update(of=("self",)).filter(pk__in=mine)
    mail = rows.select_related("account", "customer").first()
    allowed = mail is not None and (
        mail.author_id == by.pk
        or (mail.account is not None and mail.account in MailAccount.objects.answered_by(by))
    )
    if mail is None or not allowed:
        raise Refused(_("This mail is not there any more."))
    return mail


def _uncertain(mail_id: int, by: User) -> OutgoingMail:
    mail = _reachable(mail_id, by)
    if mail.state != State.UNCERTAIN:
        raise Refused(_("This has been decided already."))
    return mail


def _too_late(mail: OutgoingMail) -> str:
    if mail.state == State.SENDING:
        return _("It is too late: the mail is being sent at this moment.")
    if mail.state in (State.SENT, State.PARTLY) or mail.sent_at:
        return _("It is too late: the mail has left.")
    return _("This mail does not wait any more.")


def _save(mail: OutgoingMail, at: datetime) -> None:
    mail.version, mail.changed_at = mail.version + 1, at
    mail.save()
