"""How far tracking has come, as it stands in the reason of its duty: n of the plan, by channel (000-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers.models.interaction import Channel


def _mails(n: int) -> str:
    return ngettext("%(n)d mail", "%(n)d mails", n) % {"n": n}


def _calls(n: int) -> str:
    return ngettext("%(n)d call", "%(n)d calls", n) % {"n": n}


def _videos(n: int) -> str:
    return ngettext("%(n)d video call", "%(n)d video calls", n) % {"n": n}


def _visits(n: int) -> str:
    return ngettext("%(n)d visit", "%(n)d visits", n) % {"n": n}


def _chats(n: int) -> str:
    return ngettext("%(n)d chat", "%(n)d chats", n) % {"n": n}


def _meetings(n: int) -> str:
    return ngettext("%(n)d meeting", "%(n)d meetings", n) % {"n": n}


def _others(n: int) -> str:
    return ngettext("%(n)d in another way", "%(n)d in other ways", n) % {"n": n}


WORDS: Mapping[str, Callable[[int], str]] = {
    Channel.EMAIL: _mails,
    Channel.AUDIO_CALL: _calls,
    Channel.VIDEO_CALL: _videos,
    Channel.VISIT: _visits,
    Channel.CHAT: _chats,
    Channel.MEETING: _meetings,
    Channel.OTHER: _others,
}
"""How often each channel was used, in words (a test compares with the channels of the rules)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The attempts made to get an answer in one conversation, and how many are planned."""

    made: tuple[tuple[str, int], ...]
    """Channel and number, in the order of the plan."""
    most: int | None
    """None: until there is an order (000-23)."""

    @property
    def done(self) -> int:
        """How many were made."""
        return sum(count for _channel, count in self.made)

    @property
    def filled(self) -> int:
        """How much of the bar is full: a video that is still missing does not make it longer."""
        return min(self.done, self.most or 0)

    @property
    def text(self) -> str:
        """As short as can be: `3/8`, or `3` where there is no end."""
        return str(self.done) if self.most is None else f"{self.done}/{self.most}"

    @property
    def by_channel(self) -> str:
        """`2 mails · 1 call · 0 video calls`."""
        return " · ".join(WORDS[channel](count) for channel, count in self.made)

    @property
    def title(self) -> str:
        """The whole as a sentence, for those who do not see the bar."""
        params = {"done": self.done, "most": self.most, "ways": self.by_channel}
        if self.most is None:
            text = ngettext(
                "%(done)d attempt, until there is an order: %(ways)s",
                "%(done)d attempts, until there is an order: %(ways)s",
                self.done,
            )
            return text % params
        return _("Attempts: %(done)d of %(most)d: %(ways)s") % params


def progress_of(reason: Mapping[str, Any]) -> Progress | None:
    """What a reason tells of it; None for what is no tracking, or was decided by older rules."""
    made = reason["params"].get("made")
    if not made:
        return None
    pairs = (pair.split(":") for pair in made.split(","))
    return Progress(tuple((channel, int(count)) for channel, count in pairs), reason["params"]["most"])
