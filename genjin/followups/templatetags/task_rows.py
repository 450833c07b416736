"""Rows of tasks in templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from genjin.followups.attempts import Progress
from genjin.followups.present import Row
from genjin.followups.row_html import Frame, attempts_html, row_html

register = template.Library()


@register.simple_tag(takes_context=True)
def task_rows(context: Context, rows: Iterable[Row]) -> SafeString:
    """Tasks one below the other; what they have in common (`Frame`) stands in the page's context."""
    frame = Frame(
        words=context["w"],
        query=context["query"],
        csrf_token=str(context["csrf_token"]),
        open_key=context.get("open_key") or "",
        shows_owner=bool(context.get("shows_owner")),
        moves=bool(context.get("moves")),
    )
    return SafeString("".join([row_html(row, frame) for row in rows]))


@register.simple_tag
def attempts_by_channel(progress: Progress) -> SafeString:
    """How far the attempts to get an answer have come, with each channel."""
    return attempts_html(progress, by_channel=True)
