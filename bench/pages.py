"""The pages that are measured, and how: real sign-in, real HTTP, the server's own account of its time."""

from __future__ import annotations

import http.cookiejar
import random
import re
import statistics
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from bench.generate import PASSWORD

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMING = re.compile(r"app;dur=([0-9.]+).*?queries;desc=\"?(\d+)")


@dataclass
class Row:
    """What was measured of one page at one number of users; times in milliseconds."""

    page: str
    users: int
    queries: int = 0
    median: float = 0.0
    p95: float = 0.0
    failures: int = 0
    times: list[float] = field(default_factory=list, repr=False)

    def plain(self) -> dict[str, object]:
        """For JSON, without the single times."""
        return {name: value for name, value in asdict(self).items() if name != "times"}


class Browser:
    """A signed-in person: keeps cookies, sends the CSRF token, reads `Server-Timing`."""

    def __init__(self, base: str, email: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )
        self.token = self._token("/sign-in/")
        self.post("/sign-in/", {"login": email, "password": PASSWORD})

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.read(path))
        if found is None:
            raise RuntimeError(f"{path} has no form")
        return found.group(1)

    def open(self, path: str, data: dict[str, str] | None = None) -> tuple[float, int, str]:
        """Server milliseconds, queries and the text of a page; raises on an error status."""
        body = None
        if data is not None:
            body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": self.token}).encode()
        request = urllib.request.Request(self.base + path, data=body, headers={"Referer": self.base})
        with self.opener.open(request, timeout=60) as answer:
            text = answer.read().decode()
            found = TIMING.search(answer.headers.get("Server-Timing", ""))
            if found is None:
                raise RuntimeError(f"{path} does not say how long it took")
            return float(found.group(1)), int(found.group(2)), text

    def read(self, path: str) -> str:
        """The text of a page."""
        return self.open(path)[2]

    def post(self, path: str, data: dict[str, str]) -> str:
        """Send a form."""
        return self.open(path, data)[2]


Ask = Callable[[Browser, random.Random], tuple[float, int, str]]


def pages() -> Iterator[tuple[str, str, Ask]]:
    """(name, who, how) of everything measured."""
    from django.db.models import Max

    from genjin.customers.models import Customer

    last = Customer.objects.aggregate(Max("pk"))["pk__max"]

    def at(path: str) -> Ask:
        return lambda browser, rng: browser.open(path)

    def some_customer(browser: Browser, rng: random.Random) -> tuple[float, int, str]:
        return browser.open(f"/customers/{rng.randrange(last) + 1}/")

    def new_customer(browser: Browser, rng: random.Random) -> tuple[float, int, str]:
        name = f"Bench {rng.getrandbits(60):x}"
        form = {"name": f"{name} GmbH", "short_name": name, "country": "DE", "website": f"{name[6:]}.example"}
        return browser.open("/customers/new/", form)

    for who in ("director", "seller1"):
        yield f"list, page 1 ({who})", who, at("/customers/")
        yield f"list, filtered and sorted ({who})", who, at(FILTERED)
        yield f"list, filtered, deep page ({who})", who, deep(FILTERED, pages_on=20)
        yield f"list by name, deep page ({who})", who, deep("/customers/?sort=name", pages_on=20)
        yield f"customer page ({who})", who, some_customer if who == "director" else own_customer
    yield "creating a customer", "seller1", new_customer
    yield "Today", "seller1", at("/")
    yield "search, two Chinese characters", "director", at("/search/?q=" + urllib.parse.quote("阀门"))
    yield "palette, part of a name", "director", at("/palette/?q=marma")


FILTERED = "/customers/?follow_grade=MID&follow_grade=UPPER_MID&country=DE&sort=-last_contact"
OLDER = re.compile(
    r'href="([^"]*[?&](?:amp;)?at=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*at=[^"]*)"'
)


def deep(path: str, *, pages_on: int) -> Ask:
    """The page that many "older" links on; the way there is not measured."""
    found: dict[int, str] = {}

    def ask(browser: Browser, rng: random.Random) -> tuple[float, int, str]:
        if id(browser) not in found:
            here = path
            for _ in range(pages_on):
                link = OLDER.search(browser.read(here))
                if link is None:
                    break
                here = urllib.parse.urljoin(path, (link.group(1) or link.group(2)).replace("&amp;", "&"))
            found[id(browser)] = here
        return browser.open(found[id(browser)])

    return ask


def own_customer(browser: Browser, rng: random.Random) -> tuple[float, int, str]:
    """A customer of the salesperson who asks: seller1 owns those whose number ends so."""
    from genjin.customers.models import Customer
    from genjin.people.models import User

    if not hasattr(browser, "own"):
        owner = User.objects.get(email="seller1@bench.example")
        browser.own = list(Customer.objects.filter(owner=owner).values_list("pk", flat=True)[:500])  # type: ignore[attr-defined]
    return browser.open(f"/customers/{rng.choice(browser.own)}/")  # type: ignore[attr-defined]


def measure(*, base: str, requests: int, only: str) -> list[Row]:
    """Every page at 1 and at 4 users, after a warm-up of five requests each."""
    rows = []
    browsers: dict[str, list[Browser]] = {}
    for name, who, ask in pages():
        if only and only not in name:
            continue
        if who not in browsers:
            browsers[who] = [Browser(base, f"{who}@bench.example") for _ in range(4)]
        for users in (1, 4):
            rows.append(_one(name, browsers[who][:users], ask, requests))
    return rows


def _one(name: str, browsers: list[Browser], ask: Ask, requests: int) -> Row:
    row = Row(name, len(browsers))
    lock = threading.Lock()

    def visit(browser: Browser, number: int) -> None:
        rng = random.Random(f"{name}{number}{len(browsers)}")
        for turn in range(requests // len(browsers) + 5):
            try:
                spent, queries, _ = ask(browser, rng)
            except (urllib.error.HTTPError, OSError, RuntimeError):
                with lock:
                    row.failures += 1
                continue
            if turn >= 5:
                with lock:
                    row.times.append(spent)
                    row.queries = max(row.queries, queries)

    threads = [threading.Thread(target=visit, args=(b, n)) for n, b in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if row.times:
        row.median = statistics.median(row.times)
        row.p95 = sorted(row.times)[max(0, int(len(row.times) * 0.95) - 1)]
    return row
