"""The story of the demo firm, told through the same actions that people use, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from genjin.customers.actions import (
    LogDraft,
    LogEntry,
    NextStepDraft,
    assign_owner,
    claim,
    close_next_step,
    create_contacts,
    create_customers,
    log_interactions,
    recycle,
    return_to_pool,
)
from genjin.customers.models import Country, NextStep
from genjin.demo import firm
from genjin.demo.catalogue import Catalogue
from genjin.demo.companies import Inventor
from genjin.demo.correspondence import Correspondence, Happened
from genjin.demo.extras import Extras
from genjin.demo.grading import Grading
from genjin.demo.lives import DAYS_BACK, FATES, ZONE, Beat, Life, Planner, closes
from genjin.demo.mailboxes import Mailboxes
from genjin.demo.opening import Event, Opening
from genjin.demo.talk import Talker
from genjin.demo.trade import Trade
from genjin.demo.words import Word, read, word
from genjin.people.models import User
from genjin.people.queries import work_calendar
from genjin.sales.actions.many_changes import many_changes

SEED = 20260122
FULL = 400
"""More than the markets have companies: all of them."""
POOL_REASONS = (
    "半年无回复，邮件退信",
    "对方明确说近两年不从中国采购",
    "采购已换人，新人不接电话",
    "价格差距太大，先放回公海",
    "Not our products after all",
    "公司搬迁，联系方式全部失效",
)
CANCEL_REASONS = ("客户自己先回复了", "展会取消", "改为下月一起谈", "Answered by the colleague on site")
DETAILS_EN = {
    "Canton Fair": "Canton Fair, hall B", "Customs data": "bill-of-lading data", "B2B platform": "RFQ, then inquiry",
    "Search engine": "found by search", "Web site": "contact form", "Referral": "recommended by a customer",
    "LinkedIn": "private message",
}  # fmt: skip
NO_STEP = ("等客户内部审批", "客户要求先不要联系", "等样品到货后再定")


@dataclass
class Told:
    """A customer as far as its story has been told."""

    life: Life
    talker: Talker
    number: int
    customer_id: int = 0
    contact_ids: list[int] = field(default_factory=list)
    open_step: int | None = None
    owner: User | None = None


@dataclass(frozen=True)
class Spoken:
    """What was said today and is not written down yet: a day is written at once, which is much faster."""

    told: Told
    entry: LogEntry


class Story:
    """Tells everything up to `now`; `size` is the number of customers, `advance` hears how far it is."""

    def __init__(
        self, now: datetime, password: str, size: int = FULL, advance: Callable[[float], None] | None = None
    ) -> None:
        self.now = now
        self.size = size
        self.rng = Random(SEED)  # noqa: S311 - the same story every time, nothing secret
        self.opening = Opening(now, password)
        self.advance = advance or (lambda share: None)
        self.told: list[Told] = []
        self.spoken: list[Spoken] = []
        self.extras = Extras(self.opening, self.told)
        self.mailboxes = Mailboxes(self.opening)
        self.catalogue = Catalogue(self.opening.today)
        self.trade = Trade(self.catalogue, now)

    def tell(self) -> int:
        """Make everything happen; returns the number of customers."""
        self.opening.set_up()
        self.extras.define(self.opening.at(-DAYS_BACK, 15))
        self.catalogue.enter(by=self.opening.admin, at=self.opening.at(-DAYS_BACK, 16))
        self._plan()
        events = [*self.opening.later(), *self._customers(), *self._handovers(), *self.extras.events()]
        events += self.mailboxes.events()
        for told in self.told:
            events += self._story_of(told)
        events += Grading(self.rng, self.told, self.opening).events()
        events = [event for event in events if event[0] <= self.now]
        events.sort(key=lambda event: event[0])
        with many_changes(at=self.now):
            self._happen(events)
            self.trade.ship()
        self.trade.pay(self.opening.people[firm.FINANCE])
        self.mailboxes.fill(self.mails)
        return len(self.told)

    def _happen(self, events: Sequence[Event]) -> None:
        """Everything in the order of time; what is said on a day is written down together."""
        for number, (at, act) in enumerate(events):
            if number % 50 == 0:
                self.advance(number / len(events))
            if self.spoken and at.astimezone(ZONE).date() != self.spoken[0].entry.at.astimezone(ZONE).date():
                self._write_down()
            act(at)
        self._write_down()

    def _plan(self) -> None:
        calendar = work_calendar()
        planner = Planner(
            self.rng,
            self.now,
            lambda key, day: calendar.is_workday(day) and not self.opening.is_absent(key, day),
        )
        self.planner = planner
        countries = {row.code: row for row in Country.objects.all()}
        regions = {code: row.region for code, row in countries.items()}
        self.mails = Correspondence(self.now, {code: row.timezones for code, row in countries.items()})
        companies = Inventor(self.rng, regions).companies(self.size)
        for company in companies:
            if company.country == "RU" or company.country in ("KZ", "UZ"):
                company.region = "EUROPE" if company.country == "RU" else "CENTRAL_ASIA"
        for number, life in enumerate(planner.lives(companies)):
            row = countries[life.company.country]
            talker = Talker(
                life.company,
                Word(row.name_zh, row.name_en),
                self.rng,
                english=firm.english_share(life.owner),
            )
            self.told.append(Told(life, talker, number))

    # --- customers appear

    def _customers(self) -> list[Event]:
        """The base brought along at the start in one go, the others one by one."""
        imported = [told for told in self.told if told.life.is_imported]
        events: list[Event] = []
        if imported:
            events.append((imported[0].life.born, partial(self._create, imported, "IMPORT")))
        for told in self.told:
            if not told.life.is_imported:
                events.append((told.life.born, partial(self._create, [told], "PERSON")))
        return events

    def _create(self, group: list[Told], cause: str, at: datetime) -> None:
        by = self.opening.admin if cause == "IMPORT" else self._owner(group[0], at)
        rows = [self._row(told, at) for told in group]
        for told, customer in zip(group, create_customers(rows=rows, by=by, at=at, cause=cause), strict=True):
            told.customer_id = customer.pk
            told.owner = self._owner(told, at)
        people = [
            {**row, "customer_id": told.customer_id} for told in group for row in told.life.company.people
        ]
        made = create_contacts(rows=people, by=by, at=at, cause=cause)
        by_customer = {told.customer_id: told for told in group}
        for contact in made:
            by_customer[contact.customer_id].contact_ids.append(contact.pk)
        if cause == "IMPORT":
            self.trade.before(group, at)

    def _owner(self, told: Told, at: datetime) -> User | None:
        if told.life.owner is None:
            return None
        key = self.planner.owner_on(told.life.owner, at.astimezone(ZONE).date())
        return self.opening.people[key]

    def _row(self, told: Told, at: datetime) -> dict[str, Any]:
        life, rng, entries = told.life, self.rng, self.opening.entries
        facts = FATES[life.fate]
        owner = self._owner(told, at)
        row = {
            **life.company.row,
            **self.extras.facts(told.number),
            "owner_id": owner.pk if owner else None,
            "source_id": entries["SOURCE", life.company.source],
            "source_detail": self._source_detail(life),
            "tag_ids": rng.sample(sorted(self.opening.tags.values()), rng.choice((0, 0, 1, 1, 2))),
            "is_first_china_purchase": rng.random() < 0.08,
            "is_brand_owner": rng.random() < 0.15,
        }
        for name in ("BUSINESS_TYPE", "INDUSTRY", "CUSTOMER_GROUP"):
            if rng.random() < 0.85:
                row[f"{name.lower()}_id"] = entries[name, rng.choice(firm.LISTS[name])[1]]
        channels = [entries["SALES_CHANNEL", en] for _zh, en in firm.LISTS["SALES_CHANNEL"]]
        row["sales_channel_ids"] = rng.sample(channels, rng.choice((0, 1, 1, 2)))
        if life.fate == "large":
            row["employees"] = rng.choice((120, 180, 260, 400))
            row["annual_purchase"] = rng.choice((480_000, 720_000, 950_000, 1_400_000))
        if life.is_imported:
            row |= {
                "follow_grade": life.grade,
                "lifecycle_stage": facts.stage,
                "value_class": life.value_class,
            }
            row["relationship_class"] = "SEED" if facts.relationship == "INTERRUPTED" else facts.relationship
            if facts.stage != "PROSPECT":
                row["lifecycle_evidence"] = "启用前的历史订单台账"
        elif life.fate == "fresh":
            row["follow_grade"] = life.grade
        else:
            row["relationship_class"] = "PROSPECT"
        referrers = [
            one.customer_id for one in self.told if one.customer_id and one.life.fate in ("old", "large")
        ]
        if life.company.source == "Referral" and referrers:
            row["referrer_id"] = rng.choice(referrers)
        return row

    def _source_detail(self, life: Life) -> str:
        details = {
            "Canton Fair": f"第{self.rng.choice((136, 137, 138))}届广交会，B区展位",
            "Customs data": "提单数据筛选",
            "Fair abroad": word(self.rng.choice(read("goods")["fairs"][1:])).first,
            "B2B platform": "RFQ 报价后转询盘",
            "Search engine": "Google，关键词 " + life.company.products[0].second,
            "Web site": "官网留言表单",
            "Referral": "老客户口头介绍",
            "LinkedIn": "领英私信加上",
        }
        is_english = firm.english_share(firm.OWNER_OF_REGION[life.company.region]) > self.rng.random()
        return DETAILS_EN.get(life.company.source, "") if is_english else details[life.company.source]

    # --- what was said

    def _story_of(self, told: Told) -> list[Event]:
        life = told.life
        events: list[Event] = [(beat.at, partial(self._log, told, beat)) for beat in life.beats]
        if life.pooled_on:
            events.append((self.planner.moment(life.pooled_on, 17, 40), partial(self._give_back, told)))
        if life.recycled_on:
            events.append((self.planner.moment(life.recycled_on, 11, 5), partial(self._recycle, told)))
        if life.claimed_by:
            day = self.opening.day(-2)
            events.append((self.planner.moment(day, 10, 20 + told.number % 30), partial(self._claim, told)))
        return events

    def _log(self, told: Told, beat: Beat, at: datetime) -> None:
        rng, talker, day = self.rng, told.talker, at.astimezone(ZONE).date()
        fresh = beat.name in ("reorder", "news", "fair", "inquiry", "intro", "chase")
        is_old = beat.name == "order" and talker.deal is not None and talker.deal.number == talker.ordered
        if talker.deal is None or is_old or (fresh and rng.random() < 0.7):
            talker.begin_deal(day.month, day.year)
        who = 0 if rng.random() < 0.75 else rng.randrange(len(told.contact_ids))
        said = talker.say(beat.name, told.life.company.first_names[who])
        promise = said.promise if beat.due_on is not None else None
        step = None
        if promise is not None and beat.due_on is not None:
            is_fixed = beat.name == "invited"
            step = NextStepDraft(
                purpose=promise.purpose,
                due_on=None if is_fixed else beat.due_on,
                due_at=self.planner.appointment(beat.due_on) if is_fixed else None,
                channel=promise.channel,
                contact_id=told.contact_ids[who],
            )
        draft = LogDraft(
            kind=said.kind,
            content=said.content,
            direction=said.direction,
            outcome=said.outcome,
            reaction=said.reaction if rng.random() < 0.8 else "",
            minutes=said.minutes,
            contact_ids=[told.contact_ids[who]],
            happened_at=at - timedelta(hours=27) if rng.random() < 0.03 else None,
            no_next_step_because=rng.choice(NO_STEP)
            if step is None and closes(beat.name) and rng.random() < 0.3
            else "",
        )
        done = [told.open_step] if told.open_step is not None and closes(beat.name) else []
        if done and rng.random() < 0.03:
            close_next_step(
                step_id=done[0],
                by=told.owner,
                at=at,
                state=NextStep.State.CANCELLED,
                reason=rng.choice(CANCEL_REASONS),
            )
            done = []
        if told.owner is None:
            raise RuntimeError("only who looks after a customer talks to it")
        self.spoken.append(Spoken(told, LogEntry(told.customer_id, draft, told.owner, at, step, done)))
        if talker.deal is None:
            return
        self.trade.happened(told, beat.name, talker.deal, at)
        happened = Happened(
            told, firm.key_of(told.owner.email), who, beat.name, said.direction == "IN",
            draft.happened_at or at, talker.deal, talker.ordered,
        )  # fmt: skip
        if said.kind == "EMAIL":
            self.mails.note(happened)
        elif said.outcome == "CONNECTED" and beat.name != "called":
            self.mails.recap(happened)

    def _write_down(self) -> None:
        """Log the day's interactions together, and remember which steps are open after them."""
        spoken, self.spoken = self.spoken, []
        made = log_interactions(entries=[one.entry for one in spoken])
        steps = dict(NextStep.objects.filter(written_in__in=made).values_list("written_in_id", "pk"))
        for one, interaction in zip(spoken, made, strict=True):
            if interaction.pk in steps:
                one.told.open_step = steps[interaction.pk]
            elif one.entry.closes:
                one.told.open_step = None

    # --- owners change

    def _handovers(self) -> list[Event]:
        return [(self.planner.moment(self.planner.newcomer_since, 14, 0), self._hand_over)]

    def _hand_over(self, at: datetime) -> None:
        """The newcomer takes over what his predecessor looked after for him."""
        self._write_down()
        moving = [
            told
            for told in self.told
            if told.customer_id and told.life.owner == firm.NEWCOMER and told.owner is not None
        ]
        newcomer = self.opening.people[firm.NEWCOMER]
        if moving:
            assign_owner(
                ids=[told.customer_id for told in moving],
                owner_id=newcomer.pk,
                by=self.opening.people["luo"],
                at=at,
                why="新人入职，东亚与东南亚客户由丁一鸣接手，俊杰带教三个月",
            )
        for told in moving:
            told.owner = newcomer

    def _give_back(self, told: Told, at: datetime) -> None:
        self._write_down()
        return_to_pool(ids=[told.customer_id], by=told.owner, at=at, why=self.rng.choice(POOL_REASONS))
        told.owner, told.open_step = None, None

    def _recycle(self, told: Told, at: datetime) -> None:
        self._write_down()
        manager = (
            "he"
            if told.owner is not None and told.owner.team_id == self.opening.people["he"].team_id
            else "luo"
        )
        recycle(ids=[told.customer_id], by=self.opening.people[manager], at=at)

    def _claim(self, told: Told, at: datetime) -> None:
        told.owner = self.opening.people[told.life.claimed_by]
        claim(customer_id=told.customer_id, by=told.owner, at=at)
