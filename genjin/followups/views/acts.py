"""Completing, postponing, dismissing and taking back, in place or on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from genjin.customers.actions import log_interaction
from genjin.customers.forms import LogForm
from genjin.customers.models import Customer, Interaction, NextStep
from genjin.customers.views.interactions import LOG_NAMES, attach, log_form, receive
from genjin.files import actions as files
from genjin.files.models import StoredFile
from genjin.followups import actions, call_scripts, day_actions, present
from genjin.followups.forms import DismissForm, PostponeForm, quick_days
from genjin.followups.models import Outcome, Task
from genjin.followups.queries import ORDER, Position, View, due_tasks
from genjin.followups.views.panels import may_see_contact_data
from genjin.followups.views.today import list_context, row_of, shown_of, tasks_on, view_of
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once, saved_before
from genjin.web.templatetags.web import day as day_text

CALENDAR = re.compile(r"calendar-(\d{4}-\d{2}-\d{2})")


def task_of(request: Request, key: str) -> Task | None:
    """The task if this person may act on it."""
    found: Task | None = tasks_on(request).filter(key=key).first()
    return found


def seen_of(request: Request) -> Any:
    """The moment at which the task came to be as it was shown."""
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def _late_customer(request: Request, key: str) -> Customer:
    """Whose task it was that is no more; 404 unless this person may work with the customer."""
    outcome = Outcome.objects.filter(duty_key=key).values_list("customer_id", flat=True).first()
    kind, _separator, pk = key.partition(":")
    if outcome is None and kind in actions.STEPS and pk.isdecimal() and len(pk) < 19:
        outcome = NextStep.objects.filter(pk=int(pk)).values_list("customer_id", flat=True).first()
    customer = (
        Customer.objects.editable_by(request.user).filter(pk=outcome or 0).select_related("country").first()
    )
    if customer is None:
        raise Http404
    return customer


def show(request: Request, name: str, context: dict[str, Any], *, wrong: bool = False) -> HttpResponse:
    """The form in its place below the row, or on a page of its own; with mistakes as 422."""
    inner = f"followups/_{name}.html"
    context |= {"inner": inner, "view": _place(request), "shown": shown_of(request)}
    template = inner if getattr(request, "htmx", False) else "followups/act.html"
    return render(request, template, context, status=422 if wrong else 200)


def gone(request: Request, key: str) -> HttpResponse:
    """Instead of a form: who was faster; 404 for who may not know the customer."""
    customer = _late_customer(request, key)
    sentence = actions.overtaken(key, customer.pk)
    return show(request, "gone", {"sentence": sentence, "customer": customer})


def refused(request: Request, task: Task, error: ValidationError) -> HttpResponse:
    """Why something that is done by one press cannot be done, in its place below the row."""
    sentence = " ".join(error.messages)
    return show(request, "gone", {"sentence": sentence, "customer": task.customer}, wrong=True)


def answer(
    request: Request,
    text: str,
    *,
    outcomes: list[Outcome] | None = None,
    open_key: str = "",
    undo: str = "",
) -> HttpResponse:
    """After an act: the list anew with a toast; without scripts back to the page it came from."""
    if outcomes:
        undo = f"{reverse('followups:undo')}?ids={','.join(str(one.pk) for one in outcomes)}"
    home = _page_of(_place(request))
    if home:
        return answers.saved(request, home, text, undo=undo)
    if not getattr(request, "htmx", False):
        messages.success(request, text)
        view = view_of(request)
        home = reverse("today")
        return answers.saved(request, home if view is View.MINE else f"{home}?view={view}")
    response = render(request, "followups/_list.html", list_context(request, open_key=open_key))
    response.headers["HX-Retarget"] = "#today"
    response.headers["HX-Reswap"] = "outerHTML"
    answers.trigger(response, "genjin:saved")
    answers.trigger(response, "genjin:changed")
    return answers.toast(response, text, undo=undo)


def _place(request: Request) -> str:
    """Where the task was shown: a list of Today, the calls, or a day of the calendar."""
    named = request.POST.get("view") or request.GET.get("view") or ""
    return named if _page_of(named) else view_of(request).value


def _page_of(place: str) -> str:
    """The address of a page that is not a list of Today; empty for those."""
    if place in ("calls", "meetings"):
        return reverse(f"followups:{place}")
    day = CALENDAR.fullmatch(place)
    return f"{reverse('followups:calendar')}?day={day[1]}" if day else ""


def _next_key(request: Request, task: Task) -> str:
    """The task below this one in the list it was shown in."""
    today = timezone.localdate(request.now)
    rows = due_tasks(request.user, view_of(request), today).filter(Position.of(task).following())
    return rows.order_by(*ORDER).values_list("key", flat=True).first() or ""


@requires()
def log(request: Request, key: str) -> HttpResponse:
    """Log the contact with the next step, which completes the task."""
    task = task_of(request, key)
    if task is None:
        return _log_late(request, key) if request.method == "POST" else gone(request, key)
    row = row_of(request, task)
    row.reachable = may_see_contact_data(request, row.customer)
    form = log_form(request, row.customer, **_initial(row))
    context = {"form": form, "row": row, "seen": task.decided_at.isoformat()}
    if request.method != "POST":
        context["scripts"] = call_scripts.scripts_of(task, row.contact, request.user)
        return show(request, "log", context)
    following = _next_key(request, task) if "next" in request.POST else ""
    if form.is_valid() and (undo := _logged(request, form, partial(_complete, request, task, form))):
        text = _("Logged: %(name)s") % {"name": row.customer.name}
        return answer(request, text, open_key=following, undo=undo)
    now = Task.objects.filter(key=key).values_list("decided_at", flat=True).first()
    return show(request, "log", context | {"seen": now.isoformat() if now else ""}, wrong=True)


def _initial(row: present.Row) -> dict[str, Any]:
    """What the task already says: how, with whom, and that its own steps are what is completed."""
    channel = row.task.channel
    initial: dict[str, Any] = {"kind": channel if channel in Interaction.Kind.values else "EMAIL"}
    if row.contact:
        initial["contacts"] = [row.contact.pk]
    return initial | {"closes": actions.steps_of(row.task)}


def _complete(request: Request, task: Task, form: LogForm) -> Interaction:
    return actions.complete(
        task=task,
        draft=form.draft(),
        next_step=form.next_step(),
        closes=form.closed_ids(),
        by=request.user,
        at=request.now,
        seen=seen_of(request),
    )


def _logged(request: Request, form: LogForm, write: Callable[[], Interaction]) -> str:
    """Write it down with what was attached; gives where it is taken back, or "" and the form says why."""
    try:
        stored = receive(request, form)
        undo, _saved_now = save_once(request, partial(_written, request, write, stored))
        return undo
    except files.Refused as refused:
        form.add_error("attachments", str(refused))
    except ValidationError as error:
        refuse(form, error, LOG_NAMES)
    return ""


def _written(request: Request, write: Callable[[], Interaction], stored: list[tuple[StoredFile, str]]) -> str:
    """The log with its attachments, both or neither; gives the address at which it is taken back."""
    with transaction.atomic():
        log = write()
        attach(request, log, stored)
    return f"{reverse('followups:undo')}?log={log.pk}"


def _log_late(request: Request, key: str) -> HttpResponse:
    """Somebody was faster: says so once and keeps what was typed; sent again, it is logged all the same."""
    customer = _late_customer(request, key)
    form = log_form(request, customer)
    context = {"form": form, "customer": customer, "key": key, "is_late": True}
    if form.is_valid() and (undo := saved_before(request)) is not None:
        return answer(request, _("Logged: %(name)s") % {"name": customer.name}, undo=undo)
    if form.is_valid() and request.POST.get("anyway") == "1":
        if undo := _logged(request, form, partial(_log_anyway, request, customer, form)):
            return answer(request, _("Logged: %(name)s") % {"name": customer.name}, undo=undo)
    elif form.is_valid():
        kept = _("What you typed is kept: save again to log it as well.")
        form.add_error(None, f"{actions.overtaken(key, customer.pk)} {kept}")
    return show(request, "log", context, wrong=True)


def _log_anyway(request: Request, customer: Customer, form: LogForm) -> Interaction:
    return log_interaction(
        customer_id=customer.pk,
        draft=form.draft(),
        next_step=form.next_step(),
        closes=form.closed_ids(),
        by=request.user,
        at=request.now,
    )


@requires()
def postpone(request: Request, key: str) -> HttpResponse:
    """Have a task come back on another day."""
    task = task_of(request, key)
    if task is None:
        return gone(request, key)
    today = timezone.localdate(request.now)
    form = PostponeForm(_with_quick_day(request) if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            done = actions.postpone(
                task=task,
                until=until,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=request.now,
                seen=seen_of(request),
            )
            return answer(request, _("Postponed to %(day)s") % {"day": day_text(until)}, outcomes=done)
        except ValidationError as error:
            refuse(form, error)
    context = {
        "form": form,
        "row": row_of(request, task),
        "quick": quick_days(today),
        "seen": request.POST.get("seen") or task.decided_at.isoformat(),
    }
    return show(request, "postpone", context, wrong=request.method == "POST")


def _with_quick_day(request: Request) -> QueryDict:
    """What was sent, the day being that of the button if one was pressed."""
    data = request.POST.copy()
    if data.get("quick"):
        data["until"] = str(data["quick"])
    return data


@requires()
def dismiss(request: Request, key: str) -> HttpResponse:
    """Drop a task, with a reason."""
    task = task_of(request, key)
    if task is None:
        return gone(request, key)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.dismiss(
                task=task,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=request.now,
                seen=seen_of(request),
            )
            return answer(request, _("Dismissed"), outcomes=done)
        except ValidationError as error:
            refuse(form, error)
    context = {
        "form": form,
        "row": row_of(request, task),
        "seen": request.POST.get("seen") or task.decided_at.isoformat(),
    }
    return show(request, "dismiss", context, wrong=request.method == "POST")


@requires()
@require_POST
def another(request: Request, key: str) -> HttpResponse:
    """Have somebody else picked for the 2 + 2 today."""
    task = task_of(request, key)
    if task is None:
        return gone(request, key)
    try:
        day_actions.replace_pick(task=task, by=request.user, at=request.now)
    except ValidationError as error:
        return refused(request, task, error)
    return answer(request, _("Another customer was picked"))


@requires()
@require_POST
def finish(request: Request, key: str) -> HttpResponse:
    """Tick off a reminder that needs no contact."""
    task = task_of(request, key)
    if task is None:
        return gone(request, key)
    try:
        actions.finish(
            task=task,
            by=request.user,
            at=request.now,
            seen=seen_of(request),
        )
    except ValidationError as error:
        return refused(request, task, error)
    return answer(request, _("Done"))


def _moment(text: str) -> datetime | None:
    """The moment at which several were dealt with in one go; None where single ones are named."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


@requires()
@require_POST
def undo(request: Request) -> HttpResponse:
    """Take back what was just postponed, dismissed, or completed by a log."""
    if "log" in request.GET:
        return _undo_log(request, request.GET["log"])
    ids = [int(pk) for pk in request.GET.get("ids", "").split(",") if pk.isdecimal() and len(pk) < 19][:50]
    moment = _moment(request.GET.get("at", ""))
    own = Outcome.objects.filter(by=request.user)
    rows = list(own.filter(pk__in=ids) if moment is None else own.filter(at=moment, is_live=True))
    if not rows:
        raise Http404
    try:
        count = actions.undo(outcomes=rows, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, ngettext("Taken back", "Taken back: %(count)d duties", count) % {"count": count}
        )
    return answers.saved(request, answers.back_to(request, reverse("today")))


def _undo_log(request: Request, pk: str) -> HttpResponse:
    number = int(pk) if pk.isdecimal() and len(pk) < 19 else 0
    log = Interaction.objects.filter(person=request.user, pk=number).first()
    if log is None:
        raise Http404
    try:
        actions.undo_completing(interaction_id=log.pk, by=request.user, at=request.now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken back: the log lies in the recycle bin"))
    return answers.saved(request, answers.back_to(request, reverse("today")))
