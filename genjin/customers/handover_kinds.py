"""What of this folder a person can own and hand over."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from genjin.customers.actions import handover_moves as moves
from genjin.customers.handover import hand_overs_visible_to
from genjin.customers.holdings import Held, Holding, register
from genjin.customers.models import Collaborator, Customer, HandOver, NextStep
from genjin.people.models import SavedView
from genjin.records.registry import RecordKind
from genjin.records.registry import register as register_kind

CUSTOMERS = "customers.customer"
STEPS = "customers.nextstep"
COLLABORATIONS = "customers.collaborator"
VIEWS = "people.savedview"


def _customers(user_id: int) -> Iterator[Held]:
    rows = Customer.objects.alive().filter(owner=user_id).order_by("pk")
    for pk, name, country in rows.values_list("pk", "name", "country"):
        yield Held(pk, name, pk, country or "")


def _steps(user_id: int) -> Iterator[Held]:
    """Those on others' customers: a sharer's go with the sharing, any other to the customer's owner."""
    shared = set(Collaborator.objects.filter(user=user_id).values_list("customer_id", flat=True))
    rows = NextStep.objects.filter(owner=user_id, state=NextStep.State.OPEN)
    rows = rows.filter(customer__deleted_at__isnull=True).exclude(customer__owner=user_id)
    for step in rows.select_related("customer__owner").order_by("pk"):
        customer, owner = step.customer, step.customer.owner
        to_owner = owner is not None and owner.is_active and customer.pk not in shared
        yield Held(
            step.pk, customer.name, customer.pk, customer.country_id or "",
            owner.pk if owner is not None and to_owner else None,
        )  # fmt: skip


def _collaborations(user_id: int) -> Iterator[Held]:
    rows = Customer.objects.alive().filter(collaborations__user=user_id).order_by("pk")
    for pk, name, country in rows.values_list("pk", "name", "country"):
        yield Held(pk, name, pk, country or "")


def _views(user_id: int) -> Iterator[Held]:
    for pk, name in SavedView.objects.filter(user=user_id, is_shared=True).values_list("pk", "name"):
        yield Held(pk, name)


def register_all() -> None:
    """Customers first: their open next steps go along with them."""
    register(
        Holding(
            CUSTOMERS, _("Customers"), lambda pk: Customer.objects.alive().filter(owner=pk).count(),
            _customers, moves.give_customers, moves.take_customers_back,
        )
    )  # fmt: skip
    register(
        Holding(
            COLLABORATIONS, _("Collaborations"),
            lambda pk: Customer.objects.alive().filter(collaborations__user=pk).count(),
            _collaborations, moves.give_collaborations, moves.take_collaborations_back,
        )
    )  # fmt: skip
    register(
        Holding(
            STEPS, _("Open next steps and reminders"),
            lambda pk: NextStep.objects.filter(
                owner=pk, state=NextStep.State.OPEN, customer__deleted_at__isnull=True
            ).count(),
            _steps, moves.give_steps, moves.take_steps_back,
        )
    )  # fmt: skip
    register(
        Holding(
            VIEWS, _("Shared views"),
            lambda pk: SavedView.objects.filter(user=pk, is_shared=True).count(),
            _views, moves.give_views, moves.take_views_back,
        )
    )  # fmt: skip
    register_kind(
        RecordKind(
            name="customers.handover", label=_("Hand-over"), plural=_("Hand-overs"), model=HandOver,
            visible_to=hand_overs_visible_to, title=str, url_name="customers:handed_over", icon="users",
            field_labels={"pieces": _("Pieces"), "receiver_id": _("Receiver")},
        )
    )  # fmt: skip
