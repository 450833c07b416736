"""Facts about offers that the customer has and has not answered yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

PREFIX = "offer:"
"""How the keys begin."""
ENDING, ENDED = "ending", "ended"
"""What may be owed by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFact:
    """A quotation or proforma invoice that was sent, is valid until a day, and is undecided."""

    id: int
    number: str
    kind: str
    owner_id: int
    sent_at: datetime
    valid_until: date
    contact_id: int | None = None
    message_id: int | None = None
    """The mail that it went with, in whose conversation one writes again."""

    def key(self, what: str) -> str:
        """Another validity is another duty: what was put off or dismissed was so for that day."""
        return f"{PREFIX}{self.id}:{what}:{self.valid_until.isoformat()}"

    @property
    def keys(self) -> tuple[str, str]:
        """Those of all that may be owed by it."""
        return self.key(ENDING), self.key(ENDED)
