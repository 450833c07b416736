"""The component gallery: every component with believable content, for eyes and for browser tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.web.forms import Checks, Combo, DateField, Form, LongTextField, MomentField, Pick, TextField
from genjin.web.lists import Column, Columns, Count, Page
from genjin.web.versions import Theirs

ROWS = (
    ("Nordkai GmbH", "德国", "Jens Wittkamp", "汉堡", "08:20", "soon", 5, "上", "17:00", "18,640"),
    ("Válvulas Pinheiral Ltda.", "巴西", "Rafael Moura", "圣保罗", "04:20", "closed", 3, "中", "22:05", ""),
    ("Qasr Al-Miyah", "沙特", "Faisal Al-Harbi", "利雅得", "10:20", "open", 5, "上", "今天", "201,450"),
    ("Marmara Akış A.Ş.", "土耳其", "Elif D.", "伊斯坦布尔", "10:20", "open", 4, "中上", "今天", "42,300"),
    ("Đồng Hải Cơ Điện JSC", "越南", "Trần Minh Khôi", "岘港", "14:20", "open", 2, "中下", "明天", ""),
    ("شركة القصر", "阿联酋", "Priya Raman", "迪拜", "11:20", "open", 1, "下", "11月30日", "6,200"),
)  # fmt: skip
COLUMNS = Columns(
    Column("name", gettext_lazy("Customer"), sort="name", fixed=True),
    Column("contact", gettext_lazy("Contact")),
    Column("grade", gettext_lazy("Grade"), sort="grade"),
    Column("next", gettext_lazy("Next step"), sort="next", descending_first=True),
    Column("receivable", gettext_lazy("Receivable (USD)"), sort="receivable", number=True),
    default="-next",
)


class SampleForm(Form):
    """One field of every kind."""

    company = TextField(label=gettext_lazy("Company"), help_text=gettext_lazy("As on their invoice."))
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    result = forms.ChoiceField(
        label=gettext_lazy("Result"),
        widget=Pick,
        choices=[
            ("reached", gettext_lazy("Reached")),
            ("missed", gettext_lazy("Not reached")),
            ("busy", gettext_lazy("Busy")),
            ("later", gettext_lazy("Call later")),
        ],
    )
    content = LongTextField(label=gettext_lazy("Content"))
    next_day = DateField(label=gettext_lazy("Date"))
    meeting = MomentField(label=gettext_lazy("Meeting"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("mail", gettext_lazy("Mail")), ("call", gettext_lazy("Call"))],
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        widget=Combo(source="/_components?combo=1"),
        required=False,
        choices=[("", ""), ("DE", "德国"), ("TR", "土耳其"), ("SA", "沙特阿拉伯"), ("BR", "巴西")],
    )
    departments = forms.MultipleChoiceField(
        label=gettext_lazy("Departments"),
        widget=Checks(attrs={"inline": True}),
        required=False,
        choices=[
            ("buying", gettext_lazy("Buying")),
            ("quality", gettext_lazy("Quality")),
            ("customs", gettext_lazy("Customs")),
        ],
    )
    priority = forms.BooleanField(label=gettext_lazy("Priority customer"), required=False)


def components(request: HttpRequest) -> HttpResponse:
    """All components on one page; only where developers or newcomers look (debug, demo, test)."""
    kind = str(getattr(getattr(request, "instance", None), "kind", "")).lower()
    if not settings.DEBUG and kind not in ("demo", "test"):
        raise Http404
    if request.GET.get("combo"):
        return JsonResponse({"options": _found_countries(request.GET.get("q", ""))})
    now = getattr(request, "now", None) or timezone.now()
    sorting = COLUMNS.sorting(request.GET.get("sort"))
    context = {
        "form": SampleForm(
            initial={"company": "Marmara Akış Teknik A.Ş.", "result": "reached", "priority": True}
        ),
        "wrong": _wrong_form(),
        "rows": ROWS,
        "columns": COLUMNS.shown(None, sorting),
        "sorting": sorting,
        "page": Page[Any](rows=list(ROWS), newer="x", older="y", count=Count(1000, True)),
        "now": now,
        "earlier": now - timedelta(days=5),
        "ago": now - timedelta(minutes=42),
        "tabs": [
            {"label": _("All"), "href": "?", "current": True, "count": 71},
            {"label": _("Mail"), "href": "?kind=mail", "count": 31},
            {"label": _("Calls"), "href": "?kind=call", "count": 9},
            {"label": _("Orders"), "href": "?kind=order", "count": 18},
        ],
        "steps": [
            (_("Ordered"), "9月2日", ""),
            (_("Production"), "10月15日", ""),
            (_("Loaded"), "10月31日", ""),
            (_("In transit"), _("day 24"), "now"),
            (_("Arrived"), "12月1日", "later"),
            (_("On sale"), "", "later"),
        ],
    }
    return render(request, "web/gallery.html", context)


def _found_countries(words: str) -> list[dict[str, str]]:
    """What the sample combobox finds."""
    known = {
        "DE": "德国 Germany",
        "TR": "土耳其 Türkiye",
        "SA": "沙特阿拉伯 Saudi Arabia",
        "BR": "巴西 Brazil",
    }
    return [
        {"value": code, "label": name, "note": code}
        for code, name in known.items()
        if words.casefold() in name.casefold()
    ]


def _wrong_form() -> SampleForm:
    """The same form with mistakes and a collision."""
    form = SampleForm(
        {
            "company": "",
            "next_day": "2026-02-30",
            "content": "价格可接受，DN80 改为 800 只。",
            "channel": "mail",
        },
        prefix="wrong",
        use_required_attribute=False,
    )
    form.data = {f"wrong-{name}": value for name, value in form.data.items()}
    form.is_valid()
    form.theirs = {"content": Theirs("对方要求 12月20日 前装船。", "周敏")}  # type: ignore[attr-defined]
    return form
