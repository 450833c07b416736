"""The mailboxes of the demo's people: set up on the day they come, filled with the mail of months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, QuerySet

from genjin.customers.models import Interaction
from genjin.customers.models.dimension import FollowGrade
from genjin.demo import around, firm, post, receiving, recent, wording, writers
from genjin.demo.correspondence import Correspondence, put
from genjin.demo.lives import DAYS_BACK
from genjin.demo.opening import Event, Opening
from genjin.instance.queries import business_now
from genjin.journal.actions import unheard
from genjin.mail import syncing
from genjin.mail.actions import local, outbox, tracking, writing
from genjin.mail.actions.signatures import save_signature
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.checking_out import DOUBTS
from genjin.mail.models import MailAccount, Message, OutgoingMail, Tracking
from genjin.mail.outgoing_html import html_of
from genjin.people import access
from genjin.people.models import User

TRACKED_DAYS = 2


class Mailboxes:
    """Sets the mailboxes up while the story is told, and fills them at its end."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.port = receiving.free_port()
        self.password = post.password()

    def events(self) -> Iterator[Event]:
        """When everybody gets a mailbox, and the firm a shared one."""
        post.clear()
        for key in firm.WITH_MAILBOX:
            joined = firm.person(key).joined_days_ago or DAYS_BACK
            yield self.opening.at(1 - joined, 10, 30), partial(self._own, key)
        yield self.opening.at(1 - DAYS_BACK, 11), self._shared

    def fill(self, mails: Correspondence) -> int:
        """Put the mail of the past months into the mailboxes, as bytes; returns how many mails."""
        found = [*mails.compose(), *recent.letters(mails), *around.letters(mails.now, firm.WITH_MAILBOX)]
        for letter in found:
            put(letter, mails.now)
        return len(found)

    def _own(self, key: str, at: datetime) -> None:
        person, by = firm.person(key), self.opening.people[key]
        here = writers.colleague(key)
        account = self._add(person.email, here.name, by, at)
        for language in ("en", "zh"):
            text = writers.colleague(key, language).signature
            save_signature(account_id=account.pk, language=language, is_own=False, text=text, by=by, at=at)

    def _shared(self, at: datetime) -> None:
        people = self.opening.people
        members = {people[key].pk: rights for key, rights in firm.SHARED_MEMBERS.items()}
        here = writers.shared()
        account = self._add(here.address, here.name, self.opening.admin, at, members)
        save_signature(
            account_id=account.pk,
            language="",
            is_own=False,
            text=here.signature,
            by=self.opening.admin,
            at=at,
        )

    def _add(
        self, address: str, name: str, by: User, at: datetime,
        members: dict[int, tuple[str, ...]] | None = None,
    ) -> MailAccount:  # fmt: skip
        post.make(address)
        aliases = [f"{one}@{firm.DOMAIN}" for one in firm.SHARED_ALIASES] if members is not None else []
        return local.add_local_account(
            address=address, name=name, sender_name=name, aliases=aliases, members=members,
            maildir=post.maildir_of(address), port=self.port, password=self.password, by=by, at=at,
        )  # fmt: skip


def take_in() -> int:
    """Read every mailbox that was never read to its end, as always; returns how many mails were new.

    Nobody is decided meanwhile: that is done once, after it.
    """
    stored = 0
    waiting = receiving.local_accounts().filter(is_first_sync_done=False).order_by("pk")
    with unheard():
        for pk in waiting.values_list("pk", flat=True):
            stored += syncing.sync(pk, clock=business_now).stored
        _begin_today(business_now())
    return stored


def _begin_today(at: datetime) -> None:
    """What lies on the desks: mails being written, one that waits for its hour, two that await an answer."""
    if OutgoingMail.objects.exists():
        return
    for key in ("zhou", "zheng", "tang"):
        by = User.objects.get(email=firm.person(key).email)
        access.of(by, today=at.date())
        account = MailAccount.objects.alive().filter(owner=by).first()
        if account is None:
            continue
        sent = Message.objects.filter(
            from_address=account.address, direction=Message.Direction.OUT, filings__isnull=False
        )
        _await_call(sent, by, at)
        sent = sent.exclude(thread__last_in_at__gte=at - timedelta(days=20)).order_by("-date")
        for message in sent.filter(date__lt=at - timedelta(hours=20)).distinct()[:2]:
            if not Tracking.objects.filter(thread=message.thread_id).exists():
                tracking.track(message_id=message.pk, days=TRACKED_DAYS, by=by, at=at)
        unanswered = Message.objects.filter(
            copies__account=account, direction=Message.Direction.IN, verdict=Message.Verdict.HUMAN,
            filings__isnull=False,
        )  # fmt: skip
        newest = list(unanswered.order_by("-date").distinct()[:3])
        for place, message in enumerate(newest[1:]):
            _draft(message, account, by, at, is_later=place == 1)


def _await_call(sent: QuerySet[Message], by: User, at: datetime) -> None:
    """Of those who must be called one was written to twice without an answer (000-26)."""
    grades = (FollowGrade.TOP, FollowGrade.UPPER_MID)
    older = sent.filter(
        date__range=(at - timedelta(days=14), at - timedelta(days=4)), date=F("thread__last_out_at"),
        filings__customer__owner=by, filings__customer__follow_grade__in=grades,
    )  # fmt: skip
    for message in older.annotate(customer=F("filings__customer")).order_by("-date"):
        since = Interaction.objects.alive().filter(
            customer=message.customer, happened_at__gt=message.date + timedelta(days=1)
        )
        said = set(since.values_list("kind", "direction"))
        if said == {(Interaction.Kind.EMAIL, Interaction.Direction.OUT)} and since.filter(
            happened_at__gt=at - timedelta(days=6)
        ):
            tracking.track(message_id=message.pk, days=TRACKED_DAYS, by=by, at=at)
            return


def _draft(message: Message, account: MailAccount, by: User, at: datetime, *, is_later: bool) -> None:
    """An answer that is being written; the later one is finished and leaves tomorrow morning."""
    draft = start_draft(beginning=Beginning(account_id=account.pk, answers_id=message.pk), by=by, at=at)
    language = draft.language if draft.language in ("de", "es", "fr", "zh") else "en"
    text = str(wording.texts(language)["checking"]["text"][0]).strip()
    saved = writing.save_draft(
        mail_id=draft.pk, values={"html": f"{html_of(text)}{draft.html}"}, by=by, at=at,
        expected_version=draft.version,
    )  # fmt: skip
    if is_later:
        outbox.queue(mail_id=saved.pk, by=by, at=at, send_at=at + timedelta(hours=18), despite=DOUBTS)
