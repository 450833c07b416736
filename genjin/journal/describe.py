"""Entries as people read them: in the reader's language, with the names of fields and values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_duration
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from genjin.journal.models import Entry, Personal
from genjin.records import registry
from genjin.records.registry import RecordKind

VERBS: dict[str, Any] = {
    "accept": pgettext_lazy("audit verb", "accepted"),
    "add": pgettext_lazy("audit verb", "added"),
    "allocate": pgettext_lazy("audit verb", "allocated"),
    "archive": pgettext_lazy("audit verb", "archived"),
    "assign": pgettext_lazy("audit verb", "assigned"),
    "attach": pgettext_lazy("audit verb", "attached a file to"),
    "begin": pgettext_lazy("audit verb", "began"),
    "bulk_edit": pgettext_lazy("audit verb", "changed in bulk"),
    "cancel": pgettext_lazy("audit verb", "cancelled"),
    "change": pgettext_lazy("audit verb", "changed"),
    "change_password": pgettext_lazy("audit verb", "changed the password of"),
    "claim": pgettext_lazy("audit verb", "claimed"),
    "close": pgettext_lazy("audit verb", "closed"),
    "complete": pgettext_lazy("audit verb", "completed"),
    "confirm": pgettext_lazy("audit verb", "accepted"),
    "correct": pgettext_lazy("audit verb", "corrected"),
    "create": pgettext_lazy("audit verb", "created"),
    "deactivate": pgettext_lazy("audit verb", "deactivated"),
    "delegate": pgettext_lazy("audit verb", "handed over"),
    "delete": pgettext_lazy("audit verb", "deleted"),
    "detach": pgettext_lazy("audit verb", "removed a file from"),
    "dismiss": pgettext_lazy("audit verb", "dismissed"),
    "doubt again": pgettext_lazy("audit verb", "listed again as a possible duplicate:"),
    "edit": pgettext_lazy("audit verb", "changed"),
    "erase note": pgettext_lazy("audit verb", "deleted a restricted note on"),
    "erase": pgettext_lazy("audit verb", "erased personal data of"),
    "export": pgettext_lazy("audit verb", "exported"),
    "file": pgettext_lazy("audit verb", "filed"),
    "finish": pgettext_lazy("audit verb", "completed"),
    "give_back": pgettext_lazy("audit verb", "gave back"),
    "grade": pgettext_lazy("audit verb", "graded"),
    "hand_over": pgettext_lazy("audit verb", "handed over"),
    "hold": pgettext_lazy("audit verb", "held"),
    "import": pgettext_lazy("audit verb", "imported"),
    "invite": pgettext_lazy("audit verb", "invited"),
    "join": pgettext_lazy("audit verb", "joined"),
    "lock": pgettext_lazy("audit verb", "locked"),
    "log": pgettext_lazy("audit verb", "logged"),
    "mark_kind": pgettext_lazy("audit verb", "changed the kind of"),
    "merge": pgettext_lazy("audit verb", "merged"),
    "move to pool": pgettext_lazy("audit verb", "moved to another pool"),
    "move": pgettext_lazy("audit verb", "moved"),
    "move_clock": pgettext_lazy("audit verb", "moved the clock of"),
    "pause": pgettext_lazy("audit verb", "paused contact with"),
    "pay": pgettext_lazy("audit verb", "noted a payment for"),
    "plan": pgettext_lazy("audit verb", "planned the payments of"),
    "postpone": pgettext_lazy("audit verb", "postponed"),
    "present": pgettext_lazy("audit verb", "presented documents under"),
    "protect": pgettext_lazy("audit verb", "changed the keeping from the pool of"),
    "put_back": pgettext_lazy("audit verb", "put a list value back at"),
    "queue": pgettext_lazy("audit verb", "queued for sending"),
    "reactivate": pgettext_lazy("audit verb", "reactivated"),
    "recycle": pgettext_lazy("audit verb", "moved to the recycle bin"),
    "refresh_calendar": pgettext_lazy("audit verb", "updated the public holidays of"),
    "release": pgettext_lazy("audit verb", "released"),
    "remove": pgettext_lazy("audit verb", "removed"),
    "renew_invitation": pgettext_lazy("audit verb", "renewed the invitation of"),
    "reopen": pgettext_lazy("audit verb", "reopened"),
    "replace": pgettext_lazy("audit verb", "replaced a removed list value of"),
    "replace_pick": pgettext_lazy("audit verb", "asked for another customer"),
    "reset_password": pgettext_lazy("audit verb", "reset the password of"),
    "restore": pgettext_lazy("audit verb", "restored"),
    "resume": pgettext_lazy("audit verb", "resumed contact with"),
    "return to pool": pgettext_lazy("audit verb", "returned to the public pool"),
    "send": pgettext_lazy("audit verb", "sent"),
    "set_clock": pgettext_lazy("audit verb", "set the clock of"),
    "set_up": pgettext_lazy("audit verb", "set up"),
    "share": pgettext_lazy("audit verb", "changed the collaborators of"),
    "ship": pgettext_lazy("audit verb", "shipped"),
    "sign_in": pgettext_lazy("audit verb", "signed in"),
    "sign_out": pgettext_lazy("audit verb", "signed out"),
    "stop": pgettext_lazy("audit verb", "stopped"),
    "tag": pgettext_lazy("audit verb", "changed the tags of"),
    "take_back": pgettext_lazy("audit verb", "took back"),
    "tell apart": pgettext_lazy("audit verb", "said not to be a duplicate:"),
    "track": pgettext_lazy("audit verb", "tracked"),
    "undo": pgettext_lazy("audit verb", "undid"),
    "unfile": pgettext_lazy("audit verb", "took off the customer:"),
    "unlock": pgettext_lazy("audit verb", "unlocked"),
    "unmerge": pgettext_lazy("audit verb", "undid the merge of"),
    "unpay": pgettext_lazy("audit verb", "took back a payment for"),
    "untag": pgettext_lazy("audit verb", "removed a tag from"),
    "untrack": pgettext_lazy("audit verb", "cancelled the tracking of"),
    "update": pgettext_lazy("audit verb", "changed"),
    "write note": pgettext_lazy("audit verb", "wrote a restricted note on"),
    "write": pgettext_lazy("audit verb", "wrote"),
    "approve": pgettext_lazy("audit verb", "approved"),
    "explain": pgettext_lazy("audit verb", "noted the cause of"),
    "extend": pgettext_lazy("audit verb", "extended"),
    "grant": pgettext_lazy("audit verb", "granted"),
    "issue": pgettext_lazy("audit verb", "issued"),
    "lose": pgettext_lazy("audit verb", "marked as lost"),
    "propose": pgettext_lazy("audit verb", "proposed"),
    "refuse": pgettext_lazy("audit verb", "refused"),
    "revise": pgettext_lazy("audit verb", "revised"),
    "submit": pgettext_lazy("audit verb", "asked approval for"),
    "use": pgettext_lazy("audit verb", "used"),
}
EMPTY = "—"
LONGEST_VALUE = 200


def verb_label(verb: str) -> str:
    """The word for a verb; an unknown one is shown as it is."""
    return str(VERBS.get(verb) or verb.replace("_", " "))


def own_words(entry: Entry) -> str:
    """The note of an entry: what Genjin itself wrote in the reader's language, else as it was typed.

    A note may be a value that its kind knows the word for, such as a node of an order.
    """
    kind = registry.find(entry.kind) if entry.note else None
    if kind is not None and kind.value_labels and (known := kind.value_labels("note", entry.note)):
        return known
    return _(entry.note) if entry.note and entry.by_id is None else entry.note


def kind_label(name: str) -> str:
    """What people call a kind; one whose folder is gone is shown by its name."""
    kind = registry.find(name)
    return str(kind.label) if kind else name.rpartition(".")[2].replace("_", " ")


@dataclass(frozen=True)
class Change:
    """One field's old and new value as texts; `hidden` when personal and not for this reader, or erased."""

    field: str
    label: str
    old: str = EMPTY
    new: str = EMPTY
    hidden: bool = False

    @property
    def is_first(self) -> bool:
        """Whether there was nothing before."""
        return self.old == EMPTY


@dataclass(frozen=True)
class Description:
    """The parts of the sentence `who` `verb` `kind` `title`, what changed, and where it leads."""

    entry: Entry
    who: str
    verb: str
    kind: str
    title: str
    url: str = ""
    note: str = ""
    via: str = ""
    changes: Sequence[Change] = field(default_factory=tuple)


def describe(entry: Entry, user: Any) -> Description:
    """One entry for this reader; for lists use `describe_all`, which asks once per kind."""
    return describe_all([entry], user)[0]


def describe_all(entries: Sequence[Entry], user: Any) -> list[Description]:
    """Entries for this reader: personal values and links only for records that they may see."""
    visible = _visible(entries, user)
    names, tellers = _names(entries), registry.Tellers(user)
    return [_describe(entry, (entry.kind, entry.object_id) in visible, names, tellers) for entry in entries]


Names = dict[tuple[type[models.Model], Any], str]


def _names(entries: Iterable[Entry]) -> Names:
    """The names behind the ids of colleagues, countries and choices, one query a model.

    Records that belong to a customer keep their number: not every reader may see them.
    """
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for entry in entries:
        kind = registry.find(entry.kind)
        for name, pair in entry.changes.items():
            target = _target(kind, name)
            if target is not None and isinstance(pair, list):
                wanted[target].update(pk for value in pair for pk in _ids(value, target))
    return {
        (model, pk): str(record)
        for model, pks in wanted.items()
        for pk, record in model._default_manager.in_bulk(pks).items()
    }


def _ids(value: Any, target: type[models.Model]) -> list[int | str]:
    """The ids that a journalled reference holds: one, several or none; names (of tags) are none."""
    kept = str if isinstance(target._meta.pk, models.CharField) else int
    return [pk for pk in (value if isinstance(value, list) else [value]) if isinstance(pk, kept) and pk]


def _target(kind: RecordKind | None, name: str) -> type[models.Model] | None:
    """The model that a field points to, if its records' names are for everybody."""
    column = _column(kind, name)
    if not isinstance(column, models.ForeignKey | models.ManyToManyField):
        return None
    target: type[models.Model] = column.remote_field.model
    columns = {column.name for column in target._meta.concrete_fields}
    return None if columns & {"customer", "owner"} else target


def _visible(entries: Iterable[Entry], user: Any) -> set[tuple[str, int]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        wanted[entry.kind].add(entry.object_id)
    found: set[tuple[str, int]] = set()
    for name, ids in wanted.items():
        kind = registry.find(name)
        if kind:
            pks = kind.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
            found |= {(name, pk) for pk in pks}
    return found


def _describe(entry: Entry, is_visible: bool, names: Names, tellers: registry.Tellers) -> Description:
    kind = registry.find(entry.kind)
    personal: Personal | None = getattr(entry, "personal", None)
    shown = personal if is_visible else None
    return Description(
        entry=entry,
        who=str(entry.by) if entry.by else _("Genjin"),
        verb=verb_label(entry.verb),
        kind=kind_label(entry.kind),
        title=entry.title or (shown.title if shown else "") or f"#{entry.object_id}",
        url=kind.url(entry.object_id) if kind and is_visible else "",
        note=own_words(entry) or (shown.note if shown else ""),
        via=entry.get_via_display(),
        changes=tuple(_changes(entry, shown, kind, names, tellers)),
    )


def _changes(
    entry: Entry,
    shown: Personal | None,
    kind: RecordKind | None,
    names: Names,
    tellers: registry.Tellers,
) -> Iterable[Change]:
    for name, pair in entry.changes.items():
        teller = tellers.find(name)
        if teller is not None and teller.hides(entry.kind, name):
            continue
        label = teller.label(entry.kind, name) if teller else field_label(kind, name)
        if pair is None and shown:  # its values lie apart
            pair = shown.changes.get(name)  # noqa: PLW2901
        if not isinstance(pair, list) or len(pair) != 2:
            yield Change(name, label, hidden=True)
            continue
        if teller is not None:
            old, new = (_short(teller.text(entry.kind, name, value)) or EMPTY for value in pair)
            yield Change(name, label, old, new)
            continue
        target = _target(kind, name)
        old, new = (
            (target and _named(names, target, value)) or value_text(kind, name, value) for value in pair
        )
        yield Change(name, label, old, new)


def _named(names: Names, target: type[models.Model], value: Any) -> str:
    known = [names.get((target, pk), "") for pk in _ids(value, target)]
    return _short(_(", ").join(known)) if all(known) else ""


def field_label(kind: RecordKind | None, name: str) -> str:
    """What people call a field: the register's word, else the model's, else its name."""
    if kind and name in kind.field_labels:
        return str(kind.field_labels[name])
    column = _column(kind, name)
    text = str(column.verbose_name) if column is not None else name.removesuffix("_id").replace("_", " ")
    return text[:1].upper() + text[1:]


def _column(kind: RecordKind | None, name: str) -> models.Field[Any, Any] | None:
    if kind is None:
        return None
    try:
        found = kind.model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        try:
            found = kind.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
    return found if isinstance(found, models.Field) else None


def value_text(kind: RecordKind | None, name: str, value: Any) -> str:
    """A journalled value as people read it: choices by their words, moments in the reader's zone."""
    if value in (None, "", [], {}):
        return EMPTY
    if isinstance(value, list):
        return _short(_(", ").join(value_text(kind, name, item) for item in value))
    column = _column(kind, name)
    if isinstance(value, int) and isinstance(column, models.ForeignKey | models.ManyToManyField):
        return f"#{value}"  # its name is not for every reader
    if kind and kind.value_labels:
        said = kind.value_labels(name, value)
        if said:
            return str(said)
    choices = dict(column.flatchoices) if column is not None and column.choices else {}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str | int) and value in choices:
        return str(choices[value])
    if isinstance(value, str):
        return _moment_text(column, value) or _measure_text(column, value) or _short(value)
    return _short(str(value))


def _moment_text(column: models.Field[Any, Any] | None, value: str) -> str:
    moment: datetime | date | None = None
    try:
        if isinstance(column, models.DateTimeField):
            moment = parse_datetime(value)
        elif isinstance(column, models.DateField):
            moment = parse_date(value)
    except ValueError:
        return ""
    if isinstance(moment, datetime):
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        return f"{local:%Y-%m-%d %H:%M}"
    return formats.date_format(moment, "Y-m-d") if moment else ""


def _measure_text(column: models.Field[Any, Any] | None, value: str) -> str:
    """An amount with its thousands grouped, a duration in words; nothing for other fields."""
    if isinstance(column, models.DecimalField):
        return amount_text(value)
    if isinstance(column, models.DurationField):
        duration = parse_duration(value)
        return "" if duration is None else duration_text(duration)
    return ""


def amount_text(value: Any) -> str:
    """60000.00 as 60,000: grouped alike in both languages, without idle decimals; empty for no number."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return ""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,f}"


def duration_text(duration: timedelta) -> str:
    """A span of time in words, to the minute: "1 day 1 hour"; one before zero says "minus"."""
    if duration < timedelta():
        return _("minus %(duration)s") % {"duration": duration_text(-duration)}
    hours, seconds = divmod(duration.seconds, 3600)
    minutes = seconds // 60
    parts = (
        (duration.days, ngettext("%(n)d day", "%(n)d days", duration.days)),
        (hours, ngettext("%(n)d hour", "%(n)d hours", hours)),
        (minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes)),
    )
    said = [text % {"n": number} for number, text in parts if number]
    return " ".join(said) or ngettext("%(n)d minute", "%(n)d minutes", 0) % {"n": 0}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
