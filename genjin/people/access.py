"""The one gate: what a person may do, and whose records they may see or edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.people.models import Role, User

RIGHTS: dict[str, Any] = {
    "administer": _("Administer users, settings, jobs and errors"),
    "manage_team": _("Manage teams, hand over customers, see the team's exceptions"),
    "edit_policy": _("Change company policy and lists"),
    "import": _("Import lists"),
    "export": _("Export lists"),
    "see_costs": _("See costs and margins"),
    "see_contact_data": _("See contact data of others' customers"),
    "see_sensitive": _("See restricted personal fields of own customers"),
    "assign_owner": _("Give customers to another owner"),
    "confirm_key_account": _("Confirm key accounts and lock grades"),
    "recycle": _("Delete and restore"),
    "see_audit": _("Read the audit journal"),
}
SCOPES: dict[str, Any] = {"NONE": _("None"), "OWN": _("Own"), "TEAM": _("Team"), "ALL": _("All")}


@dataclass(frozen=True)
class Access:
    """What one person may do at one moment; made once a request, a job or a command.

    `covers` holds the person's own id and the ids of those they deputise for today.
    """

    user_id: int
    role: str
    rights: frozenset[str]
    scopes: dict[str, dict[str, str]]
    team_ids: frozenset[int] = frozenset()
    covers: frozenset[int] = field(default_factory=frozenset)

    def may(self, right: str) -> bool:
        """Whether the person's role has that right (a name in `RIGHTS`)."""
        return right in self.rights

    def scope(self, kind: str, doing: str = "see") -> str:
        """NONE, OWN, TEAM or ALL for a record kind such as `customers.customer`; `doing` is see or edit."""
        entry = self.scopes.get(kind) or self.scopes.get("*") or {}
        return entry.get(doing, "NONE")

    def owned(self, kind: str, doing: str = "see", *, owner: str = "owner") -> Q | None:
        """The condition on the owner for that scope; None when everything is within it.

        The empty scope gives a condition that nothing meets.
        """
        scope = self.scope(kind, doing)
        if scope == "ALL":
            return None
        if scope == "NONE":
            return Q(pk__in=[])
        own = Q(**{f"{owner}_id__in": sorted(self.covers)})
        if scope == "TEAM":
            # a subquery, not a join: an OR over a join would keep the database from using an index
            members = User.objects.filter(team_id__in=sorted(self.team_ids)).order_by().values("pk")
            return own | Q(**{f"{owner}_id__in": members})
        return own

    def reaches(
        self, kind: str, *, owner_id: int | None, owner_team_id: int | None, doing: str = "see"
    ) -> bool:
        """The same for one record at hand, without a query."""
        scope = self.scope(kind, doing)
        if scope in ("ALL", "NONE"):
            return scope == "ALL"
        if owner_id in self.covers:
            return True
        return scope == "TEAM" and owner_team_id is not None and owner_team_id in self.team_ids


def load(user: User, *, today: date) -> Access:
    """The access of a person on a day (deputies change by day).

    One query when the person came with his role, as in every request; else one more.
    """
    role: Role = user.role
    teams, covers = _teams_and_covers(user, today)
    return Access(
        user_id=user.pk,
        role=role.code,
        rights=frozenset(role.rights),
        scopes=role.scopes,
        team_ids=teams,
        covers=covers,
    )


# Written out, for it is asked in every request and building it takes ten times as long as answering it.
MANAGED_AND_COVERED = """
    SELECT 'team', team.id FROM people_team team
    JOIN people_team_managers managing ON managing.team_id = team.id
    WHERE managing.user_id = %(user)s AND team.is_active
    UNION
    SELECT 'cover', user_id FROM people_absence
    WHERE deputy_id = %(user)s AND first_day <= %(today)s AND last_day >= %(today)s
"""


def _teams_and_covers(user: User, today: date) -> tuple[frozenset[int], frozenset[int]]:
    """The teams a person belongs to or manages, and those whose work is his today, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(MANAGED_AND_COVERED, {"user": user.pk, "today": today})
        found = cursor.fetchall()
    teams = {pk for what, pk in found if what == "team"} | ({user.team_id} if user.team_id else set())
    return frozenset(teams), frozenset({user.pk, *(pk for what, pk in found if what == "cover")})


def of(user: User, *, today: date | None = None) -> Access:
    """The access already loaded for this person object, or loaded now and kept on it.

    Requests load it with the business date; code without a request passes `today` once.
    """
    known: Access | None = getattr(user, "_access", None)
    if known is None or today is not None:
        if today is None:
            raise RuntimeError("access was not loaded for this person; call access.of(user, today=…) first")
        known = load(user, today=today)
        user._access = known  # type: ignore[attr-defined]
    return known
