"""The recycle bin of customers: nothing is deleted at once (B-1, B-36)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers.actions import duplicate_keys
from genjin.customers.actions.basis import batches, changed, require, tell
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.people.models import User


@transaction.atomic
def recycle(*, ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Put customers into the recycle bin with all that is theirs; how many went."""
    require(by, "recycle", at)
    count = 0
    for part in batches(ids):
        rows = list(Customer.objects.alive().filter(pk__in=part).select_for_update().order_by("pk"))
        stored = Customer.objects.filter(pk__in=[c.pk for c in rows])
        stored.update(deleted_at=at, deleted_by=by, version=F("version") + 1)
        duplicate_keys.refresh([c.pk for c in rows], at=at)
        tell([changed(c, "recycle", {}) for c in rows], by=by, at=at)
        count += len(rows)
    return count


@transaction.atomic
def restore(*, ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Take customers out of the recycle bin; refused when it or its short name was entered again."""
    require(by, "recycle", at)
    count = 0
    for part in batches(ids):
        bin_ = Customer.objects.in_bin().filter(pk__in=part)
        rows = list(bin_.select_for_update().order_by("pk"))
        for customer in rows:
            _bring_back(customer)
        duplicate_keys.refresh([c.pk for c in rows], at=at)
        tell([changed(c, "restore", {}) for c in rows], by=by, at=at)
        count += len(rows)
    return count


def _bring_back(customer: Customer) -> None:
    try:
        with transaction.atomic():
            Customer.objects.filter(pk=customer.pk).update(
                deleted_at=None, deleted_by=None, version=F("version") + 1
            )
    except IntegrityError:
        holder = duplicate_keys.holders({customer.exact_key}).get(customer.exact_key)
        if customer.exact_key is not None and holder is not None:
            raise Refused(
                _("“%(name)s” cannot return: %(sentence)s")
                % {"name": customer.name, "sentence": duplicate_keys.entered_already(holder)}
            ) from None
        raise Refused(
            _("“%(name)s” cannot return: another customer of its country now has the short name “%(short)s”.")
            % {"name": customer.name, "short": customer.short_name}
        ) from None
