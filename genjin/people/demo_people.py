"""Whom the sign-in page of a demo offers; the demo registers its people's addresses."""

from __future__ import annotations

from typing import Any

from genjin.instance.models import Instance
from genjin.people.models import Role, User

addresses: list[str] = []
"""The addresses of the demo firm's people, in the order of the page."""


def offered(request: Any) -> list[User]:
    """The demo people who can sign in, those who administer first; nobody on any other kind of instance."""
    if request.instance.kind != Instance.Kind.DEMO:
        return []
    order = {code: number for number, code in enumerate(Role.Code.values)}
    rows = User.objects.filter(email__in=addresses, is_active=True, joined_at__isnull=False)
    return sorted(
        rows.select_related("role"), key=lambda row: (order[row.role_id], addresses.index(row.email))
    )
