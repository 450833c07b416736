"""The command `genjin search`."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management import CommandError
from django.db.models import QuerySet
from django.utils import translation

from genjin.instance.queries import business_now
from genjin.people import access
from genjin.people.models import Role, User
from genjin.records import registry
from genjin.search import queries


def add_search_arguments(parser: argparse.ArgumentParser) -> None:
    """TEXT, --as, --kind, --limit."""
    parser.add_argument("text", metavar="TEXT", help="part of a name, code, address, domain or phone number")
    parser.add_argument("--as", dest="user", metavar="USER", help="what this person finds (sign-in address)")
    parser.add_argument("--kind", action="append", metavar="KIND", help="e.g. customers.contact")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (20)")


def run_search(options: argparse.Namespace) -> dict[str, Any]:
    """What the search page finds, best first; without --as as an administrator or director sees it."""
    known = [kind.name for kind in registry.kinds() if kind.search_text is not None]
    for name in options.kind or ():
        if name not in known:
            raise CommandError(f"Nothing is searched that is called {name}; there are {', '.join(known)}.")
    if options.limit < 1:
        raise CommandError("The limit must be 1 or more.")
    user = _user(options.user)
    with translation.override("en"):
        hits = queries.find(user, options.text, options.kind, limit=options.limit)
        found = [
            {
                "kind": hit.kind.name, "id": hit.object_id, "customer_id": hit.customer_id,
                "title": hit.title, "note": hit.note, "url": hit.url,
            }
            for hit in hits
        ]  # fmt: skip
    lines = [f"{one['kind']} {one['id']}: {one['title']}  {one['note']}".rstrip() for one in found]
    return {"text": options.text, "found": found, "sentences": lines or ["Nothing was found."]}


def _user(address: str | None) -> User:
    people: QuerySet[User] = User.objects.select_related("role").filter(is_active=True)
    if address:
        user = people.filter(email__iexact=address).first()
    else:
        user = people.filter(role_id__in=(Role.Code.DIRECTOR, Role.Code.ADMINISTRATOR)).order_by("pk").first()
    if user is None:
        raise CommandError(f"There is no user {address}." if address else "There is no administrator yet.")
    access.of(user, today=business_now().date())
    return user
