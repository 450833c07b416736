"""The firm takes its place: organisation, people, teams, calendar, lists, countries, equipment, views."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Q

from genjin.customers import country_actions
from genjin.customers.actions import create_list_entry, create_tag
from genjin.customers.models import Country, ListEntry
from genjin.demo import firm
from genjin.demo.lives import DAYS_BACK, ZONE
from genjin.demo.words import read
from genjin.people import actions, saved_views
from genjin.people.models import User
from genjin.policy import actions as policy

ABSENCES = (
    ("zhou", -262, 4, "zheng", "年假"),
    ("tang", -171, 2, "gao", "参加迪拜展会，回信可能较慢"),
    ("zheng", -96, 3, "zhou", "Training in Shanghai"),
    ("gao", -2, 6, "tang", "年假，陪家人去云南"),
    ("zheng", 19, 4, "zhou", "Fair in Houston"),
)
"""Who, first day counted from today, further days, deputy, note."""
LOANS = (
    ("zhou", "iPhone 13（公司号，晚间联系客户用）", -200, None),
    ("zheng", "ThinkPad X13 · LK-07", -330, None),
    ("gao", "展会用投影仪", -60, -48),
)
VIEWS = (
    (
        "zhou",
        "逾期的下一步",
        "show=mine&step=overdue",
        ("name", "country", "contact", "next_step", "last_contact"),
        False,
    ),
    (
        "zhou",
        "三十天没联系",
        "show=mine&silent=30",
        ("name", "grade", "country", "last_contact", "stage"),
        False,
    ),
    (
        "he",
        "重点客户",
        "key_account=CONFIRMED&key_account=PROPOSED",
        ("name", "owner", "value", "key_account", "next_step"),
        True,
    ),
    (
        "shen",
        "A 类采购客户",
        "value_class=A&sort=last_contact",
        ("name", "country", "owner", "value", "last_contact"),
        True,
    ),
    (
        "zheng",
        "Public pool, Americas",
        "show=pool&region=NORTH_AMERICA&region=LATIN_AMERICA",
        ("name", "country", "last_contact"),
        False,
    ),
)
CORRECTIONS = (
    ("BR", "狂欢节前后", "Around Carnival", (2, 12), (2, 20), "SLOW"),
    ("IT", "八月大假", "August break", (8, 8), (8, 23), "CLOSED"),
    ("IN", "排灯节前后", "Around Diwali", (11, 5), (11, 12), "SLOW"),
)

Event = tuple[datetime, Callable[[datetime], None]]
"""Something that happens at a moment; it is called with that moment."""


class Opening:
    """Sets the firm up from its first day; afterwards `people` maps the keys of `firm.PEOPLE` to users."""

    def __init__(self, now: datetime, password: str) -> None:
        self.now = now
        self.today = now.astimezone(ZONE).date()
        self.password = password
        self.people: dict[str, User] = {}
        self.entries: dict[tuple[str, str], int] = {}
        self.tags: dict[str, int] = {}
        self.newcomers: list[Event] = []

    def day(self, offset: int) -> date:
        """A day counted from today."""
        return self.today + timedelta(days=offset)

    def at(self, offset: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment on a day counted from today, never after now."""
        moment = datetime.combine(self.day(offset), datetime.min.time(), tzinfo=ZONE)
        return min(moment.replace(hour=hour, minute=minute), self.now)

    @property
    def admin(self) -> User:
        """Who set everything up."""
        return self.people[firm.ADMINISTRATOR]

    def set_up(self) -> None:
        """Everything that exists before the first customer."""
        first = -DAYS_BACK
        boss = firm.person(firm.ADMINISTRATOR)
        self.people[boss.key] = actions.set_up(
            organisation={
                "name_zh": firm.NAME_ZH,
                "name_en": firm.NAME_EN,
                "base_currency": "CNY",
                "country": "CN",
            },
            administrator={
                "email": boss.email,
                "name_zh": boss.name_zh,
                "name_en": boss.name_en,
                "language": "",  # whoever tries the demo reads it as their browser does
            },
            password=self.password,
            at=self.at(first),
        )
        policy.change_switches(go_live_on=self.day(first + 2), by=self.admin, at=self.at(first))
        self._hire()
        for year in range(self.day(first).year, self.today.year + 2):
            actions.refresh_official_days(years=(year,), by=None, at=self.at(first))
        self._make_lists(self.at(first, 14))

    def _hire(self) -> None:
        begin = self.at(-DAYS_BACK, 10)
        names = [{"name_zh": zh, "name_en": en} for zh, en in firm.TEAMS]
        made = [actions.create_team(names=one, by=self.admin, at=begin) for one in names]
        for person in firm.PEOPLE:
            team = None if person.team is None else made[person.team].pk
            if person.joined_days_ago is not None:
                self.newcomers.append(
                    (self.at(-person.joined_days_ago, 9, 30), partial(self._welcome, person, team))
                )
            elif person.key != firm.ADMINISTRATOR:
                self._welcome(person, team, begin)
        for number, (group, one) in enumerate(zip(made, names, strict=True)):
            managers = [self.people[key].pk for key, led in firm.MANAGERS.items() if number in led]
            actions.change_team(
                team_id=group.pk, names=one, manager_ids=managers, version=None, by=self.admin, at=begin
            )

    def _welcome(self, person: firm.Person, team_id: int | None, at: datetime) -> None:
        values: dict[str, object] = {
            "email": person.email,
            "name_zh": person.name_zh,
            "name_en": person.name_en,
            "role_id": person.role,
            "team_id": team_id,
            "language": "",
            "timezone": "Asia/Shanghai",
        }
        if person.joined_days_ago is not None:
            values["probation_until"] = self.day(180 - person.joined_days_ago)
        user = actions.invite_user(values=values, by=self.admin, at=at)
        self.people[person.key] = actions.accept_invitation(
            user_id=user.pk, names={}, password=self.password, at=at
        )

    def _make_lists(self, at: datetime) -> None:
        for name, entries in firm.LISTS.items():
            for zh, en in entries:
                known = ListEntry.objects.filter(list=name).filter(Q(name_zh=zh) | Q(name_en__iexact=en))
                made = known.first() or create_list_entry(
                    list_name=name, name_zh=zh, name_en=en, by=self.admin, at=at
                )
                self.entries[name, en] = made.pk
        for name, colour in firm.TAGS:
            self.tags[name] = create_tag(name=name, colour=colour, by=self.admin, at=at).pk

    def is_absent(self, person: str, day: date) -> bool:
        """Whether the person was away on that day."""
        return any(
            key == person and self.day(begins) <= day <= self.day(begins + days)
            for key, begins, days, _deputy, _note in ABSENCES
        )

    def later(self) -> Iterator[Event]:
        """What happened over the months beside the customers, with its moments; to be done in their order."""
        yield from self.newcomers
        yield from self._absences()
        yield from self._countries()
        yield from self._equipment()
        for key, name, query, columns, is_shared in VIEWS:
            yield self.at(-40, 11), partial(self._save_view, key, name, query, columns, is_shared)

    def _save_view(
        self, key: str, name: str, query: str, columns: tuple[str, ...], shared: bool, at: datetime
    ) -> None:
        saved_views.save_view(
            list_name="customers.customer",
            name=name,
            query=query,
            columns=columns,
            shared=shared,
            by=self.people[key],
            at=at,
        )

    def _absences(self) -> Iterator[Event]:
        for key, begins, days, deputy, note in ABSENCES:
            values = {
                "user_id": self.people[key].pk,
                "first_day": self.day(begins),
                "last_day": self.day(begins + days),
                "deputy_id": self.people[deputy].pk,
                "note": note,
                "by": self.people[key],
            }
            yield self.at(min(begins - 9, -1), 16), partial(_at, actions.record_absence, values)

    def _countries(self) -> Iterator[Event]:
        regions = dict(Country.objects.values_list("code", "region"))
        for number, (code, sections) in enumerate(read("profiles").items()):
            for step, (section, text) in enumerate(sections.items()):
                author = self.people[self._author(regions[code])]
                values = {"code": code, "section": section, "text": text, "version": 0, "by": author}
                yield (
                    self.at(-380 + 31 * number + step, 17),
                    partial(_at, country_actions.write_section, values),
                )
        for code, zh, en, first, last, effect in CORRECTIONS:
            year = self.today.year + (self.today > date(self.today.year, *last))
            values = {
                "code": code,
                "first_day": date(year, *first),
                "last_day": date(year, *last),
                "kind": "ADDED",
                "effect": effect,
                "name_zh": zh,
                "name_en": en,
                "by": self.people["he"],
            }
            yield self.at(-120), partial(_at, country_actions.add_correction, values)

    def _author(self, region: str) -> str:
        """Who writes about a region: its salesperson, or his manager while he is new."""
        owner = firm.OWNER_OF_REGION[region]
        return "luo" if owner == firm.NEWCOMER else owner

    def _equipment(self) -> Iterator[Event]:
        for key, item, begins, ends in LOANS:
            values = {"borrower_id": self.people[key].pk, "item": item, "from_day": self.day(begins)}
            yield self.at(begins), partial(self._lend, values, ends)
        closure = {
            "day": self.day(45),
            "kind": "CLOSED",
            "name_zh": "公司年度盘点",
            "name_en": "Yearly stock-taking",
            "by": self.admin,
        }
        yield self.at(-20), partial(_at, actions.set_own_day, closure)

    def _lend(self, values: Mapping[str, object], ends: int | None, at: datetime) -> None:
        loan = actions.lend(values=values, by=self.admin, at=at)
        if ends is not None:
            actions.take_back(loan_id=loan.pk, on=self.day(ends), by=self.admin, at=self.at(ends))


def _at(act: Callable[..., object], values: Mapping[str, object], at: datetime) -> None:
    act(**values, at=at)
