"""Every write of this folder: one atomic, keyword-only function per verb."""

from genjin.customers.actions.bin import recycle, restore
from genjin.customers.actions.conflicts import tell_conflicts
from genjin.customers.actions.contact_bin import erase_contact, recycle_contact, restore_contact
from genjin.customers.actions.contacts import (
    change_contact,
    create_contact,
    create_contacts,
)
from genjin.customers.actions.customers import (
    change_customer,
    change_customers,
    confirm_customers,
    create_customer,
    create_customers,
)
from genjin.customers.actions.dimensions import set_dimension
from genjin.customers.actions.duplicate_keys import holder_of
from genjin.customers.actions.duplicate_pairs import doubt_again, tell_apart
from genjin.customers.actions.handover import move_slice, start_hand_over, undo_hand_over
from genjin.customers.actions.history import LogEntry, log_interactions
from genjin.customers.actions.interactions import (
    LogDraft,
    change_interaction,
    correct_interaction,
    log_interaction,
    recycle_interaction,
    restore_interaction,
)
from genjin.customers.actions.list_removal import remove_list_entry, undo_list_removal
from genjin.customers.actions.lists import (
    change_list_entry,
    change_role_hint,
    change_tag,
    create_list_entry,
    create_tag,
    delete_tag,
    merge_tags,
    move_list_entry,
    order_list_entries,
    tag_customers,
    withdraw_tag,
)
from genjin.customers.actions.next_steps import (
    NextStepDraft,
    NextStepSummary,
    add_next_step,
    change_next_step,
    close_next_step,
    close_next_steps,
    reopen_next_step,
    set_cadence,
    set_not_before,
    write_summaries,
)
from genjin.customers.actions.ownership import (
    assign_owner,
    claim,
    return_to_pool,
    said_faster,
    set_collaborators,
)
from genjin.customers.actions.pools import (
    change_pool,
    close_pool,
    create_pool,
    move_to_pool,
    protect,
    reopen_pool,
)
from genjin.customers.actions.refusal import Conflict, Refused, RowsRefused
from genjin.customers.actions.sensitive import may_see_sensitive, write_sensitive_note

__all__ = [
    "Conflict",
    "LogDraft",
    "LogEntry",
    "NextStepDraft",
    "NextStepSummary",
    "Refused",
    "RowsRefused",
    "add_next_step",
    "assign_owner",
    "change_contact",
    "change_customer",
    "change_customers",
    "change_interaction",
    "change_list_entry",
    "change_next_step",
    "change_pool",
    "change_role_hint",
    "change_tag",
    "claim",
    "close_next_step",
    "close_next_steps",
    "close_pool",
    "confirm_customers",
    "correct_interaction",
    "create_contact",
    "create_contacts",
    "create_customer",
    "create_customers",
    "create_list_entry",
    "create_pool",
    "create_tag",
    "delete_tag",
    "doubt_again",
    "erase_contact",
    "holder_of",
    "log_interaction",
    "log_interactions",
    "may_see_sensitive",
    "merge_tags",
    "move_list_entry",
    "move_slice",
    "move_to_pool",
    "order_list_entries",
    "protect",
    "recycle",
    "recycle_contact",
    "recycle_interaction",
    "remove_list_entry",
    "reopen_next_step",
    "reopen_pool",
    "restore",
    "restore_contact",
    "restore_interaction",
    "return_to_pool",
    "said_faster",
    "set_cadence",
    "set_collaborators",
    "set_dimension",
    "set_not_before",
    "start_hand_over",
    "tag_customers",
    "tell_apart",
    "tell_conflicts",
    "undo_hand_over",
    "undo_list_removal",
    "withdraw_tag",
    "write_sensitive_note",
    "write_summaries",
]
