"""What is chosen of each field when two customers become one: the sides, the usual choice, the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model

from genjin.customers.models import Customer
from genjin.customers.models.dimension import KeyAccount
from genjin.fields.names import COLUMN

KEPT, OTHER, BOTH = "kept", "other", "both"


@dataclass(frozen=True)
class Choice:
    """Columns of a record that are chosen together; the first `telling` ones say whether there is anything.

    `joins`: both sides may be kept, one below the other.
    """

    name: str
    columns: tuple[str, ...]
    telling: int = 1
    joins: bool = False

    def value(self, record: Model) -> tuple[Any, ...]:
        """What the record has in the columns that tell."""
        return tuple(getattr(record, column) for column in self.columns[: self.telling])

    def is_empty(self, record: Model) -> bool:
        """Whether nobody wrote anything here: blank, or as every record begins."""
        pairs = zip(self.columns, self.value(record), strict=False)
        return all(is_blank(column, value, type(record)) for column, value in pairs)

    def differs(self, kept: Model, gone: Model) -> bool:
        """Whether there is anything to choose."""
        return self.value(kept) != self.value(gone)

    def open_sides(self, kept: Model, gone: Model) -> tuple[str, ...]:
        """Which sides may be chosen as far as the values say; one only where there is nothing to choose."""
        if not self.differs(kept, gone):
            return (KEPT,)
        both = self.joins and not self.is_empty(kept) and not self.is_empty(gone)
        return (KEPT, OTHER, BOTH) if both else (KEPT, OTHER)

    def usual_of(self, sides: tuple[str, ...], kept: Model) -> str:
        """The one of these sides that is chosen unless somebody says otherwise."""
        if len(sides) == 1:
            return sides[0]
        if BOTH in sides:
            return BOTH
        return OTHER if self.is_empty(kept) else KEPT

    def side_of(self, asked: Mapping[str, str], sides: tuple[str, ...], usual: str) -> str:
        """The side that was asked for where it may be chosen, else the usual one."""
        wanted = asked.get(self.name, "")
        return wanted if wanted in sides else usual

    def outcome(self, side: str, kept: Model, gone: Model) -> Iterator[tuple[str, Any]]:
        """The columns that another side than the kept one writes, with their values."""
        for column in self.columns:
            if side == OTHER:
                yield column, getattr(gone, column)
            elif side == BOTH:
                yield column, joined(getattr(kept, column), getattr(gone, column))


def is_blank(column: str, value: Any, model: type[Model] = Customer) -> bool:
    """Whether this is what stands in the column before anybody writes into it."""
    return value in (None, "", {}) or value == _column(column, model).get_default()


def _column(name: str, model: type[Model]) -> Field[Any, Any]:
    return next(f for f in model._meta.concrete_fields if f.attname == name)


def plain(*names: str, joins: bool = False) -> list[Choice]:
    """Choices of one column each."""
    return [Choice(name.removesuffix("_id"), (name,), joins=joins) for name in names]


OWNER = Choice("owner", ("owner_id", "owned_since", "pool_id", "pooled_at"))
GRADE = Choice("follow_grade", ("follow_grade", "grade_locked"))
KEY_ACCOUNT = Choice("key_account", ("key_account",))
PROFILE = [
    Choice("name", ("name", "same_name_reason")),
    *plain("name_local", "short_name", "country_id", "city", "address", "timezone", "website", "phone"),
    *plain("fax"),
    Choice("social_links", ("social_links",), joins=True),
    *plain("business_type_id", "industry_id", "customer_group_id", "source_id", "source_detail"),
    *plain("referrer_id", "referrer_name", "founded_year", "employees"),
    Choice("annual_purchase", ("annual_purchase", "annual_purchase_currency")),
    *plain("is_brand_owner", "buys_in_china", "is_first_china_purchase", "china_agent"),
    *plain("main_products", "advantages", "structure_note", "market_note", "remarks", joins=True),
    Choice(COLUMN, (COLUMN,), joins=True),  # custom fields: of both, the kept one's where both have one
]
DIMENSIONS = [
    GRADE,
    Choice("value_class", ("value_class", "value_class_until")),
    Choice("relationship_class", ("relationship_class", "interrupted_kind")),
    Choice("lifecycle_stage", ("lifecycle_stage", "lifecycle_evidence")),
    *plain("dormancy_state"),
    Choice("is_priority", ("is_priority", "priority_reason")),
    KEY_ACCOUNT,
    *plain("fit_score", "potential_score"),
]
KEEPING = [
    OWNER,
    Choice("protection", ("pool_locked", "protected_until", "pool_note"), telling=2),
    Choice("not_before", ("not_before", "not_before_set_at", "not_before_reason")),
    Choice("cadence", ("cadence_days", "cadence_reason", "cadence_until")),
]
CHOICES = [*KEEPING, *PROFILE, *DIMENSIONS]
LINKS = ("tags", "sales_channels", "collaborators")
"""What is linked to a customer; usually the links of both stay."""


def sides_of(choice: Choice, kept: Customer, gone: Customer) -> tuple[str, ...]:
    """Which sides may be chosen; one only where there is nothing to choose."""
    if choice is OWNER and (kept.owner_id is None) != (gone.owner_id is None):
        # Whoever looks after one of them looks after both: nobody loses a customer to the pool by a merge.
        return (OTHER,) if kept.owner_id is None else (KEPT,)
    return (KEPT,) if _points_inside(choice, gone, kept) else choice.open_sides(kept, gone)


def usual(choice: Choice, kept: Customer, gone: Customer) -> str:
    """The side chosen unless somebody says otherwise: the kept one's, or the other's if that is empty."""
    sides = sides_of(choice, kept, gone)
    if len(sides) == 2 and is_bound(choice, gone) and not is_bound(choice, kept):
        return OTHER
    return choice.usual_of(sides, kept)


def is_bound(choice: Choice, customer: Customer) -> bool:
    """Whether a manager decided this value, so that nobody else drops it."""
    if choice is GRADE:
        return customer.grade_locked
    return choice is KEY_ACCOUNT and customer.key_account == KeyAccount.CONFIRMED


def resolved(kept: Customer, gone: Customer, asked: Mapping[str, str]) -> dict[str, str]:
    """The side of every field: what was asked for where it may be chosen, else the usual one."""
    found = {
        one.name: one.side_of(asked, sides_of(one, kept, gone), usual(one, kept, gone)) for one in CHOICES
    }
    for name in LINKS:
        found[name] = asked[name] if asked.get(name) in (KEPT, OTHER, BOTH) else BOTH
    return found


def values(kept: Customer, gone: Customer, sides: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the kept record that the merge changes; it was created when the earlier one was."""
    after = dict(_chosen(kept, gone, sides))
    if gone.created_at < kept.created_at:
        after |= {"created_at": gone.created_at, "created_by_id": gone.created_by_id}
    if after.get("referrer_id", kept.referrer_id) in (kept.pk, gone.pk):
        after["referrer_id"] = None  # nobody introduces himself
    return {name: value for name, value in after.items() if getattr(kept, name) != value}


def _chosen(kept: Customer, gone: Customer, sides: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for choice in CHOICES:
        yield from choice.outcome(sides[choice.name], kept, gone)


def joined(one: Any, two: Any) -> Any:
    """Both texts, the kept one's first, or both tables; what one says already is not said twice."""
    if isinstance(one, dict):
        return {**two, **one}
    if two in one:
        return one
    return two if one in two else f"{one}\n\n{two}"


def groups() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of fields with the columns that change and return together."""
    for choice in CHOICES:
        yield choice.name, choice.columns
    yield "created_at", ("created_at", "created_by_id")


def stored(column: str, value: Any, model: type[Model] = Customer) -> Any:
    """A value that a merge kept as JSON, as the column wants it."""
    return _column(column, model).to_python(value)


def _points_inside(choice: Choice, gone: Customer, kept: Customer) -> bool:
    return choice.name == "referrer" and gone.referrer_id in (None, kept.pk)
