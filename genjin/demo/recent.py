"""What came last night and this morning: answers nobody has read yet, a notice of absence, a mail that came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from genjin.demo import automatic, firm, post, wording, writers
from genjin.demo.correspondence import Correspondence, Happened, Letter, Thread
from genjin.demo.letters import SEED, Mail, write
from genjin.demo.lives import ZONE

ANSWERS = 3
"""Fresh answers for each salesperson."""
NOT_HEARD = ("chased", "waking", "called")
"""Endings in which nothing has come from the customer."""
HEARD = ("recap", "checking")
"""Mails to somebody whom one has just heard: they come back from nobody."""
CLOSED = 19
"""The hour at which the last one has left."""
STEP = timedelta(minutes=20)


def letters(mails: Correspondence) -> Iterator[Letter]:
    """What the customers did after the last mails of each salesperson."""
    rng = Random(SEED)  # noqa: S311 - the same mails every time, nothing secret
    for owner in firm.SALESPEOPLE:
        waiting = [
            thread
            for thread in mails.threads.values()
            if thread.about.owner == owner
            and not thread.last.inbound
            and not thread.about.told.life.pooled_on
        ]
        waiting.sort(key=lambda one: one.last.key)
        warm = [
            one
            for one in waiting
            if one.about.told.life.fate in ("warm", "trial", "old", "large")
            and one.about.told.life.ending not in NOT_HEARD
        ]
        fresh = [one for one in warm if one.last.at > mails.now - timedelta(days=14)]
        for thread in fresh[:ANSWERS]:
            at = _working_moment(mails, thread.about, mails.now - timedelta(minutes=rng.randint(9, 90)))
            if at is not None and at > thread.last.at:
                yield _answer(mails, thread, at, rng)
        cold = [
            one
            for one in waiting
            if one.about.told.life.fate in ("cold", "lost") and one.about.beat not in HEARD
        ]
        cold.sort(key=lambda one: one.last.at, reverse=True)
        # In a tiny firm nobody may be cold; somebody's mail comes back all the same.
        rest = [
            one for one in waiting if one not in fresh and one not in cold and one.about.beat not in HEARD
        ]
        cold += rest[: max(0, 2 - len(cold))]
        for thread in cold[:1]:
            yield _returned(mails, thread, automatic.UNKNOWN)
        for thread in cold[1:2]:
            yield _returned(mails, thread, automatic.FULL)
        others = sorted(
            (one for one in warm if one not in fresh[:ANSWERS] and one not in cold),
            key=lambda one: one.last.at,
        )
        for thread in others[-2:]:
            yield _away(mails, thread, thread.last.at.date() + timedelta(days=rng.randint(6, 12)))


def _answer(mails: Correspondence, thread: Thread, at: datetime, rng: Random) -> Letter:
    one = thread.about
    there = mails.customer(one.told, one.who)
    key = {"quote": "answer_offer", "price": "answer_offer"}.get(
        one.beat, "answer_prospect" if one.told.life.fate == "warm" else "answer_buyer"
    )
    here = writers.colleague(one.owner, there.language)
    company = one.told.life.company
    slots = wording.slots_of(one.deal, company, there.language, rng, first=here.first)
    text = wording.for_country(wording.body(key, there.language, rng, slots), company.country)
    mail = Mail(there, [here], text, at, f"fresh/{thread.last.key}", answers=thread.last.raw)
    flags = None if rng.random() < 0.8 else "S"
    return Letter(write(mail), post.key_of(mail.message_id), at, True, [here.address], flags=flags)


def _returned(mails: Correspondence, thread: Thread, cause: automatic.Cause) -> Letter:
    one = thread.about
    at = thread.last.at + timedelta(minutes=2)
    address = mails.customer(one.told, one.who).address
    raw = automatic.bounce(thread.last.raw, address, cause=cause, at=at, key=f"bounce/{thread.last.key}")
    flags = None if at > mails.now - timedelta(days=4) else "S"
    return Letter(raw, post.key_of(raw), at, True, [thread.last.sender_box], flags=flags)


def _away(mails: Correspondence, thread: Thread, returns_on: date) -> Letter:
    one = thread.about
    at = thread.last.at + timedelta(minutes=1)
    raw = automatic.absence(
        thread.last.raw, mails.customer(one.told, one.who), country=one.told.life.company.country,
        returns_on=returns_on, at=at, key=f"away/{thread.last.key}",
    )  # fmt: skip
    return Letter(raw, post.key_of(raw), at, True, [thread.last.sender_box], flags="S")


def _after_hours(at: datetime, now: datetime) -> datetime:
    """What came on an earlier day came when nobody worked here any more: else it would be answered."""
    here = at.astimezone(ZONE)
    if here.date() == now.astimezone(ZONE).date() or here.hour >= CLOSED:
        return at
    return here.replace(hour=CLOSED + here.hour % 3)


def _working_moment(mails: Correspondence, one: Happened, latest: datetime) -> datetime | None:
    """The last moment before `latest` at which somebody works there, over a weekend as well."""
    zone = mails.customer(one.told, one.who).zone
    for step in range(300):
        at = latest - STEP * step
        local = at.astimezone(zone)
        if local.weekday() < 5 and 8 <= local.hour < 18:
            return _after_hours(at, mails.now)
    return None
