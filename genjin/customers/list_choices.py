"""Where the editable lists are used, and what stands for a choice that was removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from django.db import connection
from django.db.models import Count, QuerySet
from django.http import QueryDict

from genjin.customers.models import Customer, ListEntry, ListRemoval
from genjin.people.models import SavedView

COLUMNS = {
    "SOURCE": "source",
    "BUSINESS_TYPE": "business_type",
    "INDUSTRY": "industry",
    "CUSTOMER_GROUP": "customer_group",
}
"""The lists of which a customer has one choice at most, and the field of each."""
CHANNELS = "SALES_CHANNEL"
"""The list of which a customer may have several choices."""
SalesChannel = Customer.sales_channels.through
FIELDS = frozenset(COLUMNS.values())
LONGEST_KEY = 18


def users_of(entry: ListEntry) -> QuerySet[Customer]:
    """All customers that have a choice, those in the recycle bin and leads too."""
    if entry.list == CHANNELS:
        return Customer.objects.filter(pk__in=SalesChannel.objects.filter(listentry=entry).values("customer"))
    return Customer.objects.filter(**{COLUMNS[entry.list]: entry})


def use_counts() -> dict[int, int]:
    """How many customers have each choice, recycle bin and leads included; one query a list."""
    found: dict[int, int] = {}
    for field in COLUMNS.values():
        rows = Customer.objects.filter(**{f"{field}__isnull": False}).order_by().values(field)
        found |= {row[field]: row["n"] for row in rows.annotate(n=Count("pk"))}
    links = SalesChannel.objects.order_by().values("listentry").annotate(n=Count("pk"))
    return found | {row["listentry"]: row["n"] for row in links}


def views_naming(entry: ListEntry) -> int:
    """How many saved views of the customer list narrow by a choice."""
    return views_with(entry.pk, COLUMNS.get(entry.list, ""))


def views_with(pk: int, field: str) -> int:
    """How many saved views of the customer list narrow a field by this value."""
    queries = SavedView.objects.filter(list_name="customers.customer").values_list("query", flat=True)
    return sum(str(pk) in parse_qs(query.lstrip("?")).get(field, ()) for query in queries)


def standing(ids: Iterable[int]) -> dict[int, int | None]:
    """For those of these choices that were removed, the one that stands for it now; None for nothing."""
    found: dict[int, int | None] = {}
    waiting = {pk: pk for pk in set(ids)}
    while waiting:
        rows = ListEntry.objects.filter(pk__in=set(waiting.values()), removed_at__isnull=False)
        moved = dict(rows.values_list("pk", "replaced_by"))
        next_ones = {pk: moved[at] for pk, at in waiting.items() if at in moved}
        found |= next_ones
        waiting = {pk: at for pk, at in next_ones.items() if at is not None}
    return found


def hold(ids: Iterable[int]) -> None:
    """Keep these choices from being removed until the transaction ends; waits for a removal under way.

    SQLite has one writer at a time, so there is nothing to hold.
    """
    wanted = sorted(set(ids))
    if not wanted or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM customers_listentry WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [wanted]
        )


def with_standing(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Rows about to be written, each removed choice followed to what stands for it (which is held).

    Somebody chose it while it was being removed, or what is taken back had it before.
    """
    columns = [f"{field}_id" for field in COLUMNS.values()]
    named = {row[name] for row in rows for name in columns if row.get(name)}
    named |= {pk for row in rows for pk in row.get("sales_channel_ids") or ()}
    if not named:
        return rows
    hold(named)
    moved = standing(named)
    if not moved:
        return rows
    hold(pk for pk in moved.values() if pk is not None)
    return [_followed_row(row, columns, moved) for row in rows]


def _followed_row(
    row: Mapping[str, Any], columns: Sequence[str], moved: Mapping[int, int | None]
) -> Mapping[str, Any]:
    changed: dict[str, Any] = {name: moved[row[name]] for name in columns if row.get(name) in moved}
    if row.get("sales_channel_ids"):
        followed = (moved.get(pk, pk) for pk in row["sales_channel_ids"])
        changed["sales_channel_ids"] = sorted({pk for pk in followed if pk is not None})
    return {**row, **changed}


def followed(data: Any, names: Collection[str], nothing: str) -> Any:
    """What was asked or posted, with what stands for each removed choice; `nothing` where nothing does.

    Bookmarks, saved views and forms that were open meanwhile mean what took its place.
    """
    if not isinstance(data, QueryDict):
        return data
    asked = {value for name in names for value in data.getlist(name)}
    ids = {int(v) for v in asked if v.isascii() and v.isdecimal() and len(v) <= LONGEST_KEY}
    moved = {str(pk): nothing if to is None else str(to) for pk, to in standing(ids).items()} if ids else {}
    if not moved:
        return data
    data = data.copy()
    for name in names:
        if name in data:
            values = dict.fromkeys(moved.get(one, one) for one in data.getlist(name))
            data.setlist(name, [one for one in values if one])
    return data


def removals(lists: Collection[str], *, since: Any) -> QuerySet[ListRemoval]:
    """What was removed since a moment and not taken back, and what is busy, last first."""
    rows = ListRemoval.objects.filter(list__in=lists)
    recent = rows.filter(at__gte=since).exclude(state=ListRemoval.State.UNDONE)
    return (recent | rows.filter(state__in=ListRemoval.BUSY)).select_related("entry", "into", "by")
