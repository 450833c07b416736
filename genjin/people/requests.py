"""What a request carries when it reaches a view of a signed-in person."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from genjin.instance.models import Instance
from genjin.people.access import Access
from genjin.people.models import Organisation, User


class Request(HttpRequest):
    """For annotations only: the attributes that the middlewares set."""

    user: User
    access: Access
    now: datetime
    instance: Instance
    organisation: Organisation
    htmx: object
