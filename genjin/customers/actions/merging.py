"""Merging two customers, undoing it, and proposing it to those who may (B-5, D-2).

The kept record takes in whatever hangs on the other one (`genjin.records.merging`); the other one stays as it
was, but in no list: its address leads to the kept one, and undoing the merge brings it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers import merge_fields, merging
from genjin.customers.actions import duplicate_keys
from genjin.customers.actions import merge_parts as parts
from genjin.customers.actions.basis import changed, check_version, dimension_change, may, tell, today_of
from genjin.customers.actions.claiming import check_claim
from genjin.customers.actions.customers import HISTORY, _check_short_names, derive, field_problems
from genjin.customers.actions.interactions import refresh_summaries
from genjin.customers.actions.merge_notices import tell_merged, tell_proposed
from genjin.customers.actions.pools import manages, pools_of_owners
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer, DimensionChange, Merge, PoolMove, PublicPool
from genjin.customers.models.customer import KIND
from genjin.fields import value_actions as fields
from genjin.fields.names import COLUMN
from genjin.journal.actions import plain
from genjin.people import access
from genjin.people.models import User
from genjin.records.merging import Merging, movers
from genjin.search import actions as search

HISTORY_KEY = "history"
DERIVED = ("domain", "name_key", "grade_order")


@transaction.atomic
def merge_customers(
    *,
    kept_id: int,
    gone_id: int,
    by: User,
    at: datetime,
    choices: Mapping[str, str] | None = None,
    expected: Mapping[int, int] | None = None,
) -> Merge:
    """Take one customer into another; `choices` names the side of fields where it is not the usual one.

    `expected` maps the ids to the versions that the doer saw. Raises `Refused` with one sentence or by field,
    `Conflict` when one of them was saved since; two who merge the same pair crosswise: one wins.
    """
    access.of(by, today=today_of(by, at))
    kept, gone = _both(kept_id, gone_id, by)
    for customer in (kept, gone):
        check_version(customer, (expected or {}).get(customer.pk), {})
    if reason := merging.why_not(by, kept, gone):
        raise Refused(reason)
    if gone.is_confirmed and not kept.is_confirmed:
        raise Refused(
            _("Keep “%(name)s”: the other one is not accepted as a customer yet.") % {"name": gone.name}
        )
    sides = merge_fields.resolved(kept, gone, choices or {})
    _check_bound(kept, gone, sides, by, at)
    after = merge_fields.values(kept, gone, sides)
    _take_from_pool(kept, gone, after, by, at)
    before = {name: getattr(kept, name) for name in after}
    former = tuple({kept.owner_id, gone.owner_id} - {None, after.get("owner_id", kept.owner_id)})
    _leave_lists(gone, kept, by, at)
    _write(kept, after, at)
    move = Merging(kept.pk, gone.pk, kept.owner_id, at, by, former, sides)  # type: ignore[arg-type]
    moved = parts.move_all(move, movers())
    moved[HISTORY_KEY] = {"ids": _tell_history(kept, gone, before, by, at)}
    refresh_summaries({kept.pk})
    merge = Merge.objects.create(
        kept=kept, gone=gone, by=by, at=at, choices=sides, moved=moved, counts=parts.counts(moved),
        changes={name: [plain(before[name]), plain(value)] for name, value in after.items()},
    )  # fmt: skip
    _tell(merge, "merge", {name: (before[name], value) for name, value in after.items()}, by, at)
    return merge


def _both(kept_id: int, gone_id: int, by: User) -> tuple[Customer, Customer]:
    """The two, locked in the order of their keys, as everybody locks customers; refused when one is gone."""
    if kept_id == gone_id:
        raise Refused(_("Choose another customer; one cannot be merged with itself."))
    if not access.of(by).may("assign_owner"):
        # As in claiming: of two that a person claims at once, both must not be the last that is allowed.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    found = _locked([kept_id, gone_id])
    for pk in (kept_id, gone_id):
        if pk not in found:
            raise Customer.DoesNotExist
        if found[pk].deleted_at is not None:
            raise Refused(_why_gone(found[pk]))
    return found[kept_id], found[gone_id]


def _locked(ids: Sequence[int]) -> dict[int, Customer]:
    rows = Customer.objects.filter(pk__in=ids).order_by("pk").select_related("owner", "pool")
    # Rows that refer to them may be written meanwhile; whoever would lock or change them waits.
    return {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}


def _why_gone(customer: Customer) -> str:
    merge = Merge.objects.standing().filter(gone=customer).select_related("kept", "by").first()
    if merge is None:
        return _("“%(name)s” is in the recycle bin.") % {"name": customer.name}
    said = _("%(who)s has merged “%(name)s” into “%(kept)s” meanwhile.")
    return said % {"who": merge.by or _("Somebody"), "name": customer.name, "kept": merge.kept.name}


def _check_bound(kept: Customer, gone: Customer, sides: Mapping[str, str], by: User, at: datetime) -> None:
    """What a manager decided, only those drop who may decide it."""
    if may(by, "confirm_key_account", at):
        return
    for choice, said in (
        (merge_fields.GRADE, _("A manager has locked this grade.")),
        (merge_fields.KEY_ACCOUNT, _("A manager has confirmed this key account.")),
    ):
        chosen = gone if sides[choice.name] == merge_fields.OTHER else kept
        bound = any(merge_fields.is_bound(choice, customer) for customer in (kept, gone))
        if bound and not merge_fields.is_bound(choice, chosen):
            raise Refused({choice.name: said})


def _take_from_pool(kept: Customer, gone: Customer, after: Mapping[str, Any], by: User, at: datetime) -> None:
    """Who takes a customer out of a pool by merging claims it, within the same limits (B-4)."""
    owner_id = after.get("owner_id", kept.owner_id)
    pooled = next((c for c in (kept, gone) if c.is_in_pool), None)
    if owner_id is None or pooled is None or pooled.pool is None:
        return
    kind = PoolMove.Kind.ASSIGNED
    if not may(by, "assign_owner", at) and not manages(pooled.pool, by, at):
        check_claim(pooled, pooled.pool, by=by, at=at)
        kind = PoolMove.Kind.CLAIMED
    PoolMove.objects.create(customer=pooled, pool=pooled.pool, kind=kind, person_id=owner_id, at=at)


def _leave_lists(gone: Customer, kept: Customer, by: User, at: datetime) -> None:
    Customer.objects.filter(pk=gone.pk).update(
        deleted_at=at, deleted_by=by, merged_into=kept, version=F("version") + 1
    )


def _write(customer: Customer, values: Mapping[str, Any], at: datetime) -> None:
    """Give a locked customer these values, checked as if somebody had typed them."""
    for name, value in values.items():
        setattr(customer, name, value)
    problems = field_problems(customer)
    if problems:
        raise Refused(problems)
    if not {"short_name", "country_id"}.isdisjoint(values):
        _check_short_names([customer], values)
    derive(customer)
    columns = {**{name: getattr(customer, name) for name in (*values, *DERIVED)}, "updated_at": at}
    Customer.objects.filter(pk=customer.pk).update(**columns, version=F("version") + 1)
    customer.refresh_from_db(fields=["version"])
    if COLUMN in values:
        fields.index(KIND, [customer])


def _tell_history(
    kept: Customer, gone: Customer, before: Mapping[str, Any], by: User, at: datetime
) -> list[int]:
    """Rows of the history of dimensions that say with which value the two histories go on; their ids."""
    made = []
    for name in HISTORY:
        now, theirs = getattr(kept, name), getattr(gone, name)
        if name not in before and merge_fields.is_blank(name, theirs):
            continue
        # Where the kept value stands, the other history ends in it.
        old = before.get(name, theirs)
        if old != now:
            cause = DimensionChange.Cause.MERGE
            made.append(dimension_change(kept, name, old, now, by=by, at=at, why=_called(gone), cause=cause))
    return [row.pk for row in DimensionChange.objects.bulk_create(made)]


def _called(customer: Customer) -> str:
    return " ".join(text for text in (customer.number, customer.name) if text)


def _tell(
    merge: Merge, verb: str, told: Mapping[str, tuple[Any, Any]], by: User | None, at: datetime
) -> None:
    """Journal, marks, index and notices: for both customers, once the rows are where they belong."""
    kept = Customer.objects.get(pk=merge.kept_id)
    gone = Customer.objects.get(pk=merge.gone_id)
    into = (None, kept.pk) if verb == "merge" else (kept.pk, None)
    if COLUMN in told:
        told = {name: pair for name, pair in told.items() if name != COLUMN} | fields.moved(*told[COLUMN])
    written = [
        changed(kept, verb, told, note=_called(gone)),
        changed(gone, verb, {"merged_into_id": into}, note=_called(kept)),
    ]
    duplicate_keys.refresh([kept.pk, gone.pk], at=at)
    tell(written, by=by, at=at)
    people = Contact.objects.filter(customer__in=[kept.pk, gone.pk])
    search.index_records("customers.contact", people.values_list("pk", flat=True))
    tell_merged(merge, kept, gone, by=by, at=at)


@transaction.atomic
def undo_merge(*, merge_id: int, by: User, at: datetime) -> Merge:
    """Bring both customers back as they were; what was written since stays with the kept one.

    What was changed since stays as it is and is named in `left`. Raises `Refused` with what makes it
    impossible: done already, the kept one deleted or itself merged, a short name given again.
    """
    access.of(by, today=today_of(by, at))
    ids = Merge.objects.values_list("kept_id", "gone_id").get(pk=merge_id)
    _locked(ids)
    merge = Merge.objects.select_related("kept", "gone").select_for_update(of=("self",)).get(pk=merge_id)
    if reason := merging.obstacle(merge):
        raise Refused(reason)
    if not merging.may_undo(by, merge):
        raise Refused(_("Only whoever merged them, or a manager, may undo this."))
    kept, gone = merge.kept, merge.gone
    returning, left = parts.returning(
        merge, kept, merge_fields.groups(), lambda name, moved: name != "owner" or _may_return(moved)
    )
    told = {name: (getattr(kept, name), value) for name, value in returning.items()}
    parts.pass_on(merge, returning)
    try:
        with transaction.atomic():
            _write(kept, returning, at)
            gone_left = _return_to_lists(gone, at)
    except IntegrityError:
        raise Refused(
            _("“%(name)s” cannot return: another customer of its country now has the short name “%(short)s”.")
            % {"name": gone.name, "short": gone.short_name}
        ) from None
    move = Merging(merge.kept_id, merge.gone_id, kept.owner_id, at, by, (), merge.choices)
    merge.left = {"fields": left, **gone_left, **parts.move_back(merge, move, movers())}
    _untell_history(merge, set(left))
    refresh_summaries({kept.pk, gone.pk})
    merge.undone_by, merge.undone_at = by, at
    merge.save(update_fields=["left", "undone_by", "undone_at"])
    _tell(merge, "unmerge", told, by, at)
    return merge


def _may_return(moved: Mapping[str, Any]) -> bool:
    """Whether the former owner still works here, or the pool is still in use, so that it may be so again."""
    owner_id, pool_id = (moved.get(name, [None])[0] for name in ("owner_id", "pool_id"))
    if owner_id is not None:
        return bool(User.objects.filter(pk=owner_id, is_active=True).exists())
    return pool_id is None or PublicPool.objects.active().filter(pk=pool_id).exists()


def _return_to_lists(gone: Customer, at: datetime) -> dict[str, Any]:
    """Take the other record out of its silence; without an owner who works here it lies in the pool."""
    # Both may be one company by name, of which only one holds the key: who does is found out anew.
    columns: dict[str, Any] = {
        "deleted_at": None, "deleted_by": None, "merged_into": None, "exact_key": None,
    }  # fmt: skip
    left = {}
    if gone.owner is not None and not gone.owner.is_active:
        pool = pools_of_owners([gone.owner.pk])[gone.owner.pk] if gone.is_confirmed else None
        columns |= {"owner": None, "owned_since": None, "pool": pool, "pooled_at": at if pool else None}
        left = {"owner_left": True}
    Customer.objects.filter(pk=gone.pk).update(**columns, version=F("version") + 1)
    return left


def _untell_history(merge: Merge, left: set[str]) -> None:
    """Take back what the merge wrote into the history of dimensions, where its value did not stay."""
    stay = [column for name, columns in merge_fields.groups() if name in left for column in columns]
    made = DimensionChange.objects.filter(pk__in=merge.moved[HISTORY_KEY]["ids"])
    made.exclude(dimension__in=stay).delete()


@transaction.atomic
def propose_merge(*, kept_id: int, gone_id: int, by: User, at: datetime, why: str) -> int:
    """Ask those who look after the two, and their managers, to merge them; how many were told."""
    if not why.strip():
        raise Refused({"why": _("Say why these are the same customer.")})
    found = merging.of_both([kept_id, gone_id])
    if len(found) != 2:
        raise Refused(_("One of them is not there any more."))
    return tell_proposed(found[kept_id], found[gone_id], why=why.strip()[:300], by=by, at=at)
