"""Facts about chains of steps: sequences that run for a customer, shipments, and what happened to him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from genjin.rules.policy import Step


class EventKind(StrEnum):
    """What may begin a sequence, or make the rest of it needless."""

    REPLY = "REPLY"
    """A person there wrote, called or came; an automatic answer is none."""
    ORDER = "ORDER"
    STATUS = "STATUS"
    """The lead's status or time of buying was changed."""
    INQUIRY = "INQUIRY"
    DORMANT = "DORMANT"
    AWAKE = "AWAKE"
    """Dormant no longer."""


@dataclass(frozen=True, slots=True)
class Event:
    """That something happened; of each kind the last one is a fact."""

    kind: EventKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """That a sequence began at some time, whether it still runs or not."""

    sequence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepDone:
    """That a step was done, by its name."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceRun:
    """One sequence that runs for a customer, with the steps that stood in the policy when it began."""

    key: str
    """How the keys of its duties begin: "sequence:nurture:42:20260302T020000"."""
    sequence: str
    steps: tuple[Step, ...]
    began_at: datetime
    owner_id: int
    contact_id: int | None = None
    about_on: date | None = None
    """The date from which its steps with the anchor DATE count; they wait until it is known."""
    done: tuple[StepDone, ...] = ()
    stated: frozenset[str] = frozenset()
    """The names of steps that only `done` or an outcome settles: not any mail is a shipping advice."""
    conditions: frozenset[str] = frozenset()
    """The names of the conditions that hold, besides those that the customer's facts tell."""
    exits: frozenset[EventKind] = frozenset()
    """What ends it early when it happens after the beginning."""
    exited_at: datetime | None = None
    """When something else happened that makes the rest of it needless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFact:
    """What is known of a shipment that left."""

    id: int
    shipped_at: datetime
    owner_id: int
    eta: date | None = None
    """A date at the destination; unknown until somebody tells."""
    advised_at: datetime | None = None
    """When the shipping advice was sent, from here or elsewhere."""
    contact_id: int | None = None
    is_balance_due: bool = False
    """Money is open that must be paid before the goods are released; not so with L/C or open account."""
    has_new_order: bool = False
    done: tuple[StepDone, ...] = ()
    """The steps after the advice that were done, by their names: "eta-7", "eta+10"."""
    message_id: int | None = None
    """The last mail of the chain, in whose conversation the next one is written (000-56, 000-65)."""
    may_press: bool = True
    """Whether the goods are known to be in stock and nothing is complained about (003-19, 003-25)."""
    praised_at: datetime | None = None
    """When very good feedback came, after which no testimonial was asked for yet (000-58)."""
    free_days: int | None = None
    demurrage: str = ""
    """What a day costs after the free ones: "USD 120"."""
