"""The worker's side of the outbox: one account's due mails, one after the other, each at most once."""

from __future__ import annotations

import contextlib
import logging
import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from genjin.files import actions as files
from genjin.instance.queries import current
from genjin.mail import delays, problems, raw
from genjin.mail.actions import claims
from genjin.mail.actions.claims import ClaimLost
from genjin.mail.connecting import Failed
from genjin.mail.models import MailAccount, OutgoingMail, OutgoingRecipient
from genjin.mail.recipients import envelope_address
from genjin.mail.sending import again, composition, dialogue, finishing, limits
from genjin.mail.sending.answers import Answer
from genjin.mail.sending.dialogue import Lost, Result, Unknown

logger = logging.getLogger(__name__)

AT_ONCE = 50
PER_CONNECTION = 25
"""Mails after which a connection is closed: many providers cut longer ones."""
PAUSED_FOR = timedelta(minutes=10)
THROTTLED_FOR = timedelta(minutes=30)
BROKEN_FOR = timedelta(hours=1)

Clock = Callable[[], datetime]
State = OutgoingMail.State
Stop = Callable[[], bool]


def send_due(account_id: int, *, claim: str, clock: Clock, stop: Stop = lambda: False) -> int:
    """Send what is due from an account until nothing is; returns how many dialogues were led to their end.

    `claim` names who works here (`job:attempt`). A held instance sends nothing.
    """
    account = MailAccount.objects.get(pk=account_id)
    line = Line(account)
    spoken = 0
    try:
        while not stop() and not current().is_held:
            mail = next_mail(account, clock())
            if mail is None:
                break
            spoken += _send(mail, line, claim=claim, clock=clock)
    finally:
        line.close()
    return spoken


def next_mail(account: MailAccount, at: datetime) -> OutgoingMail | None:
    """The first due mail that may leave now; the others are told why they wait."""
    if account.removed_at is not None or account.state == MailAccount.State.PAUSED:
        _delay_all(account, delays.ACCOUNT_PAUSED, {}, at + PAUSED_FOR, at)
        return None
    for mail in _due(account, at)[:AT_ONCE]:
        if not _looked_at_again(mail, at):
            continue
        wait = limits.of_account(account, at) or limits.of_domains(_domains(mail), at)
        if wait is None:
            return mail
        claims.delay_waiting(
            mail_id=mail.pk, version=mail.version, code=wait.code, details=wait.details, until=wait.until,
            at=at,
        )  # fmt: skip
    return None


def _due(account: MailAccount, at: datetime) -> list[OutgoingMail]:
    rows = OutgoingMail.objects.filter(account=account, state=State.WAITING, try_at__lte=at)
    found = rows.select_related("author", "customer", "account", "raw", "answers__raw")
    return list(found.order_by("try_at", "pk")[:AT_ONCE])


def _looked_at_again(mail: OutgoingMail, at: datetime) -> bool:
    """Whether nothing happened since it was queued that a person should know first."""
    code = again.question(mail)
    if code:
        claims.delay_waiting(mail_id=mail.pk, version=mail.version, code=code, details={}, until=None, at=at)
        return False
    forbidden = again.must_not_be_mailed(mail)
    return not forbidden or bool(claims.leave_out(mail_id=mail.pk, addresses=forbidden, at=at))


def _domains(mail: OutgoingMail) -> list[str]:
    return [row.domain for row in _open(mail)]


def _open(mail: OutgoingMail) -> list[OutgoingRecipient]:
    return list(mail.recipients.filter(state__in=claims.OPEN))


def _send(mail: OutgoingMail, line: Line, *, claim: str, clock: Clock) -> bool:
    """One mail: bytes kept, claimed, spoken, recorded. Whether a dialogue came to its end."""
    at = clock()
    if mail.raw is None:
        try:
            stored = composition.put(mail, at=at)
        except (files.Refused, OSError, ValueError) as error:  # a file that is gone, say
            logger.warning("Outgoing mail %s cannot be composed: %s", mail.pk, type(error).__name__)
            claims.fail(mail_id=mail.pk, version=mail.version, answer=str(error), at=at)
            return False
        if not claims.keep_raw(mail_id=mail.pk, version=mail.version, raw=stored):
            return False
        mail.raw = stored
    if not claims.claim(mail_id=mail.pk, version=mail.version, claim=claim, at=at):
        return False
    try:
        with line.open() as smtp:
            claims.reach(mail_id=mail.pk, claim=claim, step="CONNECTED")
            result = _speak(mail, smtp, claim)
    except Failed as error:
        _put_off(mail, error, claim=claim, at=clock())
        return False
    except Lost as error:
        with contextlib.suppress(ClaimLost):
            _record(mail, claim, dict.fromkeys(_addresses(mail), Answer(0, str(error))), str(error), clock())
        return False
    except Unknown:
        claims.give_back(mail_id=mail.pk, claim=claim, at=clock())
        return False
    except ClaimLost:
        logger.warning("Outgoing mail %s was taken from this worker; its dialogue was broken off", mail.pk)
        return False
    return _conclude(mail, result, claim=claim, clock=clock)


def _speak(mail: OutgoingMail, smtp: smtplib.SMTP, claim: str) -> Result:
    """The dialogue; every step is noted before it is taken."""
    envelope = {envelope_address(row.address): row.address for row in _open(mail)}
    result = Result()

    def step(name: str) -> None:
        if name == "DOT":
            known = {envelope[sent]: answer for sent, answer in result.recipients.items()}
            claims.reach_dot(mail_id=mail.pk, claim=claim, answers=known)
        else:
            claims.reach(mail_id=mail.pk, claim=claim, step=name)

    account = mail.account
    assert account is not None
    dialogue.speak(
        smtp, sender=envelope_address(account.address), recipients=list(envelope), raw=raw.load(mail.raw),
        step=step, result=result,
    )  # fmt: skip
    result.recipients = {envelope[sent]: answer for sent, answer in result.recipients.items()}
    return result


def _conclude(mail: OutgoingMail, result: Result, *, claim: str, clock: Clock) -> bool:
    """Record what the server answered, then do what follows from an accepted mail."""
    try:
        done = _record(mail, claim, result.recipients, str(result.last), clock())
    except ClaimLost:
        logger.warning("Outgoing mail %s was decided by somebody while it was being sent", mail.pk)
        return False
    if done.sent_at is not None:
        finishing.finish(done, at=clock())
    if result.is_throttled and done.account is not None:
        until = clock() + THROTTLED_FOR
        _delay_all(done.account, delays.THROTTLED, {"answer": str(result.last)}, until, clock())
    return True


def _record(
    mail: OutgoingMail, claim: str, answers: dict[str, Answer], last: str, at: datetime
) -> OutgoingMail:
    for address, answer in answers.items():
        if answer.code == 0:  # the connection was lost: nobody refused anything for good
            answers[address] = Answer(450, answer.text)
    return claims.record(mail_id=mail.pk, claim=claim, answers=answers, last=last, at=at)


def _addresses(mail: OutgoingMail) -> list[str]:
    return [row.address for row in _open(mail)]


def _put_off(mail: OutgoingMail, error: Failed, *, claim: str, at: datetime) -> None:
    """The server cannot be used: this mail and the account's others wait, longer with every failure."""
    tries = int(mail.delay_details.get("tries", 0)) + 1 if mail.delay == delays.CONNECTION else 1
    pause = BROKEN_FOR if error.is_lasting else claims.PAUSES[min(tries, 6) - 1]
    if error.code == problems.THROTTLED:
        pause = max(pause, THROTTLED_FOR)
    about = {key: str(value)[:300] for key, value in error.details.items()}
    details = {"problem": error.code, "about": about, "tries": tries}
    with contextlib.suppress(ClaimLost):
        claims.put_off(
            mail_id=mail.pk, claim=claim, code=delays.CONNECTION, details=details, until=at + pause, at=at
        )
    if mail.account is not None:
        _delay_all(mail.account, delays.CONNECTION, details, at + pause, at)


def _delay_all(
    account: MailAccount, code: str, details: dict[str, object], until: datetime, at: datetime
) -> None:
    """Every due mail of the account waits for the same reason."""
    for mail in _due(account, at):
        claims.delay_waiting(
            mail_id=mail.pk, version=mail.version, code=code, details=details, until=until, at=at
        )


class Line:
    """The connection of an account, opened when it is first needed and again after it was lost."""

    def __init__(self, account: MailAccount) -> None:
        self._account = account
        self._smtp: smtplib.SMTP | None = None
        self._used = 0

    @contextlib.contextmanager
    def open(self) -> Iterator[smtplib.SMTP]:
        """The connection for one mail; whatever goes wrong inside ends it. Raises `Failed`."""
        if self._smtp is not None and (self._used >= PER_CONNECTION or not _is_alive(self._smtp)):
            self.close()
        if self._smtp is None:
            self._smtp = dialogue.open_smtp(self._account)
        self._used += 1
        try:
            yield self._smtp
        except BaseException:
            self._smtp.close()
            self._smtp = None
            raise

    def close(self) -> None:
        """End it politely."""
        if self._smtp is not None:
            dialogue.close(self._smtp)
        self._smtp, self._used = None, 0


def _is_alive(smtp: smtplib.SMTP) -> bool:
    try:
        return bool(smtp.noop()[0] == 250)
    except (OSError, smtplib.SMTPException):
        return False
