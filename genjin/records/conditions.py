"""Conditions that ask the database in a certain way."""

from django.db.models import Exists


class OneByOne(Exists):
    """Asked of each row as it comes, for lists of which few rows are read.

    Without the offset PostgreSQL may list everything that passes first, which takes a second of a million.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"
