"""What process managers, load balancers and monitors are told, and the log line of a request."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from genjin.instance import health
from genjin.instance.schema import Schema
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "_schema_current_until", 0.0)


def test_health_needs_no_database_and_no_known_host() -> None:
    answer = Client().get("/health", headers={"host": "10.0.0.7:8000"})  # no database fixture: a query fails
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_says_so_and_tells_of_the_worker(db: None, django_assert_max_num_queries: Any) -> None:
    body = Client().get("/ready", headers={"host": "10.0.0.7"})
    assert body.status_code == 200
    assert json.loads(body.content)["ready"] is True
    assert json.loads(body.content)["details"]["worker"] == "not seen for 60 s"
    with django_assert_max_num_queries(2):  # the schema is not looked at each time
        Client().get("/ready")


def test_a_worker_that_was_seen_is_told(db: None) -> None:
    from genjin.jobs.models import Worker

    Worker.objects.create(owner="x", host="h", pid=1, pid_space="")
    assert json.loads(Client().get("/ready").content)["details"]["worker"] == "seen"


@pytest.mark.parametrize(
    ("state", "word"),
    [(Schema(("customers.0002",), ()), "setup"), (Schema((), ("customers.9999",)), "newer")],
)
def test_a_schema_that_does_not_fit_is_not_ready(
    db: None, monkeypatch: Any, state: Schema, word: str
) -> None:
    monkeypatch.setattr(health, "schema_state", lambda: state)
    answer = Client().get("/ready")
    assert answer.status_code == 503
    assert word in json.loads(answer.content)["reasons"]["schema"]


def test_a_full_disk_is_not_ready(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 2**70)
    answer = Client().get("/ready")
    assert json.loads(answer.content)["reasons"] == {"disk": "nearly full"}
    assert answer.status_code == 503


def test_a_database_that_is_away_is_not_ready_and_not_an_error(db: None, monkeypatch: Any) -> None:
    from django.db import OperationalError

    def refuse() -> None:
        raise OperationalError("connection refused at 10.0.0.5")

    with monkeypatch.context() as away:
        away.setattr(connection, "cursor", refuse)
        away.setattr(connection, "close", lambda: None)
        answer = Client().get("/ready")
    assert answer.status_code == 503
    assert json.loads(answer.content)["reasons"]["database"] == "cannot be reached"
    assert "10.0.0.5" not in answer.content.decode()


def test_a_request_leaves_one_line_with_its_pattern_and_no_values(
    people: Cast, sign_in: Callable[[Any], Client], caplog: Any
) -> None:
    client = sign_in(people.admin)
    with caplog.at_level(logging.INFO, logger="genjin.request"):
        answer = client.get("/settings/errors/?id=secret")
    [line] = [record for record in caplog.records if record.name == "genjin.request"]
    assert "secret" not in line.getMessage()
    assert line.pattern == "GET /settings/errors/"
    assert (line.status, line.user_id) == (200, people.admin.pk)
    assert line.request_id == answer["X-Request-Id"]
    assert line.queries > 0 and line.ms > 0


def test_what_a_request_writes_is_journalled_with_its_id(
    people: Cast, sign_in: Callable[[Any], Client]
) -> None:
    from genjin.journal.models import Entry

    answer = sign_in(people.admin).post("/settings/instance/hold/")
    entry = Entry.objects.get()
    assert (entry.via, entry.request_id, entry.by) == ("WEB", answer["X-Request-Id"], people.admin)


def test_json_lines_hold_the_same_facts(monkeypatch: Any) -> None:
    from pythonjsonlogger.json import JsonFormatter

    from genjin.config import environment

    monkeypatch.setenv("GENJIN_LOG", "json")
    settings: Any = environment.logging_settings()
    form = settings["formatters"][settings["handlers"]["stderr"]["formatter"]]
    record = logging.makeLogRecord({"name": "genjin.request", "msg": "m", "request_id": "abc", "status": 200})
    line = json.loads(JsonFormatter(form["format"], rename_fields=form["rename_fields"]).format(record))
    assert (line["request_id"], line["status"], line["source"]) == ("abc", 200, "genjin.request")
