"""What of this folder moves when two contacts become one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext_lazy as _

from genjin.customers.models import (
    Contact,
    ContactPoint,
    DimensionChange,
    Interaction,
    NextStep,
    SensitiveNote,
)
from genjin.records.merge_actions import count_rows, move_rows, move_rows_back, rows
from genjin.records.merging import CONTACT, Memory, Merging, Mover, register

ALIKE = ("kind", "normalised")


def move_points(merging: Merging) -> Memory:
    """Take the ways to reach him along; of two main ones of a kind the kept contact's own stays it."""
    own = ContactPoint.objects.filter(contact=merging.kept_id, is_primary=True)
    kinds = set(own.values_list("kind", flat=True))
    memory = move_rows(ContactPoint, "contact", ALIKE, merging)
    second = ContactPoint.objects.filter(pk__in=memory["ids"], is_primary=True, kind__in=kinds)
    memory["second"] = sorted(second.values_list("pk", flat=True))
    ContactPoint.objects.filter(pk__in=memory["second"]).update(is_primary=False)
    return memory


def move_points_back(merging: Merging, memory: Memory) -> Mapping[str, int]:
    """Take them back, as main ones where they were it."""
    left = move_rows_back(ContactPoint, "contact", ALIKE, merging, memory)
    second = ContactPoint.objects.filter(pk__in=memory["second"], contact=merging.gone_id)
    second.update(is_primary=True)
    return left


def register_all() -> None:
    """Put what hangs on a contact in this folder on the register."""
    register(
        Mover(
            "customers.contactpoint", ("contact",), partial(count_rows, ContactPoint, "contact"), move_points,
            move_points_back, label=_("Ways to reach"), order=10, of=CONTACT,
        )
    )  # fmt: skip
    logs = Interaction.contacts.through
    register(rows(logs, "contact", alike=("interaction_id",), label=_("Contact logs"), order=20, of=CONTACT))
    register(rows(NextStep, "contact", label=_("Next steps"), order=30, of=CONTACT))
    register(rows(DimensionChange, "contact", order=40, of=CONTACT))
    register(rows(SensitiveNote, "contact", alike=("topic",), order=50, of=CONTACT))
    register(rows(Contact, "reports_to", label=_("People who report to them"), order=60, of=CONTACT))
