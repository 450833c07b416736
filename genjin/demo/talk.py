"""What is said to and by one customer: sentences from `data/talk.toml`, filled from his products and market."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from genjin.demo import firm
from genjin.demo.companies import Company
from genjin.demo.words import Word, market, read, word

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

AFTER = frozenset({"payment", "complaint", "settled", "after", "arrival", "documents"})
"""Occasions that are about the last order, whatever is being quoted now."""


@dataclass(frozen=True)
class Promise:
    """A next step before it has a date: `days` is when it usually falls due."""

    channel: str
    days: int
    purpose: str


@dataclass(frozen=True)
class Said:
    """One interaction as it will be logged."""

    kind: str
    direction: str
    content: str
    outcome: str = ""
    reaction: str = ""
    minutes: int | None = None
    promise: Promise | None = None


@dataclass
class Deal:
    """The business talked about now; an order keeps it until the next one."""

    product: Word
    second: Word
    size: Word
    price: str
    quantity: str
    number: str
    box: Word
    term: Word
    month: int


@dataclass
class Talker:
    """Speaks for one customer; no sentence is used again before the others were."""

    company: Company
    country: Word
    rng: Random
    english: float
    deal: Deal | None = None
    ordered: str = ""
    _bags: dict[str, list[str]] = field(default_factory=dict)

    def begin_deal(self, month: int, year: int) -> None:
        """Choose what the next talks are about."""
        rng, goods = self.rng, read("goods")
        product, second = rng.sample(self.company.products, 2)
        facts = next(text.split("|") for text in goods["products"] if text.startswith(f"{product.first}|"))
        low, high = float(facts[2]), float(facts[3])
        price = low + (high - low) * rng.random() * 0.6
        self.deal = Deal(
            product=product,
            second=second,
            size=word(rng.choice(goods[f"sizes_{facts[4]}"])),
            price=f"{price:.2f}" if price < 20 else f"{price:.1f}",
            quantity=f"{rng.choice((200, 300, 500, 800, 1000, 1200, 1500, 2000, 3000, 5000)):,}",
            number=f"LK{year % 100}{month:02d}{rng.randint(11, 98)}",
            box=word(rng.choice(goods["boxes"])),
            term=word(rng.choice(goods["terms"])),
            month=month,
        )

    def say(self, beat: str, who: str) -> Said:
        """One interaction of that occasion with that person."""
        if beat == "order" and self.deal is not None:
            self.ordered = self.deal.number
        entry = read("talk")[beat]
        english = self.rng.random() < self.english
        lang = "en" if english else "zh"
        slots = self._slots(beat, who, english=english)
        way, sentence = self._sentence(f"{beat}.{lang}", entry[lang])
        kind, direction = (way or self.rng.choice(entry["kind"])).split()
        content = sentence.format(**slots)
        more = self._draw(f"{beat}.more_{lang}", entry.get(f"more_{lang}") or [""]).format(**slots)
        is_call = kind in ("AUDIO_CALL", "VIDEO_CALL")
        minutes = slots["m"] if "minutes" in entry and kind not in ("EMAIL", "CHAT") else None
        return Said(
            kind=kind,
            direction=direction,
            content=f"{content} {more}".strip() if english else f"{content}{more}",
            outcome=entry.get("outcome", "CONNECTED") if is_call else "",
            reaction=entry.get("reaction", ""),
            minutes=self._minutes(entry, minutes),
            promise=self._promise(beat, entry, english=english, slots=slots),
        )

    def _minutes(self, entry: dict[str, Any], said: str | None) -> int | None:
        if said is None:
            return None
        low, high = entry["minutes"]
        return min(max(int(said), low), high)

    def _promise(
        self, beat: str, entry: dict[str, Any], *, english: bool, slots: dict[str, str]
    ) -> Promise | None:
        if "next" not in entry:
            return None
        channel, days, zh, en = self._draw(f"{beat}.next", entry["next"]).split("|")
        return Promise(channel, int(days), (en if english else zh).format(**slots)[:200])

    def _sentence(self, bag: str, choices: list[str]) -> tuple[str, str]:
        """A sentence, with the kind and direction that go with it alone if it names them."""
        text = self._draw(bag, choices)
        if not text.startswith("["):
            return "", text
        way, _, sentence = text[1:].partition("] ")
        return way, sentence

    def _draw(self, bag: str, choices: list[str]) -> str:
        left = self._bags.get(bag)
        if not left:
            left = list(choices)
            self.rng.shuffle(left)
            self._bags[bag] = left
        return left.pop()

    def _slots(self, beat: str, who: str, *, english: bool) -> dict[str, str]:
        deal, rng, goods = self.deal, self.rng, read("goods")
        if deal is None:
            raise RuntimeError("a talk needs a deal to be about")

        def form(one: Word) -> str:
            return one.either if english else one.first

        def pick(name: str) -> str:
            return form(word(rng.choice(goods[name])))

        month = (deal.month + rng.randint(0, 2)) % 12
        port = word(market(self.company.country)["port"])
        return {
            "p": form(deal.product), "p2": form(deal.second), "size": form(deal.size), "price": deal.price,
            "n": deal.quantity, "u": "件", "ue": "pcs", "pi": self.ordered if beat in AFTER and self.ordered else deal.number, "box": deal.box.first,
            "box_en": deal.box.second, "term": form(deal.term), "who": who, "co": self.company.stem,
            "city": self.company.row["city"], "port": port.first if english else port.either,
            "market": self.country.first, "market_en": self.country.second, "std": firm.STANDARDS[self.company.region],
            "cert": pick(f"certs_{firm.CERTIFICATES[self.company.region]}"), "rival": pick("rivals"),
            "fair": pick("fairs").format(n=rng.choice((137, 138, 139))), "mon": str(month + 1), "mon_en": MONTHS[month],
            "pct": str(rng.choice((3, 4, 5, 6, 8, 9, 11, 12, 15, 18))), "big": str(rng.choice((35, 40, 55, 60, 70, 80))), "wk": str(rng.randint(3, 8)),
            "few": str(rng.randint(2, 4)), "k": str(rng.randint(3, 48)), "m": str(rng.randint(8, 40)),
        }  # fmt: skip
