"""To whom one may hand something: one's superior first, then the team and whoever shares the customer."""

from __future__ import annotations

from django.db.models import Q

from genjin.customers.models import Customer
from genjin.people import queries as people
from genjin.people.models import User


def superior_of(user: User) -> User | None:
    """Whom the person answers to, if anybody."""
    manager_id = people.colleagues([user.pk])[user.pk].manager_id
    return None if manager_id is None else User.objects.filter(pk=manager_id, is_active=True).first()


def choices_for(user: User, customer: Customer, besides_id: int) -> list[User]:
    """Colleagues whom one may ask, besides who has it already; whether he may is judged when he is chosen."""
    superior = superior_of(user)
    sharing = customer.collaborations.values_list("user_id", flat=True)
    near = Q(pk__in=sharing) | Q(pk=customer.owner_id or 0) | Q(pk=user.pk)
    if user.team_id is not None:
        near |= Q(team=user.team_id)
    found = User.objects.filter(near, is_active=True).exclude(pk=besides_id).order_by("pk")
    first = [superior] if superior is not None and superior.pk != besides_id else []
    return [*first, *(one for one in found if one not in first)]
