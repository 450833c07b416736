"""What is missing, too long, of the wrong kind or unknown is told beside its field; what was typed stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django import forms
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from genjin.customers.bulk_forms import VERBS
from genjin.people import links
from genjin.people.models import SavedView, User
from genjin.web.forms import MomentField
from tests.house import samples
from tests.house.pages import Form, forms_of
from tests.house.test_bad_input import HTMX, SKIPPED, kept, paths, sent

TYPED = (
    forms.DateField, forms.TimeField, forms.DecimalField, forms.IntegerField, forms.EmailField, MomentField,
)  # fmt: skip
OWN_ANSWER = ("account_reauthenticate",)
"""Forms of the library, whose only field is a password."""
Meant = Callable[[forms.Field], bool]


@pytest.fixture
def given(people, customer, moment):
    return samples.make(people, customer, moment)


def is_missing(field: forms.Field) -> bool:
    """Whether it may not be left empty."""
    return field.required and not field.widget.is_hidden


def is_short(field: forms.Field) -> bool:
    """Whether it is a line or text that ends somewhere."""
    return isinstance(field, forms.CharField) and bool(field.max_length) and not field.widget.is_hidden


def is_chosen(field: forms.Field) -> bool:
    """Whether it is one or several of a list; boxes and keys that may vanish meanwhile are no mistakes."""
    return isinstance(field, forms.ChoiceField) and type(field).__name__ != "OpenSteps"


MISTAKES: dict[str, tuple[Meant, str]] = {
    "missing": (is_missing, ""),
    "too long": (is_short, "x" * 30_000),
    "wrong kind": (lambda field: isinstance(field, TYPED), "never"),
    "unknown choice": (is_chosen, "nothing-such"),
}


def shown(browser: Client, paths: list[str], **headers: str) -> Iterator[tuple[str, str, Form, Any]]:
    """Every form of these pages with the form object behind it: name and path of its address, both forms."""
    seen = set()
    for path in paths:
        answer = browser.get(path, headers=headers)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"] or not answer.context:
            continue
        behind = answer.context.get("form")
        if not isinstance(behind, forms.BaseForm):
            continue
        for form in forms_of(answer.content.decode()):
            to = form.action or path
            name = resolve(urlsplit(to).path).view_name
            names = {field for bound in behind for field in controls(bound)}
            is_it = form.method == "post" and (form.texts | form.choices) & names
            if is_it and name not in (*SKIPPED, *OWN_ANSWER, *seen):
                seen.add(name)
                yield name, to, form, behind


def controls(bound: Any) -> list[str]:
    """The names under which a field is sent."""
    if isinstance(bound.field.widget, forms.MultiWidget):
        return [f"{bound.html_name}{part}" for part in bound.field.widget.widgets_names]
    return [bound.html_name]


def spoilt(form: Form, behind: Any, meant: Meant, value: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What is sent with this mistake in all fields meant, and by field the id of the sentence about it."""
    values, expected = dict(form.fields), {}
    for bound in behind:
        offered = form.choices if meant is is_chosen else form.texts if value else form.texts | form.choices
        present = [name for name in controls(bound) if name in offered]
        if not present or not meant(bound.field):
            continue
        expected[bound.name] = f"{bound.auto_id}_error"
        values |= {name: [value] if value else ([""] if name in form.texts else []) for name in present}
    return values, expected


def unsaid(page: str, expected: dict[str, str]) -> list[str]:
    """Fields beside which no sentence stands."""
    found = dict(re.findall(r'id="([^"]*_error)">(.*?)</div>', page, re.DOTALL))
    return [name for name, place in expected.items() if len(re.sub("<.*?>", "", found.get(place, ""))) < 8]


def mistaken(browser: Client, name: str, to: str, form: Form, behind: Any, **headers: str) -> list[Any]:
    """What is wrong with the answers to one form with each mistake."""
    wrong = []
    for mistake, (meant, value) in MISTAKES.items():
        values, expected = spoilt(form, behind, meant, value)
        if not expected:
            continue
        answer = sent(browser, to, form, values, **headers)
        if answer.status_code not in (200, 422):
            wrong.append((name, mistake, answer.status_code, sorted(expected)))
            continue
        silent = unsaid(answer.content.decode(), expected)
        lost = kept(answer, form, {field: values[field][0] for field in form.texts if values.get(field)})
        if silent or lost:
            wrong.append((name, mistake, f"silent {silent}", f"lost {lost}"))
    return wrong


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(("role", "headers"), [("admin", {}), ("admin", HTMX), ("lin", {})])
def test_every_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    people, sign_in, given, role, headers
):
    browser = sign_in(getattr(people, role))
    browser.raise_request_exception = False
    found = list(shown(browser, list(paths(given).values()), **headers))
    wrong = [
        problem
        for name, to, form, behind in found
        for problem in mistaken(browser, name, to, form, behind, **headers)
    ]
    assert not wrong, "\n".join(map(str, wrong))
    assert len(found) > (30 if role == "admin" else 18)


@pytest.mark.django_db
def test_the_forms_before_signing_in_tell_mistakes_beside_their_fields_too(people, client, settings):
    settings.EMAIL_HOST = "localhost"
    client.raise_request_exception = False
    invited = User.objects.create(
        email="new@example.com", name_en="New", role_id="SALESPERSON", invited_at=timezone.now()
    )
    doors = [
        reverse("account_login"), reverse("account_reset_password"),
        reverse("people:join", args=[links.token(invited, links.INVITATION)]),
        reverse("people:reset", args=[links.token(people.lin, links.RESET)]),
    ]  # fmt: skip
    found = list(shown(client, doors))
    assert len(found) == 4
    wrong = [problem for form in found for problem in mistaken(client, *form)]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.django_db
@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {"recycle", "bin"}))
def test_a_bulk_edit_without_what_it_needs_says_so_and_keeps_the_chosen(people, sign_in, given, verb):
    browser = sign_in(people.zhao)
    first = browser.post(reverse("customers:bulk"), {"verb": verb, "ids": given["customers"]})
    form = next(f for f in forms_of(first.content.decode()) if "verb" in f.choices)
    why = "" if verb == "pool" else "Kept é"
    answer = browser.post(
        reverse("customers:bulk"),
        form.fields | {"apply": ["1"], "why": [why]} | dict.fromkeys(NEEDED, ""),
    )
    page = answer.content.decode()
    again = next(f for f in forms_of(page) if "verb" in f.choices)
    assert (answer.status_code, again.fields["ids"]) == (200, [str(given["customers"])])
    silent = unsaid(page, {name: f"id_{name}_error" for name in ("value", "owner") if name in form.choices})
    assert not silent
    assert answer.context["form"].errors
    if "why" in form.texts and verb != "pool":
        assert again.fields["why"] == ["Kept é"]


NEEDED = ("value", "owner")


@pytest.mark.django_db
def test_a_choice_out_of_use_keeps_a_name(people, sign_in, given):
    browser = sign_in(people.admin)
    path = reverse("customers:edit_entry", args=[given["entries"]])
    answer = browser.post(path, {"name_zh": "", "name_en": ""})
    assert answer.status_code == 200
    assert not unsaid(answer.content.decode(), {"name_en": "id_name_en_error"})


@pytest.mark.django_db
def test_a_view_without_a_name_or_with_too_long_a_one_is_asked_for_again(people, sign_in):
    browser = sign_in(people.lin)
    path = reverse("customers:save_view")
    for name in ("", " ", "x" * 61, "a\x00b"):
        sent = {"name": name, "query": "show=mine", "columns": ["name", "country"], "shared": "on"}
        answer = browser.post(path, sent)
        page = answer.content.decode()
        form = next(f for f in forms_of(page) if "query" in f.choices)
        assert not unsaid(page, {"name": "id_name_error"}), name
        assert (form.fields["query"], form.fields["columns"]) == (["show=mine"], ["name", "country"])
        assert form.fields["shared"] == ["on"]
    assert browser.post(path, form.sends(name="Mine")).status_code == 302
    view = SavedView.objects.get()
    assert (view.name, view.query, view.columns, view.is_shared) == (
        "Mine",
        "show=mine",
        ["name", "country"],
        True,
    )
