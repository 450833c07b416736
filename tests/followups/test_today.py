"""The page Today: what it shows to whom, in how many queries, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.models import Contact, Country, Customer, Interaction, NextStep
from genjin.followups import actions
from genjin.followups.models import Outcome, Task
from genjin.followups.queries import PAGE
from genjin.notifications.models import Notice
from genjin.people.models import User
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
Decided = Callable[..., list[Task]]
SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
LOG = {"kind": "EMAIL", "content": "Sent it", "happened_at_day": "2026-11-24", "happened_at_time": "08:30"}


@pytest.fixture
def many(
    customer: Make, step: Step, decided: Decided, moment: datetime, germany: Country
) -> Callable[[int], list[Customer]]:
    """So many customers of Lin's, each with a contact and something due."""

    def make(count: int) -> list[Customer]:
        rows = [
            customer(country=germany, first_contact_at=moment - days(9), last_follow_up_at=moment - days(9))
            for _ in range(count)
        ]
        for row in rows:
            contact = Contact.objects.create(
                customer=row, name="Jens", is_primary=True, created_at=moment, updated_at=moment
            )
            step(row, contact=contact, channel="AUDIO_CALL")
        decided(*rows)
        return rows

    return make


def key_of(customer: Customer) -> str:
    """The key of what is due with a customer."""
    return Task.objects.filter(customer=customer).order_by("due_at").values_list("key", flat=True)[0]


def test_today_says_whom_why_and_how(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    (row,) = many(1)
    page = sign_in(people.lin).get("/").content.decode()
    for text in (row.name, "Jens", "Berlin", "Send the quotation", "set by Lin Xiaowen", "Call"):
        assert text in page
    assert "style=" not in page
    assert "onclick" not in page


def test_the_number_of_queries_does_not_grow_with_the_rows(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    client = sign_in(people.lin)
    counts = []
    for more in (5, 45):
        many(more)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/").content.decode()
        counts.append(len(queries))
    assert page.count("data-card") == PAGE
    assert counts[0] == counts[1]


def test_a_page_of_rows_is_shown_counts_are_exact_and_more_follow(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    many(PAGE + 13)
    client = sign_in(people.lin)
    page = client.get("/").content.decode()
    assert page.count("data-card") == PAGE
    assert f"{PAGE} of {PAGE + 13} shown" in page
    address = page.split('hx-get="/today/more/')[1].split('"')[0].replace("&amp;", "&")
    rest = client.get(f"/today/more/{address}", headers=HTMX).content.decode()
    assert rest.count("data-card") == 13
    assert "Show more" not in rest
    shown = set(page.split('data-card="')[1:]) & set(rest.split('data-card="')[1:])
    assert not {text.split('"')[0] for text in shown}


def test_a_broken_position_shows_the_beginning(people: Cast, sign_in: SignIn) -> None:
    for text in ("", "1~2", "a~b~c~d", "1~1~2026-13-45~9", "<script>"):
        assert sign_in(people.lin).get("/today/more/", {"after": text}).status_code == 200


def test_others_tasks_are_not_found(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    (row,) = many(1)
    key = key_of(row)
    for act in ("log", "postpone", "dismiss"):
        address = reverse(f"followups:{act}", args=[key])
        assert sign_in(people.lin).get(address).status_code == 200
        assert sign_in(people.chen).get(address).status_code == 200, "the manager of the team may"
        for user in (people.hu, people.guest, people.zhou):
            assert sign_in(user).get(address).status_code == 404
            assert sign_in(user).post(address, {"reason": "x", "until": "+3"}).status_code == 404
    assert Client().get("/").status_code == 302
    assert not Outcome.objects.exists()


def test_the_team_is_for_its_manager(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]], moment: datetime
) -> None:
    rows = many(3)
    Task.objects.filter(customer=rows[0]).update(due_on=moment.date() - days(2))
    page = sign_in(people.chen).get("/team/").content.decode()
    assert "Lin Xiaowen" in page
    assert sign_in(people.lin).get("/team/").status_code == 404
    drill = sign_in(people.chen).get(f"/team/{people.lin.pk}/", {"which": "overdue"}).content.decode()
    assert rows[0].name in drill
    assert rows[1].name not in drill
    assert sign_in(people.chen).get(f"/team/{people.hu.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_complete_and_next_opens_the_following_task(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    many(3)
    first, second, _third = Task.objects.order_by("rank", "place", "due_at", "id")
    client = sign_in(people.lin)
    sent = LOG | {"next": "1", "view": "mine", "closes": [actions.steps_of(first)[0]]}
    sent |= {"next_when": "3", "next_purpose": "Ask again", "next_channel": "EMAIL"}
    answer = client.post(reverse("followups:log", args=[first.key]), sent, headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#today"
    page = answer.content.decode().replace("&amp;", "&")
    assert page.count("data-card") == 2
    assert f'hx-get="/today/task/{second.key}/log/?view=mine&shown={PAGE}" hx-trigger="load"' in page
    assert Interaction.objects.get().content == "Sent it"


def test_a_wrong_log_keeps_what_was_typed_and_says_why(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    (row,) = many(1)
    sent = LOG | {"kind": "AUDIO_CALL", "content": "短 <script>", "next_when": "date"}
    answer = sign_in(people.lin).post(reverse("followups:log", args=[key_of(row)]), sent, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "短 &lt;script&gt;" in page
    assert "Say on which day." in page
    assert not Interaction.objects.exists()


def test_today_asks_for_a_log_what_the_customer_page_asks(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]]
) -> None:
    (row,) = many(1)
    client, address = sign_in(people.lin), reverse("followups:log", args=[key_of(row)])
    elsewhere = reverse("customers:log", args=[row.pk])
    names = set(client.get(elsewhere).context["form"].fields)
    assert set(client.get(address).context["form"].fields) == names
    for wrong in ({"content": "", "kind": "AUDIO_CALL", "outcome": "CONNECTED"}, {"next_when": "date"}, {}):
        sent = LOG | {"closes": actions.steps_of(Task.objects.get())} | wrong
        here = client.post(address, sent, headers=HTMX)
        assert here.status_code == 422
        assert here.context["form"].errors == client.post(elsewhere, sent).context["form"].errors
    assert not Interaction.objects.exists()


def test_a_call_nobody_answered_comes_back_when_it_was_said(
    people: Cast,
    sign_in: SignIn,
    many: Callable[[int], list[Customer]],
    moment: datetime,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    (row,) = many(1)
    task = Task.objects.get()
    sent = LOG | {"kind": "AUDIO_CALL", "outcome": "NO_ANSWER", "content": "", "next_when": "1"}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        sign_in(people.lin).post(
            reverse("followups:log", args=[task.key]), sent | {"closes": actions.steps_of(task)}, headers=HTMX
        )
    again = Task.objects.get(customer=row)
    assert (again.due_on, again.channel) == (moment.date() + days(1), "AUDIO_CALL")
    assert NextStep.objects.filter(state="OPEN").count() == 1


def test_who_comes_second_loses_nothing(
    people: Cast,
    sign_in: SignIn,
    many: Callable[[int], list[Customer]],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    (row,) = many(1)
    address = reverse("followups:log", args=[key_of(row)])
    closes = actions.steps_of(Task.objects.get(customer=row))
    sent = LOG | {"content": "First", "closes": closes, "next_when": "none", "no_next_step_because": "Bought"}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        sign_in(people.chen).post(address, sent, headers=HTMX)
    late = sent | {"content": "Second, typed long"}
    answer = sign_in(people.lin).post(address, late, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chen Gang already did this" in page
    assert "Second, typed long" in page
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        sign_in(people.lin).post(address, late | {"anyway": "1"}, headers=HTMX)
    assert set(Interaction.objects.values_list("content", flat=True)) == {"First", "Second, typed long"}


def test_postponing_works_without_scripts_and_is_taken_back(
    people: Cast,
    sign_in: SignIn,
    many: Callable[[int], list[Customer]],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    (row,) = many(1)
    client, address = sign_in(people.lin), reverse("followups:postpone", args=[key_of(row)])
    assert "<html" in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert client.post(address, {"quick": "2026-11-27", "until": ""}).status_code == 302
    assert row.name not in client.get("/").content.decode()
    outcome = Outcome.objects.get()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post(f"{reverse('followups:undo')}?ids={outcome.pk}")
    assert row.name in client.get("/").content.decode()
    assert sign_in(people.wang).post(f"{reverse('followups:undo')}?ids={outcome.pk}").status_code == 404


def test_every_page_of_the_folder_opens(
    people: Cast, sign_in: SignIn, many: Callable[[int], list[Customer]], moment: datetime
) -> None:
    (row,) = many(1)
    reason = {"code": "OVERDUE", "params": {"due_on": "2026-11-20", "workdays": 3, "owner_id": people.lin.pk}}
    Notice.objects.create(
        key="k", user=people.lin, customer=row, kind="followups.overdue", params={"reason": reason}, at=moment
    )
    client = sign_in(people.lin)
    for name in ("calls", "done", "badge"):
        assert client.get(reverse(f"followups:{name}")).status_code == 200
    for name in ("customer", "customer_panel"):
        assert client.get(reverse(f"followups:{name}", args=[row.pk])).status_code == 200
        assert sign_in(people.hu).get(reverse(f"followups:{name}", args=[row.pk])).status_code == 404
    for view in ("overdue", "team", "deputy", "nonsense"):
        assert client.get("/", {"view": view, "shown": "x"}).status_code == 200
    assert client.get(reverse("followups:badge")).content == b"1"
    assert client.get(reverse("notifications:unread")).content == b"1"
    assert "overdue for 3 working days" in client.get(reverse("notifications:list")).content.decode()
    client.post(reverse("notifications:read"))
    assert client.get(reverse("notifications:unread")).content == b""


def test_a_calm_day_says_so(people: Cast, sign_in: SignIn) -> None:
    assert "Nothing is due any more today" in sign_in(people.lin).get("/").content.decode()
