"""Hostile HTML mail in a real browser: nothing runs, loads, posts, misleads, or covers the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from genjin.mail.plain_text import text_html
from genjin.mail.sanitising import safe_html
from tests.mail.payloads import payloads

pytestmark = pytest.mark.live
SERVER = "tests.live.compose_server"
BODY = re.compile(r"/mail/messages/\d+/body/")

LOOK = (Path(__file__).parent / "hostile_look.js").read_text(encoding="utf-8").partition("\n")[2]


@pytest.fixture(scope="module")
def shown() -> str:
    """All payloads as a reader would get them, each as HTML and as plain text."""
    return "\n".join(
        f"<div>{safe_html(payload).html}</div><div>{text_html(payload).html}</div>" for payload in payloads()
    )


REFUSED = ("csp", "origin")
"""How the browser says that it asked nobody, because of the policy."""


class Watch:
    """What a page did: dialogs, and requests that left it for anywhere but its own server."""

    def __init__(self, page: Page, own: str) -> None:
        self.own, self.seen = own, []
        page.on("dialog", self._dialog)
        page.on("response", lambda answer: self._note(answer.url, ""))
        page.on("requestfailed", lambda asked: self._note(asked.url, asked.failure or ""))

    def _note(self, url: str, failure: str) -> None:
        if not url.startswith((self.own, "data:")) and failure not in REFUSED:
            self.seen.append(f"{url} {failure}")

    def _dialog(self, dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()


def test_what_sanitising_leaves_does_nothing_even_on_a_page_without_a_policy(browser, shown):
    page = browser.new_page()
    watch = Watch(page, "about:")
    page.set_content(f"<!doctype html><body>{shown}</body>")
    page.wait_for_timeout(100)
    assert page.evaluate(LOOK, page.query_selector("body")) == []
    assert page.evaluate("window.__ran") is None
    assert watch.seen == []
    page.close()


@pytest.mark.parametrize("form", ["cleaned", "raw"])
def test_the_frame_of_the_conversation_lets_nothing_out(open_page, server, shown, form):
    """Even what sanitising would overlook: `raw` puts payloads themselves into the real frame (a sample: some
    of them stop any browser)."""
    page: Page = open_page(server["sessions"]["lin"], lambda m: False)
    own = f"http://127.0.0.1:{server['port']}"
    watch = Watch(page, own)
    content = shown if form == "cleaned" else "\n".join(f"<div>{one}</div>" for one in payloads(whole=False))

    def replaced(route: Route) -> None:
        answer = route.fetch()
        assert "sandbox" in answer.headers["content-security-policy"]
        whole = re.sub(
            r"(<body[^>]*>).*(</body>)", lambda m: m[1] + content + m[2], answer.text(), flags=re.S
        )
        route.fulfill(response=answer, body=whole)

    page.route(BODY, replaced)
    page.goto(f"/mail/messages/{server['given']['message']}/", wait_until="domcontentloaded")
    frame = page.locator("iframe[data-letter-frame]").last
    frame.scroll_into_view_if_needed()
    expect(frame.content_frame.locator("body")).to_contain_text("constructor", timeout=60_000)
    assert page.evaluate("window.__ran") is None
    assert page.url.startswith(own)
    assert watch.seen == []
    if form == "cleaned":
        body = frame.content_frame.locator("body")
        assert body.evaluate(LOOK) == []
        assert body.evaluate("one => getComputedStyle(one).margin") == "0px"  # its own style was loaded
    # the page around the frame is still its own: nothing of the mail lies over it
    box, bar = frame.bounding_box(), page.locator("header, nav").first.bounding_box()
    assert box and bar
    above = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.tagName", [bar["x"] + bar["width"] / 2, bar["y"] + 5]
    )
    assert above != "IFRAME"
