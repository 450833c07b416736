"""Handing a task to a colleague, giving it back, asking one's superior to call (000-37)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers.models import Contact, Customer
from genjin.customers.views.basis import show_form
from genjin.followups import actions, present
from genjin.followups.asking import choices_for, superior_of
from genjin.followups.asking_actions import Call
from genjin.followups.asking_actions import ask_superior as ask
from genjin.followups.forms import AskForm, DelegateForm
from genjin.followups.queries import handed_over
from genjin.followups.views.acts import answer, gone, refused, seen_of, show, task_of
from genjin.followups.views.today import row_of
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once


@requires()
def delegate(request: Request, key: str) -> HttpResponse:
    """Hand a task to a colleague."""
    task = task_of(request, key)
    if task is None:
        return gone(request, key)
    people = choices_for(request.user, task.customer, task.owner_id)
    form = DelegateForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        to = form.chosen()
        try:
            done = actions.delegate(
                task=task, to=to, reason=form.cleaned_data["reason"], by=request.user, at=request.now,
                seen=seen_of(request),
            )  # fmt: skip
            return answer(request, _("Handed over to %(name)s") % {"name": to}, outcomes=done)
        except ValidationError as error:
            refuse(form, error)
    context = {
        "form": form, "row": row_of(request, task), "people": people,
        "seen": request.POST.get("seen") or task.decided_at.isoformat(),
    }  # fmt: skip
    return show(request, "delegate", context, wrong=request.method == "POST")


@requires()
@require_POST
def give_back(request: Request, key: str) -> HttpResponse:
    """Give a task back to whoever handed it over, or take it back."""
    task = task_of(request, key) or handed_over(request.user, key)
    if task is None:
        return gone(request, key)
    try:
        actions.give_back(task=task, by=request.user, at=request.now)
    except ValidationError as error:
        return refused(request, task, error)
    return answer(request, _("Given back"))


@requires()
def ask_superior(request: Request, pk: int) -> HttpResponse:
    """Ask one's superior to call a customer."""
    customer = Customer.objects.editable_by(request.user).filter(pk=pk).first()
    if customer is None:
        raise Http404
    superior = superior_of(request.user)
    contacts = list(Contact.objects.alive().filter(customer=customer, left_on=None))
    form = AskForm(
        request.POST or None, contacts=contacts, today=timezone.localdate(request.now),
        purpose=request.GET.get("purpose", ""), contact=request.GET.get("contact", ""),
    )  # fmt: skip
    to = present.customer_href(pk)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = Call(data["purpose"], data["day"], data["contact"])

        def write() -> str:
            ask(customer_id=pk, call=call, by=request.user, at=request.now)
            return to

        try:
            save_once(request, write)
            return answers.saved(request, to, _("%(name)s has been asked to call") % {"name": superior})
        except ValidationError as error:
            refuse(form, error, {"due_on": "day"})
    if superior is None:
        text = _("Your team has no manager whom you could ask.")
    else:
        text = _("%(name)s finds it on Today with number and local time; you are told the result.")
        text %= {"name": superior}
    return show_form(request, form, title=_("Ask my superior to call"), to=to, text=text, submit=_("Ask"))
