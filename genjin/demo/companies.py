"""Inventing customers: companies in the style of their country, and the people who work there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from random import Random
from typing import Any

from genjin.demo import firm
from genjin.demo.words import Word, market, markets, read, word, words

DEPARTMENTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("PURCHASING", ("Purchasing Manager", "Buyer", "Senior Buyer", "Head of Procurement"), "MIDDLE"),
    ("MANAGEMENT", ("Managing Director", "Owner", "General Manager"), "TOP"),
    ("TECHNICAL", ("Technical Manager", "Quality Engineer", "Project Engineer"), "MIDDLE"),
    ("FINANCE", ("Accountant", "Finance Manager"), "STAFF"),
    ("DOCUMENTS", ("Import Coordinator", "Logistics Officer"), "STAFF"),
    ("SALES", ("Sales Manager", "Key Account Manager"), "MIDDLE"),
)
LANGUAGES = {
    "DE": "Deutsch, English",
    "FR": "Français",
    "ES": "Español",
    "MX": "Español",
    "AR": "Español",
    "CL": "Español",
    "PE": "Español",
    "CO": "Español",
    "BR": "Português",
    "PT": "Português, English",
    "RU": "Русский",
    "KZ": "Русский, Қазақша",
    "TR": "Türkçe, English",
    "SA": "العربية, English",
    "AE": "English, العربية",
    "EG": "العربية, English",
    "JP": "日本語",
    "KR": "한국어, English",
    "TW": "中文",
    "HK": "粤语, English",
    "MA": "Français, العربية",
    "DZ": "Français",
    "IT": "Italiano, English",
    "VN": "Tiếng Việt, English",
}
TOPICS = (
    "足球",
    "孩子上学",
    "当地房价",
    "Formula 1",
    "中餐，尤其是火锅",
    "cycling",
    "新能源车",
    "钓鱼",
    "fishing and boats",
    "摄影",
    "gardening",
    "展会见闻",
    "咖啡",
    "hiking",
    "历史",
    "family and cooking",
)


@dataclass
class Company:
    """An invented company: `row` is what `create_customers` takes, `people` what `create_contacts` takes."""

    country: str
    region: str
    stem: str
    row: dict[str, Any]
    people: list[dict[str, Any]]
    source: str
    products: list[Word] = field(default_factory=list)
    first_names: list[str] = field(default_factory=list)


def ascii_of(text: str) -> str:
    """Lower-case letters and digits for addresses: ü becomes u."""
    text = text.replace("ø", "o").replace("ł", "l").replace("ı", "i").replace("đ", "d").replace("Đ", "D")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def digits(pattern: str, rng: Random) -> str:
    """A number of that pattern: every x becomes a digit."""
    return re.sub("x", lambda _: str(rng.randrange(10)), pattern)


def fill(template: str, **parts: str) -> str:
    """The parts put together; what a missing one leaves behind is tidied up."""
    return re.sub(r"\s+", " ", template.format(**parts)).strip(" ,")


class Inventor:
    """Invents companies, each once; the same seed gives the same companies."""

    def __init__(self, rng: Random, regions: dict[str, str]) -> None:
        self.rng = rng
        self.regions = regions
        self.products = [word(text) for text in read("goods")["products"]]

    def companies(self, count: int) -> list[Company]:
        """So many companies, taken in turn from all markets, so that few still span many countries."""
        left = {code: words(market(code)["stems"]) for code in markets()}
        for stems in left.values():
            self.rng.shuffle(stems)
        made: list[Company] = []
        while len(made) < count and any(left.values()):
            for code in [code for code in markets() if left[code]]:
                if len(made) < count:
                    made.append(self.company(code, left[code].pop()))
        self.rng.shuffle(made)
        return made

    def company(self, code: str, stem: Word) -> Company:
        """One company of that country."""
        facts, rng = market(code), self.rng
        trade = rng.choice(words(facts["trades"]))
        form = rng.choice(words(facts["forms"]))
        name = fill(facts["company"], stem=stem.first, trade=trade.first, form=form.first)
        local = ""
        if "company_local" in facts and stem.second:
            local = fill(facts["company_local"], stem=stem.either, trade=trade.either, form=form.either)
        site = f"{ascii_of(stem.first)}-{ascii_of(trade.first.split()[0])}.example".lstrip("-")
        goods = rng.sample(self.products, 4)
        source = self._source()
        row = {
            "name": name,
            "name_local": "" if local == name else local,
            "short_name": stem.first,
            "country_id": code,
            "city": (city := rng.choice(words(facts["cities"])).first),
            "address": f"{rng.randint(2, 180)} {rng.choice(STREETS)}, {city}",
            "website": f"https://www.{site}" if rng.random() < 0.88 else "",
            "phone": digits(facts["phone"], rng),
            "founded_year": rng.randint(1961, 2021) if rng.random() < 0.7 else None,
            "employees": rng.choice((6, 9, 12, 18, 25, 32, 40, 55, 70, 95, 130, 210, 420, None)),
            "annual_purchase": rng.choice((40, 60, 80, 120, 150, 200, 260, 350, 480, 700, 1200, None)),
            "buys_in_china": rng.choice((True, True, True, False, None)),
            "fit_score": rng.choice((2, 3, 3, 4, 4, 5, None)),
            "potential_score": rng.choice((1, 2, 3, 3, 4, 5, None)),
        }
        if row["annual_purchase"] is not None:
            row["annual_purchase"] *= 1000
        self._describe(row, goods, self.regions[code])
        company = Company(code, self.regions[code], stem.first, row, [], source, goods)
        self._employ(company, facts, site)
        return company

    def _source(self) -> str:
        weights = (22, 10, 18, 14, 10, 10, 9, 7)
        return self.rng.choices([en for _zh, en in firm.LISTS["SOURCE"]], weights)[0]

    def _describe(self, row: dict[str, Any], goods: list[Word], region: str) -> None:
        notes, rng = read("company_notes"), self.rng
        lang = "en" if rng.random() < firm.english_share(firm.OWNER_OF_REGION[region]) else "zh"

        def form(one: Word) -> str:
            return one.either if lang == "en" else one.first

        rival = word(rng.choice(read("goods")["rivals"]))
        slots = {
            "p": form(goods[0]),
            "p2": form(goods[1]),
            "city": row["city"],
            "k": str(rng.randint(2, 14)),
            "n": str(rng.choice((30, 60, 80, 120, 200))),
            "rival": form(rival),
            "market": row["city"],
        }
        row["main_products"] = rng.choice(notes[f"products_{lang}"]).format(**slots)
        row["advantages"] = rng.choice(notes[f"advantages_{lang}"]).format(**slots)
        if lang == "zh":
            row["structure_note"] = rng.choice(notes["structure_zh"])
            row["market_note"] = rng.choice(notes["market_zh"]).format(**slots)
            row["remarks"] = rng.choice(notes["remarks_zh"])
        row["china_agent"] = rng.choice(notes["agents"]) if rng.random() < 0.3 else ""

    def _employ(self, company: Company, facts: dict[str, str], site: str) -> None:
        rng = self.rng
        count = rng.choices((1, 2, 3, 4), (34, 38, 20, 8))[0]
        jobs = [DEPARTMENTS[0] if rng.random() < 0.7 else DEPARTMENTS[1]]
        jobs += rng.sample([job for job in DEPARTMENTS if job != jobs[0]], count - 1)
        for job in jobs:
            person, given = self._person(company, facts, site, job)
            if given in company.first_names:
                continue
            company.people.append(person)
            company.first_names.append(given)
        company.people[0]["is_primary"] = True

    def _person(
        self, company: Company, facts: dict[str, str], site: str, job: tuple[str, tuple[str, ...], str]
    ) -> tuple[dict[str, Any], str]:
        rng = self.rng
        female = rng.random() < 0.42
        given = rng.choice(words(facts["women" if female else "men"]))
        last = rng.choice(words(facts.get("last_women", facts["last"]) if female else facts["last"]))
        name = fill(facts.get("person", "{given} {last}"), given=given.first, last=last.first)
        local = ""
        if given.second and last.second:
            local = fill(facts.get("person_local", "{given} {last}"), given=given.second, last=last.second)
        person: dict[str, Any] = {
            "name": name,
            "name_local": local,
            "salutation": "Ms." if female else "Mr.",
            "job_title": rng.choice(job[1]),
            "department": job[0],
            "seniority": job[2],
            "decision_role": self._role(job[0]),
            "languages": LANGUAGES.get(company.country, "English"),
            "points": self._points(given.first, last.first, site, facts),
        }
        self._prefer(person)
        return person, given.first

    def _role(self, department: str) -> str:
        roles = {
            "PURCHASING": ("INFLUENCER", "DECIDER", "EXECUTOR", "UNKNOWN"),
            "MANAGEMENT": ("DECIDER",),
            "TECHNICAL": ("INFLUENCER", "GATEKEEPER"),
            "DOCUMENTS": ("EXECUTOR",),
        }
        return self.rng.choice(roles.get(department, ("UNKNOWN",)))

    def _points(self, given: str, last: str, site: str, facts: dict[str, str]) -> list[dict[str, Any]]:
        rng = self.rng
        first, family = ascii_of(given), ascii_of(last).replace("-", "")
        address = rng.choice(
            (f"{first}.{family}", f"{first[:1]}.{family}", first or family, f"{first}.{family}")
        )
        mobile = digits(facts["mobile"], rng)
        points = [{"kind": "EMAIL", "value": f"{address}@{site}", "is_primary": True}]
        if rng.random() < 0.8:
            points.append({"kind": "MOBILE", "value": mobile})
        if rng.random() < 0.6:
            points.append(
                {"kind": "WHATSAPP", "value": mobile, "state": rng.choice(("ACCEPTED", "REQUESTED"))}
            )
        if rng.random() < 0.14:
            points.append(
                {"kind": "WECHAT", "value": f"{first}_{family}_{rng.randint(10, 99)}", "state": "ACCEPTED"}
            )
        if rng.random() < 0.18:
            points.append({"kind": "LINKEDIN", "value": f"{first}-{family}-{rng.randint(100, 999)}"})
        return points

    def _prefer(self, person: dict[str, Any]) -> None:
        rng = self.rng
        if rng.random() < 0.45:
            person["preferred_length"] = rng.choice(("BRIEF", "LONG"))
            person["preferred_style"] = rng.choice(("FORMAL", "INFORMAL"))
        if rng.random() < 0.4:
            person["preferred_time"] = rng.choice(("WORKING", "WORKING", "PRIVATE"))
            person["main_channel"] = rng.choice(("EMAIL", "CHAT", "AUDIO_CALL"))
        if rng.random() < 0.25:
            person["topics"] = "、".join(rng.sample(TOPICS, 2))
            person["industry_knowledge"] = rng.randint(2, 5)
        if rng.random() < 0.15:
            person["birthday_month"], person["birthday_day"] = rng.randint(1, 12), rng.randint(1, 28)
        if rng.random() < 0.12:
            person["china_visits_per_year"] = rng.randint(1, 3)


STREETS = (
    "Industrial Road",
    "Harbour Street",
    "Station Road",
    "Market Square",
    "Canal Road",
    "Workshop Lane",
    "Ring Road",
    "Mill Street",
    "Commerce Avenue",
    "Depot Road",
    "Foundry Lane",
)
