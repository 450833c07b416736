"""What one does with mails: read, star, move, assign, hide, correct what they were taken for."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from genjin.customers.actions import Refused
from genjin.customers.views.basis import show_form
from genjin.mail import boxes, queries
from genjin.mail.actions import answering as answers_of
from genjin.mail.actions import assigning, flags, verdicts
from genjin.mail.models import (
    AccountMember,
    MailAccount,
    MailThread,
    Message,
    MessageCopy,
    OutgoingMail,
)
from genjin.mail.views.basis import ids_of, list_query, message_or_404, real_now
from genjin.mail.views.inbox import list_context
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, refuse
from genjin.web.guards import requires

ROLES = {"archive": "ARCHIVE", "trash": "TRASH", "junk": "JUNK", "inbox": "INBOX"}


@require_POST
@requires()
def act(request: Request) -> HttpResponse:
    """Do one thing with conversations (`ids`) or single messages (`messages`) of a list.

    `one` names the verb and the row of a button within a row. For htmx the list as it is then is answered.
    """
    verb, threads, messages = _meant(request)
    if verb == "file" and threads:
        return answers.saved(request, f"{reverse('mail:file_many')}?ids={','.join(map(str, threads))}")
    try:
        text, undo = (_("Nothing was selected."), "")
        if threads or messages:
            text, undo = _do(request, verb, threads, messages)
    except Refused as error:
        return _refused(request, error)
    if not request.htmx:
        return answers.saved(request, _back(request), text, undo=undo)
    response = render(request, "mail/_list.html", list_context(request))
    answers.trigger(response, "genjin:mail", {"verb": verb, "threads": threads})
    answers.trigger(response, "genjin:changed")
    return answers.toast(response, text, undo=undo)


def _meant(request: Request) -> tuple[str, list[int], list[int]]:
    """(verb, conversations, messages)."""
    verb, _sep, row = request.POST.get("one", "").partition(":")
    if not verb:
        return request.POST.get("verb", ""), ids_of(request), ids_of(request, "messages")
    number = row.removeprefix("message-")
    ids = [int(number)] if number.isdecimal() and len(number) < 19 else []
    return (verb, [], ids) if row.startswith("message-") else (verb, ids, [])


def _do(request: Request, verb: str, threads: list[int], messages: list[int]) -> tuple[str, str]:
    who = {"by": request.user, "at": request.now}
    if verb in ("read", "unread", "star", "unstar"):
        ids = _copies(request, threads, messages, everywhere=verb in ("read", "unstar"))
        if verb in ("unread", "star") and threads:
            ids = _newest_each(ids)
        if verb in ("read", "unread"):
            flags.set_read(copy_ids=ids, is_read=verb == "read", **who)  # type: ignore[arg-type]
            return (_("Marked as read") if verb == "read" else _("Marked as unread")), ""
        flags.set_star(copy_ids=ids, is_starred=verb == "star", **who)  # type: ignore[arg-type]
        return (_("Starred") if verb == "star" else _("Star removed")), ""
    target = request.POST.get("folder", "")
    role = ROLES.get(verb, "")
    if not role and not (verb == "move" and target.isdecimal()):
        raise Http404
    ids = _copies(request, threads, messages, everywhere=False)
    moved = flags.move(copy_ids=ids, folder_id=None if role else int(target), role=role, **who)  # type: ignore[arg-type]
    query = urlencode({"copies": ",".join(map(str, moved[:200])), "next": _back(request)})
    undo = f"{reverse('mail:undo')}?{query}"
    said = ngettext("%(n)d mail moved", "%(n)d mails moved", len(moved)) % {"n": len(moved)}
    return said, undo if moved else ""


def _copies(request: Request, threads: list[int], messages: list[int], *, everywhere: bool) -> list[int]:
    """The copies meant: those in the list one is in, or all of the reader's; of messages all."""
    found = []
    if messages:
        found += [c.pk for rows in queries.copies_of(messages, request.user).values() for c in rows]
    if threads:
        box = boxes.box_of(boxes.boxes_of(request.user), request.POST.get("box", "") or "inbox")
        folders = None if everywhere or box is None else [folder.pk for folder in box.folders]
        ids = queries.copies_in(threads, request.user, folders)
        # A conversation that was opened from elsewhere (search, a customer) does not lie in that list.
        found += ids or queries.copies_in(threads, request.user)
    return found


def _newest_each(ids: list[int]) -> list[int]:
    """The newest copy of each conversation."""
    rows = MessageCopy.objects.filter(pk__in=ids).order_by("-message__date", "-pk")
    newest: dict[int, int] = {}
    for pk, thread in rows.values_list("pk", "thread_id"):
        newest.setdefault(thread, pk)
    return list(newest.values())


def _back(request: Request) -> str:
    query = list_query(request)
    return answers.back_to(request, reverse("mail:inbox") + (f"?{query}" if query else ""))


def _refused(request: Request, error: Refused) -> HttpResponse:
    text = " ".join(str(message) for message in error.messages)
    if request.htmx:
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    return answers.saved(request, _back(request), text)


@require_POST
@requires()
def undo(request: Request) -> HttpResponse:
    """Take back a move of which the server was not told yet."""
    given = request.GET.get("copies", "").split(",")
    ids = [int(value) for value in given if value.isdecimal() and len(value) < 19]
    back = flags.move_back(copy_ids=ids, by=request.user, at=request.now)
    said = _("Moved back") if back else _("The server moved it already; find it in the other folder.")
    return answers.saved(request, _back(request), said)


class VerdictForm(Form):
    """What a message is."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("This mail is"),
        choices=[(value, Message.Verdict(value).label) for value in verdicts.CHOICES],
        widget=forms.RadioSelect,
    )


@requires()
def verdict(request: Request, pk: int) -> HttpResponse:
    """Correct what a message was taken for; only for readers of its mailbox."""
    message = message_or_404(request, pk)
    if not queries.copies_of([pk], request.user)[pk]:
        raise Http404
    form = VerdictForm(request.POST or None, initial={"verdict": message.verdict})
    to = reverse("mail:conversation", args=[message.thread_id])
    if request.method == "POST" and form.is_valid():
        try:
            verdicts.correct_verdict(
                message_id=pk, verdict=form.cleaned_data["verdict"], by=request.user, at=request.now
            )
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("What is this mail?"), to=to,
        text=_("Answers of people count as contact and end the waiting for an answer; the others do not."),
    )  # fmt: skip


class AssignForm(Form):
    """Who looks after a conversation."""

    to = forms.ChoiceField(label=gettext_lazy("Looked after by"), required=False)

    def __init__(self, *args: object, people: list[User], **options: object) -> None:
        super().__init__(*args, **options)
        choices = [("", _("Nobody")), *((str(one.pk), str(one)) for one in people)]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


@requires()
def assign(request: Request, account_id: int, pk: int) -> HttpResponse:
    """Give a conversation of a shared mailbox to somebody."""
    account = MailAccount.objects.visible_to(request.user).filter(pk=account_id, is_shared=True).first()
    thread = MailThread.objects.filter(pk=pk).first()
    if account is None or thread is None or not queries.copies_in([pk], request.user):
        raise Http404
    members = AccountMember.objects.filter(account=account, may_read=True).select_related("user")
    holder = queries.handlings_of([pk], [account.pk]).get(pk)
    form = AssignForm(
        request.POST or None,
        people=[one.user for one in members.order_by("user")],
        initial={"to": str(holder.assigned_to_id or "") if holder else ""},
    )
    to = reverse("mail:conversation", args=[pk])
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["to"]
        try:
            assigning.assign(
                account_id=account.pk, thread_id=pk, to_id=int(chosen) if chosen else None,
                by=request.user, at=request.now,
            )  # fmt: skip
            return answers.saved(request, to, _("Assigned") if chosen else _("Assigned to nobody"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=_("Assign the conversation"), to=to)


@require_POST
@requires()
def answering(request: Request, account_id: int, pk: int) -> HttpResponse:
    """The compose box is open (told every 20 seconds) or was closed (`done`).

    Says who else answers or did so since `draft` was begun, as it is asked again before sending.
    """
    if request.POST.get("done"):
        answers_of.end(thread_id=pk, by=request.user)
        return JsonResponse({"others": []})
    real = real_now()
    answers_of.begin(account_id=account_id, thread_id=pk, by=request.user, real=real)
    given = request.POST.get("draft", "")
    drafts = OutgoingMail.objects.visible_to(request.user).filter(author=request.user, thread=pk)
    draft = drafts.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 19 else None
    found = answers_of.rivals(draft, by=request.user, real=real) if draft else []
    return JsonResponse({"others": [one.text for one in found]})


@require_safe
@requires()
def writing(request: Request, pk: int) -> HttpResponse:
    """Who else is writing an answer to a conversation at this moment, for the page that shows it."""
    if not queries.copies_in([pk], request.user):
        raise Http404
    found = answers_of.now(thread_ids=[pk], real=real_now(), besides=request.user)
    return render(request, "mail/_writing.html", {"writing": found})


@require_POST
@requires()
def private(request: Request, pk: int) -> HttpResponse:
    """Hide a conversation from who sees the customer but not the mailbox, or show it again."""
    is_private = request.POST.get("private") == "1"
    try:
        assigning.set_private(thread_id=pk, is_private=is_private, by=request.user, at=request.now)
    except Refused:
        raise Http404 from None
    said = (
        _("Only readers of the mailbox see it now")
        if is_private
        else _("Whoever sees the customer sees it now")
    )
    return answers.saved(request, reverse("mail:conversation", args=[pk]), said)


@require_POST
@requires()
def pictures(request: Request, pk: int) -> HttpResponse:
    """Always show the pictures of this sender."""
    message = message_or_404(request, pk)
    flags.trust_sender(address=message.from_address, by=request.user, at=request.now)
    said = _("Pictures of %(sender)s are shown from now on") % {"sender": message.from_address}
    to = f"{reverse('mail:conversation', args=[message.thread_id])}?m={pk}"
    return answers.saved(request, to, said)
