"""Writing in a real browser: recipients, rich text, picture, file, send, undo, send; and what arrived."""

from __future__ import annotations

import json
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.live.test_pages import RULES

pytestmark = pytest.mark.live
SERVER = "tests.live.compose_server"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf50"
    "0f0003860180a34d2f3c0000000049454e44ae426082"
)
EXPECTED = ("422", "ERR_FAILED")
"""What a browser tells of mistakes in a mail, and of the connection that the test cuts."""
ARRIVES_WITHIN = 60
"""Seconds: undo, and a busy machine."""


@pytest.fixture
def lin(open_page, server) -> Page:
    return open_page(
        server["sessions"]["lin"], lambda m: m.type == "error" and not any(one in m.text for one in EXPECTED)
    )


def editor(page: Page):
    found = page.locator(".compose-editor:not([hidden])")
    expect(found).to_be_visible()
    return found


def arrived(server, number: int):
    """The mail of that number with its recipients, when it came."""
    place = Path(server["data"])
    until = time.monotonic() + ARRIVES_WITHIN
    while not (place / f"arrived-{number}.json").exists() and time.monotonic() < until:
        time.sleep(0.2)
    content = (place / f"arrived-{number}.eml").read_bytes()
    return message_from_bytes(content, policy=default), json.loads(
        (place / f"arrived-{number}.json").read_text()
    )


def test_a_reply_is_written_sent_taken_back_and_arrives_as_it_looked(lin, server, axe):
    lin.goto(f"/mail/messages/{server['given']['message']}/reply-all/")
    text = editor(lin)
    lin.evaluate(axe)
    found = lin.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []
    lin.keyboard.press("Control+Shift+B")
    lin.keyboard.type("hidden@secret.example,")
    text.click()
    lin.keyboard.press("Control+Home")
    lin.keyboard.type("Dear Elif, ")
    lin.click("[data-do=bold]")
    lin.keyboard.type("as agreed")
    lin.click("[data-do=bold]")
    lin.locator("[popovertarget^=colours]").click()
    lin.locator(".compose-red").click()
    lin.keyboard.type(" in red ")
    with lin.expect_file_chooser() as chosen:
        lin.click("[data-do=picture]")
    chosen.value.set_files({"name": "阀门.png", "mimeType": "image/png", "buffer": PNG})
    expect(text.locator("img[alt='阀门.png']")).to_have_count(1)
    lin.set_input_files(
        "[data-add]", {"name": "报价单 2026.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    expect(lin.locator("[data-files]")).to_contain_text("报价单 2026.pdf")
    lin.keyboard.press("Control+Enter")
    lin.locator("[data-undo] button").click()
    expect(editor(lin)).to_contain_text("as agreed")
    expect(lin.locator("[data-line=bcc]")).to_contain_text("hidden@secret.example")
    editor(lin).click()
    lin.keyboard.press("Control+Enter")
    expect(lin.locator("[data-sent]")).to_be_visible()
    mail, recipients = arrived(server, 0)
    assert not list(Path(server["data"]).glob("arrived-1.*"))
    _looks_right(mail, recipients)


def _looks_right(mail, recipients) -> None:
    assert mail["To"] == "Elif Demirkan <elif@marmara.example>"
    assert {one.addr_spec for one in mail["Cc"].addresses} == {"hans@nordkai.example", "boss@marmara.example"}
    assert mail["Bcc"] is None
    assert b"secret.example" not in mail.as_bytes()
    assert "hidden@secret.example" in recipients
    assert mail["Subject"] == "Re: Valves"
    assert mail["In-Reply-To"] == "<a1@marmara.example>"
    html = mail.get_body(("html",)).get_content()
    plain = mail.get_body(("plain",)).get_content()
    assert "<b>as agreed</b>" in html
    assert "rgb(194, 47, 39)" in html
    assert "We need" in html
    assert "> We need DN80 valves." in plain
    assert "https://spy.example/p.gif" in html  # the quotation is what was quoted
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert [part.get_filename() for part in mail.iter_attachments() if part.get_filename()][
        -1
    ] == "报价单 2026.pdf"


def test_a_row_of_today_leaves_when_its_mail_was_sent_and_the_next_has_the_focus(lin, server):
    lin.goto("/")
    row = lin.locator("#today .task", has_text="Deniz Kaya")
    name = row.get_attribute("id")
    others = lin.locator("#today .task:visible").count() - 1
    row.locator("[data-key=r]").click()
    text = editor(lin)
    lin.locator(".compose [name=subject]").fill("Castings")
    text.click()
    lin.keyboard.type("Dear Deniz, here are the castings.")
    lin.keyboard.press("Control+Enter")
    expect(lin.locator("[data-toast]").first).to_contain_text("being sent")
    expect(lin.locator("#today .task:visible")).to_have_count(others)
    assert lin.evaluate("document.activeElement.matches('#today .task[data-current]')")
    # fetched anew, the list hides the row all the same until the server knows of the mail
    with lin.expect_response(lambda answer: "?shown=" in answer.url):
        pass
    expect(lin.locator(f"[id='{name}']")).to_be_hidden()
    expect(lin.locator("#today .task:visible")).to_have_count(others)


def test_what_was_typed_survives_a_crash_and_a_template_names_what_is_missing(lin, server):
    lin.goto("/mail/compose/")
    editor(lin).click()
    lin.route("**/save/", lambda route: route.abort())  # the server is never reached
    lin.keyboard.type("Not lost")
    expect(lin.locator("[data-saved]")).to_contain_text("Not saved yet")
    address = lin.url
    other = lin.context.new_page()
    other.goto(address)
    expect(editor(other)).to_contain_text("Not lost")
    expect(other.locator("[data-saved]")).to_contain_text("Saved at")
    other.locator("[popovertarget^=templates]").click()
    other.locator("[data-use-template]", has_text="Quotation").click()
    expect(other.locator("[data-left]")).to_contain_text("First name of the contact")
    other.keyboard.press("Control+Enter")
    expect(other.locator("[data-mistake=text]")).to_contain_text("First name of the contact")
