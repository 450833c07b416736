"""What an undo does with the tags and the values of lists that the import itself made.

Those that nobody else uses go; each that stays is told with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers import actions, list_choices
from genjin.customers.actions.list_removal import replace_slice
from genjin.customers.models import Customer, ListEntry, ListRemoval, Tag
from genjin.exchange.models import Import
from genjin.journal.models import Entry

TAG, CHOICE, CUSTOMER = "customers.tag", "customers.listentry", "customers.customer"
_NOBODYS = ("move",)
"""Deeds that say nothing of whether somebody wants the value: others were put before it."""


def withdraw(job: Import, *, at: datetime, stopping: Callable[[], bool]) -> list[str] | None:
    """Take away what the import added to lists; why others stay, as sentences. None when asked to stop."""
    kept = []
    for tag in Tag.objects.filter(pk__in=_made(job, TAG)).order_by("pk"):
        if why := _changed(job, TAG, tag.pk) or _used(job, Customer.objects.filter(tags=tag)) or _named(tag):
            kept.append(_stays(tag, why))
        else:
            actions.withdraw_tag(tag_id=tag.pk, by=job.by, at=at)
    for entry in ListEntry.objects.filter(pk__in=_made(job, CHOICE)).order_by("pk"):
        if entry.removed_at is None and (why := _why_not(job, entry, at)):
            kept.append(_stays(entry, why))
            continue
        for removal in ListRemoval.objects.filter(entry=entry, is_undo=True, state=ListRemoval.State.RUNNING):
            # Customers in the recycle bin, which this import made, still have it.
            while replace_slice(removal_id=removal.pk, at=at):
                if stopping():
                    return None
    return kept


def told_since(job: Import) -> QuerySet[Entry]:
    """What people did beside this import and its undo, the last first."""
    own = (job.door, f"undo-{job.pk}")
    entries = Entry.objects.filter(by__isnull=False).select_related("by").order_by("-pk")
    return entries.exclude(via=Entry.Via.IMPORT, request_id__in=own)


def _made(job: Import, kind: str) -> QuerySet[Entry, int]:
    """The records of a kind that the import made, whether or not a row of it has to do with them."""
    made = Entry.objects.filter(kind=kind, verb="create", via=Entry.Via.IMPORT, request_id=job.door)
    return made.values_list("object_id", flat=True)


def _why_not(job: Import, entry: ListEntry, at: datetime) -> str:
    """Why a choice stays; empty when it was taken out of its list."""
    why = _changed(job, CHOICE, entry.pk) or _used(job, list_choices.users_of(entry))
    if not why and list_choices.views_naming(entry):
        why = _in_a_view()
    if not why:
        try:
            actions.remove_list_entry(entry_id=entry.pk, into_id=None, by=job.by, at=at, is_undo=True)
        except actions.Refused as refusal:
            why = str(refusal)
    return why


def _stays(value: Tag | ListEntry, why: str) -> str:
    return _("“%(name)s” stays in its list: %(why)s") % {"name": value, "why": why}


def _changed(job: Import, kind: str, pk: int) -> str:
    entry = told_since(job).filter(kind=kind, object_id=pk).exclude(verb__in=_NOBODYS).last()
    if entry is None:
        return ""
    said = {"who": entry.by, "day": date_format(entry.at, "SHORT_DATE_FORMAT")}
    return _("%(who)s changed it on %(day)s.") % said


def _used(job: Import, users: QuerySet[Customer]) -> str:
    """Whether anybody has it beside what the import made and the undo has put into the recycle bin."""
    others = users.filter(Q(deleted_at__isnull=True) | ~Q(pk__in=_made(job, CUSTOMER)))
    count = others.count()
    said = ngettext("%(count)d customer has it.", "%(count)d customers have it.", count)
    return said % {"count": count} if count else ""


def _named(tag: Tag) -> str:
    return _in_a_view() if list_choices.views_with(tag.pk, "tag") else ""


def _in_a_view() -> str:
    return _("a saved view narrows by it.")
