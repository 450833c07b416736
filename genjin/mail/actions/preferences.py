"""What a person chose for the way he works with mail; nobody else is concerned, so it is not journalled."""

from __future__ import annotations

from genjin.mail.models import AfterSending
from genjin.people.models import User


def choose_after_sending(*, goal: str, by: User) -> None:
    """Remember where the person goes on after an answer was sent."""
    AfterSending.objects.update_or_create(user=by, defaults={"goal": AfterSending.Goal(goal)})


def after_sending(user: User) -> str:
    """Where the person goes on; one query."""
    goal = AfterSending.objects.filter(user=user).values_list("goal", flat=True).first()
    return goal or AfterSending.Goal.STAY
