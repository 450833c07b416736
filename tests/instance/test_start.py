"""What every process finds out before it works."""

from __future__ import annotations

from collections.abc import Callable

from tests.instance.conftest import Installation

Installed = Callable[..., Installation]
HELD = "SELECT held_reason FROM instance_instance"


def test_a_copied_instance_is_held_and_the_original_is_not(installed: Installed) -> None:
    original = installed("original")
    for _ in range(2):
        assert original.run("worker", "--once").returncode == 0
    copy = installed("copy", of=original)
    done = copy.run("worker", "--once")
    assert done.returncode == 0
    assert "held (COPIED)" in done.stderr
    assert (copy.sql(HELD), original.sql(HELD)) == ([("COPIED",)], [("",)])


def test_genjin_now_is_for_demo_and_test_instances(installed: Installed) -> None:
    here = installed("here")
    here.extra["GENJIN_NOW"] = "2027-03-01T09:00+08:00"
    done = here.run("worker", "--once")
    assert done.returncode == 2
    assert "neither a demo nor a test" in done.stderr
    here.sql("UPDATE instance_instance SET kind = 'TEST'")
    assert here.run("worker", "--once").returncode == 0
    assert here.sql("SELECT clock_start FROM instance_instance") == [("2027-03-01T09:00+08:00",)]


def test_a_command_that_breaks_is_listed_with_the_errors(installed: Installed) -> None:
    here = installed("here")
    here.sql("DELETE FROM instance_instance")
    done = here.run("worker", "--once")
    assert done.returncode == 1
    [(process, place)] = here.sql("SELECT process, place FROM instance_errorreport")
    assert (process, place) == ("command", "genjin worker")
