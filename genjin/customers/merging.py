"""Who may merge which customers, who may undo it, and what stands in the way. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from genjin.customers.duplicate_facts import companies_of
from genjin.customers.models import Customer, Merge
from genjin.customers.models.customer import KIND
from genjin.customers.models.pool import open_pool_ids
from genjin.people import access
from genjin.people.models import Role, User
from genjin.records.prepared import Given, Prepared
from genjin.rules.duplicates.score import MAYBE, compare


def is_within(user: User, customer: Customer) -> bool:
    """Whether the customer is the person's to merge: by scope of editing, not by sharing; needs the owner."""
    may = access.of(user)
    if may.scope(KIND, "edit") == "NONE":
        return False
    if customer.is_in_pool:
        return may.scope(KIND, "edit") == "ALL" or customer.pool_id in open_pool_ids(user)
    team_id = customer.owner.team_id if customer.owner else None
    return may.reaches(KIND, owner_id=customer.owner_id, owner_team_id=team_id, doing="edit")


def why_not(user: User, kept: Customer, gone: Customer) -> str:
    """Why this person may not merge these two, as one sentence; empty when he may."""
    for customer in (kept, gone):
        if not is_within(user, customer):
            return _("“%(name)s” is not yours; propose the merge to those who look after it.") % {
                "name": customer.name
            }
    may = access.of(user)
    if kept.is_in_pool and gone.is_in_pool and not may.may("assign_owner"):
        return _("Both are in the public pool. Claim one of them first, or propose the merge.")
    return ""


def may_undo(user: User, merge: Merge) -> bool:
    """Whether the person may undo a merge: who made it, while he may change the customer, and managers."""
    may = access.of(user)
    if not Customer.objects.editable_by(user).filter(pk=merge.kept_id).exists():
        return False
    return merge.by_id == user.pk or may.may("assign_owner")


def obstacle(merge: Merge) -> str:
    """What makes it impossible to undo a merge now, as one sentence; empty when nothing does.

    `merge` needs `kept` and `gone` as stored now.
    """
    kept, gone = merge.kept, merge.gone
    if merge.undone_at is not None:
        return _("This merge was undone already.")
    if kept.merged_into_id is not None:
        later = Customer.objects.get(pk=kept.merged_into_id)
        return _("“%(kept)s” was itself merged into “%(into)s” since. Undo that merge first.") % {
            "kept": kept.name,
            "into": later.name,
        }
    if kept.deleted_at is not None:
        return _("“%(kept)s” is in the recycle bin. Restore it first.") % {"kept": kept.name}
    return _taken_name(gone, kept)


def _taken_name(gone: Customer, kept: Customer) -> str:
    """A short name that a third customer of the country was given meanwhile."""
    if not gone.country_id or not gone.is_confirmed:
        return ""
    same = Customer.objects.alive().filter(
        is_confirmed=True, short_name__iexact=gone.short_name, country=gone.country_id
    )
    if not same.exclude(pk=kept.pk).exists():
        return ""
    return _(
        "“%(name)s” cannot return: another customer of its country now has the short name “%(short)s”."
    ) % {"name": gone.name, "short": gone.short_name}


def merged_into(customer: Customer) -> list[Customer]:
    """What was merged into this customer, read once."""
    known: list[Customer] | None = customer.__dict__.get("_merged_into")
    if known is None:
        known = customer.__dict__["_merged_into"] = _MERGED_INTO(customer=customer.pk)
    return known


_MERGED_INTO = Prepared(lambda: Customer.objects.filter(merged_into=Given("customer")))


def merges_of(customer_id: int) -> QuerySet[Merge]:
    """The merges into one customer that stand, the latest first."""
    return Merge.objects.standing().filter(kept=customer_id).select_related("gone", "by")


def merges_within(user: User) -> QuerySet[Merge]:
    """All merges that the person may read of: those into customers he may change."""
    kept = Customer.objects.editable_by(user).beside("kept_id")
    return Merge.objects.filter(kept).select_related("kept", "gone", "by", "undone_by")


def where_merged(pk: int, user: User) -> Customer | None:
    """The customer that took this one in, if the person may see it."""
    into = Customer.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    return Customer.objects.visible_to(user).filter(pk=into).first() if into else None


def keepers(customers: Iterable[Customer]) -> list[int]:
    """Who decides on a proposal: the owners, and the managers of their teams; without any, all managers."""
    owners = {customer.owner_id for customer in customers} - {None}
    teams = set(User.objects.filter(pk__in=owners).values_list("team_id", flat=True)) - {None}
    active = User.objects.filter(is_active=True)
    leaders = active.filter(managed_teams__in=teams) if teams else active.filter(role__in=_leading())
    return sorted(
        {*active.filter(pk__in=owners).values_list("pk", flat=True), *leaders.values_list("pk", flat=True)}
    )


def _leading() -> list[str]:
    return [role.code for role in Role.objects.all() if "assign_owner" in role.rights]


def of_both(ids: Iterable[int]) -> dict[int, Customer]:
    """Customers by id with what the rules here look at."""
    rows = Customer.objects.alive().filter(pk__in=list(ids))
    return {row.pk: row for row in rows.select_related("owner", "country", "pool", "referrer")}


def resemble(one: Customer, two: Customer) -> bool:
    """Whether two customers may be one: only then somebody who may not see one of them may name it."""
    (_one, first), (_two, second) = companies_of([one, two])
    return compare(first, second).score >= MAYBE
