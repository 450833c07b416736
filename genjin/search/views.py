"""The search page, and the records in the palette."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from genjin.records import registry
from genjin.search import queries
from genjin.web.guards import requires
from genjin.web.navigation import Hit

SHOWN = 50


@require_GET
@requires()
def search(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see that holds what was asked, by kind."""
    words = request.GET.get("q", "")[: queries.LONGEST_ASKED]
    chosen = request.GET.get("kind", "")
    kinds = [kind for kind in registry.kinds() if kind.search_text is not None]
    only = [chosen] if chosen in {kind.name for kind in kinds} else None
    hits = queries.find(request.user, words, only, limit=SHOWN)  # type: ignore[arg-type]
    order = {kind.name: number for number, kind in enumerate(kinds)}
    # Sorting is stable: within a kind the best stays first.
    by_kind = groupby(sorted(hits, key=lambda hit: order[hit.kind.name]), key=lambda hit: hit.kind)
    context = {
        "words": words,
        "groups": [(kind, list(found)) for kind, found in by_kind],
        "kinds": kinds,
        "chosen": only[0] if only else "",
        "is_cut": len(hits) == SHOWN,
    }
    return render(request, "search/search.html", context)


def palette(request: HttpRequest, words: str, limit: int) -> Iterable[Hit]:
    """Records for the palette, each with its kind."""
    for hit in queries.find(request.user, words, limit=limit):  # type: ignore[arg-type]
        if hit.url:
            note = f"{hit.kind.label} · {hit.note}" if hit.note else hit.kind.label
            yield Hit(hit.title, hit.url, hit.kind.icon or "arrow-right", note)
