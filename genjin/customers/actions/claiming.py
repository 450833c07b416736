"""The limits on taking customers out of a pool (B-4): each is one sentence for whom it stops."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers.actions.basis import today_of, zone_of
from genjin.customers.actions.pools import manages
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, PoolMove, PublicPool
from genjin.customers.models.dimension import LifecycleStage
from genjin.people import access
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules.policy import Policy
from genjin.web.templatetags.web import day


def check_claim(customer: Customer, pool: PublicPool, *, by: User, at: datetime) -> None:
    """Refuse with one sentence what this person may not claim, or not yet.

    The caller holds the lock on the person's row: two claims of one person are counted one after the other.
    """
    policy, zone = effective(by.pk), zone_of(by)
    is_manager = manages(pool, by, at)
    _check_membership(pool, by, is_manager, at)
    if not is_manager:
        _check_frozen(customer, policy, zone, at)
    _check_former_owner(customer, policy, by, zone, at)
    _check_day(policy, by, zone, at)
    _check_holding(customer, policy, by)


def _check_membership(pool: PublicPool, by: User, is_manager: bool, at: datetime) -> None:
    covers = access.of(by, today=today_of(by, at)).covers
    if is_manager or PublicPool.objects.open_to(covers).filter(pk=pool.pk).exists():
        return
    raise Refused(_("Only members of “%(pool)s” may claim its customers.") % {"pool": pool})


def _check_frozen(customer: Customer, policy: Policy, zone: ZoneInfo, at: datetime) -> None:
    if customer.pooled_at is None:
        return
    free_on = _after(customer.pooled_at, policy.number("pool.frozen_days"), zone)
    if at.astimezone(zone).date() < free_on:
        said = _("This customer is new in the pool and can be claimed from %(day)s on.")
        raise Refused(said % {"day": day(free_on)})


def _check_former_owner(customer: Customer, policy: Policy, by: User, zone: ZoneInfo, at: datetime) -> None:
    moves = PoolMove.objects.filter(customer=customer, person=by, kind__in=PoolMove.INTO)
    last = moves.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return
    free_on = _after(last, policy.number("pool.former_owner_days"), zone)
    if at.astimezone(zone).date() < free_on:
        said = _("This customer was yours; you may claim it again from %(day)s on, others before.")
        raise Refused(said % {"day": day(free_on)})


def _check_day(policy: Policy, by: User, zone: ZoneInfo, at: datetime) -> None:
    most = policy.limit("pool.claims_per_day")
    if most is None:
        return
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    claimed = PoolMove.objects.filter(person=by, kind=PoolMove.Kind.CLAIMED, at__gte=midnight, at__lte=at)
    if claimed.count() >= most:
        said = ngettext(
            "You may claim %(most)d customer a day; go on tomorrow.",
            "You may claim %(most)d customers a day; go on tomorrow.",
            most,
        )
        raise Refused(said % {"most": most})


def _check_holding(customer: Customer, policy: Policy, by: User) -> None:
    """Customers with orders are not counted: nobody shall give up what he won to be allowed to go on."""
    most = policy.limit("pool.holding_max")
    if most is None or customer.lifecycle_stage != LifecycleStage.PROSPECT:
        return
    held = Customer.objects.alive().filter(
        owner=by, is_confirmed=True, lifecycle_stage=LifecycleStage.PROSPECT
    )
    count = held.count()
    if count >= most:
        said = _("You hold %(count)d prospects; the limit is %(most)d. Return some before you claim more.")
        raise Refused(said % {"count": count, "most": most})


def _after(moment: datetime, days: int, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() + timedelta(days=days)
