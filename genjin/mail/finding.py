"""Searching mail: what was asked becomes terms of the index, and the database says what may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from genjin.customers.models import Customer
from genjin.mail import index
from genjin.mail.asking import Asked, parse
from genjin.mail.models import Filing, MailAccount, MailFolder, Message, MessageCopy
from genjin.people.models import User
from genjin.records.prepared import Given, Prepared
from genjin.search import queries as search
from genjin.search.tokens import Term, asked_terms, folded

PAGE = 40
MARKS = {"from": index.FROM, "to": index.TO, "cc": index.CC, "subject": index.SUBJECT}
MOST_CUSTOMERS = 50


_MESSAGES = Prepared(lambda: Message.objects.filter(pk__among=Given("ids")).order_by())


@dataclass(frozen=True)
class Found:
    """Messages, newest first. `before` is the place where the next page begins, 0 at the end.

    `is_cut`: only the newest matches were looked through.
    """

    messages: list[Message] = field(default_factory=list)
    before: int = 0
    is_cut: bool = False
    asked: Asked = field(default_factory=Asked)


def find(
    user: User, text: str, *, today: date, zone: ZoneInfo, before: int = 0, everywhere: bool = False,
    size: int = PAGE,
) -> Found:  # fmt: skip
    """Mails of the person's mailboxes in which all of the text is found; `everywhere`: also those of
    customers that he may see. A bounded number of queries.
    """
    asked = parse(text, today)
    terms = _terms(asked)
    accounts = None if everywhere else _readable(user)
    if asked.is_empty or (accounts is not None and not accounts):
        return Found(asked=asked)
    rows = _allowed(asked, user, accounts)
    if rows is None:
        return Found(asked=asked)
    return _look(rows, terms, accounts, _bounds(asked, zone, before), asked, size)


def _look(
    rows: QuerySet[Message],
    terms: Sequence[Term],
    accounts: Sequence[int] | None,
    bounds: tuple[int, int],
    asked: Asked,
    size: int,
) -> Found:
    since, end = bounds
    found: list[int] = []
    looked = 0
    for batch in index.matching(terms, accounts, since=since, before=end):
        places = batch[: index.MOST - looked]
        seen = _seen(rows, [index.message_id(place) for place in places], asked.phrases)
        found += [place for place in places if index.message_id(place) in seen]
        looked += len(places)
        if len(found) > size:
            return Found(_messages(found[:size]), found[size - 1], asked=asked)
        if looked >= index.MOST:
            return Found(_messages(found), places[-1], is_cut=True, asked=asked)
    return Found(_messages(found), asked=asked)


def _seen(rows: QuerySet[Message], ids: Sequence[int], phrases: Sequence[str]) -> set[int]:
    """Those of them that may be shown and hold the phrases; their texts are read only if need be."""
    wanted = rows.filter(pk__among=ids).order_by()
    if not phrases:
        return set(wanted.values_list("pk", flat=True))
    return {row.pk for row in wanted.only("subject", "from_name", "text") if _has_phrases(row, phrases)}


def _messages(places: Sequence[int]) -> list[Message]:
    ids = [index.message_id(place) for place in places]
    found = {row.pk: row for row in _MESSAGES(ids=ids)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _terms(asked: Asked) -> list[Term]:
    terms = asked_terms(asked.words)
    for phrase in asked.phrases:
        terms += [
            Term(term.tokens, False) if len(term.tokens[0]) > 1 else term for term in asked_terms(phrase)
        ]
    for name, text in asked.fields:
        terms += index.marked(MARKS[name], asked_terms(text))
    if asked.with_attachment:
        terms.append(Term((index.ATTACHED,), False))
    return terms


def _bounds(asked: Asked, zone: ZoneInfo, before: int) -> tuple[int, int]:
    """The places between which a match must lie."""

    def start(day: date) -> int:
        return index.place_of(datetime.combine(day, time(), tzinfo=zone))

    since = start(asked.since) if asked.since else 0
    end = start(asked.before) if asked.before and asked.before < date.max - timedelta(days=1) else index.LAST
    return since, min(end, before) if before else end


def _allowed(asked: Asked, user: User, accounts: Sequence[int] | None) -> QuerySet[Message] | None:
    """Messages that may be shown and are as asked; None when none can be."""
    rows = Message.objects.visible_to(user)
    if accounts is not None or asked.states & {"unread", "read", "starred"} or asked.folders:
        mine = _readable(user) if accounts is None else list(accounts)
        copies = MessageCopy.objects.filter(message=OuterRef("pk"), gone_at__isnull=True, account__in=mine)
        copies = copies.filter(_of_copies(asked.states))
        for name in asked.folders:
            copies = copies.filter(folder__in=_folders(name, mine))
        # Those of the person's own mailboxes pass the gate by that alone.
        rows = Message.objects.filter(Exists(copies)) if accounts is not None else rows.filter(Exists(copies))
    filings = Filing.objects.filter(message=OuterRef("pk"))
    if "filed" in asked.states:
        rows = rows.filter(Exists(filings))
    if "unfiled" in asked.states:
        rows = rows.filter(~Exists(filings))
    for name in asked.customers:
        hits = search.find(user, name, ["customers.customer"], limit=MOST_CUSTOMERS)
        if not hits:
            return None
        seen = Customer.objects.visible_to(user).filter(pk__in=[hit.object_id for hit in hits])
        rows = rows.filter(Exists(filings.filter(customer__in=seen)))
    return rows


def _readable(user: User) -> list[int]:
    return list(MailAccount.objects.visible_to(user).values_list("pk", flat=True))


def _of_copies(states: Iterable[str]) -> Q:
    wanted = Q()
    for state in states:
        wanted &= {
            "unread": Q(is_read=False), "read": Q(is_read=True), "starred": Q(is_flagged=True),
        }.get(state, Q())  # fmt: skip
    return wanted


def _folders(name: str, accounts: Sequence[int]) -> list[int]:
    """Folders of that name or role, in English, in the reader's language or as the server calls them."""
    wanted = folded(name)
    rows = MailFolder.objects.filter(account__in=accounts, gone_at__isnull=True)
    return [
        folder.pk
        for folder in rows
        if wanted in (folded(folder.role), folded(str(folder.get_role_display())), folded(folder.path))
        or folded(folder.path).endswith(f"/{wanted}")
    ]


def _has_phrases(row: Message, phrases: Sequence[str]) -> bool:
    text = folded(f"{row.subject}\n{row.from_name}\n{row.text}")
    words = " ".join(text.split())
    return all(" ".join(folded(phrase).split()) in words for phrase in phrases)
