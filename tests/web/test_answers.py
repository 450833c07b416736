"""Answers after a save."""

from __future__ import annotations

import pytest

from genjin.web import answers


@pytest.mark.parametrize(
    ("here", "to", "header"),
    [
        ("http://t/settings/lists/", "/settings/lists/#SOURCE", "HX-Refresh"),
        ("http://t/settings/lists/#TAG", "/settings/lists/#SOURCE", "HX-Refresh"),
        ("http://t/settings/lists/", "/settings/lists/", "HX-Redirect"),
        ("http://t/settings/tags/", "/settings/lists/#SOURCE", "HX-Redirect"),
        ("http://t/customers/?view=2", "/customers/#top", "HX-Redirect"),
        ("", "/settings/lists/#SOURCE", "HX-Redirect"),
    ],
)
def test_a_save_shows_the_page_anew_though_only_the_fragment_differs(rf, here, to, header):
    request = rf.post("/save/", headers={"HX-Request": "true", "HX-Current-URL": here})
    request.htmx = True
    answer = answers.saved(request, to)
    assert {"HX-Refresh", "HX-Redirect"} & set(answer.headers) == {header}
