"""Who may see what is sold to a customer: whoever owns the record, and whoever looks after the customer."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from genjin.customers.models import Customer
from genjin.people import access
from genjin.people.models import User


class OfCustomers(models.QuerySet[Any]):
    """Records with `customer`, `owner` and `deleted_at`. Every read for a person starts at `visible_to`."""

    kind = ""
    """The name of the record kind on the register, whose scopes hold."""

    def alive(self) -> Self:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Own ones by scope, and those of customers whom the person looks after."""
        return self.alive()._within(user, "see", Customer.objects.held_by(user))

    def editable_by(self, user: User) -> Self:
        """Those the person may change."""
        return self.alive()._within(user, "edit", Customer.objects.editable_by(user))

    def in_bin(self, user: User) -> Self:
        """Those in the recycle bin that the person may take out again: could change, were they there."""
        gone = self.filter(deleted_at__isnull=False)
        return gone._within(user, "edit", Customer.objects.editable_by(user))

    def _within(self, user: User, doing: str, customers: models.QuerySet[Customer]) -> Self:
        may = access.of(user)
        owned = may.owned(self.kind, doing)
        rows = self
        if owned is None:
            return rows
        if may.scope(self.kind, doing) == "NONE":
            return rows.none()
        beside = models.Exists(customers.filter(pk=models.OuterRef("customer_id")))
        return rows.filter(owned | models.Q(beside))
