"""Unexpected errors are kept without people's data, and reporting them never makes things worse."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from genjin.config.urls import urlpatterns as real_urls
from genjin.instance import errors
from genjin.instance.models import ErrorReport
from tests.conftest import Cast


def explode(request: HttpRequest, number: int) -> HttpResponse:
    secret, phone = "ada@example.com", f"+86 {number + 96} 0013 8000"
    raise ValueError(f"no customer {secret!r} with phone {phone} in {number}")


urlpatterns = [*real_urls, path("explode/<int:number>/", explode)]
handler500 = "genjin.web.errors.handler500"


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("mail to ada.l+x@example.co.uk failed", "mail to", "ada"),
        ("call +86 138-0013-8000 now", "now", "138"),
        ("card 123456", "card", "123456"),
        ("in 12345 rows", "12345", "\x00"),
        ("KeyError: 'Ada Lovelace'", "KeyError", "Ada"),
        ('invalid "名字" here', "here", "名字"),
        ("字段“王小明”无效", "无效", "王小明"),
        ("it's 'quoted \\' more' end", "end", "quoted"),
        ("postgresql://me:pw@db/genjin", "postgresql", "pw"),
        ("duplicate\nDETAIL:  Key (email)=(a b) already exists.", "duplicate", "already"),
        ("邮箱 王@例子.中国 无效", "无效", "例子"),
    ],
)
def test_messages_lose_what_is_personal(text: str, kept: str, gone: str) -> None:
    scrubbed = errors.scrub(text)
    assert kept in scrubbed
    assert gone not in scrubbed


def test_a_trace_shows_code_and_causes_but_no_values() -> None:
    try:
        try:
            raise KeyError("Ada")
        except KeyError as error:
            raise RuntimeError("row 1234567") from error
    except RuntimeError as error:
        trace = errors.scrubbed_trace(error)
    assert "tests/instance/test_errors.py" in trace
    assert "RuntimeError: row …" in trace
    assert "caused by" in trace and "KeyError" in trace
    assert str(Path(__file__).resolve().parents[2]) not in trace


def test_an_error_that_cannot_even_say_its_name_is_reported(db: None) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    identity = errors.report(Mute(), process="worker", place="job")
    assert ErrorReport.objects.get(pk=identity).kind.endswith("Mute")


def test_endless_and_circular_errors_end(db: None) -> None:
    def deeper(n: int) -> None:
        deeper(n + 1)

    try:
        deeper(0)
    except RecursionError as error:
        error.__context__ = error
        identity = errors.report(error, process="command", place="x" * 1000)
    assert len(ErrorReport.objects.get(pk=identity).trace) <= errors.LONGEST_TRACE


def test_reporting_goes_on_when_the_database_does_not(monkeypatch: Any, caplog: Any) -> None:
    def refuse(**values: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(ErrorReport.objects, "create", refuse)
    monkeypatch.setattr(errors.transaction, "atomic", lambda: __import__("contextlib").nullcontext())
    with caplog.at_level(logging.ERROR):
        identity = errors.report(ValueError("x"), process="web", place="/")
    assert str(identity) in caplog.text
    assert "could not be kept" in caplog.text


@pytest.mark.urls(__name__)
def test_a_page_that_fails_is_listed_under_its_pattern_and_by_its_id(
    people: Cast, sign_in: Callable[[Any], Client], caplog: Any
) -> None:
    client = sign_in(people.lin)
    client.raise_request_exception = False
    answer = client.get("/explode/42/")
    assert answer.status_code == 500
    report = ErrorReport.objects.get()
    assert report.place == "GET /explode/<int:number>/"
    assert report.by == people.lin
    assert report.request_id == answer["X-Request-Id"]
    assert report.request_id in answer.content.decode()
    assert "Traceback" not in caplog.text
    for text in (report.trace, caplog.text):
        assert "ada@" not in text and "0013 8000" not in text

    admin = sign_in(people.admin)
    found = admin.get("/settings/errors/", {"id": report.request_id}, follow=True)
    assert report.trace.splitlines()[-1] in found.content.decode().replace("&#x27;", "'")
    assert admin.get("/settings/errors/", {"id": str(report.pk)}).status_code == 302
    assert "No error has this id" in admin.get("/settings/errors/?id=0%00'").content.decode()


def test_errors_are_grouped_by_kind_and_place(
    people: Cast, sign_in: Callable[[Any], Client], moment: datetime, django_assert_max_num_queries: Any
) -> None:
    for place in ("GET /a", "GET /a", "GET /b"):
        errors.report(ValueError("x"), process="web", place=place, at=moment)
    client = sign_in(people.admin)
    groups = client.get("/settings/errors/").context["groups"]
    assert {(g["place"], g["count"]) for g in groups} == {("GET /a", 2), ("GET /b", 1)}


def test_errors_are_for_administrators(people: Cast, sign_in: Callable[[Any], Client]) -> None:
    identity = errors.report(ValueError("x"), process="web", place="/")
    for url in ("/settings/errors/", f"/settings/errors/{identity}/", "/settings/instance/"):
        assert sign_in(people.zhao).get(url).status_code == 404
        assert sign_in(people.admin).get(url).status_code == 200
