"""Every address × every role has an expected answer; an address that is missing here is a failure.

The letters stand for what an answer is: `.` a page (200, 204), `-` not found (404), `>` led elsewhere (302),
`s` led to the sign-in, `x` the other method only (405), `!` refused with the form (400, 409, 422). Columns:
nobody signed in, the owner of the sample records (a salesperson), a salesperson of another team, the owner's
manager, director, finance, administrator, read-only.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.house import samples, samples_sales_orders, samples_sales_shipments
from tests.house.pages import addresses
from tests.house.url_table import GET, POST

ROLES = ("nobody", "lin", "hu", "chen", "zhao", "zhou", "admin", "guest")
ASKING = ROLES if connection.vendor == "sqlite" else ("lin", "hu", "chen", "admin")
"""Who asks: rights are the same on every engine; one of each scope (own, team, all) shows its queries."""

# Where an argument of that name is not the pk of the folder's own record.
ARGUMENTS: dict[str, dict[str, str]] = {
    "exchange": {"pk": "imports"},
    "followups": {"key": "task", "pk": "customers"},
    "followups:person": {"pk": "users"},
    "followups:sequence": {"key": "sequence"},
    "followups:stop_sequence": {"pk": "runs"},
    "followups:reopen_sequence": {"pk": "runs"},
    "followups:date_sequence": {"pk": "runs"},
    "followups:numbers": {"pk": "users"},
    "followups:policy_preview": {"pk": "teams"},
    "followups:policy_preview_progress": {"pk": "previews"},
    "followups:policy_preview_stop": {"pk": "previews"},
    "files": {"pk": "files"},
    "fields": {"pk": "fields"},
    "fields:choice": {"pk": "choices"},
    "fields:move_choice": {"pk": "choices"},
    "fields:retire_choice": {"pk": "choices"},
    "fields:restore_choice": {"pk": "choices"},
    "customers:custom": {"pk": "customers"},
    "instance": {"identity": "errors"},
    "policy": {"pk": "teams"},
    "people:user": {"pk": "users"},
    "people:absence_new": {"user_id": "users"},
    "customers:tags": {"pk": "customers"},
    "customers:pool": {"pk": "pools"},
    "customers:close_pool": {"pk": "pools"},
    "customers:to_pool": {"pk": "customers"},
    "customers:move_pool": {"pk": "customers"},
    "followups:pool_team_rule": {"pk": "teams"},
    "customers:hand_over": {"user_id": "users"},
    "customers:handed_over": {"pk": "handovers"},
    "customers:hand_over_progress": {"pk": "handovers"},
    "customers:undo_hand_over": {"pk": "handovers"},
    "customers:pair": {"pk": "pairs"},
    "customers:tell_apart": {"pk": "pairs"},
    "customers:doubt_again": {"pk": "pairs"},
    "customers:merge": {"pk": "customers", "other": "others"},
    "customers:merged": {"pk": "merges"},
    "customers:merge_contacts": {"pk": "contacts", "other": "colleagues"},
    "customers:undo_contact_merge": {"pk": "contact_merges"},
    "customers:undo_merge": {"pk": "merges"},
    "mail": {
        "pk": "messages",
        "customer_id": "customers",
        "token": "zero",
        "position": "zero",
        "attachment_id": "zero",
        "account_id": "accounts",
        "setup_id": "setups",
        "template_id": "templates",
    },
    "mail:conversation": {"pk": "threads"},
    "mail:private": {"pk": "threads"},
    "mail:assign": {"pk": "threads", "account_id": "boxes"},
    "mail:writing": {"pk": "threads"},
    "mail:answering": {"pk": "threads", "account_id": "boxes"},
    "mail:panel": {"pk": "customers"},
    "mail:take_back": {"pk": "outgoing"},
    "mail:cancel_mail": {"pk": "outgoing"},
    "mail:send_now": {"pk": "outgoing"},
    "mail:decide_sent": {"pk": "outgoing"},
    "mail:write_again": {"pk": "outgoing"},
    "mail:decide_resend": {"pk": "outgoing"},
    "mail:tracking_note": {"pk": "trackings"},
    "mail:consent": {"pk": "trackings"},
    "mail:track": {"pk": "sent_messages"},
    "mail:draft": {"pk": "drafts"},
    "mail:save_draft": {"pk": "drafts"},
    "mail:send_draft": {"pk": "drafts"},
    "mail:undo_send": {"pk": "drafts"},
    "mail:discard_draft": {"pk": "drafts"},
    "mail:restore_draft": {"pk": "drafts"},
    "mail:attach_to_draft": {"pk": "drafts"},
    "mail:detach_from_draft": {"pk": "drafts"},
    "mail:draft_files": {"pk": "drafts"},
    "mail:template_for_draft": {"pk": "drafts"},
    "mail:draft_signature": {"pk": "drafts"},
    **samples_sales_orders.ARGUMENTS,
    **samples_sales_shipments.ARGUMENTS,
}
FIXED = {
    "code": "TR", "section": "economy", "name": "note.txt", "role": "EXECUTOR", "token": "x-y-z",
    "whose": "all", "scope": "TEAM",
}  # fmt: skip
BY_WORD = {
    "contact": "contacts", "left": "contacts", "sensitive": "contacts", "log": "logs", "step": "steps",
    "tag": "tags", "removal": "removals", "entry": "entries", "view": "views", "team": "teams",
    "absence": "absences", "equipment": "loans",
    "calendar": "days", "job": "jobs", "correction": "corrections",
}  # fmt: skip


def letter(answer: Any) -> str:
    """What an answer is in the table."""
    refused = dict.fromkeys((400, 409, 410, 422), "!")
    known = {200: ".", 204: ".", 404: "-", 405: "x"} | refused
    if answer.status_code in known:
        return known[answer.status_code]
    if answer.status_code == 302:
        return "s" if answer["Location"].startswith(reverse("account_login")) else ">"
    return str(answer.status_code)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(("method", "expected"), [("get", GET), ("post", POST)], ids=["get", "post"])
def test_every_address_answers_each_role_as_expected(people, customer, moment, sign_in, method, expected):
    given = samples.make(people, customer, moment)
    browsers = [Client() if role == "nobody" else sign_in(getattr(people, role)) for role in ASKING]
    found = {}
    for address in addresses():
        path = fill(address, given)
        found[address.name] = "".join(asked(browser, method, path) for browser in browsers)
    wanted = {name: "".join(row[ROLES.index(role)] for role in ASKING) for name, row in expected.items()}
    wrong = {name: got for name, got in found.items() if wanted.get(name) != got}
    assert not wrong, "\n".join(f"{name}: {got}" for name, got in wrong.items())
    assert set(expected) == set(found)


def asked(browser: Client, method: str, path: str) -> str:
    """One request, taken back with its cookies, so that no answer depends on another."""
    browser.raise_request_exception = False
    cookies = deepcopy(browser.cookies)
    with transaction.atomic():
        answer = getattr(browser, method)(path)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return letter(answer)


def fill(address: Any, given: dict[str, Any]) -> str:
    """The path of an address with sample records."""
    kwargs = {}
    for argument in address.arguments:
        kwargs[argument] = value(address.name, argument, given)
    return reverse(address.name, kwargs=kwargs)


def value(name: str, argument: str, given: dict[str, Any]) -> Any:
    """The sample for one argument of one address."""
    for scope in (name, name.partition(":")[0]):
        if argument in ARGUMENTS.get(scope, {}):
            return given[ARGUMENTS[scope][argument]]
    if name == "people:role":
        return "FINANCE"
    if name.startswith("customers:") and argument == "name":
        return "follow_grade" if name == "customers:dimension" else "SOURCE"
    if name == "people:end_session":
        return 0
    if argument in FIXED:
        return FIXED[argument]
    word = name.rpartition(":")[2]
    if name.startswith(("customers:add_", "customers:log_effect")) or word == "log":
        return given["customers"]
    for part, key in BY_WORD.items():
        if part in word:
            return given[key]
    if name.startswith("people:"):
        return given["users"]
    return given["jobs"] if name.startswith("jobs:") else given["customers"]
