"""Pairs of numbers among those given, on either database."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from genjin.journal.models import Mark
from genjin.records.conditions import among_pairs


@pytest.mark.django_db
def test_only_rows_of_which_both_numbers_fit_are_meant(moment: datetime) -> None:
    for pk, version in ((1, 12), (11, 2), (2, 1), (3, 7)):
        Mark.objects.create(subject="CUSTOMER", subject_id=pk, version=version, marked_at=moment)
    condition, values = among_pairs("subject_id", "version", [(1, 12), (11, 2), (2, 7), (3, 1), (9, 9)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT subject_id FROM journal_mark WHERE {condition} ORDER BY 1", values)
        assert cursor.fetchall() == [(1,), (11,)]
