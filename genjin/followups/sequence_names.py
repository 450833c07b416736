"""What sequences are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import get_language

from genjin.followups.chain_words import SEQUENCES
from genjin.policy.queries import effective
from genjin.rules.plans import SequencePlan, own_plans


def of(keys: Collection[str]) -> Mapping[str, str]:
    """Names by key; asks the database only where the company wrote one of them itself."""
    found = {key: str(SEQUENCES[key]) for key in keys if key in SEQUENCES}
    if any(key not in found for key in keys):
        found |= {plan.key: name_of(plan) for plan in own_plans(effective()) if plan.key in keys}
    return found


def called(key: str) -> str:
    """The name of one, its key where it is gone."""
    return of([key]).get(key, key)


def name_of(plan: SequencePlan) -> str:
    """What one is called."""
    if plan.key in SEQUENCES:
        return str(SEQUENCES[plan.key])
    return plan.name_zh if (get_language() or "").startswith("zh") else plan.name_en
