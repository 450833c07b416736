"""Small pages that use the shell as the business does, for the browser to walk through."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from genjin.web import answers
from genjin.web.forms import DateField, Form, LongTextField, TextField

handler404 = "genjin.web.errors.handler404"
handler500 = "genjin.web.errors.handler500"

ROWS = """{% load web %}<div id="list">{% for n in numbers %}<div class="row" data-row id="row-{{ n }}"><a href="/p/opened/{{ n }}" data-open>Row {{ n }}</a>
<button class="btn" data-key="l" hx-post="/p/done/{{ n }}" hx-target="#list" hx-swap="outerHTML">Log {{ n }}</button></div>{% endfor %}</div>"""
PAGE = """{% extends "web/page.html" %}{% load web %}{% block title %}Rows{% endblock %}{% block heading %}Rows{% endblock %}
{% block actions %}<button class="btn" type="button" data-key="n" id="new" data-dialog="note">New</button>{% endblock %}
{% block content %}
<input class="input" id="live" name="q" aria-label="Live" hx-get="/p/echo" hx-trigger="input delay:50ms" hx-target="#echo">
<div id="echo"></div><div id="live-box"><input class="input" id="kept" name="kept" aria-label="Kept" hx-get="/p/box" hx-trigger="input delay:50ms" hx-target="#live-box"></div>
<button class="btn" id="broken" hx-get="/p/broken" hx-target="#echo">Broken</button>
<button class="btn" id="stranger" hx-get="/p/stranger" hx-target="#echo">Stranger</button>
<form method="post" action="/p/delete"><button class="btn btn-danger" id="delete" data-confirm="Really?">Delete</button>{% csrf_token %}</form>
<button class="btn" id="load" hx-get="/p/dialog" hx-target="#dialog-host" data-dialog="dialog-host">Load</button>
{% include rows %}
{% dialog "note" "Note" %}<form method="dialog"><input class="input" id="note-text" aria-label="Text"></form>{% enddialog %}
{% endblock %}"""
FORM = """{% extends "web/form.html" %}{% block title %}Form{% endblock %}{% block heading %}Form{% endblock %}{% block draft %}sample{% endblock %}"""
DIALOG = """{% extends "web/parts/dialog_fragment.html" %}{% load web %}{% block title %}Loaded{% endblock %}{% block body %}<form hx-post="/p/dialog" hx-target="#dialog-host" id="in-dialog">{% field form.name %}<button class="btn btn-primary" type="submit">Save</button></form>{% endblock %}"""

numbers = [1, 2, 3, 4]


class Sample(Form):
    """A form with what a person types."""

    name = TextField(max_length=20)
    text = LongTextField(required=False)
    day = DateField(required=False)


def render(request: HttpRequest, source: str, status: int = 200, **context: object) -> HttpResponse:
    engine = engines["django"]
    context["rows"] = engine.from_string(ROWS).template
    return HttpResponse(engine.from_string(source).render(context, request), status=status)


def rows(request: HttpRequest) -> HttpResponse:
    return render(request, PAGE, numbers=numbers)


def done(request: HttpRequest, n: int) -> HttpResponse:
    left = [number for number in numbers if number != n]
    return answers.changed(request, render(request, ROWS, numbers=left), f"Done {n}")


def echo(request: HttpRequest) -> HttpResponse:
    return render(request, "<p id='said'>{{ request.GET.q }}</p>")


def box(request: HttpRequest) -> HttpResponse:
    source = """<input class="input" id="kept" name="kept" aria-label="Kept" value="{{ request.GET.kept }}"><i id="swapped"></i>"""
    return render(request, source)


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
    return render(request, FORM, 422 if request.POST else 200, form=sample)


def dialog(request: HttpRequest) -> HttpResponse:
    sample = Sample(request.POST or None)
    if request.method == "POST" and sample.is_valid():
        return answers.changed(request, HttpResponse(), "Saved")
    return render(request, DIALOG, 422 if request.POST else 200, form=sample)



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
