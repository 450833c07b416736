"""Some rows of a file as customers and their people: judged one after the other, as if each stood alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from genjin.customers import actions
from genjin.customers.actions import duplicate_keys
from genjin.customers.actions import imports as verbs
from genjin.customers.actions.short_names import ShortNames, base_of
from genjin.customers.models import Contact, Customer, NextStep
from genjin.exchange.importing import companies, whose
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.companies import Company, Person, all_keys
from genjin.exchange.importing.fields import PERSON_FIELDS
from genjin.exchange.importing.matching import WHY, Holders, Keys, Match, find_matches
from genjin.exchange.importing.memory import Memory
from genjin.exchange.importing.near import Near
from genjin.exchange.importing.register import Judged, Line, Run
from genjin.exchange.importing.saying import labels_of, sentences
from genjin.exchange.importing.writing import Changes, Writing
from genjin.exchange.models import Verdict
from genjin.fields import value_actions as fields
from genjin.people import access

LONGEST_STEP: int = NextStep._meta.get_field("purpose").max_length or 200


class Slice:
    """Some rows on their way: `judged` has the verdicts; `write` does what they ask for.

    A row is taken whole or not at all, and what is wrong with it is found before anything of it counts for
    the rows after it. So it does not matter where a slice ends, nor whether rows before it are stored yet.
    """

    def __init__(self, run: Run, lines: Sequence[Line], *, makes_companies: bool) -> None:
        self.run, self.makes_companies = run, makes_companies
        self.memory: Memory = run.memory
        self.names = ShortNames(self.memory.names, self.memory.numbers)
        self.fresh: dict[int, list[int]] = {}
        self.companies: dict[int, Company] = {}
        self.refs: dict[int, int] = {}
        self.matched: dict[int, Customer] = {}
        self.editable, self.moved = set[int](), set[int]()
        self.changes, self.holders, self.near = Changes(), Holders(), Near(before=self.memory.near)
        self.conflicts: list[tuple[Customer, str]] = []
        self.typed = ""
        self.judged: list[Judged] = []
        self._judge_all(lines)

    def prepare(self) -> None:
        """Draw the numbers of new customers where others write too, so that they do not wait for them."""
        if connection.vendor == "postgresql":
            missing = len(self.changes.new) - len(self.run.serials)
            self.run.serials += verbs.draw_serials(max(missing, 0))

    def write(self) -> None:
        """Store everything; the rows know afterwards what was made and changed."""
        Writing(self.run, self.changes).write()
        whose.remember(
            (one.customer_id, whose.foreign_code(one.line)) for one in self.judged if one.customer_id
        )
        if self.conflicts:
            actions.tell_conflicts(found=self.conflicts, by=self.run.by, at=self.run.at)

    def keep(self) -> None:
        """Hand over to the memory what later rows need; of real runs the database has the rest."""
        memory = self.memory
        del self.run.serials[: len(self.changes.new)]
        for ref, company in self.companies.items():
            if company.number:
                memory.made.add(ref)
            if company.id is not None:
                memory.bind(ref, company.id)
            if self.run.is_dry and company.is_touched:
                company.forget_values()
                memory.companies[ref] = companies.packed(company)
        for _company, person, _one in self.changes.people:
            person.draft = None
        for key, ref in self.noted:
            memory.note(key, ref)
        memory.near.add(self.near)
        memory.moved |= self.moved
        memory.people |= {person.id for _c, person, _o in self.changes.people if person.id is not None}
        self.run.known.tags |= self.changes.made_tags
        if self.run.is_dry:
            memory.names |= self.names.fresh

    # --- what is known

    def _judge_all(self, lines: Sequence[Line]) -> None:
        self.noted: list[tuple[tuple[str, object], int]] = []
        keys = [companies.row_keys(line) for line in lines]
        matches = find_matches(
            keys, scored=self.makes_companies, except_ids=self.memory, moved_ids=self.memory.moved
        )
        self._load(keys, matches)
        if self.makes_companies:
            self._look_for_names(lines)
        for line, key, found in zip(lines, keys, matches, strict=True):
            line.title = str(line.values.get("customer.name") or line.values.get("contact.name") or "")[:200]
            one = Judged(line, Verdict.ERROR, list(line.problems))
            if not one.reasons:
                self._judge(one, key, found)
            self.judged.append(one)

    def _load(self, keys: Sequence[Keys], matches: Sequence[Sequence[Match]]) -> None:
        """What the rows may be: customers that match, and those that earlier rows named."""
        memory = self.memory
        known = {ref: memory.ids[ref] for ref in memory.refs_of(keys) if ref in memory.ids}
        ids = {match.customer_id for found in matches for match in found}
        known |= {memory.refs[pk]: pk for pk in ids if pk in memory.refs}
        rows = Customer.objects.filter(pk__in=ids | set(known.values())).select_related("owner")
        self.matched = {c.pk: c for c in rows} if ids or known else {}
        if ids:
            editable = Customer.objects.editable_by(self.run.by).filter(pk__in=ids)
            self.editable = set(editable.values_list("pk", flat=True))
        for ref, pk in known.items():
            if ref not in memory.companies and pk in self.matched and not self.matched[pk].deleted_at:
                number = ref if ref in memory.made else 0
                self._hold(companies.stored_company(self.matched[pk], ref=ref, number=number))
        for pk in self.editable - memory.refs.keys():
            # Named by no row yet: it goes by its own number, below those of rows.
            self._hold(companies.stored_company(self.matched[pk], ref=-pk, number=0))
        held = {company.id: company for company in self.companies.values()}
        if held:
            self._load_people(held)
        self.holders.look(
            exact
            for key, found in zip(keys, matches, strict=True)
            for match in found
            if match.customer_id in self.refs
            for exact in companies.possible_exacts(self.companies[self.refs[match.customer_id]], key)
        )

    def _load_people(self, held: Mapping[int | None, Company]) -> None:
        people = Contact.objects.alive().filter(customer__in=held).prefetch_related("points").order_by("pk")
        for contact in people:
            number = 1 if contact.pk in self.memory.people else 0
            held[contact.customer_id].meet(companies.stored_person(contact, number))
        if self.run.knows("customer.next_step", "customer.next_step_on"):
            steps = NextStep.objects.filter(customer__in=held, state=NextStep.State.OPEN)
            for customer_id, purpose, day in steps.values_list("customer_id", "purpose", "due_on"):
                held[customer_id].steps |= {(folded(purpose), day)}
        if self.run.knows("customer.tags"):
            tagging = Customer.tags.through.objects.filter(customer__in=held)
            for customer_id, name in tagging.values_list("customer_id", "tag__name"):
                held[customer_id].tags |= {folded(name)}

    def _hold(self, company: Company) -> None:
        self.companies[company.ref] = company
        if company.id is not None:
            self.refs[company.id] = company.ref

    def _look_for_names(self, lines: Sequence[Line]) -> None:
        values = [line.values for line in lines]
        wanted = {str(one["customer.short_name"]) for one in values if "customer.short_name" in one}
        named = (one.get("customer.name") or one.get("customer.name_local") for one in values)
        wanted |= {base_of(name) for name in named if name}
        if self.run.knows("customer.country"):
            wanted |= {str(company.current("short_name")) for company in self.companies.values()}
        self.names.look(wanted)

    def _company_at(self, ref: int) -> Company | None:
        """The company of an earlier row; None when somebody deleted it meanwhile."""
        kept = self.memory.companies.get(ref)
        return self.companies.get(ref) or (companies.unpacked(kept) if kept else None)

    def _find(self, keys: Keys) -> tuple[Company | None, str]:
        """The company of an earlier row with one of these keys, and by which."""
        for key in all_keys(keys):
            for ref in (*self.memory.named_by(key), *self.fresh.get(hash(key), ())):
                company = self._company_at(ref)
                if company is None:
                    continue
                # Companies of one name in two countries are two.
                if key[0] == "name" and keys.country and company.country not in ("", keys.country):
                    continue
                return company, key[0]
        return None, ""

    def _note(self, keys: Sequence[tuple[str, object]], company: Company) -> None:
        for key in keys:
            found = self.fresh.setdefault(hash(key), [])
            if company.ref not in found and (key[0] == "name" or not (found or self.memory.named_by(key))):
                found.append(company.ref)
                self.noted.append((key, company.ref))

    def _touch(self, company: Company) -> None:
        """Something of the company is about to change: one that was there is found by memory from now on."""
        company.is_touched, pk = True, company.id
        if pk and not company.number and pk not in self.moved and pk not in self.memory.moved:
            self.moved.add(pk)
            self._note(companies.held_keys(company), company)

    # --- one row

    def _judge(self, one: Judged, keys: Keys, found: Sequence[Match]) -> None:
        if problem := companies.lacking(self.run, one.line, keys, makes_companies=self.makes_companies):
            one.refuse(problem)
            return
        self.typed = one.line.title
        found = [match for match in found if match.why == "serial" or match.customer_id not in self.moved]
        company, doubts = self._company(keys, found)
        if doubts:
            one.verdict, one.reasons = Verdict.DUPLICATE, doubts
            return
        if company is None and not self.makes_companies:
            one.refuse(_("None of your customers fits. Import the company first."))
            return
        values = companies.company_values(one.line, self.run)
        if company is None:
            self._take_new(one, keys, values)
        else:
            self._take_known(one, keys, company, values)

    def _may(self, right: str) -> bool:
        return access.of(self.run.by).may(right)

    def _company(self, keys: Keys, found: Sequence[Match]) -> tuple[Company | None, list[str]]:
        """The company the row belongs to, or for what it is left out as a duplicate."""
        by_code = bool(keys.serial) and any(match.is_sure for match in found)
        earlier, why = (None, "") if by_code else self._find(keys)
        if earlier is not None and (why in ("domain", "exact", "name") or not self.makes_companies):
            return earlier, []
        sure = [match for match in found if match.is_sure]
        if not sure and not self.makes_companies and not keys.name:
            sure = [match for match in found if match.why == "mail"]
        if len(sure) == 1 and (known := self._own(sure[0])):
            if self.makes_companies and self.run.option("existing", "fill") == "skip":
                return None, [self._double(sure[0])]
            return known, []
        if sure:
            return None, [self._double(match) for match in sure[:3]]
        if not self.makes_companies or self.run.option("similar", "leave") == "new":
            return None, []
        if earlier is not None:
            text = _("Another company, but %(why)s as in row %(row)d.")
            if not earlier.number:
                text = _("Another company, but %(why)s as “%(name)s”.")
            said = {"why": WHY[why], "row": earlier.number, "name": earlier.current("name")}
            return None, [text % said]
        if not found and (alike := self.near.resembling(keys)):
            text = _("Probably the company of row %(row)d: %(why)s")
            return None, [text % {"row": alike[0], "why": alike[1]}]
        return None, [self._double(match) for match in found[:3]]

    def _own(self, match: Match) -> Company | None:
        """The customer found, if the person may change it."""
        if match.customer_id not in self.editable:
            return None
        ref = self.refs.get(match.customer_id) or self.memory.refs.get(match.customer_id, 0)
        return self._company_at(ref)

    def _double(self, match: Match) -> str:
        customer = self.matched[match.customer_id]
        if match.is_sure or match.reasons:
            self.conflicts.append((customer, self.typed))
        is_hidden = match.customer_id not in self.editable
        return companies.sentence(match, customer, match.because(is_hidden=is_hidden))

    def _take_new(self, one: Judged, keys: Keys, values: dict[str, Any]) -> None:
        """A row that makes a company, and perhaps its first person."""
        line, run = one.line, self.run
        owner = line.values.get("customer.owner")
        if owner is None and not (run.option("owner", "me") == "pool" and self._may("assign_owner")):
            owner = run.by.pk
        country, name = values.get("country_id"), str(values.get("name") or "").strip()
        given = str(values.get("short_name") or "").strip()
        short = given or (self.names.propose(name, country) if name else "")
        row = {**values, "short_name": short, "owner_id": owner, "tags": line.values.get("customer.tags", [])}
        draft = verbs.draft_customer(row, by=run.by, at=run.at)
        problems = verbs.field_problems(draft)
        if "name" in problems and not given:
            problems.pop("short_name", None)  # it was only proposed from the name
        if given and country and self.names.is_taken(given, country):
            problems["short_name"] = _("Another customer in this country has this short name.")
        company = Company(line.number, companies.solid(row), number=line.number, owner_id=owner)
        person, wrong = self._new_person(one, company)
        step, late = self._step(one, company)
        if problems | wrong | late:
            one.refuse(*sentences(problems | wrong | late))
            return
        self.names.take(short, country, company.ref)
        company.draft, company.row, company.is_touched = draft, row, True
        company.tags |= {folded(tag) for tag in row["tags"]}
        self._hold(company)
        one.verdict = Verdict.NEW
        self.changes.new.append((company, one))
        self._note(all_keys(keys), company)
        self.near.note(keys, company.ref)
        self.changes.of(one, company)
        if person is not None:
            self._meet(one, company, person)
        if step is not None:
            self._promise(one, company, step)

    def _take_known(self, one: Judged, keys: Keys, company: Company, values: Mapping[str, Any]) -> None:
        """A row about a company that is there, or that an earlier row makes."""
        found = self._differences(company, values) if self.makes_companies else {}
        tags = self._further_tags(one.line, company) if self.makes_companies else []
        row = companies.person_row(one.line)
        known = None
        if row is not None:
            points = companies.normalised_points(row["points"], company.country)
            known = company.find(row["name"], points)
        problems = verbs.change_problems(found) if found else {}
        if self._name_is_taken(company, found):
            problems["short_name"] = _("Another customer in this country has this short name.")
        exact = self._exact(company, found)
        if taken := self._exact_is_taken(company, exact):
            problems["name"] = taken
        person, change = None, None
        if row is not None and known is None:
            person, wrong = self._new_person(one, company)
            problems |= wrong
        elif row is not None and known is not None:
            change, wrong = self._person_change(known, row, company)
            problems |= wrong
        step, wrong = self._step(one, company) if self.makes_companies else (None, {})
        problems |= wrong
        if problems:
            one.refuse(*sentences(problems))
            return
        self._hold(company)
        self._note(all_keys(keys), company)
        self.changes.of(one, company)
        if found or tags:
            self._change(one, company, found, tags)
            self._note([] if exact is None else [("exact", exact)], company)
        if person is not None:
            self._meet(one, company, person)
            self._say_new(one, company)
        elif known is not None and change is not None and (change[0] or change[1]):
            self._change_person(one, company, known, *change)
        if step is not None:
            self._promise(one, company, step)
        if one.verdict == Verdict.ERROR:
            one.verdict = Verdict.SAME
            text = _("Nothing new for “%(name)s”.") % {"name": company.current("name") or one.line.title}
            one.reasons.append(_("As in row %(row)d.") % {"row": company.number} if company.number else text)

    # --- the company

    def _differences(self, company: Company, values: Mapping[str, Any]) -> dict[str, Any]:
        overwrite = self.run.option("existing", "fill") == "overwrite" and not company.number
        found = companies.differences(company, values, overwrite=overwrite)
        if company.grade_locked and not self._may("confirm_key_account"):
            found.pop("follow_grade", None)
        return found

    def _further_tags(self, line: Line, company: Company) -> list[str]:
        if self.run.option("existing", "fill") == "skip" and not company.number:
            return []
        return [name for name in line.values.get("customer.tags", ()) if folded(name) not in company.tags]

    def _name_is_taken(self, company: Company, found: Mapping[str, Any]) -> bool:
        """Whether the short name, or the one it has in its new country, belongs to another customer."""
        if not found.keys() & {"short_name", "country_id"}:
            return False
        short, country = companies.short_pair({**company.values, **found})
        taken = self.names.is_taken(short, country, holder=company.ref, customer_id=company.id)
        return bool(country) and taken

    def _exact(self, company: Company, found: Mapping[str, Any]) -> int | None:
        """The exact key that the company gets by its new name or country; None when it stays as it is."""
        before, after = companies.exact_of(company.values), companies.exact_of({**company.values, **found})
        stored = self.matched.get(company.id or 0)
        return None if after == before or (stored and stored.same_name_reason) else after

    def _exact_is_taken(self, company: Company, exact: int | None) -> str:
        """Who has the company already that this one becomes; empty if nobody."""
        if exact is None:
            return ""
        # The file first: what earlier rows made may be stored by now or not, and says the same both ways.
        key = ("exact", exact)
        others = {*self.memory.named_by(key), *self.fresh.get(hash(key), ())} - {company.ref}
        if others and max(others) > 0:
            return _("This is the company of row %(row)d.") % {"row": max(others)}
        holder = self.holders.of(exact)
        if holder is None or holder.pk == company.id:
            return ""
        other = self._company_at(self.refs.get(holder.pk) or self.memory.refs.get(holder.pk, 0))
        has_moved = other is not None and companies.exact_of(other.values) != exact
        return "" if has_moved else duplicate_keys.entered_already(holder)

    def _change(self, one: Judged, company: Company, found: Mapping[str, Any], tags: Sequence[str]) -> None:
        self._touch(company)
        if found.keys() & {"short_name", "country_id"}:
            self.names.free(*companies.short_pair(company.values))
            self.names.take(*companies.short_pair({**company.values, **found}), company.ref)
        company.values |= found
        company.tags |= {folded(name) for name in tags}
        self.changes.change_company(one, company, found, tags)
        if not company.number:
            labels = labels_of(self.run, found, has_tags=bool(tags))
            one.reasons.append(_("Changes: %(fields)s") % {"fields": ", ".join(labels)})
        one.verdict = Verdict.NEW if company.number else Verdict.UPDATE

    # --- the next step

    def _step(self, one: Judged, company: Company) -> tuple[NextStep | None, dict[str, str]]:
        """The next step that the row promises, if it is a new one, and what is wrong with it.

        Lists are full of days gone by: such a step is left out and said, the row is taken all the same.
        """
        purpose = one.line.values.get("customer.next_step", "")
        day = one.line.values.get("customer.next_step_on")
        if not purpose and day is None:
            return None, {}
        if self.run.option("existing", "fill") == "skip" and not company.number:
            return None, {}
        if why := verbs.lacking_date(day, today=self.run.today, at=self.run.at):
            one.reasons.append(_("Without the next step: %(why)s") % {"why": why})
            return None, {}
        step = NextStep(
            purpose=purpose or _("Follow up"), due_on=day, owner_id=company.owner_id or self.run.by.pk,
            created_at=self.run.at, created_by=self.run.by,
        )  # fmt: skip
        if (folded(step.purpose), day) in company.steps:
            return None, {}
        if len(step.purpose) > LONGEST_STEP:
            return None, {"purpose": _("At most %(count)d characters.") % {"count": LONGEST_STEP}}
        return step, {}

    def _promise(self, one: Judged, company: Company, step: NextStep) -> None:
        self._touch(company)
        company.steps |= {(folded(step.purpose), step.due_on)}
        self.changes.steps.append((company, step, one))
        if one.verdict == Verdict.ERROR:
            one.verdict = Verdict.NEW if company.number else Verdict.UPDATE
            one.reasons.append(_("New next step."))

    # --- the person

    def _new_person(self, one: Judged, company: Company) -> tuple[Person | None, dict[str, str]]:
        """The person of a row, not yet met, and what is wrong with him."""
        row = companies.person_row(one.line)
        if row is None:
            return None, {}
        contact, points, problems = verbs.draft_contact(row, company.country, at=self.run.at)
        reached = tuple((point.kind, point.normalised) for point in points)
        values = {name: row[name] for name in PERSON_FIELDS if row.get(name) not in (None, "")}
        values |= fields.held(contact)
        person = Person(contact.name, values, reached, number=one.line.number, draft=(contact, points))
        return person, problems

    def _meet(self, one: Judged, company: Company, person: Person) -> None:
        self._touch(company)
        company.meet(person)
        self.changes.people.append((company, person, one))

    def _say_new(self, one: Judged, company: Company) -> None:
        if one.verdict != Verdict.ERROR:
            return
        one.verdict = Verdict.NEW if company.number or not self.makes_companies else Verdict.UPDATE
        where = _("Contact of the company in row %(row)d.") % {"row": company.number}
        new = _("New contact of “%(name)s”.") % {"name": company.current("name") or ""}
        one.reasons.append(where if company.number else new)

    def _person_change(
        self, person: Person, row: Mapping[str, Any], company: Company
    ) -> tuple[tuple[dict[str, Any], list[dict[str, str]]] | None, dict[str, str]]:
        """What the row adds to a known person: fields and ways to reach him, and what is wrong with them."""
        option = self.run.option("existing", "fill")
        if option == "skip" and not person.number:
            return None, {}
        overwrite = option == "overwrite" and not person.number
        found = companies.person_differences(person, row, overwrite=overwrite)
        given = zip(row["points"], companies.normalised_points(row["points"], company.country), strict=True)
        points = [point for point, reached in given if reached not in person.points]
        problems = verbs.person_change_problems(found) if found else {}
        if points:
            problems |= verbs.draft_points(points, company.country)[1]
        return (found, points), problems

    def _change_person(
        self,
        one: Judged,
        company: Company,
        person: Person,
        found: dict[str, Any],
        points: list[dict[str, str]],
    ) -> None:
        self._touch(company)
        person.values |= found
        person.points += tuple(companies.normalised_points(points, company.country))
        company.meet(person)
        self.changes.change_person(one, person, found, points, company.country)
        if one.verdict == Verdict.ERROR:
            one.verdict = Verdict.UPDATE
            one.reasons.append(_("Adds to the contact “%(name)s”.") % {"name": person.name})
