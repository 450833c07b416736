"""What a mail server's answer means for one recipient, or for all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 500

_THROTTLED = re.compile(
    r"\b[45]\.4\.5\b|quota|rate.?limit|too (?:many|much|frequent|fast)|frequen|throttl|limit exceeded|"
    r"exceeded.{0,30}limit|try again later|MI:(?:DMC|SFQ|FREQ)|频率|过于频繁|超过.{0,8}限|稍后",
    re.I,
)  # fmt: skip
_NO_QUOTA = re.compile(r"mailbox (?:is )?full|over ?quota|quota exceeded|storage|邮箱已满|空间", re.I)


class Outcome(StrEnum):
    """What became of one recipient in one dialogue; the names are those of `OutgoingRecipient.State`."""

    ACCEPTED = "ACCEPTED"
    TEMPORARY = "TEMPORARY"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply code with the server's words, cut to what the database keeps."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, words: bytes | str) -> Answer:
        """From what smtplib gives."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return cls(code, " ".join(text.replace("\x00", "").split())[:LONGEST])

    @property
    def is_fine(self) -> bool:
        """Whether the server agreed."""
        return 200 <= self.code < 300

    @property
    def outcome(self) -> Outcome:
        """What it says of a recipient.

        Providers refuse with a permanent code whoever sends too much today; that passes with time.
        """
        if self.is_fine:
            return Outcome.ACCEPTED
        if 400 <= self.code < 500 or self.is_throttling:
            return Outcome.TEMPORARY
        return Outcome.REFUSED

    @property
    def is_throttling(self) -> bool:
        """Whether the server wants fewer mails from this account, not none for this recipient."""
        return bool(_THROTTLED.search(self.text)) and not _NO_QUOTA.search(self.text)

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()[:LONGEST]
