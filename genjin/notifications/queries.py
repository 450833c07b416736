"""Reads of notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from genjin.notifications import kinds
from genjin.notifications.models import Notice, NoticePreference, Way
from genjin.people.models import User
from genjin.records import registry


@dataclass(frozen=True)
class Line:
    """One notice in words: `customer` and `href` only for what the person may see."""

    notice: Notice
    title: Any
    text: str
    customer: Any
    href: str


def unread_count(user: User) -> int:
    """How many notices wait to be read."""
    return Notice.objects.visible_to(user).unread().count()


def newest(user: User, most: int) -> list[Line]:
    """The last notices of a person in words, newest first."""
    return in_words(user, Notice.objects.visible_to(user)[:most])


def in_words(user: User, notices: Sequence[Notice] | Any) -> list[Line]:
    """Notices with their sentences, in the active language; questions do not grow with their number."""
    rows = [row for row in notices if kinds.find(row.kind)]
    of_kind: dict[str, list[Notice]] = defaultdict(list)
    for row in rows:
        of_kind[row.kind].append(row)
    texts: dict[int, str] = {}
    labels = {}
    for name, some in of_kind.items():
        kind = kinds.find(name)
        assert kind is not None
        labels[name] = kind.label
        words = kind.words([row.params for row in some])
        texts |= {row.pk: text for row, text in zip(some, words, strict=True)}
    customers = _customers(user, rows)
    return [_line(row, labels[row.kind], texts[row.pk], customers.get(row.customer_id or 0)) for row in rows]


def _line(row: Notice, title: Any, text: str, customer: Any) -> Line:
    href = row.url
    kind = registry.find("customers.customer")
    if not href and customer is not None and kind is not None:
        href = kind.url(customer.pk)
    return Line(row, title, text, customer, href)


def _customers(user: User, rows: Sequence[Notice]) -> dict[int, Any]:
    """Those customers of the notices that the person may see, by id."""
    ids = {row.customer_id for row in rows if row.customer_id}
    kind = registry.find("customers.customer")
    if not ids or kind is None:
        return {}
    return {row.pk: row for row in kind.visible_to(user).filter(pk__in=ids)}


def ways_of(user: User) -> dict[str, str]:
    """How the person wants to be told, by kind; every registered kind has an answer."""
    chosen = dict(NoticePreference.objects.filter(user=user).values_list("kind", "way"))
    return {kind.name: chosen.get(kind.name, Way.IN_APP) for kind in kinds.kinds()}
