"""When a person's tasks come by mail in the morning."""

from __future__ import annotations

from datetime import time

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.followups import day_actions
from genjin.followups.forms import MorningForm
from genjin.followups.models import MorningPreference
from genjin.people.jobs import can_mail
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires


@requires()
def preference(request: Request) -> HttpResponse:
    """Choose the hour, or none."""
    row = MorningPreference.objects.filter(user=request.user).first()
    form = MorningForm(request.POST or None, initial={"at": f"{row.at:%H:%M}" if row else ""})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["at"]
        day_actions.prefer_morning(user=request.user, at=time.fromisoformat(chosen) if chosen else None)
        return answers.saved(request, reverse("followups:morning"), _("Saved"))
    return render(request, "followups/morning.html", {"form": form, "can_mail": can_mail()})
