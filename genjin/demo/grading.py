"""How customers were graded over time: by people with a reason, and by what will be computed from orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from genjin.customers.actions import set_cadence, set_collaborators, set_dimension, set_not_before
from genjin.demo import firm
from genjin.demo.lives import BOUGHT, WAKING_FOR, ZONE, Life
from genjin.demo.opening import Event, Opening
from genjin.followups.actions import finish
from genjin.followups.chain_duties import is_by_hand
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task

if TYPE_CHECKING:
    from genjin.demo.story import Told

UP = (
    "报价回得快，主动要样品",
    "有明确项目和数量",
    "老板亲自来谈",
    "Visited our stand twice, real demand",
    "付款条件谈得拢",
)
DOWN = (
    "只比价不下单",
    "三次跟进都没有回音",
    "数量太小，单价要求又高",
    "Only collecting prices",
    "主营品类对不上",
)
PRIORITY = (
    "本季度重点突破",
    "有年度框架谈判",
    "Competitor is failing there now",
    "明年新仓库投用，量会翻倍",
    "老板今年来过两次",
)
KEY = ("连续四个季度有单", "当地前三的渠道", "可签区域代理", "Biggest account of the region")
PAUSES = (
    "客户搬仓库，让下月再联系",
    "采购休产假，代班人不决策",
    "Buyer on sick leave",
    "斋月期间不谈新单",
    "等他们新财年预算",
    "展厅装修，暂停采购",
)
RHYTHMS = (
    "季节性采购，淡季不打扰",
    "每两周例会同步一次",
    "Asked for one mail a month only",
    "大项目期间需要更密",
)
DORMANCY = {"WARNING": "超过常规下单间隔", "DORMANT": "两个间隔内无订单", "LOST": "挽回期已过"}
INTERRUPTED = ("SMALL", "UNSTABLE", "STOPPED")


class Grading:
    """The gradings of all customers as events."""

    def __init__(self, rng: Random, told: Sequence[Told], opening: Opening) -> None:
        self.rng = rng
        self.told = [one for one in told if one.life.beats]
        self.opening = opening

    def events(self) -> list[Event]:
        """Everything about grades, key accounts, priorities, pauses and rhythms."""
        events: list[Event] = []
        for one in self.told:
            events += self._grade(one)
            if one.life.fate in BOUGHT and not one.life.is_imported:
                events += self._first_orders(one)
            if one.life.fate in ("dormant", "lost"):
                events += self._falling_asleep(one)
        active = [one for one in self.told if one.life.has_step and one.life.owner]
        events += self._key_accounts(active)
        events += self._priorities(active)
        events += self._pauses_and_rhythms(active)
        return events

    def _after(self, life: Life, place: int, minutes: int = 15) -> datetime:
        beat = life.beats[min(place, len(life.beats) - 1)]
        return beat.at + timedelta(minutes=minutes)

    def _set(self, one: Told, dimension: str, value: Any, why: str, at: datetime, **details: Any) -> None:
        """By the owner, who must still have it; what is computed is nobody's."""
        if one.owner is None:
            return
        set_dimension(
            customer_ids=[one.customer_id],
            dimension=dimension,
            value=value,
            by=one.owner,
            at=at,
            why=why,
            details=details,
        )

    def _compute(self, one: Told, dimension: str, value: Any, why: str, at: datetime) -> None:
        set_dimension(
            customer_ids=[one.customer_id],
            dimension=dimension,
            value=value,
            by=None,
            at=at,
            why=why,
            cause="RULE",
        )

    def _grade(self, one: Told) -> Iterable[Event]:
        life, rng = one.life, self.rng
        if life.fate == "fresh" or not life.grade:
            return
        if life.is_imported:
            if rng.random() < 0.3 and len(life.beats) > 6:
                other = rng.choice([g for g in ("MID", "LOWER_MID", "UPPER_MID") if g != life.grade])
                yield self._after(life, 1), partial(self._set, one, "follow_grade", other, rng.choice(DOWN))
                yield (
                    self._after(life, 5),
                    partial(self._set, one, "follow_grade", life.grade, rng.choice(UP)),
                )
            return
        first = rng.choice(("MID", "LOWER_MID"))
        yield self._after(life, 0), partial(self._set, one, "follow_grade", first, "首次接触后的判断")
        if first != life.grade and len(life.beats) > 2:
            better = life.grade in ("TOP", "UPPER_MID", "MID") and first != "MID"
            why = rng.choice(UP if better or life.grade in ("TOP", "UPPER_MID") else DOWN)
            yield (
                self._after(life, rng.randint(2, 5)),
                partial(self._set, one, "follow_grade", life.grade, why),
            )

    def _first_orders(self, one: Told) -> Iterable[Event]:
        """First order: trial period and seed; second: old customer; classes follow a month later."""
        life = one.life
        orders = [beat for beat in life.beats if beat.name == "order"]
        stages = [("TRIAL", "首单已确认"), ("OLD", "第二单已确认")]
        for beat, (stage, why) in zip(orders, stages, strict=False):
            yield beat.at + timedelta(minutes=5), partial(self._compute, one, "lifecycle_stage", stage, why)
        if not orders:
            return
        yield (
            orders[0].at + timedelta(minutes=30),
            partial(self._set, one, "relationship_class", "SEED", "首单顺利，培养"),
        )
        local = orders[0].at.astimezone(ZONE)
        next_month = (local.replace(day=28) + timedelta(days=5)).replace(day=1, hour=6, minute=0)
        if life.value_class:
            yield (
                next_month,
                partial(self._compute, one, "value_class", life.value_class, "近十二个月采购额排序"),
            )

    def _falling_asleep(self, one: Told) -> Iterable[Event]:
        life = one.life
        states = ["WARNING", "DORMANT"] + (["LOST"] if life.fate == "lost" else [])
        fell = self._fell_at(life)
        for number, state in enumerate(states):
            at = fell + timedelta(days=40 * (number - 1))
            yield at, partial(self._compute, one, "dormancy_state", state, DORMANCY[state])
        kind = self.rng.choice(INTERRUPTED)
        yield fell + timedelta(hours=7), partial(self._interrupt, one, kind)
        if life.ending == "waking":
            yield life.beats[-1].at - timedelta(minutes=25), partial(self._find_cause, one)

    def _fell_at(self, life: Life) -> datetime:
        """In the night after which a customer counts as dormant: long ago, of some lately, of one just now.

        What happened within a month begins a sequence, so that few must have fallen since.
        """
        lately = {"waking": -WAKING_FOR, "asleep": 0}.get(life.ending)
        if lately is not None:
            return self.opening.at(lately, 0, 20)
        long_ago = self.opening.at(-self.rng.randint(75, 130), 0, 20)
        return min(life.beats[-1].at + timedelta(minutes=3), long_ago)

    def _find_cause(self, one: Told, at: datetime) -> None:
        """The first step of waking him up is done; the call and the new proposal follow."""
        if one.owner is None:
            return
        decide_customers([one.customer_id], at=at)
        for task in Task.objects.filter(customer=one.customer_id, owner=one.owner):
            if any(is_by_hand(duty) for duty in task.duties):
                finish(task=task, by=one.owner, at=at)

    def _interrupt(self, one: Told, kind: str, at: datetime) -> None:
        self._set(one, "relationship_class", "INTERRUPTED", "订单中断，转入唤醒", at, interrupted_kind=kind)

    def _key_accounts(self, active: list[Told]) -> Iterable[Event]:
        rng = self.rng
        large = [one for one in active if one.life.fate == "large"]
        rest = [one for one in active if one.life.fate == "old" and one.life.grade == "TOP"]
        hopeful = [one for one in active if one.life.fate == "warm" and one.life.grade == "TOP"][:4]
        for number, one in enumerate([*large, *rest, *hopeful]):
            beats = one.life.beats
            at = self._after(one.life, max(len(beats) * 2 // 3, len(beats) - 12))
            yield at, partial(self._set, one, "key_account", "PROPOSED", rng.choice(KEY))
            if one in large or number % 3 == 0:
                yield at + timedelta(days=2, hours=1), partial(self._confirm, one)

    def _confirm(self, one: Told, at: datetime) -> None:
        if one.owner is None:
            return
        manager = self._manager_of(one)
        set_dimension(
            customer_ids=[one.customer_id],
            dimension="key_account",
            value="CONFIRMED",
            by=manager,
            at=at,
            why="同意，列入大客户",
        )
        team = [p for p in firm.SALESPEOPLE if self.opening.people.get(p) not in (None, one.owner)]
        mate = self.opening.people[self.rng.choice(team)]
        set_collaborators(
            customer_ids=[one.customer_id], add=[mate.pk], by=one.owner, at=at + timedelta(minutes=9)
        )

    def _manager_of(self, one: Told) -> Any:
        people = self.opening.people
        same = one.owner is not None and one.owner.team_id == people["he"].team_id
        return people["he" if same else "luo"]

    def _priorities(self, active: list[Told]) -> Iterable[Event]:
        for owner in firm.SALESPEOPLE:
            good = [
                one for one in active if one.life.owner == owner and one.life.grade in ("TOP", "UPPER_MID")
            ]
            for one in good[:8]:
                at = self._after(one.life, len(one.life.beats) - 2, 21)
                yield at, partial(self._set, one, "is_priority", True, self.rng.choice(PRIORITY))

    def _pauses_and_rhythms(self, active: list[Told]) -> Iterable[Event]:
        calm = [one for one in active if one.life.ending == "upcoming"]
        waiting = [one for one in calm if one.life.fate in ("warm", "cold")]
        for one in waiting[: max(2, len(waiting) // 9)]:
            yield self._after(one.life, len(one.life.beats), 33), partial(self._pause, one)
        steady = [one for one in calm if one.life.fate in ("old", "trial")]
        for one in steady[: max(2, len(steady) // 8)]:
            yield self._after(one.life, len(one.life.beats), 41), partial(self._pace, one)

    def _pause(self, one: Told, at: datetime) -> None:
        if one.owner is not None:
            until = at.astimezone(ZONE).date() + timedelta(days=self.rng.randint(40, 88))
            set_not_before(
                customer_id=one.customer_id, until=until, by=one.owner, at=at, reason=self.rng.choice(PAUSES)
            )

    def _pace(self, one: Told, at: datetime) -> None:
        if one.owner is not None:
            until = at.astimezone(ZONE).date() + timedelta(days=self.rng.randint(60, 200))
            set_cadence(
                customer_id=one.customer_id,
                days=self.rng.choice((20, 30, 45, 60)),
                by=one.owner,
                at=at,
                reason=self.rng.choice(RHYTHMS),
                until=until,
            )
