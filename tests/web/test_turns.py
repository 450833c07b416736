"""Requests of one process take turns, and none waits long."""

import threading

from django.http import HttpResponse
from django.test import RequestFactory

from genjin.web import turns

WITHIN = 20
"""Seconds after which a test gives up."""


class Slow:
    """A page that takes until it is let go."""

    def __init__(self):
        self.came, self.let_go, self.ended = threading.Semaphore(0), threading.Event(), []

    def __call__(self, request):
        self.came.release()
        assert self.let_go.wait(WITHIN)
        self.ended.append(request.path)
        return HttpResponse(status=200)


def ask(door, path):
    thread = threading.Thread(target=door, args=(RequestFactory().get(path),))
    thread.start()
    return thread


def test_a_second_request_waits_until_the_first_is_answered(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", WITHIN)
    page = Slow()
    door = turns.Turns(page)
    first = ask(door, "/first")
    assert page.came.acquire(timeout=WITHIN)
    second = ask(door, "/second")
    assert not page.came.acquire(timeout=0.05)
    page.let_go.set()
    for thread in (first, second):
        thread.join(WITHIN)
    assert page.ended == ["/first", "/second"]


def test_a_request_that_waited_long_enough_goes_ahead_and_gives_back_no_turn_that_it_never_had(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    page = Slow()
    door = turns.Turns(page)
    threads = [ask(door, "/first"), ask(door, "/second")]
    assert page.came.acquire(timeout=WITHIN)
    assert page.came.acquire(timeout=WITHIN)
    page.let_go.set()
    for thread in threads:
        thread.join(WITHIN)
    assert door.turn.acquire(blocking=False)
    assert not door.turn.acquire(blocking=False)


def test_a_turn_is_given_back_when_the_page_breaks():
    def broken(request):
        raise ValueError("broken")

    door = turns.Turns(broken)
    for _ in range(2):
        try:
            door(RequestFactory().post("/", {"name": "Marmara"}))
        except ValueError:
            continue
        raise AssertionError("the error was swallowed")
    assert door.turn.acquire(blocking=False)
