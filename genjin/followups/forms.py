"""What is asked when a task is postponed or dismissed from Today; logging asks what it asks everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Contact
from genjin.people.models import User
from genjin.web.forms import DateField, Form, TextField


class PostponeForm(Form):
    """When a task comes back, and why it cannot be done before."""

    until = DateField(label=_("Back on"))
    reason = TextField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].today = today  # type: ignore[attr-defined]


class MoveForm(Form):
    """To which day next steps are moved."""

    to = DateField(label=_("Move to"))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].today = today  # type: ignore[attr-defined]


class MorningForm(Form):
    """At what time the tasks of the day come by mail."""

    at = forms.ChoiceField(
        label=_("Morning mail"),
        required=False,
        choices=[
            ("", _("No mail")),
            *((f"{half // 2:02}:{half % 2 * 30:02}",) * 2 for half in range(10, 25)),
        ],
        help_text=_("Today's first tasks with their reasons, on working days; not while you are away."),
    )


class DismissForm(Form):
    """Why a task is not needed."""

    reason = TextField(label=_("Why is this not needed?"), max_length=300)


def quick_days(today: date) -> list[tuple[Any, date]]:
    """The days to which tasks are postponed most: tomorrow, in three days, on Monday."""
    return [
        (_("Tomorrow"), today + timedelta(days=1)),
        (_("In 3 days"), today + timedelta(days=3)),
        (_("Next Monday"), today + timedelta(days=7 - today.weekday())),
    ]


class DelegateForm(Form):
    """To whom a task is handed, and what the colleague should know."""

    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    reason = TextField(label=_("What should your colleague know?"), max_length=300, required=False)

    def __init__(self, *args: Any, people: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {one.pk: one for one in people}
        self.fields["to"].choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]

    def chosen(self) -> User:
        """The colleague; only of a valid form."""
        return self.people[self.cleaned_data["to"]]


class AskForm(Form):
    """What one's superior is to call about, whom, and when."""

    purpose = TextField(label=_("What is the call about?"), max_length=200)
    contact = forms.TypedChoiceField(label=_("With"), required=False, coerce=int, empty_value=None)
    day = DateField(label=_("On"))

    def __init__(
        self, *args: Any, contacts: Sequence[Contact], today: date, purpose: str, contact: str, **options: Any
    ) -> None:
        initial = {"purpose": purpose[:200], "contact": contact, "day": today}
        super().__init__(*args, initial=initial, **options)
        self.fields["day"].today = today  # type: ignore[attr-defined]
        people = [("", "—"), *((one.pk, one.name) for one in contacts)]
        self.fields["contact"].choices = people  # type: ignore[attr-defined]
