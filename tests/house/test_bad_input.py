"""Every form of every page with everything nobody should type: a sentence, never an error, never a script."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils.html import escape

from tests.house import samples
from tests.house.pages import Form, addresses, forms_of, payloads_in
from tests.house.test_urls import fill, known

SCRIPT, HANDLER = "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'
LINK = "javascript:alert(1)"
NASTY = (
    "", "x" * 20_001, SCRIPT, HANDLER, LINK, "'; DROP TABLE people_user; --", "{{ 7*7 }}{% debug %}",
    "a\x00b", "\x07\x1b[31m", "\ud800", "👩‍👩‍👧‍👦𠮷", "\u202egnp.exe", "-1", "99999999999999999999", "NaN",
    "1e999",
    "²", "2026-02-30", "0001-01-01", "9999-12-31", "02:30", "\r\nX-Made: up",
)  # fmt: skip
HTMX = {"HX-Request": "true"}
BOGUS = ("", "99999999999999999999", "\x00", SCRIPT, "²")
SECRET = ("password", "old_password", "password_again", "code")
CLEANED = ("html",)
"""What an editor sends: shown again as it was made safe."""
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
        if name.split("-")[-1] not in (*SECRET, *CLEANED)
        and same[0].fields[name][0].split() != value.replace("\x00", "\ufffd").split()
        and same[0].fields[name][0].split() != value.split()
    ]


def batches(form: Form, *, every: int, turn: int) -> Iterator[dict[str, str]]:
    """What to type: a share of the values, another for each form in turn; in long forms four at a time."""
    values = [encodable(value) for value in nasty()][turn % every :: every]
    names = sorted(form.texts)
    step = 4 if len(names) > 3 else 0
    for start in range(0, len(values), step or 1) if names else ():
        yield {
            name: values[(start + (place if step else 0)) % len(values)] for place, name in enumerate(names)
        }


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(("role", "every", "least"), [("admin", 20, 40), ("lin", 40, 20)])
def test_no_form_breaks_or_echoes_a_script_whatever_is_typed(people, sign_in, given, role, every, least):
    browser = sign_in(getattr(people, role))
    browser.raise_request_exception = False
    wrong = []
    found = forms(browser, given)
    for turn, ((name, _fields), (to, form)) in enumerate(found.items()):
        for typed in batches(form, every=every, turn=turn):
            answer = sent(browser, to, form, form.sends(**typed))
            problem = complaint(answer)
            if not problem and form.method == "post" and answer.status_code in (200, 422):
                lost = kept(answer, form, typed)
                problem = f"lost {lost}" if lost else ""
            if problem:
                wrong.append((name, [value[:30] for value in typed.values()][:12], problem))
        for value in BOGUS if form.choices else ():
            answer = sent(browser, to, form, form.fields | {key: [value] for key in form.choices})
            if problem := complaint(answer):
                wrong.append((name, f"choice {value[:20]!r}", problem))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(found) > least


CODES = (
    "timezone", "task", "key", "duty_key", "sha", "session_key", "password", "sequence", "colour", "stamp",
    "currency", "base_currency", "list_name", "event", "media_type", "request_id", "normalised", "dimension",
)  # fmt: skip
"""Columns that hold words of the program, never those of people."""


def poison(text: str) -> int:
    """Put a text into every column of every stored record that holds what people wrote; gives how many."""
    count = 0
    for model in apps.get_models():
        if not model.__module__.startswith("genjin.") or model._meta.app_label in ("journal", "search"):
            continue
        for column in model._meta.concrete_fields:
            free = type(column) in (models.CharField, models.TextField) and not column.choices
            short = column.max_length is not None and column.max_length < len(text)
            if not free or short or column.primary_key or column.unique or column.name in CODES:
                continue
            if model._meta.label in ("jobs.Job", "policy.Layer", "files.StoredFile"):
                continue
            with contextlib.suppress(IntegrityError), transaction.atomic():
                count += model._default_manager.update(**{column.name: text}) > 0
    return count


@pytest.mark.long
@pytest.mark.django_db
def test_what_was_stored_is_escaped_wherever_it_is_shown(people, sign_in, given):
    text = f"{LINK}//{HANDLER}"
    admin = sign_in(people.admin)
    edit = reverse("customers:edit", args=[given["customers"]])
    profile = next(f for f in forms_of(admin.get(edit).content.decode()) if "name" in f.texts)
    assert admin.post(edit, profile.sends(name=text, city=text, product_needs=text)).status_code == 302
    assert poison(text) > 30
    shown = 0
    for role in ("admin", "lin"):
        browser = sign_in(getattr(people, role))
        for name, path in paths(given).items():
            for headers in ({}, HTMX) if role == "admin" else ({},):
                answer = browser.get(path, headers=headers)
                if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                    continue
                page = answer.content.decode()
                shown += escape(text) in page
                assert payloads_in(page) == [], (role, name)
    assert shown > 30


ADDRESSES_WITH = (
    "?at=x&sort=-nothing&page=-1&tab=nothing&before=9999&view=x&shown=%C2%B2&month=2026-13&state=x&kind=x",
    "?at=%00&sort=%00&q=%00&tab=%00&before=%00&view=%00&shown=%00&month=0000-00&name=%00&user=%00&kind=%00",
    "?q=%ff%fe&at=" + "A" * 3000 + "&sort=name__password&shown=99999999999999999999&month=9999-12",
    "?q=" + "%F0%9F%91%A9" * 200 + "&step=x&silent=x&region=x&country=x&owner=x&tag=9999999999999999999",
    "?created_from=0001-01-01&created_to=9999-12-31&contact=%C2%B2&ids=%C2%B2,1,99999999999999999999",
    "?user=%C2%B2&from=9999-12-31&to=0001-01-01&customer=99999999999999999999&next=//elsewhere.example&by=x",
)  # fmt: skip
"""What may stand behind the question mark; the names are those that any page reads."""


@pytest.mark.long
@pytest.mark.django_db
def test_no_address_breaks_whatever_stands_behind_the_question_mark(people, sign_in, given):
    browser = sign_in(people.admin)
    browser.raise_request_exception = False
    wrong = []
    for place, (name, path) in enumerate(paths(given).items()):
        # Half of them for each address; its neighbour, mostly of the same page, gets the others.
        for number, query in enumerate(ADDRESSES_WITH[place % 2 :: 2]):
            headers = HTMX if number % 2 else {}
            answer = browser.get(path + query, headers=headers)
            if answer.status_code not in (200, 204, 302, 400, 404, 405, 409, 410, 422):
                wrong.append((name, query[:60], answer.status_code))
    assert wrong == []


@pytest.mark.long
@pytest.mark.django_db
def test_a_body_that_is_no_form_is_refused_and_breaks_nothing(people, sign_in, given):
    browser = known(sign_in(people.admin))
    browser.raise_request_exception = False
    wrong = []
    bodies = (
        ("application/json", b'{"name": ["x"]}'), ("text/plain", b"\xff\xfe\x00"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"), ("multipart/form-data", b"no boundary"),

        ("application/x-www-form-urlencoded", b"name=%ff%fe&content=%00&version=%ff"),
    )  # fmt: skip
    for name, path in paths(given).items():
        for kind, body in bodies:
            with transaction.atomic():
                answer = browser.post(path, data=body, content_type=kind)
                transaction.set_rollback(True)
            if answer.status_code not in (200, 204, 302, 400, 404, 405, 409, 410, 415, 422):
                wrong.append((name, kind, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_too_many_fields_and_too_large_bodies_say_that_they_are_too_large(people, sign_in, given, settings):
    browser = sign_in(people.lin)
    path = reverse("customers:create")
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 50
    many = browser.post(path, {f"field{number}": "x" for number in range(60)})
    assert many.status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    large = browser.post(path, {"name": "x" * 2000})
    assert large.status_code == 413
    assert "too large" in large.content.decode()


@pytest.mark.django_db
def test_a_fragment_with_mistakes_answers_422_and_keeps_what_was_typed(people, sign_in, given):
    browser = sign_in(people.lin)
    wrong = []
    for name in (
        "customers:log", "customers:add_step", "customers:pause", "customers:cadence", "customers:to_pool",
        "customers:edit_step", "customers:edit_log", "customers:cancel_step",
        "followups:log", "followups:postpone", "followups:dismiss",
    ):  # fmt: skip
        path = paths(given)[name]
        form = next(
            f for f in forms_of(browser.get(path, headers=HTMX).content.decode()) if f.method == "post"
        )
        typed = dict.fromkeys(form.texts, "\x00é")
        answer = browser.post(path, form.sends(**typed), headers=HTMX)
        lost = kept(answer, form, typed)
        if answer.status_code != 422 or lost:
            wrong.append((name, answer.status_code, lost))
    assert wrong == []
