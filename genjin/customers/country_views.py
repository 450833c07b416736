"""Pages of the countries: the list, the profile, and the forms that change them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import countries, country_actions, country_holidays, local_time
from genjin.customers.city_zones import folded
from genjin.customers.country_forms import WEEKDAYS, CorrectionForm, FactsForm, SectionForm, facts_of
from genjin.customers.models import Country, CountrySection, Customer
from genjin.people.access import Access
from genjin.web import answers
from genjin.web.guards import requires
from genjin.web.lists import count_upto
from genjin.web.once import save_once

SHOWN_CUSTOMERS = 20


def _today(request: HttpRequest) -> date:
    return timezone.localdate(request.now)  # type: ignore[attr-defined]


def may_write(access: Access) -> bool:
    """Whether the person may add to profiles and correct holidays: everyone who may edit customers."""
    return access.scope("customers.customer", "edit") != "NONE"


def _may_write_or_404(request: HttpRequest) -> None:
    if not may_write(request.access):  # type: ignore[attr-defined]
        raise Http404


@require_GET
@requires()
def country_list(request: HttpRequest) -> HttpResponse:
    """All countries, those with customers of one's own first."""
    words, region = request.GET.get("q", "")[:100], request.GET.get("region", "")
    access: Access = request.access  # type: ignore[attr-defined]
    owned = (
        Customer.objects.visible_to(request.user)  # type: ignore[arg-type]
        .filter(owner_id__in=access.covers, country__isnull=False)
        .order_by()
        .values_list("country")
    )
    mine: dict[str, int] = dict(owned.annotate(how_many=Count("pk")))
    asked = folded(words)
    rows = [
        country
        for country in Country.objects.all()
        if (not region or country.region == region) and _fits(country, asked)
    ]
    meant = words.strip().upper()
    rows.sort(key=lambda country: (country.code != meant, -mine.get(country.code, 0), str(country)))
    ahead = countries.next_holidays({row.code for row in rows}, _today(request))
    times = local_time.of_countries(rows, request.now)  # type: ignore[attr-defined]
    lines = [
        {
            "country": row,
            "mine": mine.get(row.code, 0),
            "next": ahead.get(row.code),
            "time": times.get(row.code),
        }
        for row in rows
    ]
    groups = (
        (_("With customers of yours"), [line for line in lines if line["mine"]]),
        (_("All others"), [line for line in lines if not line["mine"]]),
    )
    context = {
        "lines": lines,
        "groups": [group for group in groups if group[1]],
        "words": words,
        "region": region,
        "regions": Country.Region.choices,
    }
    return render(request, "customers/country_list.html", context)


def _fits(country: Country, asked: str) -> bool:
    """Whether a country is meant: by part of a name, its code or its calling code."""
    if not asked:
        return True
    names = f"{folded(country.name_zh)} {folded(country.name_en)}"
    return asked in names or asked == country.code.lower() or asked == country.calling_code


@require_GET
@requires()
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """One country: facts, the sections the team wrote, holidays, customers there."""
    country = get_object_or_404(Country, pk=code.upper())
    written = {
        row.section: row
        for row in CountrySection.objects.filter(country=country).select_related("written_by")
    }
    today = _today(request)
    first, last = date(today.year, 1, 1), date(today.year + 1, 12, 31)
    listed = countries.holidays_of({country.code}, first, last)[country.code]
    corrections = countries.corrections_of({country.code}, first, last).get(country.code, [])
    there = (
        Customer.objects.visible_to(request.user)  # type: ignore[arg-type]
        .filter(country=country, is_confirmed=True)
        .order_by("-id")
    )
    ahead = [row for row in listed if row.last_day >= today]
    days = dict(WEEKDAYS)
    zones = [
        {"name": local_time.zone_city(zone), "zone": zone, "time": local_time.at(place, request.now)}  # type: ignore[attr-defined]
        for zone in country.timezones
        if (place := local_time.place_of(zone, country, listed)) is not None
    ]
    sections: list[dict[str, Any]] = [
        {"key": key, "label": label, "row": written.get(key)} for key, label in CountrySection.Section.choices
    ]
    context = {
        "country": country,
        "weekend": _(", ").join(str(days[str(day)]) for day in country.weekend_days),
        "zones": zones,
        "sections": sections,
        "unwritten": [one for one in sections if one["row"] is None or not one["row"].text],
        "years": [
            {"year": year, "holidays": [row for row in ahead if row.first_day.year == year]}
            for year in (today.year, today.year + 1)
        ],
        "past": [row for row in listed if row.last_day < today],
        "today": today,
        "warning": country_holidays.warning(listed, today),
        "removals": [row for row in corrections if row.kind == row.Kind.REMOVED],
        "customers": there[:SHOWN_CUSTOMERS],
        "customer_count": count_upto(there),
        "may_write": may_write(request.access),  # type: ignore[attr-defined]
        "may_change": request.access.may("edit_policy"),  # type: ignore[attr-defined]
    }
    return render(request, "customers/country.html", context)


@requires()
def edit_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Write one section of the profile."""
    _may_write_or_404(request)
    country = get_object_or_404(Country, pk=code.upper())
    labels = {key.lower(): (key, label) for key, label in CountrySection.Section.choices}
    if section not in labels:
        raise Http404
    key, label = labels[section]
    row = country.sections.filter(section=key).select_related("written_by").first()
    version = row.version if row else 0
    form = SectionForm(
        request.POST or None,
        current={"text": row.text if row else ""},
        version=version,
        by=(row.written_by or "") if row else "",
    )
    to = reverse("countries:country", args=[country.code])
    if request.method == "POST" and form.is_valid():
        try:
            country_actions.write_section(
                by=request.user, at=request.now, code=country.code, section=key,  # type: ignore[attr-defined, arg-type]
                text=form.cleaned_data["text"], version=version,
            )  # fmt: skip
            return answers.saved(request, to, _("Saved"))
        except country_actions.Outdated:
            form.add_error(None, _("Somebody saved this at the same moment. Save again to look at both."))
    context = {"form": form, "country": country, "label": label, "to": to, "section": section}
    return render(request, "customers/country_section.html", context)


@requires("edit_policy")
def edit_facts(request: HttpRequest, code: str) -> HttpResponse:
    """Set the facts of a country right: weekend, hours, zones."""
    country = get_object_or_404(Country, pk=code.upper())
    form = FactsForm(request.POST or None, current=facts_of(country), version=country.version)
    to = reverse("countries:country", args=[country.code])
    if request.method == "POST" and form.is_valid():
        try:
            country_actions.change_facts(
                by=request.user, at=request.now, code=country.code, version=country.version,  # type: ignore[attr-defined, arg-type]
                **form.facts(),
            )  # fmt: skip
            return answers.saved(request, to, _("Saved"))
        except country_actions.Outdated:
            form.add_error(None, _("Somebody saved this at the same moment. Save again to look at both."))
    return render(request, "customers/country_facts.html", {"form": form, "country": country, "to": to})


@requires()
def add_correction(request: HttpRequest, code: str) -> HttpResponse:
    """Add a holiday or a slow period, or take a computed one out."""
    _may_write_or_404(request)
    country = get_object_or_404(Country, pk=code.upper())
    asked: dict[str, Any] = {
        name: request.GET[name][:80] for name in CorrectionForm.base_fields if name in request.GET
    }
    form = CorrectionForm(request.POST or None, initial=asked, today=_today(request))
    to = reverse("countries:country", args=[country.code]) + "#holidays"
    if request.method == "POST" and form.is_valid():

        def save() -> str:
            country_actions.add_correction(
                by=request.user, at=request.now, code=country.code, **form.cleaned_data  # type: ignore[attr-defined, arg-type]
            )  # fmt: skip
            return to

        save_once(request, save)
        return answers.saved(request, to, _("Saved"))
    return render(request, "customers/country_correction.html", {"form": form, "country": country, "to": to})


@require_POST
@requires()
def remove_correction(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a correction back."""
    _may_write_or_404(request)
    country = get_object_or_404(Country, pk=code.upper())
    gone = country_actions.remove_correction(
        by=request.user, at=request.now, code=country.code, pk=pk  # type: ignore[attr-defined, arg-type]
    )  # fmt: skip
    to = reverse("countries:country", args=[country.code]) + "#holidays"
    return answers.saved(request, to, _("Removed") if gone else _("It was removed already."))
