"""The way of an import: file, facts, columns, check, import, result, and back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from genjin.exchange import import_actions as actions
from genjin.exchange.import_forms import SheetForm, UploadForm
from genjin.exchange.importing import choosing, register, sheets
from genjin.exchange.importing.cleaning import LEFT_OUT
from genjin.exchange.importing.reports import write_report
from genjin.exchange.models import UNDO_DAYS, Import, ImportRow, Verdict
from genjin.exchange.reading import Refusal
from genjin.files.actions import Refused as FileRefused
from genjin.people import access
from genjin.people.requests import Request
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

NEWEST = Columns(Column("id", gettext_lazy("Number"), sort="id", descending_first=True), default="-id")
ROWS = Columns(Column("number", gettext_lazy("Row"), sort="number"), default="number")
OPTION_LABELS = {
    "existing": (
        gettext_lazy("Customers and contacts that are there already"),
        {
            "fill": gettext_lazy("Fill in what is empty"),
            "overwrite": gettext_lazy("Overwrite with what the list says"),
            "skip": gettext_lazy("Leave as they are"),
        },
    ),
    "similar": (
        gettext_lazy("Another name, but the same mail address or phone number"),
        {"leave": gettext_lazy("Leave out as a duplicate"), "new": gettext_lazy("Import as a new customer")},
    ),
    "owner": (
        gettext_lazy("Owner where the list names none"),
        {"me": gettext_lazy("I"), "pool": gettext_lazy("Nobody: the public pool")},
    ),
    "unknown": (
        gettext_lazy("Industry, business type and source that no list has"),
        {"error": gettext_lazy("Report as an error"), "empty": gettext_lazy("Leave empty")},
    ),
}


def _found(request: Request, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user).select_related("by", "by__role", "file")
    job: Import = get_object_or_404(rows, pk=pk)
    if job.by_id == request.user.pk:
        job.by = request.user
    else:  # what may be imported depends on whose import it is
        access.of(job.by, today=request.now.date())
    return job


def _to(job: Import, page: str = "import") -> HttpResponse:
    return HttpResponseRedirect(reverse(f"exchange:{page}", args=[job.pk]))


@require_safe
@requires("import")
def imports(request: Request) -> HttpResponse:
    """What was imported, last first."""
    rows = Import.objects.visible_to(request.user).select_related("by").defer("sheet", "columns")
    page = page_for(request, rows, NEWEST)
    labels = {kind.name: kind.label for kind in register.kinds()}
    for job in page.rows:
        job.kind_label = labels.get(job.kind, job.kind)  # type: ignore[attr-defined]
    return render(request, "exchange/imports.html", {"page": page})


@requires("import")
def upload(request: Request) -> HttpResponse:
    """Bring a file; what cannot be read is said beside it."""
    asked = request.GET.get("kind")
    known = [kind.name for kind in register.kinds()]
    form = UploadForm(initial={"kind": asked if asked in known else known[0]})
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = actions.bring(
                    kind=form.cleaned_data["kind"], stream=file.file, name=file.name,
                    by=request.user, at=request.now, language=get_language() or "",
                )  # fmt: skip
            except (FileRefused, Refusal) as refused:
                form.add_error("file", str(refused))
            else:
                return _to(job, "sheet")
    return render(request, "exchange/upload.html", {"form": form}, status=422 if form.errors else 200)


@requires("import")
def sheet(request: Request, pk: int) -> HttpResponse:
    """What was detected, with the first rows; everything may be corrected."""
    job = _found(request, pk)
    if job.state not in Import.EDITABLE:
        return _to(job)
    form = SheetForm(facts=job.sheet)
    if request.method == "POST":
        form = SheetForm(request.POST, facts=job.sheet)
        if form.is_valid():
            said = form.corrections(job.corrections)
            try:
                if said != job.corrections:
                    actions.correct(job=job, corrections=said, by=request.user, at=request.now)
            except (Refusal, actions.Refused) as refused:
                form.add_error(None, str(refused))
            else:
                return _to(job, "sheet" if "look" in request.POST else "columns")
    context = {
        "job": job,
        "form": form,
        "findings": sheets.findings(job.sheet),
        "headings": sheets.headings(job.sheet),
        "kind": register.get(job.kind),
    }
    return render(request, "exchange/sheet.html", context, status=422 if form.errors else 200)


@requires("import")
def columns(request: Request, pk: int) -> HttpResponse:
    """What each column means; then every row is checked."""
    job = _found(request, pk)
    if job.state not in Import.EDITABLE:
        return _to(job)
    chosen, options, problems = list(job.columns), dict(job.options), {}
    if request.method == "POST":
        chosen = [request.POST.get(f"column-{place}", "") for place in range(len(job.sheet["headers"]))]
        options = {name: request.POST.get(name, "") for name in OPTION_LABELS}
        try:
            problems = actions.choose_columns(
                job=job, columns=chosen, options=options, by=job.by, at=request.now
            )
            if not problems:
                actions.start_check(job=job, by=request.user, at=request.now)
                return _to(job)
        except actions.Refused as refused:
            problems = {None: str(refused)}
    lines = _column_lines(job, chosen, problems)
    context = {
        "job": job,
        "kind": register.get(job.kind),
        "lines": lines,
        "wrong": [line for line in lines if line["problem"]],
        "open_count": sum(not line["chosen"] for line in lines),
        "groups": _groups(job),
        "options": _options(job, options, request),
        "problem": problems.get(None, ""),
        "left_out": LEFT_OUT,
    }
    return render(request, "exchange/columns.html", context, status=422 if problems else 200)


@requires("import")
def values(request: Request, pk: int) -> HttpResponse:
    """What values mean that were not recognised; then every row is checked again."""
    job = _found(request, pk)
    groups = choosing.groups(job)
    if job.state not in Import.EDITABLE or not groups:
        return _to(job)
    problem = ""
    if request.method == "POST":
        try:
            actions.choose_values(job=job, given=request.POST.dict(), by=job.by, at=request.now)
            actions.start_check(job=job, by=request.user, at=request.now)
            return _to(job)
        except actions.Refused as refused:
            problem = str(refused)
            for question in (question for group in groups for question in group.questions):
                question.chosen = request.POST.get(question.name, question.chosen)
    context = {"job": job, "kind": register.get(job.kind), "groups": groups, "problem": problem}
    return render(request, "exchange/values.html", context, status=422 if problem else 200)


def _column_lines(job: Import, chosen: list[str], problems: dict[int | None, str]) -> list[dict[str, Any]]:
    lines = []
    for place, head in enumerate(sheets.headings(job.sheet)):
        values = [row[place] for row in job.sheet["sample"] if place < len(row) and row[place]]
        lines.append(
            {
                "place": place, "head": head, "values": values[:3], "chosen": chosen[place],
                "problem": problems.get(place, ""),
            }
        )  # fmt: skip
    return lines


def _groups(job: Import) -> list[tuple[Any, list[Any]]]:
    groups: dict[str, tuple[Any, list[Any]]] = {}
    for one in register.get(job.kind).fields_for(job.by).values():
        groups.setdefault(str(one.group), (one.group, []))[1].append(one)
    return list(groups.values())


def _options(job: Import, chosen: dict[str, str], request: Request) -> list[dict[str, Any]]:
    names = [name for name in register.get(job.kind).options if name != "owner" or _may_assign(request)]
    return [
        {
            "name": name,
            "label": OPTION_LABELS[name][0],
            "choices": OPTION_LABELS[name][1].items(),
            "chosen": chosen.get(name) or actions.OPTIONS[name][0],
        }
        for name in names
    ]


def _may_assign(request: Request) -> bool:
    return request.access.may("assign_owner")


@require_safe
@requires("import")
def one(request: Request, pk: int) -> HttpResponse:
    """How it stands, and the verdict of every row."""
    job = _found(request, pk)
    if job.state == Import.State.OPEN and not job.error:
        return _to(job, "columns")
    verdict = request.GET.get("verdict", "")
    rows = ImportRow.objects.filter(job=job)
    if verdict == "kept":
        rows = rows.exclude(kept=[])
    elif verdict in Verdict.values:
        rows = rows.filter(verdict=verdict)
    context = {
        "job": job,
        "kind": register.get(job.kind),
        "page": None if job.is_active else page_for(request, rows, ROWS, count=False),
        "tabs": _tabs(job, verdict),
        "left_out": sum(job.counts.get(name, 0) for name in ImportRow.LEFT_OUT),
        "wanted": job.counts.get(Verdict.NEW, 0) + job.counts.get(Verdict.UPDATE, 0),
        "questions": choosing.open_questions(job) if job.state == Import.State.CHECKED else 0,
        "has_values": bool(job.unknown),
        "may_undo": job.may_be_undone(request.now),
        "undo_days": UNDO_DAYS,
        "kept": job.rows.exclude(kept=[]).exists() if job.state == Import.State.UNDONE else False,
        **_progress(job),
    }
    return render(request, "exchange/import.html", context)


def _tabs(job: Import, current: str) -> list[dict[str, object]]:
    home = reverse("exchange:import", args=[job.pk])
    # What was stopped has counted only the rows that it came to.
    count = max(job.total, sum(job.counts.values()))
    tabs: list[dict[str, object]] = [
        {"label": _("All"), "href": home, "current": not current, "count": count}
    ]
    for value, label in Verdict.choices:
        if job.counts.get(value):
            href = f"{home}?verdict={value}"
            tabs.append(
                {"label": label, "href": href, "current": current == value, "count": job.counts[value]}
            )
    if job.state == Import.State.UNDONE:
        tabs.append({"label": _("Kept"), "href": f"{home}?verdict=kept", "current": current == "kept"})
    return tabs


def _progress(job: Import) -> dict[str, Any]:
    total = max(job.total, job.done, 1)
    return {"percent": job.done * 100 // total}


@require_safe
@requires("import")
def progress(request: Request, pk: int) -> HttpResponse:
    """The bar alone, asked every second; when the work has ended the whole page is shown anew."""
    job = _found(request, pk)
    response = render(request, "exchange/_progress.html", {"job": job, **_progress(job)})
    if not job.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@requires("import")
def report(request: Request, pk: int) -> HttpResponseBase:
    """The rows that were left out, as a spreadsheet with the reasons in an added column."""
    job = _found(request, pk)
    target = BytesIO()
    try:
        count = write_report(job, target)
    except (Refusal, OSError):
        raise Http404 from None
    if not count:
        raise Http404
    target.seek(0)
    stem = job.name.rpartition(".")[0] or job.name
    return FileResponse(target, as_attachment=True, filename=f"{stem} – {_('not imported')}.xlsx")


def _does(verb: Callable[..., object], text: Any = "") -> Callable[..., HttpResponseBase]:
    """A view that does one thing to an import and leads back to its page."""

    @require_POST
    @requires("import")
    def view(request: Request, pk: int) -> HttpResponse:
        job = _found(request, pk)
        try:
            verb(job=job, by=request.user, at=request.now)
        except actions.Refused as refused:
            messages.error(request, str(refused))
        else:
            if text:
                messages.success(request, str(text))
        return _to(job)

    return view


start = _does(actions.start)
stop = _does(actions.stop, gettext_lazy("Stopped. What was imported stays and can be taken back."))
undo = _does(actions.undo)
