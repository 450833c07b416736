"""The first answer to a complaint, logged from its row on Today, is the first answer (003-46)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from genjin.customers.actions.interactions import LogDraft
from genjin.customers.models import Customer
from genjin.followups import actions
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.sales.actions.complaints import open_complaint
from genjin.sales.models import Complaint
from tests.conftest import Cast

LATER = timedelta(minutes=3)
CALL = LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="New boxes leave tomorrow.")


@pytest.fixture
def complaint(customer: Callable[..., Customer], people: Cast, moment: datetime) -> Complaint:
    firm = customer(created_at=moment - timedelta(days=90))
    made = open_complaint(customer_id=firm.pk, description="Two boxes are wet.", by=people.lin, at=moment)
    decide_customers([firm.pk], at=moment)
    return made


def reply_owed(complaint: Complaint, at: datetime) -> Task | None:
    decide_customers([complaint.customer_id], at=at)
    return Task.objects.filter(key__startswith="promise:complaint-reply:").first()


@pytest.mark.django_db
def test_a_talk_logged_from_the_row_of_a_complaint_answers_it_and_taking_it_back_opens_it_again(
    complaint: Complaint, people: Cast, moment: datetime
) -> None:
    task = reply_owed(complaint, moment)
    assert task is not None
    log = actions.complete(task=task, draft=CALL, by=people.lin, at=moment + LATER)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answered_at) == (Complaint.State.ANSWERED, moment + LATER)
    assert reply_owed(complaint, moment + LATER) is None

    actions.undo_completing(interaction_id=log.pk, by=people.lin, at=moment + 2 * LATER)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answered_at) == (Complaint.State.OPEN, None)
    assert reply_owed(complaint, moment + 2 * LATER) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "draft",
    [
        LogDraft(kind="NOTE", content="Asked the factory."),
        LogDraft(kind="AUDIO_CALL", outcome="NO_ANSWER", content="Rang twice."),
    ],
    ids=["a note", "a call in vain"],
)
def test_what_does_not_reach_the_customer_leaves_the_complaint_unanswered(
    complaint: Complaint, people: Cast, moment: datetime, draft: LogDraft
) -> None:
    task = reply_owed(complaint, moment)
    assert task is not None
    actions.complete(task=task, draft=draft, by=people.lin, at=moment + LATER)
    complaint.refresh_from_db()
    assert complaint.state == Complaint.State.OPEN
    assert reply_owed(complaint, moment + LATER) is not None


@pytest.mark.django_db
def test_who_settled_it_in_the_meantime_keeps_it_settled_when_a_log_is_taken_back(
    complaint: Complaint, people: Cast, moment: datetime
) -> None:
    task = reply_owed(complaint, moment)
    assert task is not None
    log = actions.complete(task=task, draft=CALL, by=people.lin, at=moment + LATER)
    Complaint.objects.update(state=Complaint.State.SETTLED, settled_at=moment + LATER, solution="Credit.")
    actions.undo_completing(interaction_id=log.pk, by=people.lin, at=moment + 2 * LATER)
    complaint.refresh_from_db()
    assert complaint.state == Complaint.State.SETTLED
