"""Where on the internet a customer's number or address may be found (000-38): plain links, opened by hand."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit

from django.utils.translation import gettext as _

from genjin.customers.models import Contact, Customer


@dataclass(frozen=True, slots=True)
class Place:
    """One place to look, with its address."""

    label: str
    href: str


def places(customer: Customer, contact: Contact | None = None) -> list[Place]:
    """The customer's own site first, then what finds companies and people."""
    country = str(customer.country) if customer.country_id else ""
    firm = f'"{customer.name}" {country}'.strip()
    found = [Place(_("Website"), site)] if (site := _site(customer.website)) else []
    found += [
        Place("Google", f"https://www.google.com/search?q={quote_plus(f'{firm} phone contact')}"),
        Place("Bing", f"https://www.bing.com/search?q={quote_plus(f'{firm} phone contact')}"),
        Place(
            "LinkedIn",
            f"https://www.linkedin.com/search/results/companies/?keywords={quote_plus(customer.name)}",
        ),
        Place("Facebook", f"https://www.facebook.com/search/pages/?q={quote_plus(customer.name)}"),
        Place(_("Map"), f"https://www.google.com/maps/search/{quote_plus(f'{customer.name} {country}')}"),
    ]
    if contact is not None:
        words = quote_plus(f"{contact.name} {customer.name}")
        found.append(Place(contact.name, f"https://www.linkedin.com/search/results/people/?keywords={words}"))
    return found


def _site(text: str) -> str:
    """The address of a site as it was written down; empty unless it is one of the web."""
    address = text.strip() if "://" in text else f"https://{text.strip()}"
    parts = urlsplit(address) if text.strip() else None
    return address if parts is not None and parts.scheme in ("http", "https") and parts.netloc else ""
