"""The mails of the past months: those that go with what was logged, in threads, quoted, signed, with files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from genjin.demo import enclosing, firm, post, wording, writers
from genjin.demo.letters import Correspondent, Mail, write
from genjin.demo.talk import Deal

if TYPE_CHECKING:
    from genjin.demo.story import Told

SEED = 8271
DAYS = 150
"""How far back the mailboxes reach."""
FRESH = timedelta(hours=40)
"""Mail younger than this may be unread."""
ARCHIVED = timedelta(days=110)
REPLIED = timedelta(hours=16)
"""What came longer ago than this was answered."""
RECENT = timedelta(days=45)
"""How far back it matters that calls were summed up and mails answered."""
BEGINS = frozenset({"intro", "inquiry", "news", "reorder", "complaint", "payment", "winback"})
"""Occasions on which one begins a conversation instead of answering."""
RENAMED = frozenset({"order", "shipping", "documents_out", "deposit_in"})
"""Occasions on which one answers under another subject."""


@dataclass(frozen=True)
class Happened:
    """A mail that was logged: who of the customer, on which occasion, when, about what."""

    told: Told
    owner: str
    """Key of the salesperson."""
    who: int
    beat: str
    inbound: bool
    at: datetime
    deal: Deal
    ordered: str


@dataclass
class Letter:
    """A mail before it is put where it belongs: to which addresses, folder and flags."""

    raw: bytes
    key: str
    at: datetime
    inbound: bool
    boxes: list[str]
    sender_box: str = ""
    flags: str | None = ""


@dataclass
class Thread:
    """What was said last about one deal with one customer."""

    last: Letter
    about: Happened
    """What was logged with the last mail."""
    last_in: Letter | None = None


class Correspondence:
    """Gathers what was logged as mail while the story is told; `deliver` writes it into the mailboxes."""

    def __init__(self, now: datetime, timezones: dict[str, list[str]]) -> None:
        self.now = now
        self.timezones = timezones
        self.rng = Random(SEED)  # noqa: S311 - the same mails every time, nothing secret
        self.happened: list[Happened] = []
        self.letters: list[Letter] = []
        self.threads: dict[tuple[int, str], Thread] = {}

    def note(self, happened: Happened) -> None:
        """Remember a mail that was logged, if it is young enough to lie in a mailbox."""
        if happened.at > self.now - timedelta(days=DAYS):
            self.happened.append(happened)

    def compose(self) -> list[Letter]:
        """Write all mails, each answering the one before it."""
        for number, one in enumerate(sorted(self.happened, key=lambda one: one.at)):
            self._write(one, number)
        self._reply()
        return self.letters

    def recap(self, happened: Happened) -> None:
        """Remember a call after which one writes what was said (000-29)."""
        if happened.at > self.now - RECENT:
            moment = min(happened.at + timedelta(minutes=self.rng.randint(35, 100)), self.now)
            self.note(replace(happened, beat="recap", inbound=False, at=moment))

    def _reply(self) -> None:
        """Whoever asked last was told on the same day that one looks into it; this morning's mail waits."""
        waiting = [
            known.about
            for known in self.threads.values()
            if known.last.inbound and self.now - RECENT < known.last.at < self.now - REPLIED
        ]
        for number, one in enumerate(waiting, len(self.happened)):
            at = one.at + timedelta(minutes=self.rng.randint(15, 120))
            self._write(replace(one, beat="checking", inbound=False, at=at), number)

    def deliver(self) -> int:
        """Put everything into the mailboxes; returns how many mails."""
        for letter in self.letters:
            put(letter, self.now)
        return len(self.letters)

    def customer(self, told: Told, who: int) -> Correspondent:
        """One of the people of a customer."""
        company = told.life.company
        return writers.of_company(company, who, self.timezones.get(company.country, []))

    def _write(self, one: Happened, number: int) -> None:
        rng = self.rng
        there = self.customer(one.told, one.who)
        here = writers.colleague(one.owner, there.language)
        key, language = wording.occasion(one.beat, there.language, inbound=one.inbound)
        sender, receiver = (there, here) if one.inbound else (here, there)
        company = one.told.life.company
        first = receiver.first if language == there.language else writers.colleague(one.owner).first
        slots = wording.slots_of(
            one.deal, company, language, rng, first=first, beat=one.beat, ordered=one.ordered
        )
        known = self.threads.get((one.told.number, slots["pi"]))
        answers = known.last if known is not None and key not in BEGINS else None
        mail = Mail(
            sender, [receiver], wording.for_country(wording.body(key, language, rng, slots), company.country),
            self._moment(one, known), f"{one.told.number}/{number}/{key}",
            cc=self._copied(one, who_is_there=there), answers=answers.raw if answers else b"",
            enclosures=enclosing.of(key, slots, rng, one.at),
        )  # fmt: skip
        if answers is None or (key in RENAMED and rng.random() < 0.6):
            mail.subject = wording.for_country(wording.subject(key, language, rng, slots), company.country)
        self._keep(mail, one, slots["pi"], known)

    def _keep(self, mail: Mail, one: Happened, about: str, known: Thread | None) -> None:
        boxes = [person.address for person in mail.cc if post.has_mailbox(person.address)]
        owner = firm.person(one.owner).email
        letter = Letter(
            write(mail), post.key_of(mail.message_id), mail.at, one.inbound,
            [owner, *boxes] if one.inbound else boxes, "" if one.inbound else owner,
        )  # fmt: skip
        letter.flags = self._flags(letter, one)
        self.letters.append(letter)
        if known is None:
            known = self.threads[one.told.number, about] = Thread(letter, one)
        elif not one.inbound and known.last_in is not None and known.last_in.flags is not None:
            known.last_in.flags = "".join(sorted({*known.last_in.flags, "R", "S"}))
        known.last, known.about = letter, one
        known.last_in = letter if one.inbound else None

    def _flags(self, letter: Letter, one: Happened) -> str | None:
        if not letter.inbound:
            return "S"
        if letter.at > self.now - FRESH and self.rng.random() < 0.5:
            return None
        is_dear = one.told.life.fate in ("large", "old") and self.rng.random() < 0.07
        return "FS" if is_dear else "S"

    def _moment(self, one: Happened, known: Thread | None) -> datetime:
        """A little before it was logged, and after what it answers."""
        minutes = self.rng.randint(12, 170) if one.inbound else self.rng.randint(2, 9)
        at = one.at - timedelta(minutes=minutes, seconds=self.rng.randint(1, 59))
        return max(at, known.last.at + timedelta(minutes=3)) if known is not None else at

    def _copied(self, one: Happened, *, who_is_there: Correspondent) -> list[Correspondent]:
        """Now and then a colleague of theirs, now and then our manager."""
        copied = []
        others = [who for who in range(len(one.told.life.company.people)) if who != one.who]
        if others and self.rng.random() < 0.22:
            copied.append(self.customer(one.told, self.rng.choice(others)))
        if self.rng.random() < 0.05:
            manager = "he" if firm.person(one.owner).team == 0 else "luo"
            copied.append(writers.colleague(manager, who_is_there.language))
        return copied


def put(letter: Letter, now: datetime) -> None:
    """Put a mail into the mailboxes of everybody here who got or sent it."""
    seen = None if letter.flags is None else letter.flags
    folder = post.ARCHIVE if letter.inbound and letter.at < now - ARCHIVED else "INBOX"
    if letter.sender_box:
        post.deliver(
            letter.raw, address=letter.sender_box, key=letter.key, at=letter.at, folder=post.SENT, flags="S"
        )
    for address in letter.boxes:
        post.deliver(letter.raw, address=address, key=letter.key, at=letter.at, folder=folder, flags=seen)
