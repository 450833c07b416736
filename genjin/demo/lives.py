"""Planning what happened with each customer: how it began, how far it came, when, and how it stands today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from genjin.demo import firm
from genjin.demo.companies import Company

ZONE = ZoneInfo("Asia/Shanghai")
DAYS_BACK = 425

ORDER = ("order", "deposit", "production", "inspect", "shipping", "documents", "arrival", "after")
BETWEEN = ("reorder", "news", "chat", "greeting", "price", "service", "note", "payment", "needs")
HOT = (
    "quote",
    "needs",
    "chat",
    "price",
    "quote",
    "sample",
    "chase",
    "positive",
    "cert",
    "video",
    "news",
    "note",
)
COLD = ("chase", "noanswer", "chase", "news", "note", "chase", "noanswer", "chat")
LAST = ("reorder", "reorder", "news", "service")
WANTED = {
    "overdue": (2, 1), "today": (5, 3), "none": (2, 1), "appointment": (1, 1), "called": (1, 0), "rhythm": (1, 0),
}  # fmt: skip
"""How many customers of eighty end so: of the first salesperson, and of the others."""
FINAL = {
    "appointment": ("invited",), "called": ("called",), "chased": ("cert", "news"), "waking": ("needs",),
}  # fmt: skip
"""What was said last where an ending asks for it."""
LAST_DAYS = {"appointment": (3, 6), "none": (1, 1), "called": (1, 1), "chased": (2, 2), "waking": (7, 7)}
"""Days since the last talk where an ending asks for it."""
QUIET_BEFORE = {"chased": 4, "waking": 7}
"""Days without a talk before the last one."""
WAKING_FOR = 10
"""Days since those fell dormant with whom one has begun to talk again."""
SILENT = ("note", "greeting")
"""Occasions that promise nothing and fulfil nothing."""


@dataclass(frozen=True)
class Fate:
    """How a customer turns out: its share, how many interactions, its gradings, days of silence."""

    weight: int
    least: int
    most: int
    grades: tuple[str, ...]
    stage: str = "PROSPECT"
    value_classes: tuple[str, ...] = ("",)
    relationship: str = "PROSPECT"
    silence: tuple[int, int] = (3, 40)


FATES = {
    "cold": Fate(22, 3, 7, ("LOW", "LOWER_MID", "LOWER_MID", "MID"), silence=(15, 110)),
    "warm": Fate(26, 7, 15, ("MID", "MID", "UPPER_MID", "LOWER_MID", "TOP")),
    "trial": Fate(15, 13, 20, ("MID", "UPPER_MID", "MID"), "TRIAL", ("C", "C", "B"), "SEED", (3, 22)),
    "old": Fate(17, 20, 31, ("UPPER_MID", "MID", "TOP"), "OLD", ("B", "C", "B", "A"), "SEED", (2, 12)),
    "large": Fate(5, 30, 44, ("TOP", "TOP", "UPPER_MID"), "LARGE", ("A",), "VIP", (1, 5)),
    "dormant": Fate(6, 11, 18, ("MID", "LOWER_MID"), "OLD", ("C",), "INTERRUPTED", (6, 24)),
    "lost": Fate(4, 6, 11, ("LOWER_MID", "LOW"), "TRIAL", ("",), "INTERRUPTED", (60, 200)),
    "fresh": Fate(5, 0, 1, ("", "MID", "UPPER_MID"), silence=(1, 6)),
}
BOUGHT = frozenset({"trial", "old", "large", "dormant", "lost"})
CADENCE = {"A": 5, "B": 11, "C": 24}
"""Days since the last follow-up at most, a little under the rhythm of each purchase class."""


PACE = {"B": 15, "C": 30}
"""The rhythm that a few customers have just exceeded, so that there is a duty of that kind as well."""


@dataclass(frozen=True)
class Beat:
    """One thing that happened: the occasion, when, and the working day its next step was promised for."""

    at: datetime
    name: str
    due_on: date | None = None


@dataclass
class Life:
    """One customer from its first day to now."""

    company: Company
    fate: str
    owner: str | None
    born: datetime
    is_imported: bool
    grade: str
    value_class: str
    beats: list[Beat] = field(default_factory=list)
    ending: str = "upcoming"
    pooled_on: date | None = None
    recycled_on: date | None = None
    claimed_by: str = ""

    @property
    def has_step(self) -> bool:
        """Whether a next step is open at the end."""
        return self.ending in ("overdue", "today", "upcoming", "rhythm", "appointment", "called")


class Planner:
    """Plans all lives; `is_workday(person, day)` knows holidays and absences; `today` is the firm's date."""

    def __init__(self, rng: Random, now: datetime, is_workday: Callable[[str, date], bool]) -> None:
        self.rng = rng
        self.now = now
        self.today = now.astimezone(ZONE).date()
        self.start = self.today - timedelta(days=DAYS_BACK)
        self.is_workday = is_workday
        joined = firm.person(firm.NEWCOMER).joined_days_ago or 0
        self.newcomer_since = self.today - timedelta(days=joined)

    def owner_on(self, owner: str, day: date) -> str:
        """Who looked after it on that day: before the newcomer came, somebody else did."""
        return firm.PREDECESSOR if owner == firm.NEWCOMER and day < self.newcomer_since else owner

    def lives(self, companies: list[Company]) -> list[Life]:
        """A life for every company."""
        names = list(FATES)
        weights = [FATES[name].weight for name in names]
        fates = self.rng.choices(names, weights, k=len(companies))
        lives = [self._begin(company, fate) for company, fate in zip(companies, fates, strict=True)]
        self._choose_pool(lives)
        self._choose_endings(lives)
        self._choose_longest(lives)
        for life in lives:
            self._live(life)
        return lives

    def _begin(self, company: Company, fate: str) -> Life:
        rng, facts = self.rng, FATES[fate]
        owner = firm.OWNER_OF_REGION[company.region]
        is_imported = fate in ("old", "large", "dormant", "lost") or (fate != "fresh" and rng.random() < 0.3)
        if is_imported:
            born = self.moment(self._workday("ma", self.start + timedelta(days=2)), 10, 12)
        else:
            least = {"fresh": 2, "cold": 30, "warm": 70}.get(fate, 150)
            most = {"fresh": 12, "cold": 330}.get(fate, 390)
            day = self._workday(owner, self.today - timedelta(days=rng.randint(least, most)))
            born = self.moment(day, rng.randint(9, 16), rng.randint(0, 59))
        return Life(
            company=company,
            fate=fate,
            owner=owner,
            born=born,
            is_imported=is_imported,
            grade=rng.choice(facts.grades),
            value_class=rng.choice(facts.value_classes),
        )

    def _choose_pool(self, lives: list[Life]) -> None:
        """A tenth is nobody's: half came without an owner, half were given back; a few go to the bin."""
        quiet = [life for life in lives if life.fate in ("cold", "lost")]
        self.rng.shuffle(quiet)
        quota = len(lives) // 10
        for place, life in enumerate(quiet[:quota]):
            life.ending = "pool"
            if place % 3 == 0:
                life.claimed_by = life.owner or "" if place in (0, 3, 6) and quota > 20 else ""
                life.owner, life.is_imported = None, True
                life.born = self.moment(self._workday("ma", self.start + timedelta(days=2)), 10, 12)
            else:
                life.pooled_on = self._workday(
                    life.owner or "", self.today - timedelta(days=self.rng.randint(4, 50))
                )
        for life in quiet[quota : quota + max(1, len(lives) // 80)]:
            life.ending = "recycled"
            life.recycled_on = self.today - timedelta(days=self.rng.randint(2, 25))

    def _choose_endings(self, lives: list[Life]) -> None:
        """What each salesperson finds today: something overdue, something due, most of it still ahead."""
        for owner in firm.SALESPEOPLE:
            own = [
                life
                for life in lives
                if life.owner == owner and life.ending == "upcoming" and life.fate != "fresh"
            ]
            self.rng.shuffle(own)
            self._wake(owner, own)
            active = [
                life
                for life in own
                if life.fate not in ("lost", "dormant") and life.grade != "LOW" and life.value_class != "A"
            ]
            important = [
                life for life in active if life.fate == "warm" and life.grade in ("TOP", "UPPER_MID")
            ]
            if important and owner != firm.ABSENT:
                important[0].ending = "chased"
            regular = [life for life in active if life.ending == "upcoming" and life.value_class in PACE]
            for life in regular[: self._wanted(owner, "rhythm", own)]:
                life.ending = "rhythm"
            wanted = [
                ending
                for ending in WANTED
                for _ in range(self._wanted(owner, ending, own))
                if ending != "rhythm"
            ]
            waiting = (life for life in active if life.ending == "upcoming")
            for life, ending in zip(waiting, wanted, strict=False):
                life.ending = ending
            for life in own:
                if life.fate == "lost" or (life.grade == "LOW" and self.rng.random() < 0.6):
                    life.ending = "closed"

    def _wanted(self, owner: str, ending: str, own: list[Life]) -> int:
        """How many of somebody's customers end so; whoever is away left in good order."""
        if owner == firm.ABSENT and ending not in ("overdue", "today"):
            return 0
        of_eighty = WANTED[ending][0 if owner == firm.SALESPEOPLE[0] else 1]
        return max(1, round(of_eighty * len(own) / 80)) if of_eighty else 0

    def _wake(self, owner: str, own: list[Life]) -> None:
        """Of those who order no more one is being woken up, another one fell dormant last night."""
        dormant = [life for life in own if life.fate == "dormant"]
        for life, ending in zip(dormant, ("waking", "asleep"), strict=False):
            if owner != firm.ABSENT:
                life.ending = ending

    def _choose_longest(self, lives: list[Life]) -> None:
        big = [life for life in lives if life.fate in ("large", "old") and life.owner == "zhou"]
        self._longest = big[0].company.stem if big else ""

    def _live(self, life: Life) -> None:
        facts, rng = FATES[life.fate], self.rng
        count = rng.randint(facts.least, facts.most)
        if life.company.stem == self._longest:
            count = 66
        if life.fate == "fresh" and (self.today - life.born.astimezone(ZONE).date()).days > 4:
            count = 1
        if life.owner is None:
            return
        last = self._last_day(life, facts)
        days = self._days(life, last, count)
        names = self._names(life, len(days))
        final = FINAL.get(life.ending, ())[-len(names) :] if names else ()
        names[len(names) - len(final) :] = final
        moments = [self._hour(day, name, life) for day, name in zip(days, names, strict=True)]
        dues = self._dues(life, names, days)
        life.beats = [Beat(*one) for one in zip(moments, names, dues, strict=True)]

    def _last_day(self, life: Life, facts: Fate) -> date:
        least, most = facts.silence
        most = min(most, CADENCE.get(life.value_class, most))
        least = min(least, most)
        if life.ending == "overdue":
            least, most = max(least, 9), max(most, 11)
        if life.ending == "today":
            least, most = max(least, 4), max(most, 6)
        least, most = LAST_DAYS.get(life.ending, (least, most))
        if life.ending == "rhythm":
            least = most = PACE[life.value_class]
        day = self.today - timedelta(days=self.rng.randint(least, most))
        ends = life.pooled_on or life.recycled_on
        if ends is not None:
            day = min(day, ends - timedelta(days=1))
        return max(self._workday(life.owner or "", day), life.born.astimezone(ZONE).date())

    def _days(self, life: Life, last: date, count: int) -> list[date]:
        """That many working days of whoever owned it, from the first day to the last, in order."""
        first = life.born.astimezone(ZONE).date()
        span = [first + timedelta(days=n) for n in range(1, (last - first).days)]
        owner = life.owner or ""
        free = [day for day in span if self.is_workday(self.owner_on(owner, day), day)]
        middle = self.rng.sample(free, min(max(count - 1, 0), len(free)))
        if count == 0:
            return []
        quiet = QUIET_BEFORE.get(life.ending)
        if quiet is None:
            return sorted({*middle, last})
        before = last - timedelta(days=quiet)
        return sorted({day for day in middle if day < before} | {self._workday(owner, before), last})

    def _names(self, life: Life, count: int) -> list[str]:
        """The occasions in an order that makes sense: first contact, talks, orders, what follows them."""
        opening = firm.FIRST_CONTACT[life.company.source]
        rng = self.rng
        if life.fate in ("cold", "fresh", "warm"):
            talks = rng.sample(HOT, len(HOT)) if life.fate == "warm" else []
            names = [opening, *(["quote"] if talks else []), *talks, *COLD][:count]
            if count > 1:
                names[-1] = "chase" if rng.random() < 0.5 else "needs" if life.fate == "warm" else "news"
            return names
        names = [] if life.is_imported else [opening, "quote", "needs", "sample", "tested", "price"]
        while len(names) < count:
            names += ORDER
            if rng.random() < 0.18:
                names += ["complaint", "settled"]
            names += rng.sample(BETWEEN, rng.randint(3, 6))
            if rng.random() < 0.2:
                names.append(rng.choice(("visitus", "visitthem")))
        names = names[:count]
        if names and life.fate in ("dormant", "lost"):
            names[-min(4, count) :] = ["reorder", "chase", "winback", "winback"][-min(4, count) :]
        elif names:
            names[-1] = names[-1] if names[-1] in ("production", "shipping") else rng.choice(LAST)
        return names

    def _hour(self, day: date, name: str, life: Life) -> datetime:
        americas = life.company.region in ("NORTH_AMERICA", "LATIN_AMERICA")
        if americas and name in ("needs", "noanswer", "video", "winback"):
            return self.moment(day, self.rng.choice((8, 20, 21)), self.rng.randint(0, 59))
        hour = self.rng.choice((9, 9, 10, 10, 11, 13, 14, 15, 15, 16, 17))
        moment = self.moment(day, hour, self.rng.randint(1, 58))
        return max(moment, life.born + timedelta(minutes=20))

    def _dues(self, life: Life, names: list[str], days: list[date]) -> list[date | None]:
        """Each next step was promised for about the day on which it was then done; the last one is open."""
        dues: list[date | None] = []
        for place, day in enumerate(days):
            later = [d for d, name in zip(days[place + 1 :], names[place + 1 :], strict=True) if closes(name)]
            if not later:
                dues.append(self._open_due(life, day) if life.has_step else None)
                continue
            shift = self.rng.choice((0, 0, 0, 0, 0, 1, -1, -2, -3))
            dues.append(max(day, later[0] + timedelta(days=shift)))
        return dues

    def _open_due(self, life: Life, day: date) -> date:
        owner = life.owner or ""
        if life.ending == "today":
            # On a day off nothing falls due; what somebody absent promised is his deputy's.
            return self._workday("ma", self.today, forward=self.rng.random() < 0.6)
        if life.ending == "appointment":
            return self._workday("ma", self.today, forward=True)
        if life.ending == "overdue":
            return max(
                day, self._workday(owner, self.today - timedelta(days=self.rng.choice((1, 1, 2, 3, 5, 7))))
            )
        if life.ending == "rhythm":
            return self._workday(owner, self.today + timedelta(days=self.rng.randint(12, 20)), forward=True)
        ahead = self.rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 18, 24))
        return self._workday(owner, self.today + timedelta(days=ahead), forward=True)

    def _workday(self, person: str, day: date, *, forward: bool = False) -> date:
        """That day, or the nearest working day of the person before (after) it."""
        step = timedelta(days=1 if forward else -1)
        for _ in range(40):
            if self.is_workday(self.owner_on(person, day), day):
                return day
            day += step
        return day

    def appointment(self, day: date) -> datetime:
        """When one talks on that day: in the afternoon, and today not before now."""
        soon = self.now.astimezone(ZONE).hour + 2 if day == self.today else 0
        return self.moment(day, min(max(16, soon), 22), 30)

    def moment(self, day: date, hour: int, minute: int) -> datetime:
        """A time of that day in the firm's zone."""
        return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


def closes(name: str) -> bool:
    """Whether the occasion fulfils what was promised before."""
    return name not in SILENT
