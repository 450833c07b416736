"""What templates need to show attachments."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from genjin.files import kinds, queries
from genjin.files.models import Attachment

register = template.Library()
THUMBNAIL_LIMIT = 1024 * 1024


@register.filter
def is_picture(row: Attachment) -> bool:
    """Whether it is a picture small enough to be shown in a list."""
    return row.file.media_type in kinds.PICTURES and row.file.size <= THUMBNAIL_LIMIT


@register.filter
def can_be_shown(row: Attachment) -> bool:
    """Whether a browser may show it by itself."""
    return row.file.media_type in kinds.SHOWN_INLINE


@register.simple_tag
def may_detach(request: HttpRequest, row: Attachment) -> bool:
    """Whether the reader may take it off."""
    access = getattr(request, "access", None)
    return access is not None and queries.may_detach(access, row)
