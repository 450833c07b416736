"""The pages that are measured, and how: real sign-in, real HTTP, the server's own account of its time."""

from __future__ import annotations

import html
import http.cookiejar
import random
import re
import secrets
import statistics
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from bench.addresses import FILTERED, LISTS, PALETTE, custom_lists, palette, search, searches, typed
from bench.generate import PASSWORD
from bench.rows import NOW, Size, busy
from genjin.customers.models import Customer, SerialCounter
from genjin.followups import days
from genjin.followups.models import Task
from genjin.people.models import User

CROWD = 500
"""Tasks of the person who has most to do."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMING = re.compile(r'app;dur=([0-9.]+), cpu;dur=([0-9.]+), queries;desc="(\d+)", wait;dur=([0-9.]+)')


@dataclass
class Row:
    """What was measured of one page at one number of users; times in milliseconds.

    `waited_p95` is the 95th percentile with the wait for a turn (`genjin.web.turns`) in it.
    """

    page: str
    users: int
    queries: int = 0
    median: float = 0.0
    p95: float = 0.0
    waited_p95: float = 0.0
    cpu: float = 0.0
    failures: int = 0
    failure: str = ""
    times: list[float] = field(default_factory=list, repr=False)
    waited: list[float] = field(default_factory=list, repr=False)
    cpus: list[float] = field(default_factory=list, repr=False)

    def plain(self) -> dict[str, object]:
        """For JSON, without the single times."""
        return {
            name: value for name, value in asdict(self).items() if name not in ("times", "waited", "cpus")
        }


@dataclass(frozen=True)
class Answer:
    """Milliseconds without and with the wait for a turn, those of computing; queries; the page."""

    spent: float
    whole: float
    cpu: float
    queries: int
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    """What a redirect leads to is measured by itself, not as part of the form."""

    def redirect_request(self, *args: object, **options: object) -> None:
        """No further request."""


class Browser:
    """A signed-in person: keeps cookies, sends the CSRF token, reads `Server-Timing`."""

    def __init__(self, base: str, email: str) -> None:
        self.base = base
        self.own: list[int] = []
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            urllib.request.ProxyHandler({}),
            _Stay(),
        )
        self.token = self._token("/sign-in/")
        self.open("/sign-in/", {"login": email, "password": PASSWORD})
        self.token = self._token("/customers/new/")

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.open(path).text)
        if found is None:
            raise RuntimeError(f"{path} has no form")
        return found.group(1)

    def open(self, path: str, data: dict[str, str] | None = None) -> Answer:
        """A page, or what became of a form; RuntimeError unless the page was shown or the form accepted."""
        body = None
        if data is not None:
            body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": self.token}).encode()
        request = urllib.request.Request(self.base + path, data=body, headers={"Referer": self.base})
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            expected = 200 if data is None else 302
            if answer.status != expected:
                raise RuntimeError(f"{path} answered {answer.status}")
            found = TIMING.search(answer.headers.get("Server-Timing", ""))
            if found is None:
                raise RuntimeError(f"{path} does not say how long it took")
            spent, waited = float(found[1]), float(found[4])
            return Answer(spent, spent + waited, float(found[2]), int(found[3]), text)


Ask = Callable[[Browser, random.Random], Answer]


def pages() -> Iterator[tuple[str, str, Ask]]:
    """(name, who, how) of everything measured; what writes comes last."""
    people = User.objects.filter(role_id="SALESPERSON").count()
    customers = SerialCounter.objects.get(pk=1).last
    size = Size(customers, 0, 0, people)
    for who in ("director", "seller1"):
        yield f"list, page 1 ({who})", who, at("/customers/")
        yield f"list, filtered and sorted ({who})", who, at(FILTERED)
        yield f"list, filtered, deep page ({who})", who, deep(FILTERED, pages_on=10)
        yield f"list by name, deep page ({who})", who, deep("/customers/?sort=name", pages_on=20)
        for name, asked in LISTS:
            if who != "director" or "mine" not in asked:
                yield f"list: {name} ({who})", who, at(f"/customers/?{asked}")
        for name, asked in custom_lists():
            yield f"custom list: {name} ({who})", who, at(f"/customers/?{asked}")
        yield f"pairs ({who})", who, at("/customers/pairs/")
        yield f"customer page ({who})", who, own_customer if who == "seller1" else any_customer(size)
    yield "customer page, 500 interactions", "seller1", at(f"/customers/{busy(size)}/")
    _plan_days()
    yield "Today", "seller1", at("/")
    crowd("seller2", CROWD)
    yield f"Today with {CROWD} tasks", "seller2", at("/")
    for who in ("director", "seller1"):
        for name, words in searches(size):
            yield f"search, {name} ({who})", who, at(search(words))
        for name, words in PALETTE:
            yield f"palette, {name} ({who})", who, at(palette(words))
        for name, address in typed(size):
            yield f"new customer typed, {name} ({who})", who, at(address)
    yield "logging a mail with its next step, decided", "seller1", new_log
    yield "creating a customer, decided", "seller1", new_customer


def _plan_days() -> None:
    """As the worker, which does not run here, has done when people come in the morning."""
    days.plan_days(User.objects.filter(email__startswith="seller").values_list("pk", flat=True), at=NOW)


def crowd(who: str, count: int) -> None:
    """Give that person so many tasks due by today, of whomever's customers, and plan the days anew."""
    user = User.objects.get(email=f"{who}@bench.example")
    others = Task.objects.exclude(owner__email="seller1@bench.example").order_by("pk")
    ids = list(others.values_list("pk", flat=True)[:count])
    Task.objects.filter(owner=user).update(due_on=NOW.date() + timedelta(days=30))
    Task.objects.filter(pk__in=ids).update(owner=user, due_on=NOW.date())
    Task.objects.filter(pk__in=ids[::3]).update(due_on=NOW.date() - timedelta(days=2))
    _plan_days()


def at(path: str) -> Ask:
    """Always the same page."""
    return lambda browser, rng: browser.open(path)


def any_customer(size: Size) -> Ask:
    """Any customer there is."""
    return lambda browser, rng: browser.open(f"/customers/{rng.randrange(size.customers) + 1}/")


def own_customer(browser: Browser, rng: random.Random) -> Answer:
    """A customer of the salesperson who asks."""
    return browser.open(f"/customers/{_own(browser, rng)}/")


def _own(browser: Browser, rng: random.Random) -> int:
    if not browser.own:
        rows = Customer.objects.filter(owner__email="seller1@bench.example").order_by("pk")
        browser.own = list(rows.values_list("pk", flat=True)[:2000])
    return rng.choice(browser.own)


def new_log(browser: Browser, rng: random.Random) -> Answer:
    """A mail and what comes next; the answer waits for the decision on it."""
    form = {
        "kind": "EMAIL", "direction": "OUT", "happened_at_day": "2026-11-23", "happened_at_time": "17:00",
        "content": "Sent the offer, waiting for the sample order.", "next_when": "7",
        "next_purpose": "Ask for the order quantity", "next_channel": "EMAIL",
    }  # fmt: skip
    return browser.open(f"/customers/{_own(browser, rng)}/log/", form)


def new_customer(browser: Browser, rng: random.Random) -> Answer:
    """A company with a first contact."""
    name = f"Bench {secrets.token_hex(6)}"
    form = {
        "name": f"{name} GmbH", "short_name": name, "country": "DE", "website": f"{name[6:]}.example",
        "contact_name": "Anna Smith", "contact_email": f"anna@{name[6:]}.example",
    }  # fmt: skip
    return browser.open("/customers/new/", form)


OLDER = re.compile(r'rel="next" href="([^"]+)"')


def deep(path: str, *, pages_on: int) -> Ask:
    """The page that many "next page" links on (or the last there is); the way there is not measured."""
    found: dict[str, str] = {}

    def ask(browser: Browser, rng: random.Random) -> Answer:
        if path not in found:
            here = path
            for _ in range(pages_on):
                link = OLDER.search(browser.open(here).text)
                if link is None:
                    break
                here = html.unescape(link.group(1))
            found[path] = here
        return browser.open(found[path])

    return ask


def measure(
    *, base: str, requests: int, only: str, users: Sequence[int], tell: Callable[[Row], None]
) -> list[Row]:
    """Every page at each number of users at a time (at most 4), after a warm-up of five requests each."""
    rows = []
    browsers: dict[str, list[Browser]] = {}
    for name, who, ask in pages():
        if only and only not in name:
            continue
        if who not in browsers:
            browsers[who] = [Browser(base, f"{who}@bench.example") for _ in range(4)]
        for many in users:
            rows.append(_one(name, browsers[who][:many], ask, requests))
            tell(rows[-1])
    return rows


def _one(name: str, browsers: list[Browser], ask: Ask, requests: int) -> Row:
    row = Row(name, len(browsers))
    lock = threading.Lock()

    def visit(browser: Browser, number: int) -> None:
        rng = random.Random(f"{name}{number}{len(browsers)}")
        for turn in range(requests // len(browsers) + 5):
            try:
                answer = ask(browser, rng)
            except (OSError, RuntimeError) as error:
                with lock:
                    row.failures += 1
                    row.failure = str(error)
                continue
            if turn >= 5:
                with lock:
                    row.times.append(answer.spent)
                    row.waited.append(answer.whole)
                    row.cpus.append(answer.cpu)
                    row.queries = max(row.queries, answer.queries)

    threads = [threading.Thread(target=visit, args=(b, n)) for n, b in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if row.times:
        row.median = statistics.median(row.times)
        row.cpu = statistics.median(row.cpus)
        row.p95, row.waited_p95 = _p95(row.times), _p95(row.waited)
    return row


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, int(len(times) * 0.95) - 1)]
