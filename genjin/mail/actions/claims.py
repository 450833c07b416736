"""What the worker writes about a mail on its way; every write is fenced by the claim it works under.

A claim is `job:attempt`. Between DOT and the record nobody knows whether the server has the mail: such a
mail becomes UNCERTAIN and is never sent again by itself (design, section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from genjin.files.models import StoredFile
from genjin.mail import delays, outbox_notices
from genjin.mail.actions.outbox import settle
from genjin.mail.models import Message, OutgoingMail, OutgoingRecipient
from genjin.mail.sending.answers import Answer, Outcome
from genjin.notifications.actions import notify
from genjin.people import access

PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 240, 240, 240, 240, 240)
)
"""How long a mail rests after each temporary refusal; refused after the last one, it failed (28 hours)."""
SAFE = frozenset(("", "CONNECTED", "RECIPIENTS", "DATA"))
"""How far a dialogue may have come so that the server cannot have the mail."""

State, Result = OutgoingMail.State, OutgoingRecipient.State
OPEN = (Result.WAITING, Result.TEMPORARY)


class ClaimLost(Exception):
    """The mail was given up or decided by somebody else meanwhile: whoever holds the claim must stop."""


def keep_raw(*, mail_id: int, version: int, raw: StoredFile) -> bool:
    """Keep the bytes that will be sent, before anybody is asked to take them; False if the mail changed."""
    rows = OutgoingMail.objects.filter(pk=mail_id, version=version, state=State.WAITING, raw__isnull=True)
    return bool(rows.update(raw=raw))


@transaction.atomic
def claim(*, mail_id: int, version: int, claim: str, at: datetime) -> bool:
    """Take a waiting mail for one dialogue; False if it is not as it was seen, or its account is busy."""
    due = OutgoingMail.objects.filter(
        pk=mail_id, version=version, state=State.WAITING, try_at__lte=at, raw__isnull=False
    )
    try:
        with transaction.atomic():
            taken = due.update(
                state=State.SENDING, claimed_by=claim, claimed_at=at, reached="", delay="",
                delay_details={},
            )  # fmt: skip
    except IntegrityError:  # another dialogue of this account is under way
        return False
    return bool(taken)


def reach(*, mail_id: int, claim: str, step: str) -> None:
    """Note how far the dialogue comes, before it goes there; `ClaimLost` if it must not go on."""
    held = OutgoingMail.objects.filter(pk=mail_id, claimed_by=claim, state=State.SENDING)
    if not held.update(reached=step):
        raise ClaimLost(mail_id)


@transaction.atomic
def reach_dot(*, mail_id: int, claim: str, answers: Mapping[str, Answer]) -> None:
    """Note, before the final dot, who is in the balance now: only those whom the server named acceptable.

    Whoever it refused is kept as refused already, so that doubt never falls on him. Raises `ClaimLost`.
    """
    reach(mail_id=mail_id, claim=claim, step="DOT")
    for row in OutgoingRecipient.objects.filter(mail=mail_id, address__in=list(answers)):
        answer = answers[row.address]
        row.state = Result.WAITING if answer.outcome is Outcome.ACCEPTED else Result(answer.outcome)
        row.code, row.answer = answer.code or None, answer.text
        row.save(update_fields=["state", "code", "answer"])


@transaction.atomic
def record(
    *, mail_id: int, claim: str, answers: Mapping[str, Answer], last: str, at: datetime
) -> OutgoingMail:
    """Keep what became of each recipient, and what follows for the mail.

    Also when it was taken for uncertain meanwhile (the worker had only stood still) and nobody decided yet.
    """
    mail = _held(mail_id, claim, State.SENDING, State.UNCERTAIN)
    if mail is None:
        raise ClaimLost(mail_id)
    _note_answers(mail, answers, at)
    mail.attempts += 1
    mail.answer = last[:500]
    if any(answer.outcome is Outcome.ACCEPTED for answer in answers.values()):
        mail.reached = "ACCEPTED"
        mail.sent_at = mail.sent_at or at
    open_ones = list(mail.recipients.filter(state__in=OPEN))
    if open_ones and mail.attempts <= len(PAUSES):
        _rest(mail, delays.SOME_TEMPORARY if mail.sent_at else delays.TEMPORARY, open_ones, at)
        return mail
    if open_ones:  # tried for more than a day
        mail.recipients.filter(state__in=OPEN).update(state=Result.REFUSED, at=at)
    settle(mail, at=at)
    _tell_author(mail, at)
    return mail


@transaction.atomic
def put_off(
    *, mail_id: int, claim: str, code: str, details: Mapping[str, Any], until: datetime | None, at: datetime
) -> None:
    """Let a claimed mail wait again, as nothing was sent; `until` None waits for a person."""
    mail = _held(mail_id, claim, State.SENDING)
    if mail is None:
        raise ClaimLost(mail_id)
    mail.state, mail.claimed_by, mail.reached = State.WAITING, "", ""
    _delay(mail, code, details, until, at)


@transaction.atomic
def delay_waiting(
    *, mail_id: int, version: int, code: str, details: Mapping[str, Any], until: datetime | None, at: datetime
) -> None:
    """Say why a mail that could be due is not sent yet; nothing happens to one that changed meanwhile."""
    rows = OutgoingMail.objects.select_for_update().filter(pk=mail_id, version=version, state=State.WAITING)
    mail = rows.first()
    if mail is None:
        return
    is_new = mail.delay != code
    _delay(mail, code, details, until, at)
    if code in delays.ASKS and is_new:
        _notify(outbox_notices.HELD_BACK, mail, at)


@transaction.atomic
def leave_out(*, mail_id: int, addresses: Sequence[str], at: datetime) -> int:
    """Note recipients who must not be mailed (any more); returns how many are left to be tried."""
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
    rows = mail.recipients.filter(state__in=OPEN)
    rows.filter(address__in=addresses).update(state=Result.SUPPRESSED, at=at)
    left = rows.count()
    if not left and mail.state == State.WAITING:
        settle(mail, at=at)
        _tell_author(mail, at)
    return left


@transaction.atomic
def fail(*, mail_id: int, version: int, answer: str, at: datetime) -> None:
    """End a mail that cannot be composed at all: its author is told, the others go on."""
    rows = OutgoingMail.objects.select_for_update().filter(pk=mail_id, version=version, state=State.WAITING)
    mail = rows.first()
    if mail is None:
        return
    mail.recipients.filter(state__in=OPEN).update(state=Result.REFUSED, answer=answer[:500], at=at)
    mail.answer = answer[:500]
    settle(mail, at=at)
    _tell_author(mail, at)


@transaction.atomic
def give_back(*, mail_id: int, claim: str, at: datetime) -> str:
    """What becomes of a claim whose holder died or lost the connection after the dot: the state.

    Before DOT nothing can have been sent and the mail waits again, due at once. After it, it is uncertain.
    """
    mail = _held(mail_id, claim, State.SENDING)
    if mail is None:
        return ""
    if mail.reached in SAFE:
        mail.attempts += 1
        mail.state, mail.claimed_by, mail.reached = State.WAITING, "", ""
        if mail.attempts > len(PAUSES):
            mail.recipients.filter(state__in=OPEN).update(state=Result.REFUSED, at=at)
            settle(mail, at=at)
            _tell_author(mail, at)
            return str(mail.state)
        mail.try_at = at
    else:
        mail.recipients.filter(state=Result.WAITING).update(state=Result.UNCERTAIN, at=at)
        mail.state, mail.try_at = State.UNCERTAIN, None
        _notify(outbox_notices.UNCERTAIN, mail, at)
    _save(mail, at)
    return str(mail.state)


@transaction.atomic
def prove_sent(*, mail_id: int, proof: str, at: datetime) -> bool:
    """Settle an uncertain mail that was found: in the Sent folder, in a mailbox of ours, or answered."""
    rows = OutgoingMail.objects.select_for_update().filter(pk=mail_id, state=State.UNCERTAIN)
    mail = rows.first()
    if mail is None:
        return False
    mail.recipients.filter(state=Result.UNCERTAIN).update(state=Result.ACCEPTED, at=at)
    mail.sent_at = mail.sent_at or mail.claimed_at or at
    mail.answer = f"{mail.answer} · {proof}".strip(" ·")[:500]
    settle(mail, at=at)
    return True


def stored_as(*, mail_id: int, message: Message) -> None:
    """Note which message of the mailbox the mail became."""
    OutgoingMail.objects.filter(pk=mail_id).update(sent_as=message, thread=message.thread_id)


def copied(*, mail_id: int) -> None:
    """Note that the Sent folder has the mail."""
    OutgoingMail.objects.filter(pk=mail_id).update(is_copied=True)


def recover(*, account_id: int, is_alive: Callable[[str], bool], at: datetime) -> list[str]:
    """Give back the claims of an account whose holders are gone; the states that follow."""
    stuck = OutgoingMail.objects.filter(account=account_id, state=State.SENDING)
    claims = list(stuck.values_list("pk", "claimed_by"))
    return [give_back(mail_id=pk, claim=held, at=at) for pk, held in claims if not is_alive(held)]


def _held(mail_id: int, claim: str, *states: str) -> OutgoingMail | None:
    rows = OutgoingMail.objects.select_for_update(of=("self",)).filter(
        pk=mail_id, claimed_by=claim, state__in=states
    )
    return rows.select_related("account").first()


def _note_answers(mail: OutgoingMail, answers: Mapping[str, Answer], at: datetime) -> None:
    for row in mail.recipients.filter(address__in=list(answers)):
        answer = answers[row.address]
        row.state, row.at = Result(answer.outcome), at
        row.code, row.answer, row.attempts = answer.code or None, answer.text, row.attempts + 1
        row.save(update_fields=["state", "at", "code", "answer", "attempts"])


def _rest(mail: OutgoingMail, code: str, open_ones: Sequence[OutgoingRecipient], at: datetime) -> None:
    """Wait again for the next turn of those who were refused for now."""
    answer = next((f"{row.code or ''} {row.answer}".strip() for row in open_ones if row.answer), mail.answer)
    mail.state, mail.claimed_by = State.WAITING, ""
    _delay(mail, code, {"answer": answer}, at + PAUSES[mail.attempts - 1], at)


def _delay(
    mail: OutgoingMail, code: str, details: Mapping[str, Any], until: datetime | None, at: datetime
) -> None:
    mail.delay, mail.delay_details, mail.try_at = code, dict(details), until
    _save(mail, at)


def _tell_author(mail: OutgoingMail, at: datetime) -> None:
    """Tell the author of a mail that did not reach everybody."""
    if mail.state in (State.FAILED, State.PARTLY):
        _notify(outbox_notices.FAILED, mail, at)


def _notify(kind: str, mail: OutgoingMail, at: datetime) -> None:
    addresses = list(mail.recipients.exclude(state=Result.ACCEPTED).values_list("address", flat=True)[:3])
    notify(
        kind=kind, user_ids=[mail.author_id], key=f"{kind}:{mail.pk}:{mail.version}", at=at,
        customer_id=mail.customer_id, url=f"{_place(mail, at)}#mail-{mail.pk}",
        params={"subject": mail.subject, "addresses": addresses},
    )  # fmt: skip


def _place(mail: OutgoingMail, at: datetime) -> str:
    """Where its author finds it: in its conversation, else in the outbox."""
    access.of(mail.author, today=at.date())
    seen = Message.objects.visible_to(mail.author).filter(thread=mail.thread_id)
    if mail.thread_id is None or not seen.exists():
        return reverse("mail:outbox")
    return reverse("mail:conversation", args=[mail.thread_id])


def _save(mail: OutgoingMail, at: datetime) -> None:
    mail.version, mail.changed_at = mail.version + 1, at
    mail.save()
