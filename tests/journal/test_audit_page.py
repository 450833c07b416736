"""The audit page: for whom, what it shows, what it asks of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from genjin.instance import actions as instance
from genjin.journal import actions, describe
from genjin.journal.models import Entry
from genjin.people.models import User
from tests.conftest import Cast

URL = "/settings/audit/"
SignIn = Callable[[Any], Client]


def write(by: Any, at: datetime, **values: Any) -> Entry:
    with transaction.atomic():
        written = actions.Written(**({"verb": "edit", "kind": "gone.thing", "object_id": 1} | values))
        return actions.record(by=by, at=at, written=[written])[0]


def test_only_those_with_the_right_may_open_it(people: Cast, sign_in: SignIn) -> None:
    for name in ("lin", "chen", "zhou", "guest"):
        assert sign_in(getattr(people, name)).get(URL).status_code == 404, name
    for name in ("admin", "zhao"):
        assert sign_in(getattr(people, name)).get(URL).status_code == 200, name


def test_it_shows_who_did_what(people: Cast, sign_in: SignIn, moment: datetime) -> None:
    write(people.lin, moment, title="Nordkai GmbH", changes={"name": ("Nordkai", "Nordkai GmbH")})
    page = sign_in(people.admin).get(URL).content.decode()
    assert "Lin Xiaowen" in page
    assert "Nordkai GmbH" in page
    assert "changed" in page


def test_the_number_of_queries_does_not_grow_with_the_entries(
    people: Cast, sign_in: SignIn, moment: datetime
) -> None:
    client = sign_in(people.admin)
    write(people.lin, moment)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(URL)
    for number in range(30):
        write(people.wang, moment, object_id=number, title="x", personal_title=True)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("by=system", {1}),
        ("kind=gone.other", {3}),
        ("verb=delete", {2}),
        ("object_id=2", {2}),
        ("via=IMPORT", set()),
        ("first_day=2026-11-25", {2, 3}),
        ("last_day=2026-11-24", {1}),
        ("first_day=2026-11-25&last_day=2026-11-25", {2}),
        ("object_id=99999999999999999999", {1, 2, 3}),
        ("by=<script>&at=nonsense", {1, 2, 3}),
    ],
)
def test_filters_narrow_and_bad_input_is_harmless(
    people: Cast, sign_in: SignIn, moment: datetime, query: str, expected: set[int]
) -> None:
    write(None, moment, object_id=1)
    write(people.lin, moment + timedelta(days=1), object_id=2, verb="delete")
    write(people.lin, moment + timedelta(days=2), object_id=3, kind="gone.other")
    found = sign_in(people.admin).get(f"{URL}?{query}").context["described"]
    assert {told.entry.object_id for told in found} == expected


def test_older_entries_are_a_page_away(people: Cast, sign_in: SignIn, moment: datetime) -> None:
    for number in range(55):
        write(people.lin, moment, object_id=number)
    client = sign_in(people.admin)
    page = client.get(URL).context["page"]
    assert len(page.rows) == 50
    rest = client.get(URL, {"at": page.older}).context["described"]
    assert [told.entry.object_id for told in rest] == [4, 3, 2, 1, 0]


def test_what_was_done_to_the_instance_is_journalled(people: Cast, sign_in: SignIn, moment: datetime) -> None:
    instance.hold(reason="BY_HAND", by=people.admin, at=moment)
    told = describe.describe(Entry.objects.get(kind="instance.instance"), people.admin)
    assert (told.who, told.verb, told.kind) == ("Admin", "held", "Instance")
    assert ("Reason for holding", "Held by an administrator") in [(c.label, c.new) for c in told.changes]


def test_personal_values_of_a_record_one_may_not_see_are_hidden(
    people: Cast, customer: Any, moment: datetime
) -> None:
    from genjin.customers.models import Customer
    from genjin.records import registry

    owned = customer(owner=people.lin)
    kind = registry.RecordKind(
        name="test.customer", label="Customer", plural="Customers", model=Customer,
        personal=frozenset({"name"}),
        visible_to=lambda user: Customer.objects.filter(owner=user), title=str,
    )  # fmt: skip
    registry.register(kind)
    try:
        entry = write(
            people.lin, moment, kind="test.customer", object_id=owned.pk, changes={"name": ("Ada", "Bea")}
        )
        entry = Entry.objects.select_related("by", "personal").get(pk=entry.pk)
        seen, unseen = describe.describe(entry, people.lin), describe.describe(entry, people.wang)
    finally:
        del registry._kinds["test.customer"]
    assert [(c.old, c.new, c.hidden) for c in seen.changes] == [("Ada", "Bea", False)]
    assert [(c.old, c.new, c.hidden) for c in unseen.changes] == [("—", "—", True)]


def test_exporting_needs_the_right_and_is_journalled(people: Cast, sign_in: SignIn, moment: datetime) -> None:
    write(people.lin, moment, title="=HYPERLINK(1)")
    write(people.lin, moment, object_id=7, verb="delete")
    client = sign_in(people.admin)
    answer = client.post(f"{URL}export/", {"verb": "edit"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert len(text.splitlines()) == 2
    told = Entry.objects.get(verb="export")
    assert (told.by, told.note) == (people.admin, "verb=edit")
    assert client.get(f"{URL}export/").status_code == 405


def test_what_is_exported_speaks_the_readers_language_and_keeps_his_time(
    people: Cast, sign_in: SignIn, moment: datetime
) -> None:
    """Also with a filter of days: the stream runs after the request's language and zone were put away."""
    at = moment.replace(hour=1, minute=30)
    write(people.lin, at, title="Nordkai")
    write(people.lin, at - timedelta(hours=2), title="The day before")
    User.objects.filter(pk=people.zhao.pk).update(language="zh-hans", timezone="Asia/Shanghai")
    day = f"{moment:%Y-%m-%d}"
    answer = sign_in(people.zhao).post(f"{URL}export/", {"verb": "edit", "first_day": day})
    with translation.override("en"), timezone.override("America/New_York"):
        pieces = []
        for piece in answer.streaming_content:
            pieces.append(piece)
            assert (translation.get_language(), timezone.get_current_timezone_name()) == (
                "en",
                "America/New_York",
            )
    head, *lines = b"".join(pieces).decode("utf-8-sig").splitlines()
    assert head.startswith("时间,")
    (line,) = lines
    assert line.startswith(f"{day} 01:30:00,林晓雯")
    assert "Nordkai" in line


def test_exporting_without_the_right_is_not_found(people: Cast, sign_in: SignIn) -> None:
    role = people.zhao.role
    role.rights = [right for right in role.rights if right != "export"]
    role.save()
    assert sign_in(people.zhao).post(f"{URL}export/").status_code == 404
    assert not Entry.objects.filter(verb="export").exists()
