"""Who writes in the demo's mails: people of the firm, and people of its customers."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from genjin.customers.city_zones import zone_for
from genjin.customers.models import Contact, Customer
from genjin.demo import firm, post
from genjin.demo.companies import Company
from genjin.demo.letters import Correspondent
from genjin.demo.lives import ZONE
from genjin.demo.wording import LANGUAGE_OF

CLIENTS = ("Microsoft Outlook 16.0", "Apple Mail (2.3774)", "Foxmail 7.2.25", "", "Thunderbird 115", "")
PHONE = "+86 574 5550 0166"


def colleague(key: str, language: str = "en") -> Correspondent:
    """Somebody of the firm, called and signed as the language asks."""
    person = firm.person(key)
    family, given = person.name_en.split()
    if language == "zh":
        signature = f"{person.name_zh}\n{person.title_zh}\n{firm.NAME_ZH}\n{PHONE} · www.{firm.DOMAIN}"
        return Correspondent(person.name_zh, person.email, person.name_zh, ZONE, "zh", signature)
    signature = (
        f"{given} {family} ({person.name_zh})\n{person.title_en}\n{firm.NAME_EN}\n{PHONE} · www.{firm.DOMAIN}"
    )
    return Correspondent(f"{given} {family}", person.email, given, ZONE, language, signature)


def shared() -> Correspondent:
    """The firm's own mailbox."""
    address = f"{firm.SHARED}@{firm.DOMAIN}"
    signature = f"{firm.NAME_EN}\n{PHONE} · www.{firm.DOMAIN}"
    return Correspondent("Lankor Sales", address, "Lankor team", ZONE, "en", signature)


def of_company(company: Company, who: int, timezones: list[str]) -> Correspondent:
    """One of the people of an invented company; `timezones` are those of its country."""
    person = company.people[who]
    language = LANGUAGE_OF.get(company.country, "en")
    lines = [person["job_title"], company.row["name"], company.row["address"], company.row["phone"]]
    return _correspondent(
        person["name"], person["name_local"], company.first_names[who], person["points"][0]["value"],
        language, zone_for(company.country, company.row["city"], timezones), lines,
    )  # fmt: skip


def of_contact(contact: Contact, address: str, zone: str) -> Correspondent:
    """A contact as the database knows it."""
    customer: Customer = contact.customer
    language = LANGUAGE_OF.get(customer.country_id or "", "en")
    lines = [contact.job_title, customer.name, customer.address, customer.phone]
    names: list[Any] = contact.name.split() or [address]
    first = str(names[0]) if len(str(names[0])) > 1 else contact.name
    return _correspondent(contact.name, contact.name_local, first, address, language, zone, lines)


def _correspondent(
    name: str, local: str, first: str, address: str, language: str, zone: str, lines: list[str]
) -> Correspondent:
    shown = local if language == "zh" and local else name
    number = int(post.key_of(address)[:4], 16)
    signature = "\n".join(line for line in (shown, *lines) if line)
    return Correspondent(
        shown, address, shown if language == "zh" else first, ZoneInfo(zone or "UTC"), language, signature,
        CLIENTS[number % len(CLIENTS)], is_html=number % 3 != 0,
    )  # fmt: skip
