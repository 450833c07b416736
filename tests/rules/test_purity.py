"""The brain stands alone, and is fast."""

import subprocess
import sys
import time
from datetime import datetime
from statistics import median

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import REASONS, Reason, because
from genjin.rules.facts import Channel, ValueClass
from genjin.rules.setting import Absence
from tests.rules.build import WANG, contact, customer, day, postponed, setting, step

ALONE = """
import sys
import genjin.rules.decide, genjin.rules.worklist
genjin.rules.decide.Case
above = [name for name in sys.modules if name.split(".")[0] == "django"]
above += [name for name in sys.modules if name.startswith("genjin.") and not name.startswith("genjin.rules")]
print(above)
"""


def test_the_brain_imports_neither_django_nor_anything_above_itself() -> None:
    found = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        decide(customer(), setting(), datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_reason_takes_its_own_parameters_only() -> None:
    assert because("NO_NEXT_STEP", since=day("03-02")) == Reason("NO_NEXT_STEP", {"since": "2026-03-02"})
    with pytest.raises(ValueError, match="takes"):
        because("NO_NEXT_STEP", until=day("03-02"))
    assert all(code.isupper() and len(set(names)) == len(names) for code, names in REASONS.items())


def test_a_typical_customer_is_decided_in_a_few_milliseconds() -> None:
    facts = customer(
        value_class=ValueClass.A,
        triage_rank=2000,
        contacts=tuple(contact(number, timezone="Europe/Berlin") for number in range(4)),
        next_steps=tuple(
            step(day(f"03-{number + 10}"), number, channel=Channel.AUDIO_CALL) for number in range(6)
        ),
        outcomes=tuple(postponed(f"next-step:{number}", day("03-20")) for number in range(6)),
    )
    firm = setting(absences=(Absence(day("03-12"), day("03-25"), WANG),), go_live=day("03-02"))
    times = []
    for _ in range(51):
        began = time.perf_counter()
        decide(facts, firm, facts.created_at)
        times.append(time.perf_counter() - began)
    assert median(times) < 0.005
