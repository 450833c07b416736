"""The tracking list (待追踪邮件): sent mails that await an answer, due today and later (000-14..17)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.refusal import Refused
from genjin.customers.views.basis import show_form
from genjin.mail import list_opened, queries, tracking_queries
from genjin.mail.actions import tracking as actions
from genjin.mail.actions import tracking_consent
from genjin.mail.models import Message, Tracking
from genjin.mail.views.basis import ids_of
from genjin.people import access
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, TextField, refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

TOO_MANY = 50
"""A list longer than this hinders viewing, says 000-16."""


class NoteForm(Form):
    """A remark on a tracking."""

    note = TextField(label=gettext_lazy("Note"), max_length=200, required=False)


class DaysForm(Form):
    """After how many days a sent mail is to be followed up."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("Follow up if unanswered after"), coerce=int,
        choices=[(1, gettext_lazy("1 day")), (2, gettext_lazy("2 days")), (3, gettext_lazy("3 days"))],
        initial=2,
    )  # fmt: skip


@requires()
@require_GET
def tracking(request: Request) -> HttpResponse:
    """Due today, then later; customer's grade, age and attempts with each; who looks is kept (000-14)."""
    list_opened.opened(user=request.user, at=request.now)
    rows = tracking_queries.awaited(request.user, request.now)
    today = today_of(request.user, request.now)
    due = [one for one in rows if one.due_on <= today]
    due.sort(
        key=lambda one: (-(one.tracking.customer.grade_order if one.tracking.customer else 0), one.due_on)
    )
    shown = due[: actions.AT_ONCE]
    context = {
        "due": shown,
        "later": [one for one in rows if one.due_on > today][: actions.AT_ONCE - len(shown)],
        "due_count": len(due),
        "count": len(rows),
        "is_long": len(rows) > TOO_MANY,
    }
    return render(request, "mail/tracking.html", context)


@require_POST
@requires()
def cancel(request: Request) -> HttpResponse:
    """End the trackings that were picked on the page; told with their number, undone within 24 hours."""
    ids = ids_of(request)
    to = answers.back_to(request, reverse("mail:tracking"))
    try:
        count, asked = tracking_consent.cancel(
            ids=ids, by=request.user, at=request.now, reason=request.POST.get("reason", "")[:200]
        )
    except Refused as error:
        messages.warning(request, error.messages[0])
        return answers.saved(request, to)
    if asked:
        text = ngettext(
            "Your manager was asked to let the tracking of %(n)d mail end",
            "Your manager was asked to let the tracking of %(n)d mails end",
            asked,
        )
        messages.success(request, text % {"n": asked})
    elif not count:
        messages.warning(request, _("Choose at least one mail."))
    if not count:
        return answers.saved(request, to)
    said = ngettext("Tracking of %(n)d mail cancelled", "Tracking of %(n)d mails cancelled", count) % {
        "n": count
    }
    undo = f"{reverse('mail:undo_tracking')}?ids={','.join(str(pk) for pk in ids)}"
    return answers.saved(request, to, said, undo=undo)


@requires()
def consent(request: Request, pk: int) -> HttpResponse:
    """A manager lets the tracking of a customer of the highest grade end (000-23)."""
    row = tracking_consent.waiting_for_consent(pk, request.user, request.now)
    if row is None or row.customer is None:
        raise Http404
    form = Form(request.POST if request.method == "POST" else None)
    to = reverse("customers:customer", args=[row.customer_id])
    if request.method == "POST" and form.is_valid():
        try:
            tracking_consent.consent(tracking_id=pk, by=request.user, at=request.now)
            return answers.saved(request, to, _("The tracking has ended."))
        except Refused as error:
            refuse(form, error)
    said = _("%(who)s tracks “%(subject)s” to %(customer)s and gives this reason to stop: %(why)s") % {
        "who": row.owner, "subject": row.message.subject, "customer": row.customer.name,
        "why": row.reason or "—",
    }  # fmt: skip
    return show_form(
        request, form, title=_("Stop the tracking?"), to=to, text=said, submit=_("Agree"), danger=True
    )


@require_POST
@requires()
def undo(request: Request) -> HttpResponse:
    """Take the cancelling back."""
    ids = [int(text) for text in request.GET.get("ids", "").split(",") if text.isdecimal() and len(text) < 19]
    count = actions.take_back_ended(ids=ids[: actions.AT_ONCE], by=request.user, at=request.now)
    said = ngettext("%(n)d mail is tracked again", "%(n)d mails are tracked again", count) % {"n": count}
    return answers.saved(request, reverse("mail:tracking"), said)


@requires()
@require_GET
def untracked(request: Request) -> HttpResponse:
    """Mails to customers that were sent without tracking and not answered since (000-11)."""
    rows = tracking_queries.untracked(request.user, request.now).select_related("thread")
    found = list(rows[: actions.AT_ONCE + 1])
    shown = found[: actions.AT_ONCE]
    customers = queries.customers_of({one.thread_id for one in shown}, request.user)
    to = queries.recipients_of([one.pk for one in shown])
    lines = [
        {
            "message": one, "to": to.get(one.pk, ""), "age": max((request.now - one.date).days, 0),
            "customer": next(iter(customers[one.thread_id].seen), None),
        }
        for one in shown
    ]  # fmt: skip
    context = {"lines": lines, "has_more": len(found) > len(shown), "form": DaysForm()}
    return render(request, "mail/untracked.html", context)


@require_POST
@requires()
def track_many(request: Request) -> HttpResponse:
    """Let the mails that were picked on the page await an answer."""
    to = reverse("mail:untracked")
    form = DaysForm(request.POST)
    ids = ids_of(request)
    if not ids or not form.is_valid():
        messages.warning(request, _("Choose at least one mail."))
        return answers.saved(request, to)
    try:
        days = form.cleaned_data["days"]
        count = actions.track_many(message_ids=ids, days=days, by=request.user, at=request.now)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return answers.saved(request, to)
    said = ngettext("%(n)d mail is tracked", "%(n)d mails are tracked", count) % {"n": count}
    return answers.saved(request, to, said)


@requires()
def note(request: Request, pk: int) -> HttpResponse:
    """Write a remark."""
    rows = Tracking.objects.filter(owner__in=access.of(request.user).covers, state=Tracking.State.ACTIVE)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    form = NoteForm(request.POST or None, initial={"note": row.reason})
    to = reverse("mail:tracking")
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_note(tracking_id=pk, note=form.cleaned_data["note"], by=request.user, at=request.now)
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("Note"), to=to)


@requires()
def track(request: Request, pk: int) -> HttpResponse:
    """Let a sent mail be tracked, whether it was written here or elsewhere (000-12)."""
    rows = Message.objects.visible_to(request.user).filter(direction=Message.Direction.OUT)
    message = rows.filter(pk=pk).first()
    if message is None:
        raise Http404
    form = DaysForm(request.POST or None)
    to = answers.back_to(request, reverse("mail:tracking"))
    if request.method == "POST" and form.is_valid():
        try:
            led, _is_new = save_once(request, lambda: _track(request, pk, form, to))
            return answers.saved(request, led, _("This mail is tracked."))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("Track this mail"), to=to, submit=_("Track"))


def _track(request: Request, pk: int, form: DaysForm, to: str) -> str:
    actions.track(message_id=pk, days=form.cleaned_data["days"], by=request.user, at=request.now)
    return to
