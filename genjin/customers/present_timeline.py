"""How the history of a customer is told to people: the rows of the timeline, the years, the filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import DecimalField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from genjin.customers import timeline
from genjin.customers.forms.log import ICONS
from genjin.customers.forms.small import DIMENSIONS
from genjin.customers.list_choices import COLUMNS
from genjin.customers.log_limits import limits_for
from genjin.customers.models import DimensionChange, Interaction, ListEntry, NextStep
from genjin.customers.present import short_value
from genjin.fields.queries import fields_of
from genjin.fields.telling import Words
from genjin.files.models import Attachment
from genjin.files.queries import of_records
from genjin.journal.describe import amount_text, own_words, verb_label
from genjin.journal.models import Entry
from genjin.people.models import User
from genjin.people.queries import people_of
from genjin.records import registry
from genjin.rules import interactions as rules
from genjin.web.templatetags.web import day

Names = Mapping[str, Mapping[int, str]]
PEOPLE = ("owner_id", "collaborators")
CHOSEN = (*(f"{field}_id" for field in COLUMNS.values()), "sales_channels")


def timeline_tabs(current: str, base: str) -> list[dict[str, Any]]:
    """The filters above the timeline."""
    labels = {
        "all": _("All"),
        "calls": _("Calls"),
        "mails": _("Mails and chats"),
        "meetings": _("Meetings and visits"),
        "notes": pgettext("timeline", "Notes"),
        "changes": _("Changes"),
    }
    current = current if current in labels else "all"
    return [
        {"label": label, "href": f"{base}?tab={name}#timeline", "current": name == current}
        for name, label in labels.items()
    ]


@dataclass(frozen=True)
class Row:
    """One row of the timeline in words."""

    source: str
    at: datetime
    icon: str
    title: str
    text: str = ""
    who: str = ""
    quiet: bool = False
    badges: list[tuple[str, str]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    interaction: Interaction | None = None
    corrections: list[Interaction] = field(default_factory=list)
    next_steps: list[NextStep] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    href: str = ""
    """Where all of it can be read."""
    is_former_year: bool = False
    year: str = ""
    """Stands above the row where a former year begins."""
    may_edit: bool = False
    may_correct: bool = False
    may_delete: bool = False

    @property
    def menu_id(self) -> str:
        """Names the menu of a log in its page."""
        return f"log-menu-{self.interaction.pk}" if self.interaction else ""


Teller = Callable[[Any], Row]
_tellers: dict[str, Teller] = {}


def add_teller(source: str, tell: Teller) -> None:
    """Say how the rows of a registered source are told."""
    _tellers[source] = tell


@dataclass(frozen=True)
class Reader:
    """Who reads the timeline, and what that person may do with logs of this customer."""

    user_id: int
    may_edit: bool
    manages: bool
    recycles: bool
    user: User | None = None

    def allow(self, rows: Sequence[Row], now: datetime) -> list[Row]:
        """The rows with what may be done to their logs, by the numbers of each writer (001-43)."""
        writers = {log.person_id for row in rows if (log := self._touches(row)) is not None}
        limits = limits_for(writers) if writers else {}
        return [self._allowed(row, limits, now) for row in rows]

    def _touches(self, row: Row) -> Interaction | None:
        """The log of the row if the reader may change it while it is new and correct it later."""
        log = row.interaction
        if log is None or not self.may_edit or not (self.manages or log.person_id == self.user_id):
            return None
        return log

    def _allowed(self, row: Row, limits: Mapping[int | None, rules.LogLimits], now: datetime) -> Row:
        log = self._touches(row)
        if log is None:
            return row
        is_fresh = rules.is_editable(log.logged_at, now, limits[log.person_id])
        return replace(row, may_edit=is_fresh, may_correct=not is_fresh, may_delete=is_fresh or self.recycles)


def timeline_rows(page: timeline.Page, *, masked: bool, now: datetime, reader: Reader) -> list[Row]:
    """The rows of one page in the reader's language, in a fixed number of queries."""
    names = _names(page)
    logs = [item.record.pk for item in page.items if item.source == timeline.INTERACTIONS]
    attachments = of_records("customers.interaction", logs) if logs else {}
    tellers = registry.Tellers(reader.user)
    told = _told_fields(page, reader)
    made: dict[str, Callable[[Any], Row]] = {
        timeline.INTERACTIONS: lambda record: _interaction_row(record, attachments, told(record)),
        timeline.STEPS: _step_row,
        timeline.DIMENSIONS: _dimension_row,
        **_tellers,
    }
    rows = [
        made[item.source](item.record)
        if item.source in made
        else _entry_row(item.record, names, masked, tellers)
        for item in page.items
    ]
    return _with_years(reader.allow(rows, now), timezone.localtime(now).year, page.after)


def _names(page: timeline.Page) -> Names:
    """What the ids in journalled changes mean, by field: colleagues, and choices of the lists."""
    people = timeline.ids_named(page.items, PEOPLE)
    users = {pk: str(person) for pk, person in people_of(people).items()}
    chosen = timeline.ids_named(page.items, CHOSEN)
    entries = {e.pk: str(e) for e in ListEntry.objects.filter(pk__in=chosen)} if chosen else {}
    return dict.fromkeys(PEOPLE, users) | dict.fromkeys(CHOSEN, entries)


def _with_years(rows: Sequence[Row], this_year: int, after: datetime | None) -> list[Row]:
    """Rows of former years say so once, above the first of each; `after` is where the page before ended."""
    above = timezone.localtime(after).year if after else this_year
    marked = []
    for row in rows:
        year = timezone.localtime(row.at).year
        shown = str(year) if year != above else ""
        marked.append(replace(row, is_former_year=year != this_year, year=shown))
        above = year
    return marked


def _told_fields(page: timeline.Page, reader: Reader) -> Callable[[Interaction], list[str]]:
    """A function that tells the custom fields of a log; the fields are read once, if any log has some."""
    if not any(item.source == timeline.INTERACTIONS and item.record.custom for item in page.items):
        return lambda record: []
    fields, words = fields_of(Interaction._meta.label_lower, reader.user), Words()

    def told(record: Interaction) -> list[str]:
        return [_labelled(one.label, one.text) for one in words.tell_all(fields, record) if one.text]

    return told


def _interaction_row(
    record: Interaction, attachments: Mapping[int, list[Attachment]], told: Sequence[str]
) -> Row:
    people = _(", ").join(c.name for c in record.contacts.all())
    title = str(record.get_kind_display())
    if record.kind in ("EMAIL", "CHAT", "LETTER", "AUDIO_CALL", "VIDEO_CALL"):
        title = f"{title} · {record.get_direction_display()}"
    if record.minutes:
        title += " · " + ngettext("%(n)d minute", "%(n)d minutes", record.minutes) % {"n": record.minutes}
    badges = []
    if record.outcome and record.outcome != Interaction.Outcome.CONNECTED:
        badges.append((str(record.get_outcome_display()), ""))
    if record.is_late:
        badges.append((_("logged late"), "warn"))
    if record.is_private:
        badges.append((_("private"), ""))
    if record.reaction and record.reaction != Interaction.Reaction.NO_ANSWER:
        tone = {"POSITIVE": "ok", "NEGATIVE": "bad"}.get(record.reaction, "")
        badges.append((_("reaction: %(how)s") % {"how": record.get_reaction_display()}, tone))
    details = []
    if record.reaction_note:
        details.append(record.reaction_note)
    if record.satisfaction:
        details.append(_("Satisfaction %(n)d of 5") % {"n": record.satisfaction})
    details += told
    details += [_("Completed: %(step)s") % {"step": s.purpose} for s in record.closes.all()]
    if record.no_next_step_because:
        details.append(_("No next step: %(why)s") % {"why": record.no_next_step_because})
    return Row(
        source=timeline.INTERACTIONS, at=record.happened_at, icon=ICONS.get(record.kind, "note"),
        title=title, text=record.content,
        who=" → ".join(t for t in (str(record.person or ""), people) if t),
        badges=badges, details=details, interaction=record, corrections=list(record.corrections.all()),
        next_steps=list(record.next_steps.all()), attachments=attachments.get(record.pk, []),
    )  # fmt: skip


def _step_row(record: NextStep) -> Row:
    cancelled = record.state == NextStep.State.CANCELLED
    word = pgettext("next step", "Cancelled") if cancelled else pgettext("next step", "Done")
    return Row(
        source=timeline.STEPS, at=record.closed_at or record.created_at,
        icon="circle-x" if cancelled else "circle-check", title=_labelled(word, record.purpose),
        text=record.closing_reason, who=str(record.closed_by or ""), quiet=True,
    )  # fmt: skip


def _dimension_row(record: DimensionChange) -> Row:
    name = dimension_name(record.dimension)
    old, new = short_value(record.dimension, record.old), short_value(record.dimension, record.new)
    unset = pgettext("dimension without a value", "not set")
    who = str(record.by) if record.by else str(record.get_cause_display())
    title = f"{name} · {record.contact.name}" if record.contact else str(name)
    text = record.why
    if record.cause == DimensionChange.Cause.MERGE:
        text = _("Merged with %(customer)s") % {"customer": record.why}
    return Row(
        source=timeline.DIMENSIONS, at=record.at, icon="target", title=title, text=text, who=who,
        quiet=True, changes=[("", old or unset, new or unset)],
    )  # fmt: skip


def _labelled(label: str, text: str) -> str:
    return _("%(label)s: %(text)s") % {"label": label, "text": text}


def dimension_name(name: str) -> str:
    """What people call a dimension."""
    if name in DIMENSIONS:
        return str(DIMENSIONS[name].label)
    for model in ("customers.customer", "customers.contact"):
        kind = registry.find(model)
        if kind and name in kind.field_labels:
            return str(kind.field_labels[name])
    return name


def verb_text(verb: str, kind: str) -> str:
    """What the journal's verb says, as the title of a row."""
    labels = {
        "create": _("%(kind)s added"),
        "change": _("%(kind)s changed"),
        "recycle": _("%(kind)s moved to the recycle bin"),
        "restore": _("%(kind)s restored"),
        "erase": _("%(kind)s erased"),
        "claim": _("Claimed from the public pool"),
        "assign": _("Handed to another owner"),
        "return to pool": _("Returned to the public pool"),
        "move to pool": _("Moved to another pool"),
        "protect": _("Kept from the public pool, or no longer"),
        "share": _("Shared"),
        "tag": _("Tags changed"),
        "replace": _("List value replaced"),
        "put_back": _("List value put back"),
        "pause": _("Paused: do not contact"),
        "resume": _("Pause ended"),
        "confirm": _("Accepted as a customer"),
        "attach": _("%(kind)s added"),
        "detach": _("%(kind)s removed"),
        "write note": _("Restricted personal fact written"),
        "merge": _("Merged with another customer"),
        "unmerge": _("Merge undone"),
        "erase note": _("Restricted personal fact deleted"),
    }
    if kind == "customers.contact":
        labels |= {"merge": _("Contacts merged"), "unmerge": _("Merge of contacts undone")}
    known = registry.find(kind)
    said = labels.get(verb) or f"%(kind)s · {verb_label(verb)}"
    return said % {"kind": known.label if known else kind}


VERB_ICONS = {
    "claim": "flag", "assign": "user", "return to pool": "undo", "move to pool": "inbox", "protect": "lock",
    "share": "users", "tag": "tag",
    "recycle": "trash", "restore": "undo", "erase": "eye-off", "pause": "moon", "resume": "sun",
    "create": "plus", "confirm": "check", "attach": "clip", "merge": "copy", "unmerge": "undo",
}  # fmt: skip


def _entry_row(entry: Entry, names: Names, masked: bool, tellers: registry.Tellers) -> Row:
    personal = getattr(entry, "personal", None)
    changes = dict(entry.changes)
    title = verb_text(entry.verb, entry.kind)
    if personal is not None and not masked:
        changes |= personal.changes
        title = _labelled(title, personal.title) if personal.title else title
    elif entry.title and entry.kind not in ("customers.customer",):
        title = _labelled(title, entry.title)
    told = (
        []
        if entry.verb in ("create", "recycle", "restore", "pause")
        else _told(entry.kind, changes, names, tellers)
    )
    if entry.verb == "pause":
        until = (changes.get("not_before") or [None, None])[1]
        reason = (changes.get("not_before_reason") or ["", ""])[1]
        shown = day(date.fromisoformat(until)) if until else ""
        told = [("", "", " · ".join(t for t in (shown, str(reason or "")) if t))]
    return Row(
        source=timeline.JOURNAL, at=entry.at, icon=VERB_ICONS.get(entry.verb, "pencil"), title=title,
        text=own_words(entry), who=str(entry.by) if entry.by else _("The system"), quiet=True, changes=told,
    )  # fmt: skip


# Columns that follow from others, and dimensions, which have rows of their own.
_SILENT = {
    "owned_since", "pool_id", "pooled_at", "created_by_id", "not_before_set_at", "serial", "merged_into_id",
    "grade_order", "decision_role", "department", "seniority", "relationship_depth",
}  # fmt: skip
LONG = 80


def _told(
    kind: str, changes: Mapping[str, Any], names: Names, tellers: registry.Tellers
) -> list[tuple[str, str, str]]:
    """(field, old, new) as people read them; a hidden value is told by its field's name only."""
    known = registry.find(kind)
    rows = []
    for name, change in changes.items():
        if name in _SILENT:
            continue
        old, new = change if isinstance(change, list) and len(change) == 2 else (None, None)
        if teller := tellers.find(name):
            if not teller.hides(kind, name):
                texts = [_cut(teller.text(kind, name, value)) for value in (old, new)]
                rows.append((teller.label(kind, name), texts[0], texts[1]))
            continue
        label = str(known.field_labels.get(name, name)) if known else name
        rows.append((label, _shown(known, name, old, names), _shown(known, name, new, names)))
    return rows


def _plain(value: Any) -> str:
    """A value without a name of its own, as the journal keeps it; days and moments as people write them."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, str) and value[10:11] == "T" and (moment := _moment_of(value)) is not None:
        return f"{day(moment.date())} {moment:%H:%M}"
    return "" if value is None else str(value)


def _moment_of(value: str) -> datetime | None:
    """A journalled moment in the reader's zone."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _amount(kind: Any, name: str, value: Any) -> str:
    """A sum of money with its thousands grouped; nothing for other fields."""
    fields = kind.model._meta.concrete_fields if kind and value is not None else ()
    return "".join(amount_text(value) for f in fields if f.name == name and isinstance(f, DecimalField))


def _shown(kind: Any, name: str, value: Any, names: Names) -> str:
    if name in names:
        ids = value if isinstance(value, list) else [value] if value else []
        return _(", ").join(names[name].get(pk, "?") for pk in ids) or (_("nobody") if name in PEOPLE else "")
    if name.endswith("_id") and isinstance(value, int):
        return ""
    if isinstance(value, list):
        return _(", ").join(str(v) for v in value)
    known = kind.value_labels(name, value) if kind and kind.value_labels else ""
    return _cut(known or _amount(kind, name, value) or _plain(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"
