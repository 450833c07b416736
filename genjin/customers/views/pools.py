"""Settings: the public pools with members and managers; keeping a customer out, moving one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions
from genjin.customers.actions import Refused
from genjin.customers.actions.pools import manages
from genjin.customers.forms.pool import MoveForm, PoolForm, ProtectForm
from genjin.customers.models import Customer, PublicPool
from genjin.customers.views.basis import customer_or_404, one_or_404, page_of, reads_again, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.policy import words
from genjin.policy.queries import effective
from genjin.rules.policy import catalogue
from genjin.rules.pool import CLAIM_LIMITS
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once


@require_GET
@requires()
def pools(request: Request) -> HttpResponse:
    """The pools of which one may know, with their people and sizes, and the limits on claiming."""
    rows = PublicPool.objects.visible_to(request.user).prefetch_related("members", "managers", "teams")
    alive = Customer.objects.alive().filter(pool__isnull=False).order_by().values("pool_id")
    sizes = {line["pool_id"]: line["n"] for line in alive.annotate(n=Count("pk"))}
    managed = set(PublicPool.objects.filter(managers=request.user).values_list("pk", flat=True))
    is_editor = request.access.may("edit_policy")
    policy = effective(request.user.pk)
    context = {
        "lines": [
            {"pool": row, "size": sizes.get(row.pk, 0), "may_edit": is_editor or row.pk in managed}
            for row in sorted(rows, key=lambda row: (not row.is_active, not row.is_default, row.pk))
        ],
        "limits": [
            (
                words.label(spec),
                words.value_text(spec, policy.values[key]),
                words.unit(spec, policy.values[key]),
            )
            for key in CLAIM_LIMITS
            for spec in [catalogue()[key]]
        ],
        "rule_url": _rule_page() if is_editor else "",
        "may_create": is_editor,
    }
    return render(request, "customers/pools.html", context)


def _rule_page() -> str:
    try:
        return reverse("followups:pool_rule")
    except NoReverseMatch:
        return ""


def _to_pools() -> str:
    return reverse("customers:pools")


@requires("edit_policy")
def add(request: Request) -> HttpResponse:
    """Make a pool."""
    form = PoolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _make(request, form))
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return render(request, "customers/pool.html", {"form": form})


def _make(request: Request, form: PoolForm) -> str:
    """Save the pool; gives the address to go to."""
    actions.create_pool(names=form.names(), people=form.people(), by=request.user, at=request.now)
    return _to_pools()


@requires()
@reads_again
def pool(request: Request, pk: int) -> HttpResponse:
    """Change a pool's names and people: those who edit the policy, and its managers."""
    row = _managed_or_404(request, pk)
    form = PoolForm(request.POST or None, pool=row, by=last_editor(row))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_pool(
                pool_id=pk, names=form.names(), people=form.people(), by=request.user, at=request.now,
                expected_version=row.version,
            )  # fmt: skip
            return answers.saved(request, _to_pools(), _("Saved"))
        except Refused as error:
            refuse(form, error)
    context = {"form": form, "pool": row, "may_close": request.access.may("edit_policy")}
    return render(request, "customers/pool.html", context)


def _managed_or_404(request: Request, pk: int) -> PublicPool:
    row = one_or_404(PublicPool.objects.all(), pk)
    if not manages(row, request.user, request.now):
        raise Http404
    return row


@require_POST
@requires("edit_policy")
def close(request: Request, pk: int) -> HttpResponse:
    """Take a pool out of use, or (`to` is open) put it back."""
    one_or_404(PublicPool.objects.all(), pk)
    verb = actions.reopen_pool if request.POST.get("to") == "open" else actions.close_pool
    try:
        verb(pool_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(reverse("customers:pool", args=[pk]))
    return answers.saved(request, _to_pools(), _("Saved"))


@requires("assign_owner")
@reads_again
def protect(request: Request, pk: int) -> HttpResponse:
    """Keep a customer from returning to the pool by rule."""
    customer = customer_or_404(request, pk, edit=True)
    form = ProtectForm(request.POST or None, customer=customer, by=last_editor(customer))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.protect(
                customer_id=pk, is_locked=given["pool_locked"], until=given["protected_until"],
                why=given["pool_note"], by=request.user, at=request.now, expected_version=customer.version,
            )  # fmt: skip
            return answers.saved(request, page_of(customer), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Keep from the public pool"), to=page_of(customer),
        text=_("By hand it can be returned all the same."),
    )  # fmt: skip


@requires()
def move(request: Request, pk: int) -> HttpResponse:
    """Move a customer from its pool to another."""
    customer = customer_or_404(request, pk)
    if customer.pool is None or not manages(customer.pool, request.user, request.now):
        raise Http404
    others = list(PublicPool.objects.active().exclude(pk=customer.pool.pk))
    form = MoveForm(request.POST or None, pools=others)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            actions.move_to_pool(
                ids=[pk], pool_id=given["pool"], why=given["why"], by=request.user, at=request.now
            )
            return answers.saved(request, page_of(customer), _("Moved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("Move to another pool"), to=page_of(customer), submit=_("Move"))
