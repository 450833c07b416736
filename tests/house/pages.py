"""All addresses of the product, with sample records to fill them in; used by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

FOREIGN = ("account", "mfa", "usersessions", "static")


@dataclass(frozen=True)
class Address:
    """One URL name with the names of its arguments."""

    name: str
    arguments: tuple[str, ...]
    view: Any

    def fill(self, samples: dict[str, Any]) -> str:
        """The path with sample values: `name.argument` first, then the argument's own name."""
        given = {a: samples.get(f"{self.name}.{a}", samples.get(a)) for a in self.arguments}
        return reverse(self.name, kwargs=given)


def addresses(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every named address, by walking the resolver."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield Address(":".join((*spaces, entry.name)), tuple(entry.pattern.converters), entry.callback)


@dataclass
class Form:
    """One form of a page as a browser would send it untouched: where it goes and what it sends."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)

    def sends(self, **others: str) -> dict[str, list[str]]:
        """What it sends with some fields typed over."""
        return self.fields | {name: [value] for name, value in others.items()}


TYPED = ("text", "email", "search", "url", "tel", "number", "date", "time", "password")


class Forms(HTMLParser):
    """Collects the forms of a page with what their fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "option" and self._select:
            if "selected" in given or self._select not in self._form.fields:
                self._form.fields[self._select] = [given.get("value", "")]
        elif tag == "select" and name:
            self._select = name
            self._form.choices.add(name)
        elif tag == "textarea" and name:
            self._area = name
            self._form.fields[name] = [""]
            self._form.texts.add(name)
        elif tag in ("input", "button") and name:
            self._input(self._form, name, given, given.get("type", "text" if tag == "input" else "submit"))

    def _input(self, form: Form, name: str, given: dict[str, str], kind: str) -> None:
        if kind in ("radio", "checkbox"):
            form.choices.add(name)
            if "checked" in given:
                form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif kind in TYPED:
            form.texts.add(name)
            form.fields[name] = [given.get("value", "")]
        elif kind == "hidden":
            form.choices.add(name)
            form.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            if self._form is not None and self._area:  # a browser drops the first line end
                self._form.fields[self._area][0] = self._form.fields[self._area][0].removeprefix("\n")
            self._area = ""


def forms_of(html: str) -> list[Form]:
    """The forms of a page."""
    parser = Forms()
    parser.feed(html)
    return parser.found


class Payloads(HTMLParser):
    """Collects what a page must not hold: scripts and handlers of its own, addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        if tag == "iframe" and (dict(attrs).get("src") or "").startswith("/mail/messages/"):
            # Our own, for the text of a mail: nothing runs in it.
            if "allow-scripts" in (dict(attrs).get("sandbox") or "allow-scripts"):
                self.found.append("<iframe> that runs scripts")
        elif tag in ("iframe", "object", "embed", "base") or (
            tag == "script" and "src" not in names and ("type", "application/json") not in attrs
        ):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            plain = "".join((value or "").split()).lower()
            scripted = name in ADDRESSES and plain.startswith(SCRIPTED)
            if name.startswith("on") or name in ("srcdoc", "style") or scripted:
                self.found.append(f"<{tag} {name}={value!r}>")


ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "data-undo")
SCRIPTED = ("javascript:", "vbscript:", "data:text/html")


def payloads_in(html: str) -> list[str]:
    """Everything in a page that a content of its fields must never have made."""
    parser = Payloads()
    parser.feed(html)
    return parser.found
