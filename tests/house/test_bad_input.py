"""Every form of every page with everything nobody should type: a sentence, never an error, never a script."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from tests.house import samples
from tests.house.pages import Form, addresses, forms_of, payloads_in
from tests.house.test_urls import fill

SCRIPT, HANDLER = "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'
LINK = "javascript:alert(1)"
NASTY = (
    "", "x" * 20_001, SCRIPT, HANDLER, LINK, "'; DROP TABLE people_user; --", "{{ 7*7 }}{% debug %}", "a\x00b",
    "\x07\x1b[31m", "\ud800", "👩‍👩‍👧‍👦𠮷", "\u202egnp.exe", "-1", "99999999999999999999", "NaN", "1e999", "²",
    "2026-02-30", "0001-01-01", "9999-12-31", "02:30", "\r\nX-Made: up",
)  # fmt: skip
BOGUS = ("", "99999999999999999999", "\x00", SCRIPT, "²")
SECRET = ("password", "old_password", "password_again", "code")
MARKED = re.compile(rb"alert|javascript|onerror|script>")
SKIPPED = ("account_logout", "people:end_session", "people:end_other_sessions", "web:components")
"""Forms after which the browser of the test would be signed out; the gallery of samples."""


def nasty() -> Iterator[str]:
    """The values to type; with `GENJIN_CORPORA` also a sample of the public lists."""
    yield from NASTY
    folder = os.environ.get("GENJIN_CORPORA")
    if folder:
        yield from corpus(Path(folder))


def corpus(folder: Path) -> list[str]:
    """Thirty naughty strings and thirty script payloads, evenly spread over the lists."""
    blns = json.loads(next(folder.rglob("blns.json")).read_text(encoding="utf-8"))
    lines = next(folder.rglob("xss_payloads.jsonl")).read_text(encoding="utf-8").splitlines()
    scripts = [str(json.loads(line).get("payload", "")) for line in lines if line]
    return [*blns[:: max(1, len(blns) // 30)], *scripts[:: max(1, len(scripts) // 30)]]


@pytest.fixture
def given(people, customer, moment):
    return samples.make(people, customer, moment)


def paths(given: dict[str, Any]) -> dict[str, str]:
    """The path of every address by name."""
    return {address.name: fill(address, given) for address in addresses()}


def forms(browser: Client, given: dict[str, Any]) -> dict[tuple[str, str], tuple[str, Form]]:
    """Every form that a person meets, by address posted to and fields, with its whole path."""
    found: dict[tuple[str, str], tuple[str, Form]] = {}
    for path in paths(given).values():
        answer = browser.get(path)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        for form in forms_of(answer.content.decode()):
            to = form.action or path
            name = resolve(urlsplit(to).path).view_name
            if name not in SKIPPED:
                found.setdefault((name, f"{form.method} {sorted(form.texts)}"), (to, form))
    return found


def sent(browser: Client, to: str, form: Form, values: dict[str, Any], **headers: str) -> Any:
    """Send a form, in a transaction that is taken back."""
    with transaction.atomic():
        if form.method == "get":
            answer = browser.get(urlsplit(to).path, {**dict(parse_qsl(urlsplit(to).query)), **values})
        else:
            answer = browser.post(to, values, headers=headers)
        transaction.set_rollback(True)
    return answer


def encodable(value: str) -> str:
    """What a browser would send: it replaces lone surrogates."""
    return value.encode("utf-8", "replace").decode()


def complaint(answer: Any) -> str:
    """What is wrong with an answer, if anything."""
    if answer.status_code not in (200, 204, 302, 400, 404, 409, 413, 422):
        return f"status {answer.status_code}"
    if "html" in answer.headers.get("Content-Type", "") and MARKED.search(answer.content):
        return ", ".join(payloads_in(answer.content.decode())[:3])
    return ""


def kept(answer: Any, form: Form, typed: dict[str, str]) -> list[str]:
    """Fields of a refused form that do not show what was typed in them."""
    same = [f for f in forms_of(answer.content.decode()) if form.texts <= f.texts]
    if not same:
        return []
    return [
        name
        for name, value in typed.items()
        if name.split("-")[-1] not in SECRET
        and same[0].fields[name][0].split() != value.replace("\x00", "\ufffd").split()
        and same[0].fields[name][0].split() != value.split()
    ]


def batches(form: Form, *, every: int = 1) -> Iterator[dict[str, str]]:
    """What to type: every value in short forms; in long ones each value somewhere, three times as fast."""
    values = [encodable(value) for value in nasty()][::every]
    names = sorted(form.texts)
    step = 3 if len(names) > 3 else 0
    for start in range(0, len(values), step or 1) if names else ():
        yield {
            name: values[(start + (place if step else 0)) % len(values)] for place, name in enumerate(names)
        }


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "every", "least"), [("admin", 1, 40), ("lin", 2, 20)])
def test_no_form_breaks_or_echoes_a_script_whatever_is_typed(people, sign_in, given, role, every, least):
    browser = sign_in(getattr(people, role))
    browser.raise_request_exception = False
    wrong = []
    found = forms(browser, given)
    for (name, _fields), (to, form) in found.items():
        for typed in batches(form, every=every):
            answer = sent(browser, to, form, form.sends(**typed))
            problem = complaint(answer)
            if not problem and form.method == "post" and answer.status_code in (200, 422):
                lost = kept(answer, form, typed)
                problem = f"lost {lost}" if lost else ""
            if problem:
                wrong.append((name, [value[:30] for value in typed.values()][:12], problem))
        for value in BOGUS if form.choices else ():
            answer = sent(browser, to, form, form.fields | dict.fromkeys(form.choices, [value]))
            if problem := complaint(answer):
                wrong.append((name, f"choice {value[:20]!r}", problem))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(found) > least
