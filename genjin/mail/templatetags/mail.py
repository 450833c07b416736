"""What templates need to show mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from genjin.mail import boxes
from genjin.mail.present import Line
from genjin.mail.row_html import Rows

register = template.Library()


@register.inclusion_tag("mail/_folders.html", takes_context=True)
def folders_beside(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The folders of the mailboxes beside a page that is none of them: drafts, outbox, tracking list."""
    return {
        "boxes": boxes.boxes_of(context["request"].user),
        "base": reverse("mail:inbox"),
        "compose_url": reverse("mail:compose"),
        "here": here,
    }


@register.simple_tag(takes_context=True)
def mail_rows(context: Context, lines: Iterable[Line]) -> SafeString:
    """The rows of a list of conversations, or of what was found where the page was `asked`."""
    thread = context.get("thread")
    rows = Rows(
        now=context["request"].now,
        is_search=bool(context.get("asked")),
        shown=thread.pk if thread is not None else None,
    )
    return SafeString("".join([rows.of(line) for line in lines]))
