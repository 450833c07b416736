"""Template tags of the components; `README.md` beside `templates/` shows each with an example."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, RadioSelect
from django.template import Context, Node
from django.template.base import Parser, Token
from django.template.library import SimpleNode, parse_bits
from django.template.loader import get_template
from django.templatetags.i18n import do_translate
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from genjin.web.addresses import address
from genjin.web.built import asset_url
from genjin.web.once import FIELD, form_token

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file: `{% asset "app.css" %}`."""
    return asset_url(name)


class Once(Node):
    """What is the same on every page of a language: made at its first use."""

    def __init__(self, node: Node, name: str | None = None) -> None:
        self.node, self.name = node, name
        self.known: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = self.node.render(context)
        if self.name is None:
            return text
        context[self.name] = text
        return ""


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Django's own; a literal is translated once a language, for a page says a hundred of them."""
    node: Any = do_translate(parser, token)
    said = node.filter_expression
    is_literal = said.var.lookups is None and not said.filters
    found: Node = node
    if is_literal and not (node.message_context and node.message_context.is_var):
        name, node.asvar = node.asvar, None
        found = Once(node, name)
    return found


@register.tag("icon")
def icon_tag(parser: Parser, token: Token) -> Node:
    """`{% icon "phone" "s" label=_("Phone") %}`: see `icon`."""
    names = ["name", "size", "label"]
    bits = token.split_contents()[1:]
    args, kwargs = parse_bits(parser, bits, names, None, None, ("", ""), [], None, False, "icon")  # type: ignore[call-arg,arg-type]
    node = SimpleNode(icon, False, args, kwargs, None)
    is_literal = not any(one.is_var or one.filters for one in (*args, *kwargs.values()))
    return Once(node) if is_literal else node


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it has a label. Sizes: "" (16), "s" (14), "l" (20)."""
    css = f"icon icon-{size}" if size else "icon"
    return _icon(name, css, str(label), asset_url("icons.svg"))


@lru_cache(maxsize=1000)
def _icon(name: str, css: str, label: str, sprite: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', css, spoken, sprite, name)


@register.simple_tag
def in_dialog(name: str, pk: int | None = None, *more: str, **query: object) -> SafeString:
    """Attributes of a link that opens in the dialog host, by URL name; without scripts it leads to a page."""
    href = conditional_escape(address(name, pk, *more) + (f"?{urlencode(query)}" if query else ""))
    return mark_safe(f'href="{href}" hx-get="{href}" hx-target="#dialog-host" data-dialog="dialog-host"')  # noqa: S308


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """The hidden token of a form that makes something new, so that it is saved once (`genjin.web.once`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, form_token(context["request"]))


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """This page's address with some query parameters changed; None or "" removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    text = query.urlencode()
    return f"{context['request'].path}?{text}" if text else str(context["request"].path)


@register.simple_tag
def badge(text: object, tone: str = "") -> SafeString:
    """A word of state. Tones: "" (neutral), ok, warn, bad, accent."""
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", text)


@register.simple_tag
def dimension(name: object, value: object, href: str = "") -> SafeString:
    """A value with its dimension's name; an unset value is shown as such."""
    shown = value if value not in (None, "") else pgettext("dimension without a value", "not set")
    css = "chip" if value not in (None, "") else "chip chip-unset"
    if href:
        return format_html('<a class="{}" href="{}"><i>{}</i> {}</a>', css, href, name, shown)
    return format_html('<span class="{}"><i>{}</i> {}</span>', css, name, shown)


@register.simple_tag
def grade(level: int | None, label: object = "", name: object = "", steps: int = 5) -> SafeString:
    """A grade as a word with its ladder: `level` of `steps`; `name` is the dimension's, spoken or shown."""
    return _grade(level or 0, str(label), str(name), steps)


@lru_cache(maxsize=200)
def _grade(level: int, label: str, name: str, steps: int) -> SafeString:
    lit = (("on" if step < level else "",) for step in range(steps))
    bars = format_html_join("", '<b class="{}"></b>', lit)
    spoken = format_html('<span class="hidden-text">{}</span> ', name) if name else ""
    return format_html(
        '<span class="grade" title="{} {}"><span class="ladder" aria-hidden="true">{}</span>{}{}</span>',
        name,
        label,
        bars,
        spoken,
        label,
    )


@register.simple_tag
def segments(done: int, total: int, gap: int = 0) -> SafeString:
    """Progress in pieces, `done` of `total`; a gap after the first `gap`. Decorative: say the numbers too."""
    kinds = ["on" if index < done else "" for index in range(max(total, 0))]
    if 0 < gap < len(kinds):
        kinds.insert(gap, "gap")
    bars = format_html_join("", '<b class="{}"></b>', ((kind,) for kind in kinds))
    return format_html('<span class="segments" aria-hidden="true">{}</span>', bars)


@register.simple_tag
def clock(place: object, time: object, state: str = "closed") -> SafeString:
    """Local time at a place; state "open" (filled dot), "soon" (half) or "closed" (empty): working hours."""
    spoken = {
        "open": gettext("in working hours"),
        "soon": gettext("working hours start soon or end soon"),
        "closed": gettext("outside working hours"),
    }[state]
    return format_html(
        '<span class="clock clock-{}" title="{}">{} {}<span class="hidden-text"> {}</span></span>',
        state,
        spoken,
        place,
        formats.date_format(time, "H:i") if isinstance(time, datetime) else time,
        spoken,
    )


def initials(name: str) -> str:
    """The last character of a Chinese given name's family part, else up to two Latin initials."""
    words = [word for word in name.replace("-", " ").split() if word]
    if not words:
        return "?"
    if ord(words[0][0]) > 0x2E7F:
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def avatar(name: object, size: str = "") -> SafeString:
    """A face made of initials; decorative, so the name stands beside it. Sizes: "" (28), "s" (20)."""
    css = "avatar avatar-s" if size == "s" else "avatar"
    return format_html(
        '<span class="{}" aria-hidden="true" title="{}">{}</span>', css, name, initials(str(name))
    )


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as people write it: 11月24日 / 24 Nov; with the year when it is not this one's."""
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    with_year = local.year != timezone.localdate().year
    if not with_year:
        return month_day(local)
    is_chinese = (get_language() or "").startswith("zh")
    return f"{local.year}年{month_day(local)}" if is_chinese else f"{month_day(local)} {local.year}"


@register.filter
def grouped(value: int | None) -> str:
    """A whole number with its thousands grouped, alike in both languages: 12,345."""
    return "" if value is None else f"{value:,}"


@register.filter
def month_day(value: date | datetime) -> str:
    """A day where its year is told elsewhere: 11月24日 / 24 Nov."""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    language = get_language() or ""
    if language.startswith("zh"):
        return f"{local.month}月{local.day}日"
    return f"{local.day} {_name_of(local.replace(year=2024, day=1), 'M', language)}"


@lru_cache(maxsize=100)
def _name_of(value: date, form: str, language: str) -> str:
    """The name of a month or a day of the week; the language is part of the question."""
    return formats.date_format(value, form)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """周二 / Tue."""
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    language = get_language() or ""
    if language.startswith("zh"):
        return "周" + "一二三四五六日"[local.weekday()]
    return _name_of(date(2024, 1, 1 + local.weekday()), "D", language)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, form: str = "short") -> SafeString | str:
    """A moment in the reader's zone with the whole of it as title.

    Forms: "short" (time if today, else day), "full" (day and time), "ago" (how long ago, kept fresh).
    """
    return moment_text(value, _now(context), form) if value is not None else ""


def moment_text(value: datetime, now: datetime, form: str = "short") -> SafeString:
    """The same outside a template."""
    local = timezone.localtime(value)
    whole = f"{day(local)} {weekday(local)} {local:%H:%M}"
    if form == "ago":
        text = ago_text(now - value)
    elif form == "full":
        text = f"{day(local)} {local:%H:%M}"
    else:
        text = f"{local:%H:%M}" if local.date() == timezone.localtime(now).date() else day(local)
    relative = mark_safe(" data-relative") if form == "ago" else ""
    return format_html('<time datetime="{}" title="{}"{}>{}</time>', value.isoformat(), whole, relative, text)


def _now(context: Context | Mapping[str, Any]) -> datetime:
    """The business time of this request."""
    now = getattr(context.get("request"), "now", None)
    return now if isinstance(now, datetime) else timezone.now()


def ago_text(passed: timedelta) -> str:
    """How long ago, in the largest fitting unit."""
    seconds = max(int(passed.total_seconds()), 0)
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", seconds // 60) % {"n": seconds // 60}
    if seconds < 86400:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", seconds // 3600) % {"n": seconds // 3600}
    days = seconds // 86400
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


@register.simple_tag
def widget(bound: BoundField, **attrs: Any) -> SafeString:
    """A field's control with our classes."""
    kind = getattr(bound.field.widget, "input_type", "")
    own = bound.field.widget.attrs.get("class", "")
    plain = kind in ("checkbox", "radio", "hidden", "pick")
    css = " ".join(part for part in ("" if plain else "input", own, attrs.pop("class", "")) if part)
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in ("", None, False)}
    return bound.as_widget(attrs={**given, "class": css} if css else given)


def _is_radio(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, RadioSelect)


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField | str, **options: Any) -> str:
    """A whole field: label, control, help, error, and what somebody else wrote meanwhile.

    Options: label, help, class (of the row), autofocus, placeholder, data_* (to the control).
    """
    if not isinstance(bound, BoundField):  # a form without that field
        return SafeString("")
    if bound.is_hidden:
        return SafeString(str(bound))
    own = {"label", "help", "class"}
    return get_template("web/fields/field.html").render(
        {
            "field": bound,
            "label": options.get("label", bound.label),
            "help": options.get("help", bound.help_text),
            "row_class": options.get("class", ""),
            "control": widget(bound, **{k: v for k, v in options.items() if k not in own}),
            "theirs": getattr(bound.form, "theirs", {}).get(bound.name),
            "is_required": bound.field.required and not (_is_radio(bound) and bound.value()),
            "single_check": getattr(bound.field.widget, "input_type", "") == "checkbox"
            and not bound.use_fieldset,
        }
    )


@register.simple_block_tag(takes_context=True)
def panel(context: Context, content: str, title: object = "", **options: Any) -> str:
    """A titled part of a page. Options: count, note, action (text), href, id, box (true), level (2 or 3)."""
    return _render("web/parts/panel.html", content, title=title, **options)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, id: str, title: object, **options: Any) -> str:
    """A native dialog, opened by `data-dialog="id"`. Option: wide."""
    return _render("web/parts/dialog.html", content, id=id, title=title, **options)


@register.simple_block_tag(takes_context=True)
def menu(context: Context, content: str, id: str, label: object, **options: Any) -> str:
    """A button with a menu of links and buttons. Options: icon, text (show the label), class."""
    return _render("web/parts/menu.html", content, id=id, label=label, **options)


@register.simple_block_tag(takes_context=True)
def empty(context: Context, content: str, title: object, **options: Any) -> str:
    """What stands where there is nothing yet; the content says what to do. Options: icon, text, small."""
    return _render("web/parts/empty.html", content, title=title, **options)


@register.simple_block_tag(takes_context=True)
def note(context: Context, content: str, tone: str = "") -> str:
    """A remark inside a page. Tones: "", ok, warn, bad."""
    return _render("web/parts/note.html", content, tone=tone)


def _render(name: str, content: str, **values: Any) -> str:
    """A component's template around content that the template engine already rendered."""
    return get_template(name).render({**values, "content": content})
