"""Storing what a slice of rows asks for, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from genjin.customers import actions
from genjin.customers.actions import imports as verbs
from genjin.customers.models import DimensionChange, NextStep
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.companies import Company, Person
from genjin.exchange.importing.register import Judged, Run
from genjin.fields import value_actions as fields

CUSTOMER, CONTACT, NEXT_STEP = "customers.customer", "customers.contact", "customers.nextstep"
_CAUSE = DimensionChange.Cause.IMPORT


@dataclass
class Changes:
    """What a slice makes and changes, each with the row that asked for it."""

    new: list[tuple[Company, Judged]] = field(default_factory=list)
    people: list[tuple[Company, Person, Judged]] = field(default_factory=list)
    steps: list[tuple[Company, NextStep, Judged]] = field(default_factory=list)
    companies: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    tags: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    points: dict[int, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    changers: dict[tuple[str, int], list[Judged]] = field(default_factory=lambda: defaultdict(list))
    taken: list[tuple[Judged, Company]] = field(default_factory=list)
    made_tags: dict[str, int] = field(default_factory=dict)

    def of(self, one: Judged, company: Company) -> None:
        """The row belongs to this company."""
        one.customer_id = company.id
        self.taken.append((one, company))

    def change_company(
        self, one: Judged, company: Company, found: Mapping[str, Any], tags: Sequence[str]
    ) -> None:
        """New values of a company: into what is to be stored, or to be changed in the database."""
        if company.draft is not None and company.row is not None:
            for column, value in found.items():
                fields.put(company.draft, column, value)
            verbs.derive(company.draft)
            company.row |= found
            company.row["tags"] = [*company.row["tags"], *tags]
        elif company.id is not None:
            self.companies[company.id] |= found
            self.tags[company.id] += tags
            self.changers[CUSTOMER, company.id].append(one)

    def change_person(
        self,
        one: Judged,
        person: Person,
        found: Mapping[str, Any],
        points: Sequence[dict[str, str]],
        country: str,
    ) -> None:
        """New values of a person, likewise."""
        if person.draft is not None:
            contact, reached = person.draft
            for name, value in found.items():
                fields.put(contact, name, value)
            more = verbs.draft_points(points, country)[0]
            kinds = {point.kind for point in reached}
            for point in more:
                point.is_primary = point.is_primary and point.kind not in kinds
            reached += more
        elif person.id is not None:
            self.persons[person.id] |= found
            self.points[person.id] += points
            self.changers[CONTACT, person.id].append(one)


class Writing:
    """One slice on its way into the database; `RowsRefused` when somebody else was faster."""

    def __init__(self, run: Run, changes: Changes) -> None:
        self.run, self.changes = run, changes

    def write(self) -> None:
        """Companies first, then people, then what is changed of those that are there."""
        self._make_tags()
        self._write_companies()
        self._write_people()
        self._change_companies()
        self._change_people()
        self._write_steps()
        for one, company in self.changes.taken:
            one.customer_id = company.id

    def _make_tags(self) -> None:
        made = self.changes.made_tags
        names = [name for company, _one in self.changes.new for name in (company.row or {})["tags"]]
        names += [name for tags in self.changes.tags.values() for name in tags]
        for name in names:
            if folded(name) not in self.run.known.tags and folded(name) not in made:
                made[folded(name)] = actions.create_tag(name=name, by=self.run.by, at=self.run.at).pk

    def _tag_ids(self, names: Sequence[str]) -> list[int]:
        known = self.run.known.tags | self.changes.made_tags if names else {}
        return [known[folded(name)] for name in names]

    def _write_companies(self) -> None:
        new = self.changes.new
        if not new:
            return
        rows = [{**(company.row or {}), "tag_ids": self._tag_ids((company.row or {})["tags"])}
                for company, _one in new]  # fmt: skip
        drafts = [company.draft for company, _one in new if company.draft is not None]
        made = verbs.store_customers(
            drafts=drafts, rows=rows, by=self.run.by, at=self.run.at, cause=_CAUSE,
            serials=self.run.serials[: len(drafts)],
        )  # fmt: skip
        for (company, one), customer in zip(new, made, strict=True):
            company.id, company.draft = customer.pk, None
            one.made.append((CUSTOMER, customer.pk))

    def _write_people(self) -> None:
        drafts = []
        for company, person, _one in self.changes.people:
            assert person.draft is not None
            person.draft[0].customer_id = company.id  # type: ignore[assignment]
            drafts.append(person.draft)
        if not drafts:
            return
        made = verbs.store_contacts(drafts=drafts, by=self.run.by, at=self.run.at, cause=_CAUSE)
        for (_company, person, one), contact in zip(self.changes.people, made, strict=True):
            person.id, person.draft = contact.pk, None
            one.made.append((CONTACT, contact.pk))

    def _write_steps(self) -> None:
        for company, step, _one in self.changes.steps:
            step.customer_id = company.id  # type: ignore[assignment]
        steps = [step for _company, step, _one in self.changes.steps]
        verbs.store_next_steps(steps=steps, by=self.run.by, at=self.run.at)
        for _company, step, one in self.changes.steps:
            one.made.append((NEXT_STEP, step.pk))

    def _change_companies(self) -> None:
        ids = {pk for kind, pk in self.changes.changers if kind == CUSTOMER}
        if ids:
            tags = {pk: self._tag_ids(names) for pk, names in self.changes.tags.items() if names}
            differing = verbs.update_customers(
                changes={pk: self.changes.companies.get(pk, {}) for pk in ids},
                add_tags=tags, by=self.run.by, at=self.run.at,
            )  # fmt: skip
            self._tell(CUSTOMER, differing)

    def _change_people(self) -> None:
        ids = {pk for kind, pk in self.changes.changers if kind == CONTACT}
        if ids:
            differing = verbs.update_contacts(
                changes={pk: self.changes.persons.get(pk, {}) for pk in ids},
                add_points={pk: points for pk, points in self.changes.points.items() if points},
                by=self.run.by, at=self.run.at,
            )  # fmt: skip
            self._tell(CONTACT, differing)

    def _tell(self, kind: str, ids: set[int]) -> None:
        for pk in ids:
            for one in self.changes.changers[kind, pk]:
                one.changed.append((kind, pk))
