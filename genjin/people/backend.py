"""Who somebody is: by address and password at sign-in, by session afterwards."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import BaseBackend
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from genjin.people.addresses import clean_address
from genjin.people.models import User
from genjin.policy.models import CompanySwitches
from genjin.records.prepared import Given, Prepared


class PeopleBackend(BaseBackend):
    """Active users by e-mail address; what every page needs of them comes with one query."""

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The person with this address and password; an unknown address takes as long as a wrong password."""
        address = clean_address(email or credentials.get("username") or "")
        if not password:
            return None
        user = User.objects.filter(email__iexact=address).first() if address else None
        if user is None or not user.has_usable_password():
            User().set_password(password)
            return None
        if not user.check_password(password):
            return None
        return user if user.is_active and user.joined_at else None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session with role, team and second factor; None ends the session at once."""
        return _SIGNED_IN.first(user=user_id)


def _signed_in() -> QuerySet[User]:
    second = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    required = CompanySwitches.objects.filter(pk=1).values("second_factor_required")[:1]
    rows: QuerySet[User] = (
        User.objects.select_related("role", "team")
        .annotate(has_second_factor=Exists(second), second_factor_required=Subquery(required))
        .filter(pk=Given("user"), is_active=True)
    )
    return rows


_SIGNED_IN = Prepared(_signed_in)
