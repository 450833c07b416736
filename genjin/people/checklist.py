"""The first day of an administrator: what is done already, read from the data itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from genjin.instance import queries as instance
from genjin.people.models import Organisation, Team, User
from genjin.policy import queries as policy

Probe = Callable[[], "Step | None"]
_more: list[Probe] = []


@dataclass(frozen=True)
class Step:
    """One thing to do: its state, why it matters, where it is done."""

    title: str
    why: str
    done: bool
    url: str = ""


def add_step(probe: Probe) -> None:
    """Let a higher folder add a step: `probe()` gives a Step or None; registered in `AppConfig.ready`."""
    _more.append(probe)


def steps(user: User) -> list[Step]:
    """The checklist in the order in which it is best done."""
    firm = Organisation.objects.get(pk=1)
    others = User.objects.exclude(pk=user.pk).exists()
    team = Team.objects.filter(is_active=True, managers__isnull=False).exists()
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    found = [
        Step(
            _("Organisation"),
            _("Names in both languages appear on documents and mails."),
            bool(firm.name_zh and firm.name_en),
            _url("people:organisation"),
        ),
        Step(
            _("Working calendar"),
            _("Public holidays and your own closures decide when tasks fall due."),
            firm.version > 1,
            _url("people:calendar"),
        ),
        Step(
            _("Teams"),
            _("A team with a manager: exceptions and escalations go there."),
            team,
            _url("people:teams"),
        ),
        Step(
            _("Colleagues"),
            _("Invite those who will work in Genjin."),
            others,
            _url("people:users"),
        ),
        Step(
            _("Go-live date"),
            _("What lies before it is history and makes no overdue tasks."),
            policy.switches().go_live_on is not None,
            _url("people:company"),
        ),
        Step(
            _("Your second factor"),
            _("An administrator's password alone should not open the customer base."),
            factor,
            _url("mfa_index"),
        ),
        Step(
            _("System mail"),
            _("Invitations and resets by mail; without it you hand out links."),
            bool(settings.EMAIL_HOST),
        ),
        Step(
            _("Backup"),
            _("“genjin backup” keeps database, files and keys in one verified archive; run it every night."),
            instance.current().backed_up_at is not None,
        ),
    ]
    return [*found, *(step for step in (probe() for probe in _more) if step is not None)]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
