"""The commands `genjin today`, `genjin sweep`, `genjin explain` and `genjin decide`.

With `--at` they answer as of a moment and write nothing.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from genjin.customers.models import Customer
from genjin.followups import setting
from genjin.followups import sweep as sweeping
from genjin.followups.apply import duty_data, reason_data, task_of
from genjin.followups.day_queries import targets_of
from genjin.followups.decide import Decided, judge
from genjin.followups.models import CustomerDecision, Task
from genjin.followups.present import purpose_of
from genjin.followups.queries import ORDER
from genjin.followups.reasons import Names, names_for, render
from genjin.followups.what_if import Kind, events_of
from genjin.instance.queries import business_now
from genjin.people.models import User
from genjin.people.queries import organisation
from genjin.rules.ahead import ahead
from genjin.rules.duties import Decision, Notice

Answer = dict[str, Any]
MOST_DAYS = 366
MOST = 2000
"""So many customers with whom one person may have work are decided for an answer as of another moment."""


def add_today_arguments(parser: argparse.ArgumentParser) -> None:
    """USER and --at."""
    parser.add_argument("user", metavar="USER", help="sign-in address of the person")
    _add_at(parser)


def add_sweep_arguments(parser: argparse.ArgumentParser) -> None:
    """--at: show what would be decided then."""
    _add_at(parser)


def add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    """CUSTOMER and --at."""
    parser.add_argument("customer", metavar="CUSTOMER", help="serial such as C00042, or id")
    _add_at(parser)


def _add_at(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", help="as of this moment, e.g. 2026-12-01T09:00; nothing is written")


def run_today(options: argparse.Namespace) -> Answer:
    """What is due for one person now, ranked; with --at decided anew on the facts of that moment."""
    user = User.objects.filter(email__iexact=options.user).first()
    if user is None:
        raise CommandError(f"There is no user {options.user}.")
    zone = ZoneInfo(user.timezone or organisation().timezone)
    at = moment_of(options.at, zone)
    now = at or business_now()
    today = now.astimezone(zone).date()
    with timezone.override(zone):
        if at is None:
            due = Task.objects.filter(owner=user, due_on__lte=today)
            tasks = list(due.select_related("customer").order_by(*ORDER))
        else:
            tasks = [task for task in _tasks_as_of(user, at) if task.due_on <= today]
        names = names_for([task.duties[0]["reason"] for task in tasks])
        lines = [_line(task, names) for task in tasks]
    sentences = [f"{line['due_on']}  {line['customer']}: {line['purpose']} ({line['why']})" for line in lines]
    targets = list(targets_of(user, now).values()) if at is None else []
    sentences += [f"{one['kind']}: {one['done']}/{one['of']}" for one in targets]
    return {
        "user": user.email,
        "at": now,
        "tasks": lines,
        "targets": targets,
        "sentences": sentences or ["Nothing is due."],
    }


def _tasks_as_of(user: User, at: datetime) -> list[Task]:
    rows = Customer.objects.alive().filter(sweeping.is_about(user.pk)).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        raise CommandError(
            f"{user.email} may have work with more than {MOST} customers; ask for single ones with explain."
        )
    found, _failed = judge(ids, at, as_of=True)
    companies = Customer.objects.in_bulk(ids)
    items = [item for decided in found.values() for item in decided.items if item.owner_id == user.pk]
    tasks = [task_of(item, at) for item in items]
    for task in tasks:
        task.customer = companies[task.customer_id]
    return sorted(tasks, key=lambda task: (task.rank, task.place, task.due_at, task.key))


def _line(task: Task, names: Names) -> Answer:
    return {
        "key": task.key,
        "customer": task.customer.name,
        "customer_id": task.customer_id,
        "rank": task.rank,
        "channel": task.channel,
        "due_at": task.due_at,
        "due_on": task.due_on,
        "purpose": purpose_of(task.duties[0]),
        "why": render(task.duties[0]["reason"], names),
        "duties": task.duties,
    }


def run_sweep(options: argparse.Namespace) -> Answer:
    """Decide everybody who is waiting for it now; with --at only say whose clock would have come."""
    at = moment_of(options.at, ZoneInfo(organisation().timezone))
    if at is not None:
        waking = CustomerDecision.objects.filter(wake_at__lte=at).count()
        return {"at": at, "would_wake": waking, "sentences": [f"{waking} customers would be decided."]}
    report = sweeping.sweep(business_now)
    sentence = f"{len(report.decided)} decided, {report.written} tasks written, {len(report.failed)} failed."
    return {
        "ok": not report.failed,
        "decided": len(report.decided),
        "written": report.written,
        "failed": report.failed,
        "sentences": [sentence],
    }


def run_explain(options: argparse.Namespace) -> Answer:
    """Why something is owed to a customer: facts, duties with reasons, notices, when it changes next."""
    customer = _customer(options.customer)
    at = moment_of(options.at, ZoneInfo(organisation().timezone))
    now = at or business_now()
    decided = _judged(customer, now, as_of=at is not None)
    duties = [_explained(duty_data(duty)) for duty in decided.decision.duties]
    wake_at = decided.decision.wake_at
    sentences = [f"{duty['due_on']}  {purpose_of(duty)}: {'; '.join(duty['why'])}" for duty in duties]
    return {
        "customer": customer.name,
        "customer_id": customer.pk,
        "at": now,
        "facts": {name: getattr(decided.facts, name) for name in decided.facts.__dataclass_fields__},
        "duties": duties,
        "tasks": [item.key for item in decided.items],
        "notices": [_notice(notice) for notice in decided.decision.notices],
        "wake_at": wake_at,
        "sentences": [*(sentences or ["Nothing is owed."]), f"Changes by the clock: {wake_at or 'never'}"],
    }


def add_decide_arguments(parser: argparse.ArgumentParser) -> None:
    """CUSTOMER, --at and --days."""
    add_explain_arguments(parser)
    parser.add_argument(
        "--days",
        type=int,
        default=0,
        help=f"also what the coming days bring if nothing happens, to {MOST_DAYS}",
    )


def run_decide(options: argparse.Namespace) -> Answer:
    """What is owed to a customer and when that changes; with --days what the clock alone will bring."""
    if not 0 <= options.days <= MOST_DAYS:
        raise CommandError(f"--days is a number from 0 to {MOST_DAYS}.")
    customer = _customer(options.customer)
    at = moment_of(options.at, ZoneInfo(organisation().timezone))
    now = at or business_now()
    decided = _judged(customer, now, as_of=at is not None)
    owner = setting.current(now).for_owner(decided.facts.owner_id)
    coming = list(ahead(decided.facts, owner, now, now + timedelta(days=options.days)))
    steps = [_step(before, step) for before, step in zip([None, *coming], coming, strict=False)]
    duties = [_explained(duty_data(duty)) for duty in decided.decision.duties]
    sentences = [f"{duty['due_on']}  {purpose_of(duty)}: {'; '.join(duty['why'])}" for duty in duties]
    for step in steps[1:]:
        sentences += [f"from {step['at']:%Y-%m-%d %H:%M}  {purpose_of(duty)}" for duty in step["owed"]]
    events = events_of(customer.pk, now, days=options.days, as_of=at is not None)[0] if options.days else []
    others = [one for one in events if one.kind in (Kind.CHANGE, Kind.NOTICE)]
    sentences += [f"{one.day}  {one.title}: {'; '.join(one.why)}" for one in others]
    wake_at = decided.decision.wake_at
    return {
        "customer": customer.name,
        "customer_id": customer.pk,
        "at": now,
        "duties": duties,
        "wake_at": wake_at,
        "coming": steps if options.days else [],
        "events": [asdict(one) for one in events],
        "sentences": [*(sentences or ["Nothing is owed."]), f"Changes by the clock: {wake_at or 'never'}"],
    }


def _step(before: tuple[datetime, Decision] | None, now: tuple[datetime, Decision]) -> Answer:
    """What is different from the decision before: owed anew or otherwise, no more owed, told, changed."""
    moment, decision = now
    known = {duty.key: duty for duty in before[1].duties} if before else {}
    told = {notice.key for notice in before[1].notices} if before else set()
    keys = {duty.key for duty in decision.duties}
    return {
        "at": moment,
        "owed": [_explained(duty_data(duty)) for duty in decision.duties if known.get(duty.key) != duty],
        "no_more_owed": sorted(known.keys() - keys),
        "notices": [_notice(notice) for notice in decision.notices if notice.key not in told],
        "changes": [str(change) for change in decision.changes],
    }


def _explained(duty: Answer) -> Answer:
    """A duty with its reasons as sentences."""
    reasons = (duty["reason"], *duty["notes"])
    names = names_for(reasons)
    return duty | {"why": [render(reason, names) for reason in reasons]}


def _notice(notice: Notice) -> Answer:
    return {"key": notice.key, "to": notice.recipient_ids, "reason": reason_data(notice.reason)}


def _judged(customer: Customer, now: datetime, *, as_of: bool) -> Decided:
    """What is decided on one customer; a sentence when that is not possible."""
    found, failed = judge([customer.pk], now, as_of=as_of)
    if failed:
        raise CommandError(f"{customer.name} could not be decided; the log has the details.")
    if customer.pk not in found:
        raise CommandError(f"{customer.name} did not exist at that moment.")
    return found[customer.pk]


def _customer(text: str) -> Customer:
    digits = text.removeprefix("C").removeprefix("c")
    if digits.isdigit():
        column = "pk" if digits == text else "serial"
        customer = Customer.objects.filter(**{column: int(digits)}).first()
        if customer is not None:
            return customer
    raise CommandError(f"There is no customer {text}.")


def moment_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment meant; a day means its beginning, a time without zone that of the person or the company."""
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        day = parse_date(text) if moment is None else None
    except ValueError:
        moment, day = None, None
    if moment is None and day is not None:
        moment = datetime.combine(day, datetime.min.time())
    if moment is None:
        raise CommandError(f"{text} is no moment such as 2026-12-01T09:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
