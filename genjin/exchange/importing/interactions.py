"""Importing what was said to customers that are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers import actions
from genjin.customers.actions import LogDraft, LogEntry
from genjin.customers.actions import imports as verbs
from genjin.customers.actions.history import check_interactions
from genjin.customers.models import Contact, Customer, Interaction
from genjin.exchange.importing import companies, custom, fields, register
from genjin.exchange.importing.cleaning import folded
from genjin.exchange.importing.matching import WHY, Match, find_matches
from genjin.exchange.importing.register import ImportField, ImportKind, Judged, Line, Run, Undoing
from genjin.exchange.importing.saying import sentences
from genjin.exchange.models import Verdict
from genjin.people.models import User

INTERACTION = "customers.interaction"
Said = tuple[int, datetime, str]
"""Customer, moment and words of a log: the same is not logged twice."""
_KIND_WORDS = {
    "NOTE": "备注|笔记|记录|note|memo",
    "AUDIO_CALL": "电话|打电话|call|phone|tel|telephone|电话沟通",
    "VIDEO_CALL": "视频|视频会议|zoom|teams|video|video call",
    "EMAIL": "邮件|邮箱|mail|email|e-mail|电子邮件",
    "CHAT": "微信|whatsapp|wechat|聊天|chat|im|在线|skype|qq|阿里旺旺|trademanager",
    "MEETING": "会议|会面|meeting|面谈",
    "VISIT": "拜访|上门|走访|visit|客户拜访",
    "INBOUND_VISIT": "来访|客户来访|来厂|看厂",
    "EXHIBITION": "展会|展览|fair|exhibition|trade show|广交会",
    "LETTER": "信件|快递|寄样|letter|parcel|courier",
    "COURTESY": "问候|礼品|节日问候|greeting|gift",
    "SERVICE": "服务|增值服务|service",
}
_OUTCOME_WORDS = {
    "CONNECTED": "接通|已接通|成功|ok",
    "NO_ANSWER": "未接|无人接听|没接",
    "BUSY": "占线|忙",
    "CALL_BACK": "回拨|稍后再打",
}
_REACTION_WORDS = {
    "POSITIVE": "积极|好|有兴趣|满意",
    "NEUTRAL": "中立|一般",
    "NEGATIVE": "消极|差|没兴趣|不满意",
    "NO_ANSWER": "无回复|没反应",
}
_LOG = gettext_lazy("Contact log")


def _log(name: str, label: Any, type_: str = "text", detail: Any = None, **more: Any) -> ImportField:
    return ImportField(f"interaction.{name}", label, _LOG, type_, detail, **more)


def _label(name: str) -> Any:
    column: Any = Interaction._meta.get_field(name)
    return column.verbose_name


FIELDS = (
    _log("happened_at", _label("happened_at"), "moment"),
    _log("kind", _label("kind"), "choice", (Interaction.Kind.choices, _KIND_WORDS)),
    _log("content", _label("content"), detail="lines", many=True),
    _log("outcome", _label("outcome"), "choice", (Interaction.Outcome.choices, _OUTCOME_WORDS)),
    _log("reaction", _label("reaction"), "choice", (Interaction.Reaction.choices, _REACTION_WORDS)),
    _log("minutes", _label("minutes"), "whole"),
    _log("person", gettext_lazy("Logged by"), "person", right="assign_owner"),
    *fields.IDENTITY,
    ImportField("contact.name", Contact._meta.get_field("name").verbose_name, fields.PERSON),
)


class _Logs:
    """Some rows on their way into the history of customers."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        self.run = run
        self.customers: dict[int, Customer] = {}
        self.editable: set[int] = set()
        self.people: dict[tuple[int, str], int] = {}
        self.there: set[Said] = set()
        self.fresh: dict[int, int] = {}
        self.writers: dict[int, User] = {run.by.pk: run.by}
        self.waiting: list[tuple[Judged, LogEntry]] = []
        self.judged: list[Judged] = []
        self._judge_all(lines)

    def _judge_all(self, lines: Sequence[Line]) -> None:
        matches = find_matches([companies.row_keys(line) for line in lines])
        self._load(matches, lines)
        promised = []
        for line, found in zip(lines, matches, strict=True):
            line.title = str(line.values.get("customer.name") or line.values.get("customer.code") or "")[:200]
            one = Judged(line, Verdict.ERROR, list(line.problems))
            self.judged.append(one)
            if not one.reasons and (entry := self._entry(one, [match for match in found if match.is_sure])):
                promised.append((one, entry))
        # What is wrong with a row is found before it counts for those after it.
        problems = check_interactions(entries=[entry for _one, entry in promised])
        for index, (one, entry) in enumerate(promised):
            if index in problems:
                one.refuse(*sentences(problems[index]))
            else:
                self._promise(one, entry)

    def prepare(self) -> None:
        """Nothing that others would wait for."""

    def write(self) -> None:
        """Log them."""
        entries = [entry for _one, entry in self.waiting]
        logged = actions.log_interactions(entries=entries, is_history=True)
        for (one, _entry), made in zip(self.waiting, logged, strict=True):
            one.made.append((INTERACTION, made.pk))

    def keep(self) -> None:
        """Remember what these rows said, for those that say it again."""
        self.run.memory.update(self.fresh)

    def _load(self, matches: Sequence[Sequence[Match]], lines: Sequence[Line]) -> None:
        ids = {match.customer_id for found in matches for match in found if match.is_sure}
        self.customers = {c.pk: c for c in Customer.objects.filter(pk__in=ids).select_related("owner")}
        editable = Customer.objects.editable_by(self.run.by).filter(pk__in=ids)
        self.editable = set(editable.values_list("pk", flat=True))
        people = Contact.objects.alive().filter(customer__in=self.editable).order_by("-pk")
        for pk, customer_id, name in people.values_list("pk", "customer_id", "name"):
            self.people[customer_id, folded(name)] = pk
        moments = {m for line in lines if (m := line.values.get("interaction.happened_at"))}
        logs = Interaction.objects.alive().filter(customer__in=self.editable, happened_at__in=moments)
        for key in logs.values_list("customer_id", "happened_at", "content"):
            self.there.add(key)
        writers = {who for line in lines if (who := line.values.get("interaction.person"))}
        self.writers |= {user.pk: user for user in User.objects.filter(pk__in=writers)}

    def _entry(self, one: Judged, sure: Sequence[Match]) -> LogEntry | None:
        """What the row asks to be logged; None when it is refused."""
        values = one.line.values
        if "interaction.happened_at" not in values:
            one.refuse(_("The row has no date."))
        elif not values.get("interaction.content") and not values.get("interaction.kind"):
            one.refuse(_("The row says neither what it was nor what was said."))
        elif not sure:
            one.refuse(_("None of your customers fits. Import the company first."))
        elif len(sure) > 1:
            one.refuse(*(companies.sentence(m, self.customers[m.customer_id], WHY[m.why]) for m in sure[:3]))
        elif sure[0].customer_id not in self.editable:
            one.refuse(
                _("“%(name)s” is not yours to change.") % {"name": self.customers[sure[0].customer_id]}
            )
        else:
            one.customer_id = sure[0].customer_id
            return self._drafted(one.line, sure[0].customer_id)
        return None

    def _drafted(self, line: Line, customer_id: int) -> LogEntry:
        values = line.values
        name = values.get("contact.name", "")
        person: int | None = self.people.get((customer_id, folded(name))) if name else None
        said = values.get("interaction.content", "")
        kind = values.get("interaction.kind", Interaction.Kind.NOTE)
        outcome = values.get("interaction.outcome", "")
        if kind in (Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL) and not outcome:
            outcome = Interaction.Outcome.CONNECTED  # something was said, so somebody answered
        draft = LogDraft(
            kind=kind,
            content=said if person or not name else f"{name}: {said}",
            happened_at=values["interaction.happened_at"],
            contact_ids=[person] if person else [],
            minutes=values.get("interaction.minutes"),
            outcome=outcome,
            reaction=values.get("interaction.reaction", ""),
            custom=custom.values_of(line, "interaction"),
        )
        writer = self.writers[values.get("interaction.person", self.run.by.pk)]
        return LogEntry(customer_id, draft, writer, self.run.at, told_by=self.run.by)

    def _promise(self, one: Judged, entry: LogEntry) -> None:
        said = (entry.customer_id, entry.draft.happened_at, entry.draft.content)
        row = self.run.memory.get(hash(said)) or self.fresh.get(hash(said))
        if row or said in self.there:
            one.verdict = Verdict.SAME
            one.reasons.append(
                _("As in row %(row)d.") % {"row": row} if row else _("This log is there already.")
            )
            return
        self.fresh[hash(said)] = one.line.number
        one.verdict = Verdict.NEW
        self.waiting.append((one, entry))


def _memory(run: Run) -> dict[int, int]:
    """Which row said what, by hash."""
    return {}


def register_all() -> None:
    """Put interactions on the register."""
    register.register(
        ImportKind(
            name="interactions", label=gettext_lazy("Contact logs of customers that are there"), icon="chat",
            fields=FIELDS,
            one_of=(("interaction.happened_at",), ("customer.name", "customer.code", "customer.website"),
                    ("interaction.content", "interaction.kind")),
            match_keys=(
                gettext_lazy("Customer code"), gettext_lazy("Website"),
                gettext_lazy("Name without legal form"), gettext_lazy("When"),
            ),
            prepare=_memory, judge=_Logs, makes=(INTERACTION,),
            further=lambda by: custom.import_fields(INTERACTION, "interaction", _LOG, by),
        )
    )  # fmt: skip
    register.register_undoing(INTERACTION, Undoing(verbs.withdraw_interactions))
