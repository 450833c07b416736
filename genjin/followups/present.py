"""Tasks as people read them: rows with names, local times, reasons and due texts, for a page at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from genjin.customers import local_time
from genjin.customers.local_time import LocalTime, zone_city
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.customers.models.interaction import Channel
from genjin.followups import money_words
from genjin.followups.attempts import Progress, progress_of
from genjin.followups.chain_duties import is_by_hand
from genjin.followups.chain_words import duty_name
from genjin.followups.models import Task
from genjin.followups.reasons import CLASSES, RULES, Names, names_for, people_in, render, render_all
from genjin.followups.searching import Place, places
from genjin.people.models import User
from genjin.people.queries import people_of
from genjin.records.prepared import Given, Prepared, join
from genjin.rules.duties import Rule
from genjin.web.templatetags import web
from genjin.web.templatetags.web import day as day_text

ICONS = {
    Channel.EMAIL: "mail",
    Channel.AUDIO_CALL: "phone",
    Channel.VIDEO_CALL: "camera",
    Channel.CHAT: "chat",
    Channel.MEETING: "users",
    Channel.VISIT: "map-pin",
}
CALLS = (Channel.AUDIO_CALL, Channel.VIDEO_CALL)
TRACKING_WORDINGS = 3
"""Templates are kept for so many mails after one that stayed unanswered; later ones use the last."""


class Page:
    """What the rows of one page have in common, rendered once: addresses, words, pictures."""

    def __init__(self) -> None:
        self.customer_base = customer_href(0)
        self.card_base = reverse("followups:customer", args=[0])
        self.task_base = reverse("followups:log", args=["0"]).removesuffix("0/log/")
        self.thread_base = reverse("mail:conversation", args=[0])
        self.reply_base = reverse("mail:reply", args=[0])
        self.write_base = reverse("mail:compose")
        self.order_base = reverse("sales:order", args=[0])
        self.offer_base = reverse("sales:offer", args=[0])
        self._made: dict[tuple[str, Any], str] = {}

    def once(self, kind: str, key: Any, make: Callable[[], str]) -> str:
        """The text of that kind and key, made when first asked for."""
        found = self._made.get((kind, key))
        if found is None:
            found = self._made[kind, key] = make()
        return found


def row_words() -> dict[str, str]:
    """What every row says, in the reader's language."""
    return {
        "call": format_html("{}{}", web.icon("phone"), _("Call")),
        "log": format_html("{}{}", web.icon("pencil"), _("Log")),
        "log_long": _("Log the contact"),
        "reply": format_html("{}{}", web.icon("reply"), _("Reply")),
        "reply_long": _("Reply in this conversation"),
        "write": format_html("{}{}", web.icon("mail"), pgettext("button", "Write")),
        "write_long": _("Write a mail"),
        "icon_log": web.icon("pencil"),
        "give_back": _("Give back"),
        "icon_back": web.icon("undo"),
        "icon_call": web.icon("phone", "s"),
        "done": pgettext("button", "Done"),
        "postpone": _("Postpone"),
        "move": _("Move to another day"),
        "icon_move": web.icon("calendar"),
        "dismiss": _("Dismiss with a reason"),
        "icon_done": web.icon("check"),
        "icon_later": web.icon("clock"),
        "icon_dismiss": web.icon("x"),
    }


@dataclass
class Row:
    """One task on a page; everything it needs was loaded for all rows together."""

    task: Task
    today: date
    now: datetime
    names: Names
    page: Page
    contact: Contact | None = None
    local: LocalTime | None = None
    reachable: bool = True
    """Whether the reader may see numbers and addresses."""
    call_now: ContactPoint | None = None
    """The number of somebody who had better be called at once (000-27)."""

    @property
    def customer(self) -> Customer:
        """The company."""
        return self.task.customer

    @property
    def customer_href(self) -> str:
        """Its page."""
        return self.page.customer_base.replace("/0/", f"/{self.task.customer_id}/")

    @property
    def card_href(self) -> str:
        """Its card beside the list."""
        return self.page.card_base.replace("/0/", f"/{self.task.customer_id}/")

    @property
    def base(self) -> str:
        """Where the addresses of what can be done with the task begin."""
        return self.page.task_base + quote(self.task.key, safe=":") + "/"

    @property
    def seen(self) -> str:
        """What the reader decides on: the moment at which the task came to be as it is shown."""
        return self.task.decided_at.isoformat()

    @property
    def country(self) -> str:
        """The customer's country in the reader's language."""
        if self.customer.country_id is None:
            return ""
        return self.page.once("country", self.customer.country_id, lambda: str(self.customer.country))

    @property
    def grade(self) -> str:
        """The follow-up grade with its ladder; empty without one."""
        customer = self.customer
        if not customer.follow_grade:
            return ""
        level, label = customer.grade_order, customer.get_follow_grade_display
        return self.page.once(
            "grade", customer.follow_grade, lambda: web.grade(level, label(), _("Follow-up grade"))
        )

    @property
    def picture(self) -> str:
        """How it is to be done, as a picture."""
        name = ICONS.get(self.task.channel, "note")  # type: ignore[call-overload]
        return self.page.once("icon", name, lambda: web.icon(name, "", self.channel_label))

    @property
    def number(self) -> str:
        """The task's id as part of names in the page."""
        return str(self.task.pk)

    @property
    def clock(self) -> str:
        """The time where the contact is, with its state; says when nobody is known yet."""
        local = self.local
        if local is None:
            return "" if self.contact else _("No contact yet")
        key = (local.place.zone, local.state, local.place.preferred)
        return self.page.once("clock", key, lambda: web.clock(self.city, local.text, local.dot))

    @property
    def opens(self) -> str:
        """The next good moment in the reader's time, out of their hours; a call says it when due."""
        local = self.local
        if local is None or local.can_call_until is not None or local.opens_at is None or self.is_call:
            return ""
        moment = timezone.localtime(local.opens_at)
        time = f"{moment:%H:%M}"
        when = time if moment.date() == self.today else f"{day_text(moment.date())} {time}"
        return _("works from %(time)s") % {"time": when}

    @property
    def channel_label(self) -> str:
        """How it is to be done, in words."""
        if self.task.channel == Channel.OTHER:
            return _("Any way")
        return self.page.once("channel", self.task.channel, lambda: str(self.task.get_channel_display()))

    @property
    def is_call(self) -> bool:
        """Whether somebody has to be reached at this moment."""
        return self.task.channel in CALLS

    @property
    def asks_for_call(self) -> bool:
        """Whether it was said that one had better call at once."""
        return any(note["code"] == "CALL_NOW" for note in self.task.duties[0]["notes"])

    @property
    def is_delegated(self) -> bool:
        """Whether a colleague handed it over."""
        return any(note["code"] == "DELEGATED" for duty in self.task.duties for note in duty["notes"])

    @property
    def is_reminder(self) -> bool:
        """Whether nobody has to be contacted, so that it can simply be ticked off."""
        return all(duty["rule"] == Rule.REMINDER or is_by_hand(duty) for duty in self.task.duties)

    @property
    def is_step(self) -> bool:
        """Whether it stands on the day that a person chose, so that it can be moved to any other."""
        return all(duty["rule"] in (Rule.NEXT_STEP, Rule.REMINDER) for duty in self.task.duties)

    @property
    def purpose(self) -> str:
        """What the task is about, in the words of who planned it or of the rule."""
        return purpose_of(self.task.duties[0])

    @property
    def further(self) -> list[str]:
        """The other purposes of the task (C-04)."""
        return [purpose_of(duty) for duty in self.task.duties[1:]]

    @property
    def thread_href(self) -> str:
        """The conversation that awaits an answer, or the order or offer that waits; empty for other tasks."""
        order = self._of_thread("order_id", self.page.order_base)
        offer = order or self._of_thread("offer_id", self.page.offer_base)
        return offer or self._of_thread("thread_id", self.page.thread_base)

    @property
    def reply_href(self) -> str:
        """Where one answers, or writes again in that conversation from the wording for this attempt."""
        if self.is_call:
            return ""
        first = self.task.duties[0]
        href = self._of_thread("message_id", self.page.reply_base)
        if href and first["rule"] == Rule.AFTERSALES:
            return f"{href}?{urlencode(self._chain())}"
        if not href or first["rule"] != Rule.TRACKING:
            return href
        return f"{href}?purpose={self._wording()}"

    def _chain(self) -> dict[str, str]:
        """What a mail of a chain after a shipment is written from, and which step it does."""
        first = self.task.duties[0]
        return {"purpose": first["reason"]["params"]["template"], "about": first["key"]}

    def _wording(self) -> str:
        """The purpose of a template: the first, second, third mail after the one that stayed unanswered."""
        attempt = self.task.duties[0]["reason"]["params"].get("attempt") or 1
        return f"tracking.{min(attempt, TRACKING_WORDINGS)}"

    @property
    def write_href(self) -> str:
        """Where a new mail begins, from the wording for its step or the recap, if a mail is to be sent."""
        if self.task.channel != Channel.EMAIL or self.contact is None or self.is_reminder:
            return ""
        first = self.task.duties[0]
        is_recap = first["rule"] == Rule.RECAP
        purpose = "call.recap" if is_recap else first["reason"]["params"].get("template", "")
        asked = {"customer": self.task.customer_id, "to": self.contact.pk}
        if first["rule"] in (Rule.AFTERSALES, Rule.PAYMENT):
            return f"{self.page.write_base}?{urlencode(asked | self._chain())}"
        return f"{self.page.write_base}?{urlencode(asked | ({'purpose': purpose} if purpose else {}))}"

    def _of_thread(self, name: str, base: str) -> str:
        pk = self.task.duties[0]["reason"]["params"].get(name)
        return base.replace("/0/", f"/{pk}/") if pk else ""

    @cached_property
    def progress(self) -> Progress | None:
        """How far the attempts to get an answer have come; None for other tasks."""
        return progress_of(self.task.duties[0]["reason"])

    @cached_property
    def reasons(self) -> list[str]:
        """Why it is owed, how it was tried so far, and what moved it."""
        leading = self.task.duties[0]
        tried = [self.progress.by_channel] if self.progress and len(self.progress.made) > 1 else []
        return [render(leading["reason"], self.names), *tried, *render_all(leading["notes"], self.names)]

    @cached_property
    def why(self) -> str:
        """The same as one line."""
        return " · ".join(self.reasons)

    @cached_property
    def points(self) -> list[ContactPoint]:
        """The ways to reach the contact that work; for one row only, as it asks the database."""
        if self.contact is None or not self.reachable:
            return []
        return list(self.contact.points.exclude(state=ContactPoint.State.INVALID))

    @property
    def search_links(self) -> list[Place]:
        """Where to look for a number or an address, if that is what is to be done (000-38)."""
        looks = any(duty["rule"] in (Rule.CONTACT_DATA, Rule.BOUNCE) for duty in self.task.duties)
        return places(self.customer, self.contact) if looks else []

    @property
    def phone(self) -> ContactPoint | None:
        """The number to call."""
        return next((point for point in self.points if point.kind in ContactPoint.CALLS), None)

    @property
    def email(self) -> ContactPoint | None:
        """The address to write to."""
        return next((point for point in self.points if point.kind == ContactPoint.Kind.EMAIL), None)

    @property
    def city(self) -> str:
        """Where the contact's clock stands."""
        if self.local is None:
            return ""
        zone = self.local.place.zone
        return self.page.once("city", zone, lambda: zone_city(zone))

    @property
    def is_overdue(self) -> bool:
        """Whether its day is over, or its hour."""
        if not self.task.is_date_only and self.task.due_on == self.today:
            return self.task.due_at < self.now
        return self.task.due_on < self.today

    @property
    def due(self) -> str:
        """When, as briefly as can be."""
        late = (self.today - self.task.due_on).days
        if late > 0:
            return ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
        if not self.task.is_date_only:
            return f"{timezone.localtime(self.task.due_at):%H:%M}"
        return _("Today") if late == 0 else day_text(self.task.due_on)

    @property
    def due_note(self) -> str:
        """What stands below it: until when one may call, or the day it was due."""
        if self.task.due_on < self.today:
            return _("was due %(day)s") % {"day": day_text(self.task.due_on)}
        if self.is_call and self.local is not None:
            if self.local.can_call_until is not None:
                until = f"{timezone.localtime(self.local.can_call_until):%H:%M}"
                return _("call until %(time)s") % {"time": until}
            if self.local.opens_at is not None and self.local.opens_at - self.now < timedelta(hours=24):
                return _("call from %(time)s") % {"time": f"{timezone.localtime(self.local.opens_at):%H:%M}"}
        return ""


def purpose_of(duty: Mapping[str, Any]) -> str:
    """A duty in the words of who planned it, else in the rule's."""
    return str(duty["purpose"] or duty_name(duty) or money_words.duty_name(duty) or RULES[duty["rule"]])


def customer_href(customer_id: int) -> str:
    """The address of a customer's page."""
    return reverse("customers:customer", args=[customer_id])


def reasons_in(tasks: Iterable[Task]) -> list[Mapping[str, Any]]:
    """Every reason that stands in these tasks."""
    duties = [duty for task in tasks for duty in task.duties]
    return [reason for duty in duties for reason in (duty["reason"], *duty["notes"])]


def rows_for(tasks: Sequence[Task], *, today: date, now: datetime, reader: User | None = None) -> list[Row]:
    """Rows with contacts and local times, in a number of queries that does not grow with them.

    Most owners and authors are the reader, who need not be read again.
    """
    contacts = _contacts(tasks)
    companies = [task.customer for task in tasks]
    codes = {one.country_id for one in companies}
    codes |= {one.country_id for one in contacts.values() if one is not None}
    around = local_time.Around(codes, now)
    reasons = reasons_in(tasks)
    known = {reader.pk: reader} if reader is not None else None
    people = people_of([*(task.owner_id for task in tasks), *people_in(reasons)], known)
    # Of people and countries there are few: read apart they are made once and not once for each row.
    join(tasks, "owner", people)
    join(companies, "country", around.countries)
    names, page = names_for(reasons, people), Page()
    rows = []
    for task in tasks:
        contact = contacts.get(task.pk)
        here = around.of_contact(contact) if contact else around.of_customer(task.customer)
        rows.append(Row(task, today, now, names, page, contact, here))
    return rows


_CONTACTS = Prepared(
    lambda: (
        Contact.objects.alive()
        .filter(
            Q(pk__among=Given("named")) | Q(customer_id__among=Given("companies"), is_primary=True),
            left_on__isnull=True,
        )
        .order_by("-is_primary", "id")
    )
)


def _contacts(tasks: Sequence[Task]) -> dict[int, Contact | None]:
    """Whom each task is with: the contact named, else the main one, else the first."""
    companies = {task.customer_id: task.customer for task in tasks}
    named = {task.contact_id for task in tasks if task.contact_id}
    by_id: dict[int, Contact] = {}
    main: dict[int, Contact] = {}
    for contact in _CONTACTS(named=named, companies=companies) if tasks else ():
        if contact.customer_id in companies:
            contact.customer = companies[contact.customer_id]
        by_id[contact.pk] = contact
        main.setdefault(contact.customer_id, contact)
    return {task.pk: by_id.get(task.contact_id or 0) or main.get(task.customer_id) for task in tasks}


@dataclass(frozen=True)
class Group:
    """The rows of one class of C-07 with its name and how many there are in all."""

    rank: int
    rows: list[Row]
    count: int
    goes_on: bool = False

    @property
    def title(self) -> str:
        """The class in plain words."""
        return str(CLASSES[self.rank])


def grouped(rows: Sequence[Row], by_class: Mapping[int, int], after_rank: int | None = None) -> list[Group]:
    """Rows in their classes; the first goes on without a heading when the page before ended in it."""
    groups: list[Group] = []
    for row in rows:
        rank = row.task.rank
        if not groups or groups[-1].rank != rank:
            groups.append(Group(rank, [], by_class.get(rank, 0), goes_on=not groups and rank == after_rank))
        groups[-1].rows.append(row)
    return groups


def by_reachability(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Those who can be called now, whose time ends first before; and the others, who opens first before."""
    now: list[tuple[datetime, Row]] = []
    later: list[tuple[float, Row]] = []
    for row in rows:
        local = row.local
        if local is not None and local.can_call_until is not None:
            now.append((local.can_call_until, row))
        else:
            opens = local.opens_at if local is not None else None
            later.append((opens.timestamp() if opens else inf, row))
    return (
        [row for _, row in sorted(now, key=lambda pair: pair[0])],
        [row for _, row in sorted(later, key=lambda pair: pair[0])],
    )
