"""The board of all orders that run, and the list of past ones: filters, sorting, columns (002-42 to 50)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Country, Customer
from genjin.people import access
from genjin.people.models import User
from genjin.sales.models import DownstreamState, ExecutionState, NodeKind, Order, OrderKind
from genjin.sales.models.order import OPEN_STATES, ORDER_KIND
from genjin.sales.order_queries import numbered
from genjin.web.forms import Combo, Form, TextField
from genjin.web.lists import Column, Columns

BOARD = Columns(
    Column("next", _("Next node"), sort="next_node_on", fixed=True),
    Column("number", _("Order"), sort="number", fixed=True),
    Column("customer", _("Customer")),
    Column("state", _("Order state")),
    Column("downstream", _("Downstream state")),
    Column("delivery", _("Delivery date"), sort="delivery_on"),
    Column("amount", _("Amount"), sort="base_amount", descending_first=True, number=True),
    Column("owner", _("Owner")),
    default="next",
)
PAST = Columns(
    Column("ordered", _("Ordered on"), sort="ordered_on", descending_first=True, fixed=True),
    Column("number", _("Order"), sort="number", fixed=True),
    Column("customer", _("Customer")),
    Column("state", _("Order state")),
    Column("downstream", _("Downstream state")),
    Column("amount", _("Amount"), sort="base_amount", descending_first=True, number=True),
    Column("owner", _("Owner")),
    default="-ordered",
)
CARDS = 20
"""Cards that a column of the board shows; the rest is in the list."""
OLDEST = 1980


def _any(choices: Sequence[tuple[Any, Any]], label: Any) -> list[tuple[Any, Any]]:
    return [("", label), *choices]


class OrderFilters(Form):
    """What narrows the board or the list of past orders."""

    q = TextField(label=_("Number"), max_length=60, required=False)
    show = forms.ChoiceField(
        label=_("Whose orders"), required=False,
        choices=[("", _("All orders I may see")), ("mine", _("My orders"))],
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Owner: any")
    )
    kind = forms.ChoiceField(
        label=_("Kind of order"), required=False, choices=_any(OrderKind.choices, _("Kind: any"))
    )
    state = forms.ChoiceField(
        label=_("Order state"), required=False, choices=_any(ExecutionState.choices, _("State: any"))
    )
    downstream = forms.ChoiceField(
        label=_("Downstream state"), required=False,
        choices=_any(DownstreamState.choices, _("Downstream: any")),
    )  # fmt: skip
    node = forms.ChoiceField(
        label=_("Next node"), required=False, choices=_any(NodeKind.choices, _("Next node: any"))
    )
    country = forms.ModelChoiceField(
        label=_("Country"), queryset=Country.objects.all(), required=False, empty_label=_("Country: any")
    )
    year = forms.IntegerField(label=_("Year"), min_value=OLDEST, max_value=9000, required=False)
    customer = forms.ModelChoiceField(
        label=_("Customer"), queryset=Customer.objects.none(), required=False,
        widget=Combo(source=reverse_lazy("customers:options")),
    )  # fmt: skip

    def __init__(self, asked: QueryDict, *, user: User) -> None:
        super().__init__(asked)
        cast("Any", self.fields["owner"]).queryset = _owners(user)
        cast("Any", self.fields["customer"]).queryset = Customer.objects.visible_to(user)

    def narrow(self, rows: QuerySet[Order], user: User) -> QuerySet[Order]:
        """Those that all valid filters let through."""
        self.is_valid()
        known = self.cleaned_data
        plain = {"kind": "kind", "state": "state", "downstream": "downstream_state", "node": "next_node_kind"}
        for name, column in plain.items():
            if value := known.get(name):
                rows = rows.filter(**{column: value})
        if known.get("show") == "mine":
            rows = rows.filter(owner__in=sorted(access.of(user).covers))
        for name, column in {"owner": "owner", "customer": "customer"}.items():
            if value := known.get(name):
                rows = rows.filter(**{column: value})
        if country := known.get("country"):
            rows = rows.filter(customer__country=country)
        if year := known.get("year"):
            rows = rows.filter(ordered_on__gte=date(year, 1, 1), ordered_on__lte=date(year, 12, 31))
        if words := known.get("q"):
            rows = numbered(rows, words)
        return rows


def _owners(user: User) -> QuerySet[User]:
    may = access.of(user)
    people: QuerySet[User] = User.objects.filter(is_active=True)
    scope = may.scope(ORDER_KIND)
    if scope == "ALL":
        return people
    within = Q(pk__in=sorted(may.covers))
    if scope == "TEAM":
        within |= Q(team_id__in=sorted(may.team_ids))
    return people.filter(within)


SHOWN = (
    "number", "kind", "state", "downstream_state", "delivery_on", "ordered_on", "amount", "currency",
    "base_amount", "paid_amount", "next_node_kind", "next_node_on", "is_open", "owner_id", "version",
    "customer__name", "customer__short_name", "customer__country",
)  # fmt: skip


def shown(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Only what a list shows of each."""
    return rows.select_related("customer").only(*SHOWN)


@dataclass
class Lane:
    """One column of the board."""

    value: str
    label: Any
    cards: list[Order]
    has_more: bool = False
    is_target: bool = False
    """Whether cards may be dropped there."""


def lanes_by_node(rows: QuerySet[Order]) -> list[Lane]:
    """A column for each node that is next, the earliest cards on top; empty ones are left out."""
    kinds: list[tuple[str, Any]] = [*NodeKind.choices, ("", _("No open node"))]
    found = [_lane(rows.filter(next_node_kind=value), value, label) for value, label in kinds]
    return [lane for lane in found if lane.cards]


def lanes_by_state(rows: QuerySet[Order]) -> list[Lane]:
    """A column for each state; cards may be moved among them."""
    labels = dict(ExecutionState.choices)
    return [
        _lane(rows.filter(state=state), state.value, labels[state], is_target=True) for state in OPEN_STATES
    ]


def _lane(rows: QuerySet[Order], value: str, label: Any, *, is_target: bool = False) -> Lane:
    dated = shown(rows).filter(next_node_on__isnull=False).order_by("next_node_on", "pk")
    cards = list(dated[: CARDS + 1])
    if len(cards) <= CARDS:
        # By both, so that the index of the dated ones serves.
        undated = shown(rows).filter(next_node_on__isnull=True).order_by("next_node_on", "pk")
        cards += undated[: CARDS + 1 - len(cards)]
    return Lane(value, label, cards[:CARDS], len(cards) > CARDS, is_target)


def node_label(kind: str) -> str:
    """What people call a kind of node; "" for none."""
    return str(dict(NodeKind.choices).get(kind, ""))


def with_owners(orders: Iterable[Order], people: dict[int, User]) -> None:
    """Give each order its owner without asking again."""
    for order in orders:
        order.owner = people[order.owner_id]
