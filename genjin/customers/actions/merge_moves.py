"""What of this folder moves by rules of its own when two customers become one: people, steps, links."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, Model
from django.utils.translation import gettext_lazy as _

from genjin.customers.actions.basis import changed, tell
from genjin.customers.actions.contacts import _main_moved, _store_main
from genjin.customers.merge_fields import KEPT, OTHER
from genjin.customers.models import (
    Collaborator,
    Contact,
    Customer,
    DimensionChange,
    Interaction,
    NextStep,
    PoolMove,
)
from genjin.records.merge_actions import count_rows, move_rows, move_rows_back, rows
from genjin.records.merging import Memory, Merging, Mover, register

CONTACTS = "customers.contact:customer"


def move_people(merging: Merging) -> Memory:
    """Take the people along; of two main contacts the kept record's own stays it."""
    own = set(Contact.objects.filter(customer=merging.kept_id).values_list("pk", flat=True))
    memory = move_rows(Contact, "customer", (), merging)
    moved = _settle_main(merging.kept_id, prefer=own, at=merging.at)
    _tell_moved(memory["ids"], "merge", merging.gone_id, merging.kept_id, merging)
    tell(_main_moved(moved), by=merging.by, at=merging.at, mark=False)
    return memory | {"main": {str(one.pk): one.is_primary for one in moved}}


def _tell_moved(ids: Collection[int], verb: str, from_id: int, to_id: int, merging: Merging) -> None:
    people = Contact.objects.filter(pk__in=ids, customer=to_id).order_by("pk")
    written = [changed(person, verb, {"customer_id": (from_id, to_id)}) for person in people]
    tell(written, by=merging.by, at=merging.at, mark=False)


def move_people_back(merging: Merging, memory: Memory) -> Mapping[str, int]:
    """Take them back, as main contacts where they were it; nobody reports into the other company then."""
    left = move_rows_back(Contact, "customer", (), merging, memory)
    for pk, is_main in memory["main"].items():
        rows = Contact.objects.filter(pk=int(pk), is_primary=is_main, left_on__isnull=True)
        rows.filter(deleted_at__isnull=True).update(
            is_primary=not is_main, version=F("version") + 1, updated_at=merging.at
        )
    for customer_id in (merging.kept_id, merging.gone_id):
        _settle_main(customer_id, prefer=(), at=merging.at)
        _part_from_others(customer_id, merging)
    _tell_moved(memory["ids"], "unmerge", merging.kept_id, merging.gone_id, merging)
    return left


def _settle_main(customer_id: int, *, prefer: Collection[int], at: datetime) -> list[Contact]:
    """Make exactly one of those who are there the main contact, of several one of `prefer`, else the first.

    Gives those who became or ceased to be it, stored but not told. The customer must be locked.
    """
    here = list(Contact.objects.alive().filter(customer_id=customer_id, left_on__isnull=True).order_by("pk"))
    here.sort(key=lambda one: (not one.is_primary, one.pk not in prefer, one.pk))
    moved = [one for one in here if one.is_primary != (one in here[:1])]
    for one in moved:
        one.is_primary = not one.is_primary
    _store_main(moved, at)
    return moved


def _part_from_others(customer_id: int, merging: Merging) -> None:
    across = Contact.objects.filter(customer=customer_id, reports_to__isnull=False)
    found = list(across.exclude(reports_to__customer=customer_id).order_by("pk"))
    rows_ = Contact.objects.filter(pk__in=[one.pk for one in found])
    rows_.update(reports_to=None, version=F("version") + 1, updated_at=merging.at)
    written = [changed(one, "change", {"reports_to_id": (one.reports_to_id, None)}) for one in found]
    tell(written, by=merging.by, at=merging.at, mark=False)


def move_steps(merging: Merging) -> Memory:
    """Take the next steps along; open ones of who is the owner no longer go to who is, as in a hand-over."""
    memory = move_rows(NextStep, "customer", (), merging)
    if merging.owner_id is None:
        return memory | {"given": {}, "to": None}
    theirs = NextStep.objects.filter(
        customer=merging.kept_id, state=NextStep.State.OPEN, owner__in=merging.former_ids
    )
    given = dict(theirs.order_by("pk").values_list("pk", "owner_id"))
    NextStep.objects.filter(pk__in=given).update(owner_id=merging.owner_id, version=F("version") + 1)
    return memory | {"given": {str(pk): owner for pk, owner in given.items()}, "to": merging.owner_id}


def move_steps_back(merging: Merging, memory: Memory) -> Mapping[str, int]:
    """Take them back, and give those that are still open and still the new owner's to the former one."""
    left = move_rows_back(NextStep, "customer", (), merging, memory)
    for pk, owner_id in memory["given"].items():
        still = NextStep.objects.filter(pk=int(pk), state=NextStep.State.OPEN, owner_id=memory["to"])
        still.update(owner_id=owner_id, version=F("version") + 1)
    return left


def move_links(model: type[Model], to: str, name: str, merging: Merging) -> Memory:
    """Take links along as was chosen; what both have stays where it is, and no owner shares with himself."""
    side = merging.choices.get(name, "")
    kept = _links(model, to, merging.kept_id)
    gone = _links(model, to, merging.gone_id)
    needless = {merging.owner_id} if model is Collaborator else set()
    coming = [pk for key, pk in gone.items() if side != KEPT and key not in kept and key not in needless]
    going = [pk for key, pk in kept.items() if key not in gone and (side == OTHER or key in needless)]
    model._base_manager.filter(pk__in=coming).update(customer_id=merging.kept_id)
    model._base_manager.filter(pk__in=going).update(customer_id=merging.gone_id)
    return {"ids": sorted(coming), "out": sorted(going)}


def move_links_back(model: type[Model], to: str, merging: Merging, memory: Memory) -> Mapping[str, int]:
    """Take links back; one that was put on the kept record anew meanwhile is not there twice."""
    at_kept = _links(model, to, merging.kept_id)
    at_gone = _links(model, to, merging.gone_id)
    back = set(memory["ids"])
    model._base_manager.filter(
        pk__in=[pk for key, pk in at_kept.items() if pk in back and key not in at_gone]
    ).update(customer_id=merging.gone_id)
    out = set(memory["out"])
    again = {key: pk for key, pk in at_gone.items() if pk in out}
    twice = [pk for key, pk in again.items() if key in at_kept]
    model._base_manager.filter(pk__in=set(again.values()) - set(twice)).update(customer_id=merging.kept_id)
    model._base_manager.filter(pk__in=twice).delete()
    return {}


def _links(model: type[Model], to: str, customer_id: int) -> dict[Any, int]:
    found: Collection[tuple[Any, int]] = model._base_manager.filter(customer_id=customer_id).values_list(
        to, "pk"
    )
    return dict(found)


def _link_mover(model: type[Model], to: str, name: str) -> Mover:
    return Mover(
        name=model._meta.label_lower,
        columns=("customer",),
        count=partial(count_rows, model, "customer"),
        move=partial(move_links, model, to, name),
        move_back=partial(move_links_back, model, to),
    )


def register_all() -> None:
    """Put what hangs on a customer in this folder on the register; people first, as others name them."""
    register(
        Mover(
            "customers.contact", ("customer",), partial(count_rows, Contact, "customer"), move_people,
            move_people_back, label=_("Contacts"), order=10,
        )
    )  # fmt: skip
    register(
        Mover(
            "customers.nextstep", ("customer",), partial(count_rows, NextStep, "customer"), move_steps,
            move_steps_back, label=_("Next steps"), order=30,
        )
    )  # fmt: skip
    register(rows(Interaction, label=_("Contact logs"), order=20))
    register(rows(DimensionChange, label=_("Changes of dimensions"), order=40))
    register(rows(PoolMove, order=50))
    register(rows(Customer, "referrer", order=60))
    register(rows(Customer, "merged_into", order=61))
    register(_link_mover(Customer.tags.through, "tag_id", "tags"))
    register(_link_mover(Customer.sales_channels.through, "listentry_id", "sales_channels"))
    register(_link_mover(Collaborator, "user_id", "collaborators"))
