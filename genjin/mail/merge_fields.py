"""Merge fields of templates (`{{contact.first_name}}`): filled from the customer, or named when empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from genjin.customers.models import Contact, Customer
from genjin.mail.models import MailAccount
from genjin.mail.outgoing_html import escaped
from genjin.people.models import User

FIELDS: dict[str, Any] = {
    "contact.name": _("Name of the contact"),
    "contact.first_name": _("First name of the contact"),
    "contact.last_name": _("Last name of the contact"),
    "contact.salutation": _("Salutation of the contact"),
    "contact.job_title": _("Position of the contact"),
    "customer.name": _("Company name"),
    "customer.short_name": _("Short name of the company"),
    "customer.country": _("Country of the company"),
    "customer.city": _("City of the company"),
    "sender.name": _("Name of the sender"),
    "sender.phone": _("Phone of the sender"),
    "sender.address": _("Mail address of the sender"),
}
"""Every field with what people call it, those of higher folders included."""
_providers: dict[str, Callable[[str, str], Mapping[str, str]]] = {}

_FIELD = re.compile(r"\{\{(?:\s|&nbsp;)*([\w.]*)(?:\s|&nbsp;)*\}\}")
_HAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]")
_TITLES = frozenset("mr mrs ms miss dr prof herr frau sr sra m mme eng ing".split())


def provide(prefix: str, fields: Mapping[str, Any], of: Callable[[str, str], Mapping[str, str]]) -> None:
    """Add fields for mails whose `about` begins so; `of(about, language)` gives what they stand for."""
    FIELDS.update(fields)
    _providers[prefix] = of


def provided(about: str, language: str) -> dict[str, str]:
    """What the fields of higher folders stand for in a mail about that."""
    found: dict[str, str] = {}
    for prefix, of in _providers.items():
        if about.startswith(prefix):
            found.update(of(about, language))
    return found


def values(
    *, contact: Contact | None, customer: Customer | None, sender: User, account: MailAccount | None,
    language: str,
) -> dict[str, str]:  # fmt: skip
    """What the fields stand for in one mail; unknown things are empty."""
    names = (contact.name if contact else "").split()
    while len(names) > 1 and names[0].rstrip(".").lower() in _TITLES:
        names = names[1:]
    whole = " ".join(names)
    is_han = bool(_HAN.search(whole))
    with override("zh-hans" if language.startswith("zh") else "en"):
        country = str(customer.country) if customer and customer.country else ""
    return {
        "contact.name": whole,
        "contact.first_name": whole if is_han or not names else names[0],
        "contact.last_name": whole if is_han or not names else names[-1],
        "contact.salutation": contact.salutation if contact else "",
        "contact.job_title": contact.job_title if contact else "",
        "customer.name": customer.name if customer else "",
        "customer.short_name": customer.short_name if customer else "",
        "customer.country": country,
        "customer.city": customer.city if customer else "",
        "sender.name": (account.sender_name if account else "") or sender.name_en or sender.name_zh,
        "sender.phone": sender.phone,
        "sender.address": account.address if account else sender.email,
    }


def filled(text: str, known: Mapping[str, str], *, is_html: bool = False) -> str:
    """The text with its fields filled; those without a value stay as they are."""
    shown: Callable[[str], str] = escaped if is_html else str

    def one(match: re.Match[str]) -> str:
        value = known.get(match[1], "").strip()
        return shown(value) if value else match[0]

    return _FIELD.sub(one, text)


def left(*texts: str) -> list[str]:
    """The names of fields that still stand in these texts, each once, in their order."""
    return list(dict.fromkeys(match[1] for text in texts for match in _FIELD.finditer(text)))


def label(name: str) -> str:
    """What people call a field, in the language in use; an unknown one is shown as it was written."""
    known = FIELDS.get(name)
    return str(known) if known else "{{" + name + "}}"
