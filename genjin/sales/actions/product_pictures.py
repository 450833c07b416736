"""Pictures of products: attachments, of which the first is the main one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from genjin.files import actions as files
from genjin.files import queries
from genjin.people.models import User
from genjin.sales.models import Product
from genjin.sales.models.product import PRODUCT_KIND

WIDTH = 1600
"""Pixels that a stored picture is wide at most: enough for a page of a catalogue."""


def add_pictures(
    *, product_id: int, pictures: Sequence[tuple[BinaryIO, str]], by: User | None, at: datetime
) -> int:
    """Put pictures to a product; how many. Raises `files.actions.Refused` for what is none.

    Call it outside of other transactions: pictures are read and made small before anything is written.
    """
    kept = [(files.put_picture(at=at, stream=stream, width=WIDTH), name) for stream, name in pictures]
    with transaction.atomic():
        product = Product.objects.alive().select_for_update(of=("self",)).get(pk=product_id)
        made = files.attach(
            by=by, at=at, kind=PRODUCT_KIND, object_id=product.pk, customer_id=None, files=kept
        )
    return len(made)


@transaction.atomic
def put_first(*, product_id: int, attachment_id: int, by: User | None, at: datetime) -> None:
    """Make one of a product's pictures the main one: the others are put behind it."""
    product = Product.objects.alive().select_for_update(of=("self",)).get(pk=product_id)
    rows = queries.of_records(PRODUCT_KIND, [product.pk]).get(product.pk, [])
    before = [row for row in rows if row.pk < attachment_id]
    if not before or attachment_id not in {row.pk for row in rows}:
        return
    later = [row for row in rows if row.pk != attachment_id]
    files.detach(by=by, at=at, ids=[row.pk for row in later])
    files.attach(
        by=by, at=at, kind=PRODUCT_KIND, object_id=product.pk, customer_id=None,
        files=[(row.file, row.name) for row in later],
    )  # fmt: skip
