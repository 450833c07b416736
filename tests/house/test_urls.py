"""Every address × every role has an expected answer; an address that is missing here is a failure.

The letters stand for what a GET gives: `.` the page (200, or 405 where only POST is answered), `-` not found
(404), `>` led elsewhere (302), `s` led to the sign-in. Columns: nobody signed in, the owner of the sample
records (a salesperson), a salesperson of another team, the owner's manager, director, finance, administrator,
read-only.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.house import samples
from tests.house.pages import addresses

ROLES = ("nobody", "lin", "hu", "chen", "zhao", "zhou", "admin", "guest")

EXPECTED: dict[str, str] = {}

# Where an argument of that name is not the pk of the folder's own record.
ARGUMENTS: dict[str, dict[str, str]] = {
    "followups": {"key": "task", "pk": "customers"},
    "followups:person": {"pk": "users"},
    "files": {"pk": "files"},
    "instance": {"identity": "errors"},
    "policy": {"pk": "teams"},
    "people:user": {"pk": "users"},
}
FIXED = {"code": "TR", "section": "ECONOMY", "name": "note.txt", "token": "x-y-z"}
BY_WORD = (
    ("contact", "contacts"), ("sensitive", "contacts"), ("log", "logs"), ("step", "steps"), ("tag", "tags"),
    ("entry", "entries"), ("view", "views"), ("team", "teams"), ("absence", "absences"), ("equipment", "loans"),
    ("calendar", "days"), ("job", "jobs"), ("correction", "corrections"),
)  # fmt: skip


def letter(answer: Any) -> str:
    """What an answer is in the table."""
    if answer.status_code in (200, 204, 405):
        return "."
    if answer.status_code == 404:
        return "-"
    if answer.status_code == 302:
        return "s" if answer["Location"].startswith(reverse("account_login")) else ">"
    return str(answer.status_code)


@pytest.mark.django_db
def test_every_address_answers_each_role_as_expected(people, customer, moment, sign_in):
    given = samples.make(people, customer, moment)
    browsers = {role: sign_in(getattr(people, role)) if role != "nobody" else Client() for role in ROLES}
    found = {}
    for address in addresses():
        path = fill(address, given)
        found[address.name] = "".join(letter(browsers[role].get(path)) for role in ROLES)
    wrong = {name: (got, EXPECTED.get(name)) for name, got in found.items() if EXPECTED.get(name) != got}
    assert wrong == {}
    assert set(EXPECTED) == set(found)


def fill(address: Any, given: dict[str, Any]) -> str:
    """The path of an address with sample records."""
    kwargs = {}
    for argument in address.arguments:
        kwargs[argument] = value(address.name, argument, given)
    return reverse(address.name, kwargs=kwargs)


def value(name: str, argument: str, given: dict[str, Any]) -> Any:
    """The sample for one argument of one address."""
    for scope in (name, name.split(":")[0]):
        if argument in ARGUMENTS.get(scope, {}):
            return given[ARGUMENTS[scope][argument]]
    if name == "people:role":
        return "FINANCE"
    if name.startswith("customers:") and argument == "name":
        return "follow_grade" if name == "customers:dimension" else "source"
    if argument in FIXED:
        return FIXED[argument]
    word = name.split(":")[-1]
    if name.startswith(("customers:add_", "customers:log_effect")) or word == "log":
        return given["customers"]
    for part, key in BY_WORD:
        if part in word:
            return given[key]
    if name.startswith("people:"):
        return given["users"]
    return given["jobs"] if name.startswith("jobs:") else given["customers"]
