"""Tags, the lists that the company edits (B-9), and its hints on how to negotiate (002-22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import (
    BATCH,
    batches,
    changed,
    check_fields,
    check_members,
    check_version,
    keep,
    locked,
    require,
    take_changes,
    tell,
)
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, ListEntry, RoleHint, Tag
from genjin.people.models import User

Tagging = Customer.tags.through


@transaction.atomic
def create_tag(*, name: str, by: User | None, at: datetime, colour: str = Tag.Colour.GREY) -> Tag:
    """Make a tag, or find the one that has this name in whatever case."""
    tag = Tag(name=" ".join(name.split()), colour=colour)
    check_fields(tag)
    found = Tag.objects.filter(name__iexact=tag.name).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            tag.save(force_insert=True)
    except IntegrityError:
        return Tag.objects.get(name__iexact=tag.name)
    tell([changed(tag, "create", {"name": ("", tag.name)})], by=by, at=at)
    return tag


@transaction.atomic
def change_tag(
    *, tag_id: int, by: User | None, at: datetime, name: str, colour: str, expected_version: int | None = None
) -> Tag:
    """Rename or recolour a tag for everybody."""
    tag = locked(Tag.objects.all(), tag_id)
    wanted = {"name": " ".join(name.split()), "colour": colour}
    difference = take_changes(tag, wanted, expected=expected_version)
    if not difference:
        return tag
    taken = Refused({"name": _("There is such a tag already; merge the two instead.")})
    if Tag.objects.filter(name__iexact=wanted["name"]).exclude(pk=tag.pk).exists():
        raise taken
    check_fields(tag)
    try:
        with transaction.atomic():
            keep(tag, difference, by=by, at=at)
    except IntegrityError:
        # Another one took the name between the look and the write.
        raise taken from None
    return tag


@transaction.atomic
def merge_tags(*, tag_id: int, into_id: int, by: User | None, at: datetime) -> Tag:
    """Put everything tagged with one tag under another; the first disappears."""
    require(by, "edit_policy", at)
    if tag_id == into_id:
        raise Refused(_("A tag cannot be merged into itself."))
    tags = {t.pk: t for t in Tag.objects.filter(pk__in=[tag_id, into_id]).select_for_update().order_by("pk")}
    if len(tags) < 2:
        raise Refused(_("There is no such tag."))
    gone, kept = tags[tag_id], tags[into_id]
    ids = list(Tagging.objects.filter(tag=gone).values_list("customer_id", flat=True))
    tag_customers(ids=ids, add=[kept.pk], remove=[gone.pk], by=by, at=at)
    # Those in the recycle bin are still under it: they come back with the tag that stayed.
    binned = Tagging.objects.filter(tag=gone).values_list("customer_id", flat=True)
    kept_too = [Tagging(customer_id=pk, tag_id=kept.pk) for pk in binned]
    Tagging.objects.bulk_create(kept_too, batch_size=BATCH, ignore_conflicts=True)
    tell([changed(gone, "merge", {"name": (gone.name, kept.name)})], by=by, at=at)
    gone.delete()
    return kept


@transaction.atomic
def delete_tag(*, tag_id: int, by: User | None, at: datetime) -> None:
    """Take a tag off all customers and away."""
    require(by, "edit_policy", at)
    withdraw_tag(tag_id=tag_id, by=by, at=at)


@transaction.atomic
def withdraw_tag(*, tag_id: int, by: User | None, at: datetime) -> None:
    """Take away a tag that the doer made and nobody else uses, which needs no right; see `delete_tag`."""
    tag = locked(Tag.objects.all(), tag_id)
    ids = list(Tagging.objects.filter(tag=tag).values_list("customer_id", flat=True))
    tag_customers(ids=ids, remove=[tag.pk], by=by, at=at)
    tell([changed(tag, "delete", {"name": (tag.name, "")})], by=by, at=at)
    tag.delete()


@transaction.atomic
def tag_customers(
    *,
    ids: Sequence[int],
    by: User | None,
    at: datetime,
    add: Sequence[int] = (),
    remove: Sequence[int] = (),
    expected: Collection[int] | None = None,
) -> int:
    """Put tags on customers and take others off; how many customers changed.

    `expected` are the tags that each has now as far as the doer knows; None does not care.
    """
    names = dict(Tag.objects.values_list("pk", "name"))
    added, removed = set(add) & set(names), set(remove)
    count = 0
    for part in batches(ids):
        found = Customer.objects.alive().filter(pk__in=part).order_by("pk")
        # Two dialogs wait for each other; a merge of tags, which locks those first, for neither.
        rows = list(found if expected is None else found.select_for_update(no_key=True))
        before: dict[int, set[int]] = defaultdict(set)
        links = Tagging.objects.filter(customer__in=rows)
        for customer_id, tag_id in links.values_list("customer_id", "tag_id"):
            before[customer_id].add(tag_id)
        fresh, written = [], []
        for customer in rows:
            had = before[customer.pk]
            check_members(customer, "tags", expected, had)
            has = (had | added) - removed
            if has == had:
                continue
            fresh += [Tagging(customer_id=customer.pk, tag_id=pk) for pk in sorted(has - had)]
            told = (sorted(names[pk] for pk in had), sorted(names[pk] for pk in has))
            written.append(changed(customer, "tag", {"tags": told}))
        links.filter(tag_id__in=removed - added).delete()
        # Two people may put the same tag on the same customer at once.
        Tagging.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
        tell(written, by=by, at=at)
        count += len(written)
    return count


@transaction.atomic
def create_list_entry(
    *, list_name: str, by: User | None, at: datetime, name_zh: str = "", name_en: str = ""
) -> ListEntry:
    """Add a choice at the end of an editable list; one of the two names is enough."""
    require(by, "edit_policy", at)
    last = ListEntry.objects.filter(list=list_name).aggregate(last=Max("position"))["last"] or 0
    entry = ListEntry(list=list_name, name_zh=name_zh.strip(), name_en=name_en.strip(), position=last + 1)
    check_entry(entry)
    entry.save(force_insert=True)
    tell(
        [changed(entry, "create", {"name_zh": ("", entry.name_zh), "name_en": ("", entry.name_en)})],
        by=by,
        at=at,
    )
    return entry


def check_entry(entry: ListEntry) -> None:
    """Refuse a choice without a name, and one that the list offers already."""
    check_fields(entry)
    if not entry.name_zh and not entry.name_en:
        raise Refused({"name_en": _("Give it a name in one language at least.")})
    if not entry.is_active:
        return
    others = ListEntry.objects.filter(list=entry.list, is_active=True).exclude(pk=entry.pk)
    for name in ("name_zh", "name_en"):
        value = getattr(entry, name)
        if value and others.filter(**{f"{name}__iexact": value}).exists():
            raise Refused({name: _("The list has this choice already.")})


@transaction.atomic
def change_list_entry(
    *,
    entry_id: int,
    by: User | None,
    at: datetime,
    name_zh: str,
    name_en: str,
    is_active: bool = True,
    expected_version: int | None = None,
) -> ListEntry:
    """Rename a choice, or take it out of use; customers that have it keep it."""
    require(by, "edit_policy", at)
    entry = locked(ListEntry.objects.kept(), entry_id)
    wanted = {"name_zh": name_zh.strip(), "name_en": name_en.strip(), "is_active": is_active}
    difference = take_changes(entry, wanted, expected=expected_version)
    if not difference:
        return entry
    check_entry(entry)
    keep(entry, difference, by=by, at=at)
    return entry


@transaction.atomic
def move_list_entry(*, entry_id: int, up: bool, by: User | None, at: datetime) -> None:
    """Swap a choice with its neighbour above or below among those in use."""
    require(by, "edit_policy", at)
    name = ListEntry.objects.values_list("list", flat=True).get(pk=entry_id)
    ids = [entry.pk for entry in _in_order(name)]
    if entry_id not in ids:
        return
    here = ids.index(entry_id)
    there = here - 1 if up else here + 1
    if 0 <= there < len(ids):
        ids[here], ids[there] = ids[there], ids[here]
        order_list_entries(list_name=name, ids=ids, by=by, at=at)


@transaction.atomic
def order_list_entries(*, list_name: str, ids: Sequence[int], by: User | None, at: datetime) -> None:
    """Put the choices in use in this order; those it does not name follow in the order that they had."""
    require(by, "edit_policy", at)
    entries = _in_order(list_name)
    before = [entry.pk for entry in entries]
    wanted = {pk: place for place, pk in enumerate(dict.fromkeys(ids))}
    entries.sort(key=lambda entry: wanted.get(entry.pk, len(wanted)))
    written = []
    for position, entry in enumerate(entries, start=1):
        was = before.index(entry.pk) + 1
        if was != position:
            written.append(changed(entry, "move", {"position": (was, position)}))
        entry.position = position
    if written:
        ListEntry.objects.bulk_update(entries, ["position"])
        tell(written, by=by, at=at)


def _in_order(name: str) -> list[ListEntry]:
    """The choices in use, as they stand. Locked by ids, so that two who order them never wait in a circle."""
    rows = ListEntry.objects.kept().filter(list=name, is_active=True)
    entries = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    return sorted(entries, key=lambda entry: (entry.position, entry.pk))


@transaction.atomic
def change_role_hint(
    *,
    role: str,
    by: User | None,
    at: datetime,
    text_zh: str,
    text_en: str,
    expected_version: int | None = None,
) -> RoleHint:
    """Put the hint for a decision role into the company's own words; empty restores the usual (002-22)."""
    require(by, "edit_policy", at)
    wanted = {"text_zh": text_zh.strip(), "text_en": text_en.strip()}
    check_fields(RoleHint(role=role, **wanted))
    if any(wanted.values()):
        RoleHint.objects.get_or_create(role=role)
    hint = RoleHint.objects.select_for_update().filter(role=role).first() or RoleHint(role=role)
    check_version(hint, expected_version, wanted)
    difference = {k: (getattr(hint, k), v) for k, v in wanted.items() if getattr(hint, k) != v}
    if not difference:
        return hint
    hint.text_zh, hint.text_en = wanted["text_zh"], wanted["text_en"]
    hint.version += 1
    hint.save()
    tell([changed(hint, "change", difference)], by=by, at=at)
    return hint
