"""One small form: shown in a dialog or as a page, saved once, with what is refused beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from genjin.customers.actions import Refused
from genjin.customers.views.basis import show_form
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, refuse
from genjin.web.once import save_once


def small_form(
    request: Request, form: Form, save: Callable[[], Any], *, title: object, to: str, **more: Any
) -> HttpResponse:
    """Show a small form, or save it and go on; what is refused stands beside its field."""
    if request.method == "POST" and form.is_valid():
        try:
            save_once(request, lambda: (save(), to)[1])
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=title, to=to, **more)
