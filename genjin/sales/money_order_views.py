"""Money of one order: its panel, the plan, credit notes, letters of credit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions import Conflict, Refused
from genjin.customers.views.basis import one_or_404, reads_again, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.rules.payment_terms import USUAL_TERMS, parse
from genjin.sales import money_forms, money_page
from genjin.sales.actions import credit_notes, letters_of_credit, plans
from genjin.sales.actions import documents as issuing
from genjin.sales.actions.money_basis import does_finance
from genjin.sales.models import CreditNote, LetterOfCredit, Order
from genjin.sales.order_views import order_or_404
from genjin.sales.small_forms import small_form
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires

BLANKS = 2
"""Rows for further parts in the form of a plan."""


def _changed_order(request: Request, pk: int) -> Order:
    """An order whose money the person may change: his own to edit, or any that finance sees."""
    return order_or_404(request, pk, edit=not does_finance(request.user, request.now))


def page_of(order: Order | int) -> str:
    """Where the money of an order stands."""
    pk = order if isinstance(order, int) else order.pk
    return reverse("sales:order", args=[pk]) + "#money"


@require_GET
@requires()
def order_money(request: Request, pk: int) -> HttpResponse:
    """The panel on an order's page: plan, receipts, credit notes, letters of credit."""
    order = order_or_404(request, pk)
    may_edit = does_finance(request.user, request.now)
    may_edit = may_edit or Order.objects.editable_by(request.user).filter(pk=pk).exists()
    today = timezone.localdate(request.now)
    context = {"order": order, "may_edit": may_edit, "today": today, **money_page.order_money(order, today)}
    return render(request, "sales/_order_money.html", context)


@requires()
def plan(request: Request, pk: int) -> HttpResponse:
    """Set what is to be paid when; `?terms=` begins from a sentence."""
    order = _changed_order(request, pk)
    forms = _part_forms(request, order)
    problem = ""
    if request.method == "POST" and all(form.is_valid() for form in forms):
        wanted = [form for form in forms if not form.is_blank]
        version = request.POST.get("version", "")
        try:
            plans.set_plan(
                order_id=pk, parts=[form.part() for form in wanted], by=request.user, at=request.now,
                expected_version=int(version) if version.isdecimal() else None,
            )  # fmt: skip
            return answers.saved(request, page_of(order), _("Saved"))
        except Conflict:
            order.refresh_from_db(fields=["version"])
            problem = _("Somebody else has saved this order meanwhile. Look at it, then save again.")
        except Refused as refused:
            problem = _beside(refused, wanted)
    context = {
        "order": order, "forms": forms, "problem": problem, "terms": USUAL_TERMS,
        "asked": request.GET.get("terms", "")[:300], "to": page_of(order),
    }  # fmt: skip
    return render(request, "sales/plan.html", context)


def _part_forms(request: Request, order: Order) -> list[money_forms.PartForm]:
    lines = list(order.plan.all())
    if request.method == "POST":
        count = plans.MOST_PARTS + BLANKS
        sent = [f"parts-{n}" for n in range(count) if f"parts-{n}-amount" in request.POST]
        return [money_forms.PartForm(request.POST, prefix=prefix) for prefix in sent]
    initial: list[dict[str, Any]]
    if meant := parse(request.GET.get("terms", "")[:300]):
        names = ("kind", "percent", "amount", "trigger", "days", "on_date", "holds_release")
        initial = [{name: getattr(part, name) for name in names} for part in meant]
    else:
        initial = [
            {
                "id": line.pk, "kind": line.kind, "percent": line.percent, "trigger": line.trigger,
                "amount": None if line.percent is not None else line.amount, "days": line.days or None,
                "on_date": line.on_date, "holds_release": line.holds_release,
            }
            for line in lines
        ]  # fmt: skip
    initial += [{}] * BLANKS
    return [money_forms.PartForm(prefix=f"parts-{n}", initial=values) for n, values in enumerate(initial)]


def _beside(refused: Refused, forms: Sequence[money_forms.PartForm]) -> str:
    """Put what was refused beside its part; what is about the whole is given back."""
    if not hasattr(refused, "error_dict"):
        return refused.messages[0]
    for name, errors in refused.error_dict.items():
        _parts, place, field = name.split("-")
        forms[int(place)].add_error(field, errors)
    return ""


@requires()
def add_credit_note(request: Request, pk: int) -> HttpResponse:
    """Lower the price of an order."""
    order = _changed_order(request, pk)
    form = money_forms.CreditNoteForm(
        request.POST or None, initial={"issued_on": timezone.localdate(request.now)}
    )

    made: list[CreditNote] = []

    def save() -> None:
        made.append(
            credit_notes.issue_credit_note(order_id=pk, by=request.user, at=request.now, **form.cleaned_data)
        )

    text = _("The amount is in %(currency)s, the currency of the order.") % {"currency": order.currency}
    answer = small_form(request, form, save, title=_("Issue a credit note"), to=page_of(order), text=text)
    for note in made:  # its paper is printed when the note stands: no file is put inside a transaction
        issuing.issue_credit_note(
            note=note, language=issuing.language_of(note.order), by=request.user, at=request.now
        )
    return answer


@require_POST
@requires()
def recycle_credit_note(request: Request, pk: int) -> HttpResponse:
    """Put a credit note into the recycle bin."""
    note = one_or_404(CreditNote.objects.filter(deleted_at__isnull=True), pk)
    _changed_order(request, note.order_id)
    credit_notes.recycle_credit_note(note_id=pk, by=request.user, at=request.now)
    undo = reverse("sales:restore_credit_note", args=[pk])
    return answers.saved(request, page_of(note.order_id), _("Moved to the recycle bin"), undo=undo)


@require_POST
@requires()
def restore_credit_note(request: Request, pk: int) -> HttpResponse:
    """Take a credit note out of the recycle bin."""
    note = one_or_404(CreditNote.objects.filter(deleted_at__isnull=False), pk)
    _changed_order(request, note.order_id)
    try:
        credit_notes.restore_credit_note(note_id=pk, by=request.user, at=request.now)
    except Refused as refused:
        return answers.saved(request, page_of(note.order_id), refused.messages[0])
    return answers.saved(request, page_of(note.order_id), _("Restored"))


@requires()
def add_letter(request: Request, pk: int) -> HttpResponse:
    """Enter the letter of credit of an order."""
    order = _changed_order(request, pk)
    usual = {
        "currency": order.currency, "amount": order.amount, "lc_presentation_days": 21, "usance_days": 0,
    }  # fmt: skip
    form = money_forms.LetterForm(request.POST or None, current=usual, version=0)

    def save() -> None:
        letters_of_credit.enter_letter(order_id=pk, values=form.cleaned_data, by=request.user, at=request.now)

    return small_form(
        request, form, save, title=_("Enter a letter of credit"), to=page_of(order),
        template="sales/_letter_fields.html",
    )  # fmt: skip


def _letter(request: Request, pk: int) -> LetterOfCredit:
    letter = LetterOfCredit.objects.filter(pk=pk).first()
    if letter is None:
        raise Http404
    letter.order = _changed_order(request, letter.order_id)
    return letter


@requires()
@reads_again
def letter(request: Request, pk: int) -> HttpResponse:
    """Write down an amendment."""
    found = _letter(request, pk)
    form = money_forms.LetterForm(
        request.POST or None, current=money_forms.LetterForm.of(found), version=found.version,
        by=last_editor(found),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            letters_of_credit.amend_letter(
                letter_id=pk, changes=form.cleaned_data, by=request.user, at=request.now,
                expected_version=found.version,
            )  # fmt: skip
            return answers.saved(request, page_of(found.order_id), _("Saved"))
        except Refused as refused:
            refuse(form, refused)
    return show_form(
        request, form, title=_("Amend the letter of credit"), to=page_of(found.order_id),
        template="sales/_letter_fields.html",
    )  # fmt: skip


@requires()
def present(request: Request, pk: int) -> HttpResponse:
    """Say when the documents were presented."""
    found = _letter(request, pk)
    initial = {
        "presented_on": found.presented_on or timezone.localdate(request.now),
        "lc_discrepancy": found.lc_discrepancy,
    }
    form = money_forms.PresentForm(request.POST or None, initial=initial)

    def save() -> None:
        letters_of_credit.present(
            letter_id=pk, on=form.cleaned_data["presented_on"], by=request.user, at=request.now,
            discrepancy=form.cleaned_data["lc_discrepancy"],
        )  # fmt: skip

    return small_form(request, form, save, title=_("Documents presented"), to=page_of(found.order_id))


@require_POST
@requires()
def remove_letter(request: Request, pk: int) -> HttpResponse:
    """Take away what was entered in error."""
    found = _letter(request, pk)
    try:
        letters_of_credit.remove_letter(letter_id=pk, by=request.user, at=request.now)
    except Refused as refused:
        return answers.saved(request, page_of(found.order_id), refused.messages[0])
    return answers.saved(request, page_of(found.order_id), _("Removed"))
