"""What a firm collects besides: facts of its own about customers, and customers that two colleagues entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from genjin.customers.actions import (
    LogDraft,
    NextStepDraft,
    create_contact,
    create_customer,
    holder_of,
    log_interaction,
)
from genjin.customers.models import Contact, Customer
from genjin.demo import firm
from genjin.demo.opening import Event, Opening
from genjin.fields.actions import create_field
from genjin.fields.models import CustomField
from genjin.people.models import User

if TYPE_CHECKING:
    from genjin.demo.story import Told

CERTIFICATES = ("CE", "API 6D", "ATEX", "EAC", "WRAS")
SEED = 4711
LONG = 5
"""Letters of a first word in which one mistypes."""
FEWEST = 40
"""In a smaller firm nobody enters what a colleague has."""


def _mistyped(name: str) -> str:
    """Two letters of the first word changed places, as happens at a fair."""
    return f"{name[:2]}{name[3]}{name[2]}{name[4:]}"


def _with_trade(name: str) -> str:
    return f"{name.split(maxsplit=1)[0]} Trading"


def _shortened(name: str) -> str:
    return f"{' '.join(name.split()[:2])} Import"


SPELLINGS: tuple[Callable[[str], str], ...] = (_mistyped, _with_trade, _shortened, _mistyped, _with_trade)


class Extras:
    """Custom fields with values from the first day, and a handful of customers entered a second time.

    Draws from a generator of its own, so that the rest of the story stays as it is.
    """

    def __init__(self, opening: Opening, told: Sequence[Told]) -> None:
        self.opening, self.told = opening, told
        self.choices: list[int] = []

    def define(self, at: datetime) -> None:
        """The fields that the firm added to its customers."""
        add = partial(create_field, kind="customers.customer", by=self.opening.admin, at=at)
        names = [{"name_zh": name, "name_en": name} for name in CERTIFICATES]
        field = add(
            type=CustomField.Type.CHOICES, name_zh="认证要求", name_en="Certificates asked for", choices=names
        )
        self.choices = list(field.choices.order_by("position").values_list("pk", flat=True))
        add(type=CustomField.Type.NUMBER, name_zh="年阀门用量（台）", name_en="Valves a year")

    def facts(self, number: int) -> dict[str, Any]:
        """The own facts of the customer of that number; of some nothing is known."""
        rng = Random(SEED + number)  # noqa: S311 - the same story every time, nothing secret
        found: dict[str, Any] = {}
        if rng.random() < 0.6:
            found["custom.certificates-asked-for"] = rng.sample(self.choices, rng.choice((1, 1, 2, 3)))
        if rng.random() < 0.5:
            found["custom.valves-a-year"] = rng.choice((60, 120, 240, 400, 850, 1500))
        return found

    def events(self) -> Iterator[Event]:
        """Colleagues enter customers that others have already, in another spelling."""
        for place, spelling in enumerate(SPELLINGS):
            yield self.opening.at(-12 + 2 * place, 10, 20), partial(self._enter_again, place, spelling)

    def _enter_again(self, place: int, spelling: Callable[[str], str], at: datetime) -> None:
        known = [
            one for one in self.told if one.customer_id and one.owner and one.life.company.row["website"]
        ]
        if len(known) < FEWEST:
            return
        start = place * len(known) // len(SPELLINGS)
        likely = (one for one in known[start:] if len(one.life.company.row["name"].split()[0]) >= LONG)
        told = next(likely, known[start])
        first = Customer.objects.get(pk=told.customer_id)
        row = {
            "name": spelling(first.name), "country_id": first.country_id, "city": first.city,
            "website": first.website.replace("https://www.", "http://"),
            "source_id": self.opening.entries["SOURCE", "Canton Fair"], "remarks": "展位上交换的名片",
        }  # fmt: skip
        if told.owner is None or holder_of(row) is not None:
            return
        colleague = self._other_than(told.owner)
        made = create_customer(row=row, by=colleague, at=at)
        person = Contact.objects.filter(customer=first).order_by("pk").first()
        if person is not None:
            create_contact(row={"customer_id": made.pk, "name": person.name}, by=colleague, at=at)
        log_interaction(
            customer_id=made.pk,
            draft=LogDraft(kind="EXHIBITION", content=f"广交会展位上见到{first.name}的采购，留了名片，要新目录。"),
            next_step=NextStepDraft(purpose="寄新目录和报价", due_on=self.opening.day(4 + 2 * place)),
            by=colleague, at=at + timedelta(minutes=30),
        )  # fmt: skip

    def _other_than(self, owner: User) -> User:
        at_home = (self.opening.people[key] for key in firm.SALESPEOPLE if key not in ("gao", firm.NEWCOMER))
        return next(person for person in at_home if person.pk != owner.pk)
