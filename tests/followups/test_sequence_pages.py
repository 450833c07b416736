"""Sequences on the customer's page, on Today, and in the editor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from genjin.customers.models import Customer
from genjin.followups import sequence_actions
from genjin.followups.models import SequenceRun, Task
from genjin.mail import template_purposes
from genjin.mail.models import MailTemplate, TemplateVersion
from genjin.policy.actions import save_layer
from genjin.policy.queries import effective
from genjin.rules.plans import own_plans, plan_of
from tests.conftest import Cast
from tests.followups.test_sequences import OWN, begin, prospect

__all__ = ["prospect"]
pytestmark = pytest.mark.django_db
Decided = Callable[..., list[Task]]
SignIn = Callable[..., Client]
EDITOR = "/settings/sequences/"


def test_a_sequence_is_begun_on_the_page_shown_with_its_steps_and_stopped_with_a_reason(
    prospect: Customer, people: Cast, sign_in: SignIn, decided: Decided
) -> None:
    page = sign_in(people.lin)
    there = f"/today/customer/{prospect.pk}/sequences/"
    assert "No sequence runs." in page.get(there).content.decode()
    assert page.post(f"{there}begin/", {"sequence": "nurture"}).status_code == 302
    shown = page.get(there).content.decode()
    assert "Introduce firm and products" in shown
    assert "0 of 7 done" in shown
    run = SequenceRun.objects.get()
    assert page.post(f"/today/sequence/{run.pk}/stop/", {"reason": ""}).status_code == 200
    assert page.post(f"/today/sequence/{run.pk}/stop/", {"reason": "Bought"}).status_code == 302
    assert "Take up again" in page.get(there).content.decode()
    page.post(f"/today/sequence/{run.pk}/reopen/")
    run.refresh_from_db()
    assert run.state == "RUNNING"
    timeline = page.get(f"/customers/{prospect.pk}/").content.decode()
    assert "Nurture" in timeline


def test_who_may_not_work_with_the_customer_begins_nothing(
    prospect: Customer, people: Cast, sign_in: SignIn, moment: datetime
) -> None:
    run = begin(prospect, people, moment)
    page = sign_in(people.hu)
    assert page.get(f"/today/customer/{prospect.pk}/sequences/").status_code == 404
    assert page.post(f"/today/sequence/{run.pk}/stop/", {"reason": "x"}).status_code == 404


def test_a_row_of_today_names_step_and_sequence_and_opens_the_mail_with_its_template(
    prospect: Customer, people: Cast, sign_in: SignIn, decided: Decided, moment: datetime
) -> None:
    template = MailTemplate.objects.create(
        name="Who we are",
        purpose="nurture.INTRODUCTION",
        scope="COMPANY",
        owner=people.admin,
        created_at=moment,
    )
    wording = TemplateVersion.objects.create(
        template=template, number=1, state="APPROVED", written_at=moment, written_by=people.admin
    )
    begin(prospect, people, moment)
    decided(prospect)
    page = sign_in(people.lin).get("/").content.decode()
    assert "Introduce firm and products" in page
    assert "Nurture: step 1 of 7" in page
    href = next(part for part in page.split('"') if "purpose=" in part).replace("&amp;", "&")
    asked = parse_qs(urlsplit(href).query)
    assert asked["purpose"] == ["nurture.INTRODUCTION"]
    assert asked["customer"] == [str(prospect.pk)]
    assert template_purposes.approved("nurture.INTRODUCTION", people.lin, "de") == wording


def rows(*steps: dict[str, Any]) -> dict[str, Any]:
    """What the editor sends of these steps."""
    usual = {
        "channel": "EMAIL",
        "after_days": "0",
        "anchor": "START",
        "repeats": "1",
        "only_if": "",
        "key": "",
    }
    sent: dict[str, Any] = {"steps": len(steps)}
    for number, step in enumerate(steps):
        sent |= {f"s{number}-{name}": value for name, value in {**usual, **step}.items()}
    return sent


def test_a_manager_writes_a_sequence_which_then_can_be_begun(
    prospect: Customer, people: Cast, sign_in: SignIn, decided: Decided
) -> None:
    page = sign_in(people.chen)
    sent = rows(
        {"purpose": "Invite", "after_days": "-14", "anchor": "DATE"},
        {"purpose": "Ask again", "channel": "AUDIO_CALL", "after_days": "-3", "anchor": "DATE"},
    )
    sent |= {"name_zh": "展会前", "name_en": "Before the fair", "exits": ["REPLY"], "is_offered": "on"}
    assert page.post(f"{EDITOR}new/", sent | {"do": "save"}).status_code == 302
    plan = own_plans(effective())[0]
    assert [step.name for step in plan.steps] == ["S1", "S2"]
    assert (plan.name_en, sorted(plan.exits), plan.needs_date) == ("Before the fair", ["REPLY"], True)
    lin = sign_in(people.lin)
    there = f"/today/customer/{prospect.pk}/sequences/begin/"
    assert "say which" in lin.post(there, {"sequence": "own-1"}).content.decode()
    lin.post(there, {"sequence": "own-1", "about_on": "2026-12-05"})
    assert {task.duties[0]["reason"]["params"]["sequence"] for task in decided(prospect)} >= {"own-1"}
    assert "Before the fair" in lin.get("/").content.decode()


def test_a_changed_sequence_is_a_new_version_and_says_for_whom_it_runs(
    prospect: Customer, people: Cast, sign_in: SignIn, moment: datetime
) -> None:
    begin(prospect, people, moment)
    page = sign_in(people.admin)
    shown = page.get(f"{EDITOR}nurture/")
    form = shown.context
    sent = rows({"key": "INTRODUCTION", "purpose": "Introduce firm and products", "after_days": "1"})
    sent |= {"stamp": form["stamp"], "exits": ["ORDER"], "do": "save"}
    assert page.post(f"{EDITOR}nurture/", sent).status_code == 302
    plan = plan_of(effective(), "nurture")
    assert plan is not None
    assert [(step.purpose, step.after_days) for step in plan.steps] == [("INTRODUCTION", 1)]
    again = page.get(f"{EDITOR}nurture/").content.decode()
    assert prospect.name in again
    assert "Version 1" in again
    refused = page.post(f"{EDITOR}nurture/", sent).content.decode()
    assert "Somebody changed this sequence at this moment" in refused


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([{"purpose": ""}], "This field is required"),
        ([{"purpose": "A", "after_days": "-1"}], "Between 0 and 1095 days"),
        (
            [{"purpose": "A", "after_days": "9"}, {"purpose": "B", "after_days": "3"}],
            "comes before a step above",
        ),
        ([{"purpose": "A", "repeats": "3"}], "after how many days it repeats"),
        ([], "needs a step"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(
    people: Cast, sign_in: SignIn, steps: list[dict[str, Any]], sentence: str
) -> None:
    sent = rows(*steps) | {"name_zh": "一", "name_en": "One typed", "do": "save"}
    page = sign_in(people.chen).post(f"{EDITOR}new/", sent).content.decode()
    assert sentence in page
    assert "One typed" in page
    assert own_plans(effective()) == ()


def test_steps_are_added_moved_and_removed_without_losing_what_was_typed(
    people: Cast, sign_in: SignIn
) -> None:
    page = sign_in(people.chen)
    sent = rows({"purpose": "First"}, {"purpose": "Second"}) | {"name_en": "Typed"}

    def purposes(do: str) -> list[str]:
        shown = page.post(f"{EDITOR}new/", sent | {"do": do})
        assert "Typed" in shown.content.decode()
        return [form["purpose"].value() or "" for form in shown.context["steps"]]

    assert purposes("down-0") == ["Second", "First"]
    assert purposes("up-1") == ["Second", "First"]
    assert purposes("up-0") == ["First", "Second"]
    assert purposes("remove-0") == ["Second"]
    assert purposes("add") == ["First", "Second", ""]
    assert purposes("remove-99") == ["First", "Second"]
    assert purposes("nonsense") == ["First", "Second"]


def test_salespeople_do_not_see_the_editor(people: Cast, sign_in: SignIn) -> None:
    page = sign_in(people.lin)
    assert page.get(EDITOR).status_code == 404
    assert page.get(f"{EDITOR}nurture/").status_code == 404
    assert sign_in(people.chen).get(f"{EDITOR}own-9/").status_code == 404


def test_a_sequence_that_is_not_offered_goes_on_where_it_runs(
    prospect: Customer, people: Cast, sign_in: SignIn, decided: Decided, moment: datetime
) -> None:
    entry = OWN | {"steps": [{"key": "S1", "purpose": "Invite", "channel": "EMAIL", "after_days": 0}]}
    save_layer(scope="COMPANY", values={"own_sequences": [entry]}, by=people.admin, at=moment)
    run = sequence_actions.begin(customer_id=prospect.pk, sequence="own-1", by=people.lin, at=moment)
    save_layer(
        scope="COMPANY", values={"own_sequences": [entry | {"is_offered": False}]}, by=people.admin, at=moment
    )
    begun = sign_in(people.lin).get(f"/today/customer/{prospect.pk}/sequences/begin/").content.decode()
    assert "Before the fair" not in begun
    assert any(run.key in duty["key"] for task in decided(prospect) for duty in task.duties)
