"""Every write of this folder: one atomic, keyword-only function per verb."""

from genjin.customers.actions.interactions import (
    LogDraft,
    change_interaction,
    correct_interaction,
    log_interaction,
    recycle_interaction,
    restore_interaction,
)
from genjin.customers.actions.next_steps import (
    NextStepDraft,
    NextStepSummary,
    add_next_step,
    change_next_step,
    close_next_step,
    close_next_steps,
    move_next_step,
    set_cadence,
    set_not_before,
    write_summary,
)
from genjin.customers.actions.refusal import Conflict, Refused, RowsRefused

__all__ = [
    "Conflict",
    "LogDraft",
    "NextStepDraft",
    "NextStepSummary",
    "Refused",
    "RowsRefused",
    "add_next_step",
    "change_interaction",
    "change_next_step",
    "close_next_step",
    "close_next_steps",
    "correct_interaction",
    "log_interaction",
    "move_next_step",
    "recycle_interaction",
    "restore_interaction",
    "set_cadence",
    "set_not_before",
    "write_summary",
]
