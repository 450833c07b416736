"""The shell in a real browser: keyboard, input methods, focus, failures, accessibility."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.live
SERVER = "tests.live.shell_server"


@pytest.fixture
def enter(open_page, server):
    """`enter(**options)` opens a page of somebody signed in; a failing script fails the test."""
    return lambda **options: open_page(server["session"], lambda m: "Content Security" in m.text, **options)


@pytest.fixture
def page(enter):
    return enter()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_gallery_is_accessible(enter, axe, theme, width, language):
    page = enter(viewport={"width": width, "height": 900}, color_scheme=theme, locale=language)
    page.goto("/_components")
    expect(page.locator(".gallery")).to_be_visible()
    page.evaluate(axe)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    wrong = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in found["violations"]]
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_control_k_finds_pages_and_enter_opens_them(page):
    page.goto("/p/rows")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type("zzzz")
    expect(page.locator(".palette-none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_an_input_method_neither_searches_nor_chooses_while_composing(page):
    page.clock.install()
    page.goto("/p/rows")
    page.keyboard.press("Control+k")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "_palette" in request.url else None)
    page.evaluate(
        """() => { const input = document.querySelector('#palette input');
        input.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));
        input.value = 'ni';
        const composing = {bubbles: true, isComposing: true};
        input.dispatchEvent(new InputEvent('input', composing));
        input.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ...composing})); }"""
    )
    page.clock.run_for(1000)
    assert not [url for url in asked if "q=ni" in url]
    assert page.url.endswith("/p/rows")
    with page.expect_request(lambda request: "q=%E5%AE%81%E6%B3%A2" in request.url):
        page.evaluate(
            """() => { const input = document.querySelector('#palette input'); input.value = '宁波';
            input.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); }"""
        )
        page.clock.run_for(1000)


def test_j_and_k_walk_and_enter_opens(page):
    page.goto("/p/rows")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("[data-current]")).to_have_id("row-2")
    assert focused(page) == "row-2"
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/opened/2")


def test_a_key_works_on_the_current_row_and_the_next_row_takes_its_place(page):
    page.goto("/p/rows")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("l")
    expect(page.locator("#row-2")).to_have_count(0)
    expect(page.locator("[data-toast]")).to_contain_text("Done 2")
    expect(page.locator("[data-current]")).to_have_id("row-3")
    assert focused(page) == "row-3"


def test_no_key_is_lost_on_a_slow_machine_as_soon_as_the_page_is_there(page):
    slowness = page.context.new_cdp_session(page)
    slowness.send("Emulation.setCPUThrottlingRate", {"rate": 8})
    for _time in range(4):
        page.goto("/p/rows")
        for key in "jjl":
            page.keyboard.press(key)
        expect(page.locator("#row-2")).to_have_count(0)


def test_keys_are_letters_while_typing_composing_or_switched_off(page):
    page.goto("/p/rows")
    page.locator("#live").click()
    page.keyboard.type("njn")
    assert page.locator("#live").input_value() == "njn"
    expect(page.locator("#said")).to_have_text("njn")
    expect(page.locator("#note")).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    page.evaluate(
        """document.body.dispatchEvent(
            new KeyboardEvent('keydown', {key: 'n', bubbles: true, isComposing: true}))"""
    )
    expect(page.locator("#note")).to_be_hidden()
    page.evaluate("document.body.dataset.shortcuts = 'off'")
    page.keyboard.press("n")
    page.keyboard.press("j")
    expect(page.locator("#note")).to_be_hidden()
    expect(page.locator("[data-current]")).to_have_count(0)
    page.evaluate("document.body.dataset.shortcuts = 'on'")
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_visible()


def test_a_question_mark_lists_the_keys_of_the_page(page):
    page.goto("/p/rows")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#help [data-own]").filter(has_text="New")).to_be_visible()


def test_focus_and_caret_survive_a_swap(page):
    page.goto("/p/rows")
    page.locator("#kept").click()
    page.keyboard.type("abc")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#swapped")).to_have_count(1)
    assert focused(page) == "kept"
    assert page.evaluate("document.activeElement.selectionStart") == 2


def test_a_dialog_gives_the_focus_back(page):
    page.goto("/p/rows")
    page.locator("#new").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.press("Escape")
    assert focused(page) == "new"


def test_a_loaded_dialog_shows_mistakes_and_closes_when_saved(page):
    page.goto("/p/rows")
    page.locator("#load").click()
    expect(page.locator("#dialog-host")).to_be_visible()
    page.locator("#in-dialog [name=name]").fill("x" * 20)
    page.locator("#in-dialog [name=name]").fill("")
    page.evaluate("document.querySelector('#in-dialog').noValidate = true")
    page.locator("#in-dialog button").click()
    expect(page.locator("#dialog-host .field-error")).to_be_visible()
    page.locator("#in-dialog [name=name]").fill("Nordkai")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog-host")).to_be_hidden()
    expect(page.locator("[data-toast]")).to_contain_text("Saved")


def test_a_dangerous_button_asks_first(page):
    page.goto("/p/rows")
    page.locator("#delete").click()
    expect(page.locator("#confirm")).to_contain_text("Really?")
    page.locator("#confirm [data-close]").click()
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator("[data-toast]")).to_have_count(0)
    page.locator("#delete").click()
    page.locator("[data-confirm-yes]").click()
    expect(page.locator("[data-toast]")).to_contain_text("Deleted")


def test_failures_are_told_and_swap_nothing_away(page):
    page.goto("/p/rows")
    page.locator("#live").fill("still here")
    expect(page.locator("#said")).to_have_text("still here")
    page.locator("#broken").click()
    expect(page.locator("[data-toast]")).to_contain_text("error")
    page.locator("#stranger").click()
    expect(page.locator("[data-toast]").filter(has_text="signed out")).to_be_visible()
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.locator("#live").fill("still here too")
    expect(page.locator("[data-toast]").filter(has_text="No connection")).to_be_visible()
    page.context.set_offline(False)
    assert page.locator("#live").input_value() == "still here too"
    expect(page.locator("#said")).to_have_text("still here")


def test_a_draft_outlives_the_page_and_ends_with_the_save(page):
    page.goto("/p/form")
    page.locator("[name=text]").fill("价格可接受，DN80 改为 800 只")
    expect(page.locator("[data-draft-mark]")).to_have_text("Draft saved")
    page.goto("/p/rows")
    page.goto("/p/form")
    assert page.locator("[name=text]").input_value() == "价格可接受，DN80 改为 800 只"
    page.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".errors")).to_be_visible()
    assert page.evaluate("localStorage.length") == 1
    page.locator("[name=name]").fill("Nordkai")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/p/rows")
    expect(page.locator("[data-toast]")).to_contain_text("Saved")
    assert page.evaluate("localStorage.length") == 0


def test_a_combobox_searches_the_server_and_fills_its_select(page):
    page.goto("/_components")
    box = page.get_by_role("combobox", name="Country")
    box.click()
    box.fill("土")
    expect(page.get_by_role("option", name="土耳其")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("select[name=country]")).to_have_value("TR")
    box.fill("")
    page.keyboard.press("Tab")
    expect(page.locator("select[name=country]")).to_have_value("")


def test_enter_right_after_typing_waits_for_what_was_typed(page):
    page.goto("/_components")
    box = page.get_by_role("combobox", name="Country")
    box.click()
    expect(page.locator(".combo-list [role=option]").first).to_be_visible()
    box.fill("土")
    page.keyboard.press("Enter")
    expect(page.locator("select[name=country]")).to_have_value("TR")
    assert box.input_value() == "土耳其"


def test_selected_rows_are_counted(page):
    page.goto("/_components")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.locator("[data-row] .pickbox input").nth(0).click()
    page.locator("[data-row] .pickbox input").nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("4 selected")
    page.locator("[data-select-all]").click()
    expect(page.locator("[data-bulk-count]")).to_have_text("6 selected")


def test_a_menu_opens_beside_its_button_and_is_walked_by_arrows(page):
    page.goto("/_components")
    button = page.get_by_role("button", name="More actions")
    button.click()
    menu = page.locator("#sample-menu")
    expect(menu).to_be_visible()
    assert abs(menu.bounding_box()["x"] - button.bounding_box()["x"]) < 200
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("link", name="Merge")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_the_theme_changes_at_once_and_stays(page):
    page.goto("/_components")
    page.locator(".rail-user").click()
    page.get_by_role("button", name="Dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_scripts_one_can_still_search_and_save(enter):
    page = enter(java_script_enabled=False)
    page.goto("/p/form")
    page.locator(".search-open").click()
    page.wait_for_url("**/_palette")
    page.goto("/p/form")
    page.locator("[name=name]").fill("Nordkai")
    page.locator("button[type=submit].btn-primary").click()
    page.wait_for_url("**/p/rows")
    expect(page.locator("[data-toast]")).to_contain_text("Saved")
