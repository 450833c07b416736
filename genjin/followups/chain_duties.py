"""Duties of chains and promises, as tasks keep them: which are done by hand, which cannot be put off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genjin.followups.running import channel_of
from genjin.rules.duties import Rule
from genjin.rules.evidence import COUNTS
from genjin.rules.facts import Channel
from genjin.rules.interactions import Kind

STEPS = (Rule.SEQUENCE, Rule.AFTERSALES)


MONEY = (Rule.PAYMENT, Rule.LETTER_OF_CREDIT)
SETTLED_BY_WORD = (Rule.REORDER, Rule.OFFER_ENDED)
"""What a logged contact settles for good, although nothing else shows that it was about this."""


def is_by_hand(duty: Mapping[str, Any]) -> bool:
    """Whether nothing proves that it was done, so that somebody says when: steps, asking for money."""
    return duty["rule"] in MONEY or (duty["rule"] in STEPS and duty["channel"] == Channel.OTHER)


def is_stated(duty: Mapping[str, Any]) -> bool:
    """Whether it is done because somebody says at its task that it was: each step after a shipment (000-47).

    A contact alone proves it only around its day, which moves with the arrival; what is done is not
    repeated (000-65).
    """
    return bool(duty["rule"] == Rule.AFTERSALES)


def stays_done(duty: Mapping[str, Any]) -> bool:
    """Whether deciding must know that it was done, as no other fact tells."""
    return is_by_hand(duty) or is_stated(duty) or duty["rule"] in SETTLED_BY_WORD


def fulfils(kind: str, duty: Mapping[str, Any]) -> bool:
    """Whether a follow-up of that kind does a step (domain A.8); what is done by hand is done with any."""
    return is_by_hand(duty) or channel_of(Kind(kind)) in COUNTS[Channel(duty["channel"])]


def can_wait(duty: Mapping[str, Any]) -> bool:
    """Whether it may be put off; what was promised to a customer may not."""
    return bool(duty["rule"] != Rule.PROMISE)
