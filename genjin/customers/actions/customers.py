"""Making and changing customers, many at once; a form is a batch of one."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers import normalise
from genjin.customers.actions import duplicate_keys
from genjin.customers.actions.basis import (
    BATCH,
    batches,
    changed,
    check_fields,
    check_version,
    dimension_change,
    known_relations,
    tell,
)
from genjin.customers.actions.pools import chosen_pool, default_pool
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.actions.serials import give_serials
from genjin.customers.actions.short_names import base_of, numbered, taken_names
from genjin.customers.duplicate_facts import exact_key_of
from genjin.customers.list_choices import with_standing
from genjin.customers.models import Country, Customer, DimensionChange, ListEntry
from genjin.customers.models.customer import KIND
from genjin.customers.models.dimension import GRADE_ORDER
from genjin.fields import value_actions as fields
from genjin.fields.names import is_custom
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.records import bulk

TEXTS = (
    "name", "name_local", "short_name", "city", "address", "timezone", "website", "phone", "fax",
    "main_products", "advantages", "structure_note", "market_note", "china_agent", "remarks", "source_detail",
    "referrer_name", "annual_purchase_currency", "same_name_reason",
)  # fmt: skip
OTHERS = (
    "social_links", "founded_year", "employees", "annual_purchase", "is_brand_owner", "buys_in_china",
    "is_first_china_purchase",
)  # fmt: skip
LISTS = {
    "business_type_id": ListEntry.List.BUSINESS_TYPE,
    "industry_id": ListEntry.List.INDUSTRY,
    "customer_group_id": ListEntry.List.CUSTOMER_GROUP,
    "source_id": ListEntry.List.SOURCE,
}
PROFILE = (*TEXTS, *OTHERS, *LISTS, "country_id", "referrer_id")
DIMENSIONS = (
    "follow_grade", "value_class", "value_class_until", "relationship_class", "interrupted_kind",
    "lifecycle_stage", "lifecycle_evidence", "dormancy_state", "is_priority", "priority_reason",
    "key_account", "fit_score", "potential_score",
)  # fmt: skip
DERIVED = {"website": "domain", "name": "name_key"}
TRACKED = tuple(
    name for name in DIMENSIONS if name not in ("value_class_until", "lifecycle_evidence", "priority_reason")
)


HISTORY = (*TRACKED, "grade_locked", "interrupted_kind")
"""What has a row in the history of dimensions when it changes: it tells how an interrupted class ended."""


def create_customer(*, row: Mapping[str, Any], by: User | None, at: datetime) -> Customer:
    """Make one customer; raises `Refused` by field."""
    try:
        return create_customers(rows=[row], by=by, at=at)[0]
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None


@transaction.atomic
def create_customers(
    *,
    rows: Sequence[Mapping[str, Any]],
    by: User | None,
    at: datetime,
    cause: str = DimensionChange.Cause.PERSON,
) -> list[Customer]:
    """Make customers from mappings of `PROFILE` and `DIMENSIONS`, in their order.

    Further keys: `owner_id` (default: the doer; None is the public pool: that of `pool_id`, or the default
    one), `is_confirmed` (default true), `tag_ids`, `sales_channel_ids`, custom fields (`custom.<key>`).
    Raises `RowsRefused`; then nothing is written.
    """
    custom, wrong = fields.cleaned(KIND, rows)
    made = [draft_customer({**row, **mine}, by=by, at=at) for row, mine in zip(rows, custom, strict=True)]
    _propose_short_names(made)
    problems = _problems(made, rows, wrong)
    if problems:
        raise RowsRefused(problems)
    return store_customers(drafts=made, rows=rows, by=by, at=at, cause=cause)


@transaction.atomic(savepoint=False)
def store_customers(
    *,
    drafts: Sequence[Customer],
    rows: Sequence[Mapping[str, Any]],
    by: User | None,
    at: datetime,
    cause: str = DimensionChange.Cause.PERSON,
    serials: Sequence[int] = (),
) -> list[Customer]:
    """Store customers that `draft_customer` made of rows, all checked, with a short name each.

    `serials` are numbers for those of them that are confirmed, drawn by `draw_serials` before.
    """
    made, rows = list(drafts), _followed(drafts, rows)
    confirmed = [customer for customer in made if customer.is_confirmed]
    for customer, serial in zip(confirmed, serials or give_serials(len(confirmed)), strict=True):
        customer.serial = serial
    for customer in made:
        customer.exact_key = exact_key_of(customer)
    _put_into_pools(made, rows, at)
    _insert(made)
    fields.index(KIND, [customer for customer in made if customer.custom])
    duplicate_keys.enter(made)
    _link(made, rows, "tag_ids", Customer.tags.through, "tag_id")
    _link(made, rows, "sales_channel_ids", Customer.sales_channels.through, "listentry_id")
    _tell_creation(made, rows, by=by, at=at, cause=cause)
    return made


def _followed(drafts: Sequence[Customer], rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows, and with them the drafts, with what stands for choices that were removed meanwhile."""
    found = with_standing(rows)
    if found is not rows:
        for customer, row in zip(drafts, found, strict=True):
            for name in LISTS.keys() & row.keys():
                setattr(customer, name, row[name])
    return found


def draft_customer(row: Mapping[str, Any], *, by: User | None, at: datetime) -> Customer:
    """The unsaved customer of one row, nothing checked yet; custom values are plain by now."""
    known = {name: row[name] for name in (*PROFILE, *DIMENSIONS) if name in row}
    for name in TEXTS:
        if name in known:
            known[name] = str(known[name] or "").strip()
    owner_id = row.get("owner_id", by.pk if by else None)
    customer = bulk.fresh(
        Customer,
        **known,
        owner_id=owner_id,
        owned_since=at if owner_id else None,
        is_confirmed=row.get("is_confirmed", True),
        created_at=at,
        created_by_id=by and by.pk,
        updated_at=at,
    )
    fields.put_all(customer, row)
    derive(customer)
    customer.exact_key = exact_key_of(customer)
    return customer


def _put_into_pools(made: Sequence[Customer], rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """A customer whom nobody owns lies in exactly one pool (B-1)."""
    ownerless = [(c, row) for c, row in zip(made, rows, strict=True) if c.is_in_pool]
    if not ownerless:
        return
    default = default_pool().pk
    known = {row["pool_id"]: chosen_pool(row["pool_id"]).pk for _c, row in ownerless if row.get("pool_id")}
    for customer, row in ownerless:
        customer.pool_id = known.get(row.get("pool_id"), default)
        customer.pooled_at = at


def derive(customer: Customer) -> None:
    """Set the columns that follow from others: domain, name key, order of the grade."""
    customer.domain = normalise.domain_of(customer.website)
    customer.name_key = normalise.name_key(customer.name)
    customer.grade_order = GRADE_ORDER.get(customer.follow_grade, 0)


def _propose_short_names(made: Sequence[Customer]) -> None:
    """Give those without a short name one that is free in their country, and in this batch."""
    waiting = [(c, base_of(c.name)) for c in made if not c.short_name and c.name]
    used = {_short_key(c) for c in made if c.short_name}
    last: dict[tuple[str, str | None], int] = defaultdict(int)
    while waiting:
        for customer, name in waiting:
            counted = (name.lower(), customer.country_id)
            while not customer.short_name or _short_key(customer) in used:
                last[counted] += 1
                customer.short_name = name if last[counted] == 1 else numbered(name, last[counted])
            used.add(_short_key(customer))
        taken = taken_names(customer.short_name for customer, _name in waiting)
        waiting = [(c, name) for c, name in waiting if _short_key(c) in taken]
        # Twice as far each time, so that few looks find the end of however many have that name already.
        for counted in {(name.lower(), customer.country_id) for customer, name in waiting}:
            last[counted] = 2 * last[counted] - 1


def _short_key(customer: Customer) -> tuple[str, str | None]:
    """What no two confirmed customers share."""
    return customer.short_name.lower(), customer.country_id


def _problems(
    made: Sequence[Customer],
    rows: Sequence[Mapping[str, Any]],
    wrong_values: Mapping[int, Mapping[str, str]],
) -> dict[int, dict[str, str]]:
    problems: dict[int, dict[str, str]] = defaultdict(dict)
    references = _References(rows)
    taken = taken_names(customer.short_name for customer in made)
    seen: set[tuple[str, str | None]] = set()
    for index, customer in enumerate(made):
        problems[index].update(field_problems(customer))
        if "name" in problems[index] and not rows[index].get("short_name"):
            # It was only proposed from the name.
            problems[index].pop("short_name", None)
        problems[index].update(references.problems(rows[index]))
        key = _short_key(customer)
        if (
            customer.country_id
            and customer.short_name
            and customer.is_confirmed
            and (key in taken or key in seen)
        ):
            problems[index]["short_name"] = _("Another customer in this country has this short name.")
        seen.add(key)
    for index, found in wrong_values.items():
        problems[index].update(found)
    for index, sentence in duplicate_keys.exact_problems(made).items():
        problems[index].setdefault("name", sentence)
    return {index: found for index, found in problems.items() if found}


def field_problems(customer: Customer, only: Collection[str] | None = None) -> dict[str, str]:
    """What is wrong with the values of one customer, by field; `only` names the columns to look at."""
    problems = {}
    try:
        check_fields(customer, only)
    except Refused as refused:
        problems = {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    if not customer.name and not customer.name_local:
        problems["name"] = _("Give the company a name.")
    if customer.timezone and customer.timezone not in zoneinfo.available_timezones():
        problems["timezone"] = _("There is no such time zone.")
    for name in ("fit_score", "potential_score"):
        if getattr(customer, name) is not None and not 1 <= getattr(customer, name) <= 5:
            problems[name] = _("Between 1 and 5.")
    return problems


class _References:
    """Which of the ids that rows name exist, found with one query a table."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        entries = {row[name] for row in rows for name in LISTS if row.get(name)}
        self.entries = dict(ListEntry.objects.filter(pk__in=entries).values_list("pk", "list"))
        codes = {row["country_id"] for row in rows if row.get("country_id")}
        self.countries = set(Country.objects.filter(pk__in=codes).values_list("pk", flat=True))
        owners = {row["owner_id"] for row in rows if row.get("owner_id")}
        active = User.objects.filter(pk__in=owners, is_active=True)
        self.owners = set(active.values_list("pk", flat=True))

    def problems(self, row: Mapping[str, Any]) -> dict[str, str]:
        found = {}
        for name, list_ in LISTS.items():
            if row.get(name) and self.entries.get(row[name]) != list_:
                found[name.removesuffix("_id")] = _("Choose one of the list.")
        if row.get("country_id") and row["country_id"] not in self.countries:
            found["country"] = _("There is no such country.")
        if row.get("owner_id") and row["owner_id"] not in self.owners:
            found["owner"] = _("This person does not work here (any more).")
        return found


def _insert(made: Sequence[Customer]) -> None:
    try:
        with transaction.atomic():
            bulk.insert(made)
    except IntegrityError as error:
        # Another one took the company or its short name between the look and the write.
        lost = {index: {"name": text} for index, text in duplicate_keys.exact_problems(made).items()}
        taken = taken_names(customer.short_name for customer in made)
        text = _("Another customer in this country has this short name.")
        for index, customer in enumerate(made):
            if index not in lost and _short_key(customer) in taken:
                lost[index] = {"short_name": text}
        if not lost:
            raise
        raise RowsRefused(lost) from error


def _link(
    made: Sequence[Customer], rows: Sequence[Mapping[str, Any]], key: str, through: Any, column: str
) -> None:
    links = [
        through(customer_id=customer.pk, **{column: pk})
        for customer, row in zip(made, rows, strict=True)
        for pk in sorted(set(row.get(key) or ()))
    ]
    bulk.insert(links)


def _tell_creation(
    made: Sequence[Customer], rows: Sequence[Mapping[str, Any]], *, by: User | None, at: datetime, cause: str
) -> None:
    names = (*PROFILE, *DIMENSIONS, "owner_id", "serial")
    blank = Customer()
    unset = [(name, getattr(blank, name)) for name in names]
    written, history = [], []
    for customer in made:
        values = customer.__dict__
        told = {name: (None, values[name]) for name, nothing in unset if values[name] != nothing}
        told |= fields.told(customer)
        written.append(changed(customer, "create", told))
        history += [
            dimension_change(customer, name, getattr(blank, name), told[name][1], by=by, at=at, cause=cause)
            for name in HISTORY
            if name in told
        ]
    bulk.insert(history)
    with known_relations({customer: {"collaborations": (), "merged": ()} for customer in made}):
        tell(written, by=by, at=at, made=made)


def change_customer(
    *,
    customer_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> Customer:
    """Change one customer's profile; raises `Refused` by field, `Conflict` when saved since that version."""
    change_customers(ids=[customer_id], changes=changes, by=by, at=at, expected_version=expected_version)
    return Customer.objects.get(pk=customer_id)


@transaction.atomic
def change_customers(
    *,
    ids: Sequence[int],
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Give customers the same values of `PROFILE`, custom fields and `sales_channel_ids`; how many differed.

    `expected_version` is for one customer only. Dimensions and owners have their own verbs.
    """
    (changes,) = with_standing([changes])
    wanted = {
        name: str(value or "").strip() if name in TEXTS else value
        for name, value in changes.items()
        if name in PROFILE
    }
    values, wrong = fields.cleaned(KIND, [changes])
    problems = _References([wanted]).problems(wanted) | wrong.get(0, {})
    if problems:
        raise Refused(problems)
    wanted |= values[0]
    count = 0
    for part in batches(ids):
        count += _change_batch(part, wanted, changes.get("sales_channel_ids"), by, at, expected_version)
    return count


def _change_batch(
    ids: list[int],
    wanted: Mapping[str, Any],
    channels: Iterable[int] | None,
    by: User | None,
    at: datetime,
    expected_version: int | None,
) -> int:
    rows = list(Customer.objects.alive().filter(pk__in=ids).select_for_update().order_by("pk"))
    differing = []
    rekeyed = []
    moved_channels = _set_channels(rows, channels) if channels is not None else {}
    for customer in rows:
        check_version(customer, expected_version, wanted)
        difference = journal.difference(customer, wanted)
        for name, (_old, new) in difference.items():
            fields.put(customer, name, new)
        if difference or customer.pk in moved_channels:
            problems = field_problems(customer)
            if problems:
                raise Refused(problems)
            derive(customer)
            if duplicate_keys.rekey(customer, difference) and customer.is_confirmed:
                rekeyed.append(customer)
            customer.version += 1
            customer.updated_at = at
            told = {**difference, **moved_channels.get(customer.pk, {})}
            differing.append((customer, told))
    _check_short_names([customer for customer, _told in differing], wanted)
    for sentence in duplicate_keys.store_exact_keys(rekeyed).values():
        raise Refused({"name": sentence})
    if differing:
        _store(differing, wanted, at)
    duplicate_keys.refresh_changed({customer.pk: told for customer, told in differing}, at=at)
    tell([changed(customer, "change", told) for customer, told in differing], by=by, at=at)
    return len(differing)


def _store(differing: Sequence[tuple[Customer, Any]], wanted: Mapping[str, Any], at: datetime) -> None:
    """Write what was set; all get the same values, so one of them tells what, cleaned and derived."""
    rows = [customer for customer, _told in differing]
    columns = {*wanted, *(derived for source, derived in DERIVED.items() if source in wanted)}
    values = {name: getattr(rows[0], name) for name in columns if not is_custom(name)}
    Customer.objects.filter(pk__in=[customer.pk for customer in rows]).update(
        **values, version=F("version") + 1, updated_at=at
    )
    if fields.names_in([wanted]):
        Customer.objects.bulk_update(rows, ["custom"], batch_size=BATCH)
        fields.index(KIND, rows, wanted)


def _check_short_names(rows: Sequence[Customer], wanted: Mapping[str, Any]) -> None:
    if not {"short_name", "country_id"} & set(wanted):
        return
    taken = taken_names((c.short_name for c in rows), [c.pk for c in rows])
    for customer in rows:
        key = _short_key(customer)
        if customer.country_id and key in taken:
            raise Refused({"short_name": _("Another customer in this country has this short name.")})
        taken[key] = customer.pk


def _set_channels(rows: Sequence[Customer], wanted: Iterable[int]) -> dict[int, dict[str, Any]]:
    through = Customer.sales_channels.through
    after = sorted(set(wanted))
    before: dict[int, list[int]] = defaultdict(list)
    links = through.objects.filter(customer_id__in=[c.pk for c in rows])
    for customer_id, entry_id in links.values_list("customer_id", "listentry_id"):
        before[customer_id].append(entry_id)
    moved = [c.pk for c in rows if sorted(before[c.pk]) != after]
    through.objects.filter(customer_id__in=moved).delete()
    fresh = [through(customer_id=pk, listentry_id=entry) for pk in moved for entry in after]
    through.objects.bulk_create(fresh, batch_size=BATCH)
    return {pk: {"sales_channels": (sorted(before[pk]), after)} for pk in moved}


@transaction.atomic
def confirm_customers(*, ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Accept leads as customers: they get their permanent number and appear in lists; how many were new."""
    count = 0
    for part in batches(ids):
        leads = Customer.objects.alive().filter(pk__in=part, is_confirmed=False)
        rows = list(leads.select_for_update().order_by("pk"))
        _check_short_names(rows, {"short_name": None})
        _check_exact_keys(rows)
        for customer, serial in zip(rows, give_serials(len(rows)), strict=True):
            customer.serial = serial
            if customer.owner_id is None:
                customer.pool, customer.pooled_at = default_pool(), at
            customer.version += 1
            customer.updated_at = at
        columns = ["is_confirmed", "serial", "pool", "pooled_at", "version", "updated_at", "exact_key"]
        Customer.objects.bulk_update(rows, columns)
        duplicate_keys.mark([customer.pk for customer in rows])
        written = [changed(c, "confirm", {"serial": (None, c.serial)}) for c in rows]
        tell(written, by=by, at=at)
        count += len(rows)
    return count


def _check_exact_keys(leads: Sequence[Customer]) -> None:
    """Give leads that become customers their exact keys, unless somebody's customer holds one of them."""
    for customer in leads:
        customer.exact_key = exact_key_of(customer)
        customer.is_confirmed = True
    for sentence in duplicate_keys.exact_problems(leads, stored=True).values():
        raise Refused({"name": sentence})
