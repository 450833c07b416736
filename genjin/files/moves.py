"""Files go along when the customer they belong to is merged into another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext_lazy as _

from genjin.files.models import Attachment
from genjin.records.merge_actions import count_rows, move_rows, move_rows_back
from genjin.records.merging import Memory, Merging, Mover, register

CUSTOMER = "customers.customer"


def move(merging: Merging) -> Memory:
    """Take the files along, those of the customer itself and those of its logs."""
    memory = move_rows(Attachment, "customer_id", (), merging)
    own = Attachment.objects.filter(kind=CUSTOMER, object_id=merging.gone_id)
    memory["own"] = list(own.order_by("pk").values_list("pk", flat=True))
    own.update(object_id=merging.kept_id)
    return memory


def move_back(merging: Merging, memory: Memory) -> Mapping[str, int]:
    """Take them back."""
    own = Attachment.objects.filter(pk__in=memory["own"], kind=CUSTOMER, object_id=merging.kept_id)
    own.update(object_id=merging.gone_id)
    return move_rows_back(Attachment, "customer_id", (), merging, memory)


def register_all() -> None:
    """Put the files on the register."""
    columns = ("customer_id", "object_id")
    count = partial(count_rows, Attachment, "customer_id")
    register(Mover("files.attachment", columns, count, move, move_back, label=_("Files"), order=45))
