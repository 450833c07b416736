"""Some rows of a file as customers and their people: judged together, then written many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers import actions, normalise
from genjin.customers.actions import imports as verbs
from genjin.customers.actions.refusal import RowsRefused
from genjin.customers.models import Contact, Customer, DimensionChange
from genjin.customers.models.dimension import KeyAccount
from genjin.exchange.importing import companies
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.companies import Company, Memory, Person
from genjin.exchange.importing.matching import WHY, Keys, Match, find_matches
from genjin.exchange.importing.register import Judged, Line, Run
from genjin.exchange.models import Verdict
from genjin.people import access

CUSTOMER, CONTACT = "customers.customer", "customers.contact"


class Slice:
    """Some rows on their way: first all are judged, then everything is written, many at once."""

    def __init__(self, run: Run, *, makes_companies: bool) -> None:
        self.run, self.makes_companies = run, makes_companies
        self.memory: Memory = run.memory
        self.stored: dict[int, Company] = {}
        self.matched: dict[int, Customer] = {}
        self.editable: set[int] = set()
        self.new: list[tuple[Company, Judged]] = []
        self.people: list[tuple[Company, Person, Judged]] = []
        self.changes: dict[int, dict[str, Any]] = defaultdict(dict)
        self.changers: dict[int, list[Judged]] = defaultdict(list)
        self.person_changes: dict[int, tuple[dict[str, Any], list[dict[str, str]]]] = {}
        self.person_changers: dict[int, list[Judged]] = defaultdict(list)

    def take(self, lines: Sequence[Line]) -> list[Judged]:
        """The verdict of each line; unless the run is dry, what they ask for is done."""
        keys = [companies.row_keys(line) for line in lines]
        matches = find_matches(keys)
        self._load(matches)
        judged = []
        for line, key, found in zip(lines, keys, matches, strict=True):
            line.title = str(line.values.get("customer.name") or line.values.get("contact.name") or "")[:200]
            one = Judged(line, Verdict.ERROR, list(line.problems))
            if not one.reasons:
                self._judge(one, key, found)
            judged.append(one)
        if self.run.is_dry:
            self._check()
        else:
            self._write()
            self.memory.forget()
        return judged

    def _load(self, matches: Sequence[Sequence[Match]]) -> None:
        ids = {match.customer_id for found in matches for match in found}
        self.matched = {c.pk: c for c in Customer.objects.filter(pk__in=ids).select_related("owner")}
        editable = Customer.objects.editable_by(self.run.by).filter(pk__in=ids)
        self.editable = set(editable.values_list("pk", flat=True))
        people: dict[int, list[Contact]] = defaultdict(list)
        for contact in (
            Contact.objects.alive()
            .filter(customer__in=self.editable)
            .prefetch_related("points")
            .order_by("pk")
        ):
            people[contact.customer_id].append(contact)
        for pk in self.editable:
            self.stored[pk] = companies.stored_company(self.matched[pk], people[pk], self.memory.mine)

    def _judge(self, one: Judged, keys: Keys, found: Sequence[Match]) -> None:
        if problem := self._lacks(one.line, keys):
            one.refuse(problem)
            return
        company, doubts = self._company(one, keys, found)
        if doubts:
            one.verdict, one.reasons = Verdict.DUPLICATE, doubts
            return
        values = companies.company_values(one.line, self.run)
        if company is None and not self.makes_companies:
            one.refuse(_("None of your customers fits. Import the company first."))
            return
        if company is None:
            company = self._make(one, values)
        elif self.makes_companies:
            self._change(one, company, values)
        self.memory.note(keys, company)
        self._take_person(one, company)
        if one.verdict == Verdict.ERROR:
            one.verdict = Verdict.SAME
            text = _("Nothing new for “%(name)s”.") % {"name": company.current("name") or one.line.title}
            one.reasons.append(_("As in row %(row)d.") % {"row": company.number} if company.number else text)
        one.customer_id = company.id

    def _lacks(self, line: Line, keys: Keys) -> str:
        """What the row needs and does not have, as a sentence."""
        values = line.values
        if values.get("customer.key_account") == KeyAccount.CONFIRMED and not self._may(
            "confirm_key_account"
        ):
            return _("You may propose a key account; a manager confirms it.")
        named = values.get("customer.name") or values.get("customer.name_local") or keys.serial
        if self.makes_companies and not named:
            return _("The row names no company.")
        if not self.makes_companies and companies.person_row(line) is None:
            return _("The row names no person.")
        return ""

    def _may(self, right: str) -> bool:
        return access.of(self.run.by).may(right)

    def _company(self, one: Judged, keys: Keys, found: Sequence[Match]) -> tuple[Company | None, list[str]]:
        """The company the row belongs to, or for what it is left out as a duplicate."""
        earlier, why = self.memory.find(keys)
        if earlier is not None and (why in ("domain", "name") or not self.makes_companies):
            return earlier, []
        sure = [match for match in found if match.is_sure]
        if not sure and not self.makes_companies and not keys.name:
            sure = [match for match in found if match.why == "mail"]
        if len(sure) == 1 and sure[0].customer_id in self.editable:
            if self.run.option("existing", "fill") == "skip" and sure[0].customer_id not in self.memory.mine:
                return None, [self._double(sure[0])]
            return self.stored[sure[0].customer_id], []
        if sure:
            return None, [self._double(match) for match in sure[:3]]
        if not self.makes_companies or self.run.option("similar", "leave") == "new":
            return None, []
        if earlier is not None:
            text = _("Another company, but %(why)s as in row %(row)d.")
            return None, [text % {"why": WHY[why], "row": earlier.number}]
        return None, [self._double(match) for match in found[:3]]

    def _double(self, match: Match) -> str:
        return companies.sentence(match, self.matched[match.customer_id], WHY[match.why])

    def _make(self, one: Judged, values: dict[str, Any]) -> Company:
        owner = one.line.values.get("customer.owner")
        if owner is None and not (self.run.option("owner", "me") == "pool" and self._may("assign_owner")):
            owner = self.run.by.pk
        row = {**values, "owner_id": owner, "tags": one.line.values.get("customer.tags", [])}
        company = Company(row=row, number=one.line.number, is_mine=True)
        one.verdict = Verdict.NEW
        self.new.append((company, one))
        return company

    def _change(self, one: Judged, company: Company, values: Mapping[str, Any]) -> None:
        overwrite = self.run.option("existing", "fill") == "overwrite" and not company.is_mine
        found = companies.differences(company, values, overwrite=overwrite)
        if (
            company.stored is not None
            and company.stored.grade_locked
            and not self._may("confirm_key_account")
        ):
            found.pop("follow_grade", None)
        if not found:
            return
        if company.row is not None:
            company.row.update(found)
        if company.stored is not None:
            for column, value in found.items():
                setattr(company.stored, column, value)
        if company.id is not None:
            self.changes[company.id].update(found)
            self.changers[company.id].append(one)
        if not company.is_mine:
            names = {field.attname: field.verbose_name for field in Customer._meta.concrete_fields}
            labels = [str(names[name]) for name in found]
            one.reasons.append(_("Changes: %(fields)s") % {"fields": ", ".join(labels)})
        one.verdict = Verdict.NEW if company.is_mine else Verdict.UPDATE

    def _take_person(self, one: Judged, company: Company) -> None:
        row = companies.person_row(one.line)
        if row is None:
            return
        points = [(point["kind"], point["value"]) for point in row["points"]]
        keys = companies.person_keys(row["name"], points, company.current("country_id") or "")
        person = next((company.people[key] for key in keys if key in company.people), None)
        if person is None:
            person = Person(row=row, number=one.line.number)
            self.people.append((company, person, one))
            if one.verdict == Verdict.ERROR:
                one.verdict = Verdict.NEW if company.is_mine or not self.makes_companies else Verdict.UPDATE
                where = _("Contact of the company in row %(row)d.") % {"row": company.number}
                new = _("New contact of “%(name)s”.") % {"name": company.current("name") or ""}
                one.reasons.append(where if company.number else new)
        elif person.stored is not None:
            self._change_person(one, person, row, company)
        for key in keys:
            company.people.setdefault(key, person)

    def _change_person(self, one: Judged, person: Person, row: Mapping[str, Any], company: Company) -> None:
        stored = person.stored
        assert stored is not None
        if company.is_mine is False and self.run.option("existing", "fill") == "skip":
            return
        overwrite = self.run.option("existing", "fill") == "overwrite"
        found = {
            name: value
            for name, value in row.items()
            if name not in ("points", "name") and getattr(stored, name) != value
            and (overwrite or getattr(stored, name) in (None, ""))
        }  # fmt: skip
        country = stored.country_id or company.current("country_id") or ""
        known = {(point.kind, point.normalised) for point in stored.points.all()}
        points = [
            point
            for point in row["points"]
            if (point["kind"], normalise.point(point["kind"], point["value"], country)) not in known
        ]
        if not found and not points:
            return
        before = self.person_changes.get(stored.pk, ({}, []))
        self.person_changes[stored.pk] = ({**before[0], **found}, [*before[1], *points])
        self.person_changers[stored.pk].append(one)
        if one.verdict == Verdict.ERROR:
            one.verdict = Verdict.UPDATE
            one.reasons.append(_("Adds to the contact “%(name)s”.") % {"name": stored.name})

    def _check(self) -> None:
        """A dry run: let the records say what they would refuse."""
        run = self.run
        rows = [company.row or {} for company, _one in self.new]
        for index, problems in verbs.check_customer_rows(rows=rows, by=run.by, at=run.at).items():
            self.new[index][1].refuse(*sentences(problems))
        wanted = [
            {
                **(person.row or {}),
                "customer_id": company.id,
                "customer_country": company.current("country_id"),
            }
            for company, person, _one in self.people
        ]
        for index, problems in verbs.check_contact_rows(rows=wanted, at=run.at).items():
            self.people[index][2].refuse(*sentences(problems))

    def _write(self) -> None:
        self._write_companies()
        self._write_people()
        self._write_changes(self.changes, self.changers, CUSTOMER, self._update_customers)
        self._write_changes(self.person_changes, self.person_changers, CONTACT, self._update_contacts)

    def _write_companies(self) -> None:
        run = self.run
        # A company whose person would be refused is refused with him: a row is taken whole or not at all.
        wanted = [
            {**(person.row or {}), "customer_country": company.current("country_id")}
            for company, person, one in self.people
            if company.id is None and company.number == one.line.number
        ]
        first = [
            one
            for company, _p, one in self.people
            if company.id is None and company.number == one.line.number
        ]
        for index, problems in verbs.check_contact_rows(rows=wanted, at=run.at).items():
            first[index].refuse(*sentences(problems))
        waiting = [(company, one) for company, one in self.new if one.verdict != Verdict.ERROR]
        self._make_tags(waiting)

        def create(part: Sequence[tuple[Company, Judged]]) -> list[Customer]:
            rows = [company.row or {} for company, _one in part]
            return actions.create_customers(
                rows=rows, by=run.by, at=run.at, cause=DimensionChange.Cause.IMPORT
            )

        for (company, one), made in created(waiting, create, lambda item: item[1]):
            company.id = one.customer_id = made.pk
            self.memory.mine[made.pk] = one.line.number
            one.made.append((CUSTOMER, made.pk))

    def _make_tags(self, waiting: Sequence[tuple[Company, Judged]]) -> None:
        known = self.run.known.tags
        for company, _one in waiting:
            row = company.row or {}
            for name in row.get("tags", ()):
                if folded(name) not in known:
                    tag = actions.create_tag(name=name, by=self.run.by, at=self.run.at)
                    known[folded(name)] = tag.pk
            row["tag_ids"] = [known[folded(name)] for name in row.get("tags", ())]

    def _write_people(self) -> None:
        waiting = []
        for company, person, one in self.people:
            if company.id is None:
                if one.verdict != Verdict.ERROR:
                    one.refuse(_("The company in row %(row)d was not taken.") % {"row": company.number})
            elif one.verdict != Verdict.ERROR:
                waiting.append((company, person, one))

        def create(part: Sequence[tuple[Company, Person, Judged]]) -> list[Contact]:
            rows = [{**(person.row or {}), "customer_id": company.id} for company, person, _one in part]
            return actions.create_contacts(
                rows=rows, by=self.run.by, at=self.run.at, cause=DimensionChange.Cause.IMPORT
            )

        for (company, person, one), made in created(waiting, create, lambda item: item[2]):
            person.id = made.pk
            one.customer_id = company.id
            one.made.append((CONTACT, made.pk))

    def _write_changes(
        self,
        changes: Mapping[int, Any],
        changers: Mapping[int, list[Judged]],
        kind: str,
        write: Callable[[Mapping[int, Any]], set[int]],
    ) -> None:
        waiting = dict(changes)
        while waiting:
            try:
                differing = write(waiting)
            except RowsRefused as refused:
                for pk, problems in refused.rows.items():
                    waiting.pop(pk)
                    for one in changers[pk]:
                        one.refuse(*sentences(problems))
                continue
            for pk in differing:
                for one in changers[pk]:
                    one.changed.append((kind, pk))
            return

    def _update_customers(self, changes: Mapping[int, Any]) -> set[int]:
        return verbs.update_customers(changes=changes, by=self.run.by, at=self.run.at)

    def _update_contacts(self, changes: Mapping[int, Any]) -> set[int]:
        return verbs.update_contacts(
            changes={pk: change[0] for pk, change in changes.items()},
            add_points={pk: change[1] for pk, change in changes.items() if change[1]},
            by=self.run.by,
            at=self.run.at,
        )


def created(
    waiting: Sequence[Any], create: Callable[..., list[Any]], judged_of: Callable[..., Judged]
) -> list[Any]:
    """Pairs of what waited and what was made of it; those refused are marked and left out."""
    left = list(waiting)
    while left:
        try:
            return list(zip(left, create(left), strict=True))
        except RowsRefused as refused:
            for index, problems in refused.rows.items():
                judged_of(left[index]).refuse(*sentences(problems))
            left = [item for index, item in enumerate(left) if index not in refused.rows]
    return []


def sentences(problems: Mapping[str, str]) -> list[str]:
    """What an action refused, each with its field where it has one."""
    labels = {field.name: field.verbose_name for field in (*Contact._meta.fields, *Customer._meta.fields)}
    return [f"{labels[name]}: {text}" if name in labels else text for name, text in problems.items()]
