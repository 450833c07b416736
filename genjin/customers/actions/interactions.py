"""Writing down what was said: the log with its next step, edits, corrections, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers import moments
from genjin.customers.actions.basis import (
    changed,
    check_fields,
    dimension_change,
    locked,
    may,
    require_restorable,
    take_changes,
    tell,
)
from genjin.customers.actions.next_steps import NextStepDraft, add_next_step, close_next_steps
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.log_limits import limits_of
from genjin.customers.models import Contact, Customer, DimensionChange, Interaction
from genjin.customers.moments import Moments
from genjin.fields import value_actions as fields
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules import interactions as rules

EDITABLE = (
    "kind", "direction", "happened_at", "content", "minutes", "outcome", "reaction", "reaction_note",
    "satisfaction", "is_private",
)  # fmt: skip
KIND = "customers.interaction"


@dataclass(frozen=True)
class LogDraft:
    """An interaction as a person wrote it down; `happened_at` None means just now.

    `custom` are values of custom fields by their attributes (`custom.<key>`).
    """

    kind: str
    content: str = ""
    direction: str = Interaction.Direction.OUT
    happened_at: datetime | None = None
    contact_ids: Sequence[int] = field(default=())
    minutes: int | None = None
    outcome: str = ""
    reaction: str = ""
    reaction_note: str = ""
    satisfaction: int | None = None
    is_private: bool = False
    no_next_step_because: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def log_interaction(
    *,
    customer_id: int,
    draft: LogDraft,
    by: User | None,
    at: datetime,
    next_step: NextStepDraft | None = None,
    closes: Sequence[int] = (),
    is_history: bool = False,
) -> Interaction:
    """Write down one contact, close the next steps it fulfils and promise the next one (000-28, B-10, B-11).

    `is_history` lets an import or a demo tell of times long past. Raises `Refused` by field.
    """
    customer = locked(Customer.objects.alive(), customer_id)
    interaction = _interaction(customer, draft, by=by, at=at)
    limits = None if is_history else limits_of(interaction.person_id)
    _take_custom([interaction], [draft])
    _check(interaction, by=by, at=at, limits=limits)
    people = _people(customer, draft.contact_ids)
    interaction.is_late = limits is not None and rules.is_late(interaction.happened_at, at, limits)
    interaction.save(force_insert=True)
    interaction.contacts.set(people)
    told: dict[str, tuple[Any, Any]] = {
        name: (None, value)
        for name in EDITABLE
        if (value := getattr(interaction, name)) not in ("", None, False)
    } | fields.told(interaction)
    if people:
        told["contacts"] = ([], [p.pk for p in people])
    tell([changed(interaction, "log", told)], by=by, at=at)
    if not is_history:
        _day_of(interaction, at)
    if closes:
        close_next_steps(customer_id=customer.pk, ids=closes, by=by, at=at, interaction=interaction)
    if next_step is not None:
        add_next_step(customer_id=customer.pk, draft=next_step, by=by, at=at, written_in=interaction)
    refresh_summary(customer)
    _deepen(interaction, people, by=by, at=at)
    return interaction


def _interaction(customer: Customer, draft: LogDraft, *, by: User | None, at: datetime) -> Interaction:
    interaction = Interaction(
        customer=customer,
        kind=draft.kind,
        direction=draft.direction,
        happened_at=draft.happened_at or at,
        content=draft.content.strip(),
        minutes=draft.minutes,
        outcome=draft.outcome if _is_call(draft.kind) else "",
        reaction=draft.reaction,
        reaction_note=draft.reaction_note.strip(),
        satisfaction=draft.satisfaction,
        is_private=draft.is_private,
        no_next_step_because=draft.no_next_step_because.strip(),
        person=by,
        logged_at=at,
    )
    _set_counts(interaction)
    return interaction


def _take_custom(rows: Sequence[Interaction], drafts: Sequence[LogDraft]) -> None:
    """Put the custom values of drafts into unsaved logs; `RowsRefused` or, of one, `Refused` by field."""
    values, wrong = fields.cleaned(KIND, [draft.custom for draft in drafts])
    if wrong and len(rows) == 1:
        raise Refused(wrong[0])
    if wrong:
        raise RowsRefused(wrong)
    for interaction, given in zip(rows, values, strict=True):
        for name, value in given.items():
            fields.put(interaction, name, value)


def _is_call(kind: str) -> bool:
    return kind in (Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL)


def _set_counts(interaction: Interaction) -> None:
    if interaction.kind not in Interaction.Kind.values:
        raise Refused({"kind": _("Choose what it was.")})
    counts = rules.counts(
        rules.Kind(interaction.kind),
        inbound=interaction.direction == Interaction.Direction.IN,
        connected=interaction.outcome == Interaction.Outcome.CONNECTED,
    )
    interaction.counts_as_contact = counts.contact
    interaction.counts_as_follow_up = counts.follow_up


def _check(
    interaction: Interaction,
    *,
    by: User | None,
    at: datetime,
    limits: rules.LogLimits | None,
    is_dated: bool = True,
) -> None:
    """Refuse, by field, what a log may not be.

    Without limits it tells of times long past; `is_dated` says whether its moment was given just now.
    """
    errors: dict[str, str] = {}
    if _is_call(interaction.kind) and not interaction.outcome:
        errors["outcome"] = _("Say how the call ended.")
    connected = interaction.outcome == Interaction.Outcome.CONNECTED
    kind = rules.Kind(interaction.kind)
    least = rules.content_minimum(kind, connected=connected, limits=limits) if limits else 0
    if len(interaction.content) < least:
        errors["content"] = too_short(least)
    if interaction.happened_at > at:
        errors["happened_at"] = _("This lies in the future. What is to come is a next step.")
    elif (
        limits is not None
        and is_dated
        and rules.is_too_far_back(interaction.happened_at, at, limits)
        and not may(by, "manage_team", at)
    ):
        errors["happened_at"] = too_far_back(limits.backdating_days)
    if interaction.satisfaction is not None and not 1 <= interaction.satisfaction <= 5:
        errors["satisfaction"] = _("Between 1 and 5.")
    if errors:
        raise Refused(errors)
    check_fields(interaction)


def too_short(least: int) -> str:
    """What is said of a log with fewer characters than it needs."""
    return ngettext(
        "Write down what it was about.",
        "Write down what was said, in at least %(count)d characters.",
        least,
    ) % {"count": least}


def too_far_back(days: int) -> str:
    """What is said of a log dated back by more than so many days."""
    return ngettext(
        "Logs can be dated back by at most %(count)d day; ask your manager for older ones.",
        "Logs can be dated back by at most %(count)d days; ask your manager for older ones.",
        days,
    ) % {"count": days}


def _people(customer: Customer, ids: Sequence[int]) -> list[Contact]:
    found = list(Contact.objects.alive().filter(customer=customer, pk__in=list(ids)))
    if len(found) != len(set(ids)):
        raise Refused({"contacts": _("This person does not belong to the customer.")})
    return found


def _day_of(interaction: Interaction, at: datetime) -> None:
    """What a person logs counts for the targets of his day, whoever owns the customer (000-43)."""
    if interaction.person_id is not None:
        journal.mark_people([interaction.person_id], at=at)


def refresh_summary(customer: Customer) -> None:
    """Count contacts and follow-ups of a customer anew."""
    refresh_summaries({customer.pk})


def refresh_summaries(customer_ids: Collection[int]) -> None:
    """Count contacts and follow-ups of customers anew; the first contact is no follow-up (000-05)."""
    logged = Interaction.objects.alive().filter(customer__in=customer_ids, counts_as_contact=True)
    summaries = moments.summed(logged, "happened_at", follow_up=Q(counts_as_follow_up=True))
    others = moments.of(customer_ids)
    customers = list(Customer.objects.filter(pk__in=customer_ids).only("pk").order_by("pk"))
    for customer in customers:
        one = summaries.get(customer.pk, Moments()).with_(others.get(customer.pk, Moments()))
        opened = one.first is not None and one.first == one.first_follow_up
        customer.first_contact_at = one.first
        customer.last_contact_at = one.last
        customer.last_follow_up_at = one.last_follow_up
        customer.follow_up_count = one.count - (1 if opened else 0)
    fields = ["first_contact_at", "last_contact_at", "last_follow_up_at", "follow_up_count"]
    bulk.update(customers, fields)


def _deepen(interaction: Interaction, people: Sequence[Contact], *, by: User | None, at: datetime) -> None:
    """Raise the relationship depth of the persons named to what the interaction proves; never lower it."""
    shown = rules.depth_shown(
        rules.Kind(interaction.kind), connected=interaction.outcome == Interaction.Outcome.CONNECTED
    )
    nearer = [p for p in people if rules.Depth(p.relationship_depth).rank < shown.rank]
    if not nearer:
        return
    history = [
        dimension_change(
            interaction.customer_id, "relationship_depth", p.relationship_depth, str(shown),
            by=by, at=at, cause=DimensionChange.Cause.RULE, contact_id=p.pk,
        )
        for p in nearer
    ]  # fmt: skip
    written = [
        changed(p, "grade", {"relationship_depth": (p.relationship_depth, str(shown))}) for p in nearer
    ]
    Contact.objects.filter(pk__in=[p.pk for p in nearer]).update(relationship_depth=str(shown), updated_at=at)
    DimensionChange.objects.bulk_create(history)
    for person in nearer:
        person.relationship_depth = str(shown)
    tell(written, by=by, at=at, mark=False)


@transaction.atomic
def change_interaction(
    *,
    interaction_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> Interaction:
    """Edit one's own log while the policy allows it; the journal keeps what it said before (001-43)."""
    interaction = _mine_to_change(interaction_id, by=by, at=at)
    limits = limits_of(interaction.person_id)
    if not rules.is_editable(interaction.logged_at, at, limits):
        raise Refused(not_editable(limits.edit_hours))
    people = _people(interaction.customer, changes["contact_ids"]) if "contact_ids" in changes else None
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items() if k in EDITABLE}
    custom, wrong = fields.cleaned(KIND, [changes])
    difference = take_changes(interaction, wanted | custom[0], expected=expected_version)
    if wrong:
        raise Refused(wrong[0])
    if not _is_call(interaction.kind):
        interaction.outcome = ""
    _set_counts(interaction)
    # What could be logged when it was written may still be so dated now, whatever the policy says by now.
    is_dated = "happened_at" in difference
    _check(interaction, by=by, at=at, limits=limits, is_dated=is_dated)
    if is_dated:
        interaction.is_late = rules.is_late(interaction.happened_at, interaction.logged_at, limits)
    if people is not None:
        before = sorted(interaction.contacts.values_list("pk", flat=True))
        after = sorted(p.pk for p in people)
        if before != after:
            difference["contacts"] = (before, after)
            interaction.contacts.set(people)
    if not difference:
        return interaction
    interaction.version += 1
    interaction.save()
    tell([changed(interaction, "change", difference)], by=by, at=at)
    _day_of(interaction, at)
    refresh_summary(interaction.customer)
    _deepen(interaction, list(interaction.contacts.all()), by=by, at=at)
    return interaction


def not_editable(hours: int) -> str:
    """What is said of a log written more than so many hours ago."""
    return ngettext(
        "A log can be edited for %(count)d hour. Add a correction instead.",
        "A log can be edited for %(count)d hours. Add a correction instead.",
        hours,
    ) % {"count": hours}


def _lock_customer(interaction_id: int) -> None:
    """Lock the customer before its log, as who merges customers does: nobody waits in a circle."""
    customer_id = Interaction.objects.values_list("customer_id", flat=True).get(pk=interaction_id)
    locked(Customer.objects.all(), customer_id)


def _mine_to_change(interaction_id: int, *, by: User | None, at: datetime) -> Interaction:
    _lock_customer(interaction_id)
    interaction = locked(Interaction.objects.alive().select_related("customer"), interaction_id)
    if by is not None and interaction.person_id != by.pk and not may(by, "manage_team", at):
        raise Refused(_("Only the writer of a log may change it."))
    return interaction


@transaction.atomic
def correct_interaction(*, interaction_id: int, content: str, by: User | None, at: datetime) -> Interaction:
    """Append a correction to a log that can no longer be edited; it counts for nothing by itself (001-43)."""
    original = _mine_to_change(interaction_id, by=by, at=at)
    if not content.strip():
        raise Refused({"content": _("Write down what was different.")})
    correction = Interaction(
        customer=original.customer,
        kind=Interaction.Kind.NOTE,
        direction=original.direction,
        happened_at=at,
        content=content.strip(),
        is_private=original.is_private,
        person=by,
        logged_at=at,
        corrects=original,
    )
    check_fields(correction)
    correction.save(force_insert=True)
    tell([changed(correction, "correct", {"content": ("", correction.content)})], by=by, at=at)
    return correction


@transaction.atomic
def recycle_interaction(*, interaction_id: int, by: User | None, at: datetime) -> Interaction:
    """Put a log into the recycle bin: its writer while it can be edited, later a manager; counts anew."""
    interaction = _mine_to_change(interaction_id, by=by, at=at)
    limits = limits_of(interaction.person_id)
    if not rules.is_editable(interaction.logged_at, at, limits) and not may(by, "recycle", at):
        text = ngettext(
            "A log can be deleted for %(count)d hour; after that only a manager may.",
            "A log can be deleted for %(count)d hours; after that only a manager may.",
            limits.edit_hours,
        )
        raise Refused(text % {"count": limits.edit_hours})
    Interaction.objects.filter(pk=interaction.pk).update(deleted_at=at, deleted_by=by)
    tell([changed(interaction, "recycle", {})], by=by, at=at)
    _day_of(interaction, at)
    refresh_summary(interaction.customer)
    return interaction


@transaction.atomic
def restore_interaction(*, interaction_id: int, by: User | None, at: datetime) -> Interaction:
    """Take a log out of the recycle bin again: whoever put it there, or who has the right."""
    _lock_customer(interaction_id)
    interaction = locked(Interaction.objects.select_related("customer"), interaction_id)
    if interaction.deleted_at is not None:
        require_restorable(interaction, by=by, at=at)
        Interaction.objects.filter(pk=interaction.pk).update(deleted_at=None, deleted_by=None)
        tell([changed(interaction, "restore", {})], by=by, at=at)
        _day_of(interaction, at)
        refresh_summary(interaction.customer)
    return interaction
