"""The inbox: folders, the list of conversations or of what was found, and the conversation beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.mail import boxes, finding, outbox_present, present, queries, tracking_queries
from genjin.mail.actions import answering, flags
from genjin.mail.models import MailFolder, Message
from genjin.mail.problems import sentence
from genjin.mail.views.basis import KEPT, given_by, list_query, message_or_404, real_now
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires

LONGEST_SEARCH = 300
BESIDE = ("drafts", "outbox", "tracking")
"""Pages that are no folder and show the folders beside them."""


@require_GET
@requires()
def inbox(request: Request) -> HttpResponse:
    """The list, with nothing beside it yet."""
    context = list_context(request)
    template = "mail/_rows.html" if request.htmx and "at" in request.GET else "mail/inbox.html"
    return render(request, template, context)


@require_GET
@requires()
def conversation(request: Request, pk: int) -> HttpResponse:
    """A conversation; alone for htmx, beside its list otherwise."""
    opened = _conversation(request, pk)
    if request.htmx:
        response = render(request, "mail/_conversation.html", opened)
        return answers.trigger(response, "genjin:changed") if opened["just_read"] else response
    return render(request, "mail/inbox.html", list_context(request) | opened | {"is_open": True})


@require_GET
@requires()
def folders(request: Request) -> HttpResponse:
    """The folders at the side, as they are now."""
    shown = boxes.boxes_of(request.user)
    here = request.GET.get("here", "")
    if here not in BESIDE:
        here = ""
    box = None if here else boxes.box_of(shown, request.GET.get("box", "") or "inbox")
    if box is None and not here:
        raise Http404
    context = {
        "boxes": shown,
        "box": box,
        "here": here,
        "base": reverse("mail:inbox"),
        "compose_url": present.url_of("mail:compose"),
    }
    return render(request, "mail/_folders.html", context)


@require_GET
@requires()
def message(request: Request, pk: int) -> HttpResponse:
    """Where a message stands: in its conversation."""
    found = message_or_404(request, pk)
    return HttpResponseRedirect(f"{reverse('mail:conversation', args=[found.thread_id])}?m={pk}#m{pk}")


@require_GET
@requires()
def badge(request: Request) -> HttpResponse:
    """The number on the rail: unread mails in the inboxes; nothing when there are none."""
    count = queries.unread_count(request.user)
    return HttpResponse(("999+" if count > 999 else str(count)) if count else "", content_type="text/plain")


def list_context(request: Request) -> dict[str, Any]:
    """The list that the parameters of the page, or of a form on it, mean."""
    given = given_by(request)
    shown = boxes.boxes_of(request.user)
    key = given.get("box", "") or "inbox"
    box = boxes.box_of(shown, key)
    if box is None:
        raise Http404
    asked = given.get("q", "").strip()[:LONGEST_SEARCH]
    chosen = given.get("filter", "all")
    chosen = chosen if chosen in boxes.FILTERS else "all"
    context: dict[str, Any] = {
        "boxes": shown,
        "box": box,
        "asked": asked,
        "chosen": chosen,
        "everywhere": "all" in given,
        "query": list_query(request),
        "base": reverse("mail:inbox"),
        "targets": [] if asked else _targets(box, shown),
        "problems": _problems(shown),
        "compose_url": present.url_of("mail:compose"),
        "setup_url": present.url_of("mail:accounts"),
    }
    if asked:
        return context | _found(request, asked)
    page = boxes.conversations(box, request.user, chosen=chosen, before=given.get("at", ""))
    return context | {
        "filters": boxes.filters(shown, chosen),
        "next": _with(request, at=page.before) if page.before else "",
        "lines": present.conversation_lines(
            page.rows,
            box,
            request.user,
            now=request.now,
            query=context["query"],
            accounts=len(shown.accounts),
        ),
    }


def _found(request: Request, asked: str) -> dict[str, Any]:
    given = given_by(request)
    at = given.get("at", "")
    found = finding.find(
        request.user,
        asked,
        today=timezone.localdate(request.now),
        zone=timezone.get_current_timezone(),
        before=int(at) if at.isdecimal() and len(at) < 19 else 0,
        everywhere="all" in given,
    )
    return {
        "found": found,
        "next": _with(request, at=str(found.before)) if found.before else "",
        "lines": present.message_lines(
            found.messages, request.user, now=request.now, query=list_query(request)
        ),
        "scopes": [
            {
                "label": _("My mailboxes"),
                "href": _with(request, all="", at=""),
                "current": "all" not in given,
            },
            {
                "label": _("Also customers' mails"),
                "href": _with(request, all="1", at=""),
                "current": "all" in given,
            },
        ],
    }


def _with(request: Request, **changes: str) -> str:
    values = {name: value for name, value in given_by(request).items() if name in KEPT}
    values |= changes
    return f"{reverse('mail:inbox')}?{urlencode({name: value for name, value in values.items() if value})}"


def _targets(box: boxes.Box, shown: boxes.Boxes) -> list[MailFolder]:
    """Where selected mails can be moved: folders of the mailbox, when the list shows only one."""
    accounts = {folder.account_id for folder in box.folders}
    if len(accounts) != 1:
        return []
    own = {folder.pk for folder in box.folders}
    return [folder for folder in shown.folders if folder.account_id in accounts and folder.pk not in own]


def _problems(shown: boxes.Boxes) -> list[dict[str, str]]:
    """Mailboxes that are not read, with the reason."""
    return [
        {"address": one.account.address, "why": sentence(one.account.problem, one.account.problem_details)}
        for one in shown.accounts
        if one.account.problem
    ]


def _conversation(request: Request, pk: int) -> dict[str, Any]:
    read = queries.conversation(pk, request.user)
    if read is None:
        raise Http404
    given = request.GET.get("m", "")
    wanted = int(given) if given.isdecimal() and len(given) < 19 else None
    sent = outbox_present.of_conversation(pk, request)
    letters = present.letters(read, wanted=wanted, sent=sent)
    unread = [copy.pk for copy in read.mine if not copy.is_read]
    if unread and "peek" not in request.GET:
        flags.set_read(copy_ids=unread, is_read=True, by=request.user, at=request.now)
    shared = {copy.account_id: copy.account for copy in read.mine if copy.account.is_shared}
    handlings = queries.handlings_of([pk], shared) if shared else {}
    writing = answering.now(thread_ids=[pk], real=real_now(), besides=request.user) if shared else []
    newest = read.messages[-1]
    awaited = tracking_queries.of_thread(pk, request.user)
    return {
        "read": read,
        "thread": read.thread,
        "letters": letters,
        "awaited": awaited,
        "may_untrack": awaited is not None and awaited.tracking.owner_id in request.access.covers,
        "last_sent": next((one for one in reversed(read.messages) if one.direction == "OUT"), None),
        "unsent": _not_shown(sent, read),
        "newest": newest,
        "customer": read.customer,
        "further": [one for one in read.customers.seen if one != read.customer],
        "colleague": present.colleague_text(read.customers.of_colleagues)
        if read.customers.of_colleagues
        else "",
        "stranger": _stranger(read),
        "query": list_query(request),
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "shared": list(shared.values()),
        "handling": handlings.get(pk),
        "writing": writing,
        "is_starred": any(copy.is_flagged for copy in read.mine),
        "in_trash": bool(read.mine) and all(copy.folder.role == "TRASH" for copy in read.mine),
        "is_reader": bool(read.mine),
        "just_read": bool(unread),
        "reply_url": present.url_of("mail:reply", newest.pk),
        "reply_all_url": present.url_of("mail:reply_all", newest.pk),
        "forward_url": present.url_of("mail:forward", newest.pk),
    }


def _not_shown(sent: list[outbox_present.Line], read: queries.Read) -> list[outbox_present.Line]:
    """What was written here and is no message that the reader has yet: not sent, or not found in Sent."""
    shown = {message.pk for message in read.messages}
    ids = {message.message_id for message in read.messages}
    newest = [one for one in sent if one.mail.sent_as_id not in shown and one.mail.message_id not in ids]
    return newest if not read.older else [one for one in newest if one.mail.sent_as_id is None]


def _stranger(read: queries.Read) -> Message | None:
    """Of an unfiled conversation the newest message of somebody outside."""
    if not read.customers.is_unfiled or not read.mine:
        return None
    wrote = (
        one
        for one in reversed(read.messages)
        if one.direction == Message.Direction.IN and one.verdict == Message.Verdict.HUMAN and one.from_address
    )
    return next(wrote, None)
