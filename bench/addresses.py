"""What is asked for: filters and sorts of the list, searches, what is typed of a new customer."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from bench.rows import RARE_SEGMENT, Size, address, mobile
from genjin.customers.models.customer import KIND
from genjin.fields.models import CustomField, FieldChoice

FILTERED = "/customers/?follow_grade=MID&follow_grade=UPPER_MID&country=DE&sort=-last_contact"
LISTS = (
    ("pool", "show=pool"),
    ("mine", "show=mine"),
    ("no next step", "show=mine&step=none"),
    ("overdue, by next step", "step=overdue&sort=next_step"),
    ("silent for 90 days", "silent=90&sort=last_contact"),
    ("never contacted", "silent=never"),
    ("priority", "is_priority=on"),
    ("a region", "region=AFRICA"),
    ("class A in the Netherlands", "value_class=A&country=NL"),
    ("VIP in New Zealand, upper grade", "relationship_class=VIP&country=NZ&follow_grade=TOP"),
    ("large, class A, VIP", "lifecycle_stage=LARGE&value_class=A&relationship_class=VIP"),
    ("a tag, by name", "tag=1&sort=name"),
    ("made within a month", "created_from=2026-10-24&created_to=2026-11-24&sort=country"),
)
"""Named filters of the list, each with what the address says."""


PALETTE = (
    ("part of a name", "marma"), ("two Chinese characters", "阀门"), ("a typing error", "marmraa pmup"),
    ("two letters", "no"),
)  # fmt: skip


def custom_lists() -> Iterator[tuple[str, str]]:
    """The list by custom fields: choices that many, some and few customers have, ranges, sorted."""
    fields = {field.name_en: field for field in CustomField.objects.filter(kind=KIND)}
    segment, volume = fields["Segment"].attribute, fields["Containers a year"].attribute
    chosen = dict(FieldChoice.objects.filter(field=fields["Segment"]).values_list("name_en", "pk"))
    for name, asked in (
        ("a common choice", {segment: chosen["Retail"]}),
        ("a rarer choice", {segment: chosen["Government"]}),
        ("a rare choice", {segment: chosen[RARE_SEGMENT]}),
        ("no choice", {segment: "NONE"}),
        ("a wide range", {f"{volume}_from": 2000, f"{volume}_to": 8000}),
        ("a narrow range", {f"{volume}_from": 5000, f"{volume}_to": 5020}),
        ("a hundredth", {f"{volume}_from": 5000, f"{volume}_to": 5100}),
        ("sorted", {"sort": f"-{volume}"}),
        ("a common choice, sorted", {segment: chosen["Retail"], "sort": volume}),
        ("a range and a choice, a country", {
            segment: chosen["Online"], f"{volume}_from": 4000, f"{volume}_to": 5000, "country": "PL",
        }),
        ("day at a fair, sorted", {f"{fields['Met at a fair'].attribute}_state": "-30", "sort": segment}),
    ):  # fmt: skip
        yield name, urlencode(asked)


def searches(size: Size) -> Iterator[tuple[str, str]]:
    """What people remember of a customer or a contact (issue of search), named."""
    some = size.customers // 3
    digits = mobile(some | 1).removeprefix("+49 ")
    yield "part of a name", "marma"
    yield "two words", "alpen steel"
    yield "two Chinese characters", "阀门"
    yield "pinyin initials", "nbfm"
    yield "a whole name", f"cedar valve {some}"
    yield "a mail address", address(size, some)
    yield "a mail domain", address(size, some).partition("@")[2]
    yield "a phone in full", f"+49 {digits}"
    yield "phone digits", digits.replace(" ", "")[-6:]
    yield "a customer code", f"C{some:05d}"
    yield "a contact", "rafael okafor"
    yield "a typing error", "marmraa pmup"
    yield "a typing error in Chinese", "宁博阀门"
    yield "nothing like it", "zzyzx qqq"
    yield "a word of every record", "example"


def typed(size: Size) -> Iterator[tuple[str, str]]:
    """What the form of a new customer asks about while somebody types."""
    some = size.customers // 3
    for name, row in (
        ("a usual word", {"name": "Nord", "country": "DE"}),
        ("two usual words", {"name": "Nord Valve GmbH", "country": "DE"}),
        ("one of many like it", {"name": f"Nord Valve {some} GmbH", "country": "DE"}),
        ("a usual Chinese name", {"name_local": "宁波阀门", "country": "CN"}),
        ("everything", {
            "name": f"Marmara Steel {some} Ltd", "short_name": f"Marmara{some}", "country": "TR",
            "website": f"www.marmara{some}.example", "contact_email": address(size, some),
            "contact_phone": mobile(some | 1),
        }),
    ):  # fmt: skip
        yield name, "/customers/duplicates/?" + urlencode(row)


def search(words: str) -> str:
    """The page of results."""
    return "/search/?q=" + quote(words)


def palette(words: str) -> str:
    """The part of it that the palette asks for."""
    return "/_palette?q=" + quote(words)
