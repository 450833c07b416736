"""What is asked when a task is postponed or dismissed from Today; logging asks what it asks everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
