"""What templates need to show mail."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from genjin.mail import boxes

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
