"""Whether ways to reach people work, as others find out: a bounce says that an address does not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from genjin.customers.actions.basis import changed, tell
from genjin.customers.models import Contact, ContactPoint
from genjin.people.models import User

State = ContactPoint.State


@transaction.atomic
def set_mail_state(*, addresses: Collection[str], works: bool, by: User | None, at: datetime) -> set[int]:
    """Mark these addresses (normalised) of all people as not working, or as untried again.

    Gives the customers concerned; what stood there before a bounce is not remembered.
    """
    wanted = State.UNKNOWN if works else State.INVALID
    rows = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, normalised__in=list(addresses), contact__deleted_at__isnull=True,
        contact__customer__deleted_at__isnull=True,
    )  # fmt: skip
    rows = rows.filter(state=State.INVALID) if works else rows.exclude(state=State.INVALID)
    points = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not points:
        return set()
    ContactPoint.objects.filter(pk__in=[point.pk for point in points]).update(state=wanted)
    by_contact: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in points:
        by_contact[point.contact_id].append(point)
    people = list(Contact.objects.filter(pk__in=list(by_contact)).order_by("pk"))
    written = [
        changed(
            person, "change",
            {"points": (_shown(by_contact[person.pk], None), _shown(by_contact[person.pk], wanted))},
        )
        for person in people
    ]  # fmt: skip
    tell(written, by=by, at=at)
    return {person.customer_id for person in people}


def _shown(points: list[ContactPoint], state: str | None) -> list[str]:
    return sorted(f"{point.kind} {point.value} ({state or point.state})" for point in points)
