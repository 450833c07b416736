"""All addresses of the product, with sample records to fill them in; used by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    """One form of a page: where it goes and the fields it sends."""

    action: str
    method: str
    fields: dict[str, list[str]]
    texts: set[str]


class Forms(HTMLParser):
    """Collects the forms of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower(), {}, set())
            self.found.append(self._form)
        if self._form is None or (not given.get("name") and tag != "option"):
            return
        fields = self._form.fields
        if tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select:
            fields.setdefault(self._select, [given.get("value", "")])
        elif tag == "textarea":
            fields.setdefault(given["name"], [""])
            self._form.texts.add(given["name"])
        elif tag in ("input", "button"):
            kind = given.get("type", "text" if tag == "input" else "submit")
            if kind in ("text", "email", "search", "url", "tel", "number", "date", "time", "password"):
                self._form.texts.add(given["name"])
            if kind not in ("file",):
                fields.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def forms_of(html: str) -> list[Form]:
    """The forms of a page."""
    parser = Forms()
    parser.feed(html)
    return parser.found
