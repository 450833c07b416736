"""Small pages that use the shell as the business does, for the browser to walk through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from genjin.web import answers
from genjin.web.forms import DateField, Form, LongTextField, TextField

handler404 = "genjin.web.errors.handler404"
handler500 = "genjin.web.errors.handler500"


PAGES = Path(__file__).parent / "pages"
numbers = [1, 2, 3, 4]


class Sample(Form):
    """A form with what a person types."""

    name = TextField(max_length=20)
    text = LongTextField(required=False)
    day = DateField(required=False)


def template(name: str) -> Any:
    return engines["django"].from_string((PAGES / f"{name}.html").read_text(encoding="utf-8"))


def render(request: HttpRequest, name: str, status: int = 200, **context: object) -> HttpResponse:
    context["rows"] = template("rows").template
    return HttpResponse(template(name).render(context, request), status=status)


def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "page", numbers=numbers)


def done(request: HttpRequest, n: int) -> HttpResponse:
    left = [number for number in numbers if number != n]
    return answers.changed(request, render(request, "rows", numbers=left), f"Done {n}")


def echo(request: HttpRequest) -> HttpResponse:
    return render(request, "echo")


def box(request: HttpRequest) -> HttpResponse:
    return render(request, "box")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def stranger(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=401)


def delete(request: HttpRequest) -> HttpResponse:
    return answers.saved(request, "/p/rows", "Deleted")


def form(request: HttpRequest) -> HttpResponse:
    sample = Sample(request.POST or None)
    if request.method == "POST" and sample.is_valid():
        return answers.saved(request, "/p/rows", "Saved")
    return render(request, "form", 422 if request.POST else 200, form=sample)


def dialog(request: HttpRequest) -> HttpResponse:
    sample = Sample(request.POST or None)
    if request.method == "POST" and sample.is_valid():
        return answers.changed(request, HttpResponse(), "Saved")
    return render(request, "dialog", 422 if request.POST else 200, form=sample)


urlpatterns = [
    path("", include("genjin.config.urls")),
    path("p/rows", rows),
    path("p/done/<int:n>", done),
    path("p/opened/<int:n>", echo),
    path("p/echo", echo),
    path("p/box", box),
    path("p/broken", broken),
    path("p/stranger", stranger),
    path("p/delete", delete),
    path("p/form", form),
    path("p/dialog", dialog),
]
