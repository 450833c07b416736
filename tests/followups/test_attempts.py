"""How far tracking has come is told with a bar and by channel (000-22, 000-23)."""

from __future__ import annotations

import pytest
from django.utils import translation

from genjin.followups.attempts import WORDS, Progress, progress_of
from genjin.rules.duties import because
from genjin.rules.facts import Channel

CASES = [
    # what the reason tells; short text, full part of the bar, the sentence
    ("EMAIL:1,AUDIO_CALL:2,VIDEO_CALL:0", 8, "3/8", 3, "Attempts: 3 of 8: 1 mail · 2 calls · 0 video calls"),
    ("EMAIL:5,AUDIO_CALL:4,VIDEO_CALL:0", 8, "9/8", 8, "Attempts: 9 of 8: 5 mails · 4 calls · 0 video calls"),
    (
        "EMAIL:1,AUDIO_CALL:1,VIDEO_CALL:0,VISIT:1",
        None,
        "3",
        0,
        "3 attempts, until there is an order: 1 mail · 1 call · 0 video calls · 1 visit",
    ),
    ("EMAIL:0", 2, "0/2", 0, "Attempts: 0 of 2: 0 mails"),
]


def told(made: str, most: int | None) -> Progress | None:
    reason = because(
        "NO_ANSWER", thread_id=1, message_id=2, sent_on="2026-03-02", attempt=1, most=most, made=made
    )
    return progress_of({"code": reason.code, "params": reason.params})


@pytest.mark.parametrize(("made", "most", "text", "filled", "title"), CASES)
def test_progress_reads_as_a_fraction_and_as_a_sentence(
    made: str, most: int | None, text: str, filled: int, title: str
) -> None:
    found = told(made, most)
    assert found is not None
    assert (found.text, found.filled, found.title) == (text, filled, title)


def test_every_channel_of_the_rules_has_its_words() -> None:
    assert set(WORDS) == set(Channel)
    with translation.override("zh-hans"):
        assert [words(2) for words in WORDS.values()][:3] == ["2 封邮件", "2 次电话", "2 次视频"]


def test_other_reasons_tell_no_progress() -> None:
    assert progress_of({"code": "NO_NEXT_STEP", "params": {"since": "2026-03-02"}}) is None
