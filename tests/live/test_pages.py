"""The pages with real records in a real browser: accessible, nothing sideways, all of it by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.live.pages_server import PASSWORD

pytestmark = pytest.mark.live
SERVER = "tests.live.pages_server"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPEN = ("/sign-in/",)
LINS = (
    "/", "/today/calls/", "/today/meetings/",
    "/customers/", "/customers/{customers}/", "/customers/{customers}/log/",
    "/customers/new/",
    "/customers/{customers}/edit/", "/contacts/{contacts}/edit/", "/countries/", "/countries/TR/",
    "/notices/",
    "/customers/{customers}/fields/",
    "/search/?q=nordkai", "/settings/", "/settings/profile/", "/settings/absences/", "/settings/tags/",
    "/today/task/{task}/log/",
)  # fmt: skip
ADMINS = (
    "/settings/users/", "/settings/users/{users}/", "/settings/roles/", "/settings/roles/SALESPERSON/",
    "/settings/policy/", "/settings/calendar/", "/settings/audit/", "/settings/errors/", "/jobs/",
    "/customers/bin/",
    "/settings/fields/", "/settings/fields/new/", "/settings/fields/{fields}/",
    "/team/", "/settings/lists/", "/settings/hints/", "/settings/company/",
    "/settings/organisation/", "/settings/instance/",
)  # fmt: skip

SALES = (
    "/orders/", "/orders/?view=nodes", "/orders/?view=states", "/orders/past/", "/orders/new/",
    "/orders/{orders}/", "/orders/{orders}/edit/", "/orders/{bulk_orders}/", "/orders/{money_orders}/",
    "/orders/declines/", "/orders/expected/",
    "/offers/", "/offers/{offers}/", "/offers/{offers}/edit/", "/customers/{customers}/offers/new/",
    "/products/", "/products/{products}/", "/products/new/", "/products/categories/",
    "/products/{products}/prices/", "/products/price-list/", "/products/catalogue/",
    "/suppliers/", "/suppliers/{suppliers}/",
    "/shipments/", "/shipments/{shipments}/", "/shipments/new/?order={orders}",
    "/shipments/{shipments}/edit/", "/complaints/", "/complaints/{complaints}/",
    "/receivables/", "/customers/{customers}/receivables/", "/receipts/", "/receipts/{receipts}/", "/rates/",
)  # fmt: skip
FINANCES = ("/receipts/new/", "/receipts/{receipts}/edit/", "/orders/{money_orders}/plan/", "/rates/")


@pytest.fixture
def enter(open_page, server):
    """`enter(person, **options)` opens a browser of that person; a console error counts."""

    def enter(person: str = "lin", **options) -> Page:
        session = server["sessions"][person] if person else None
        return open_page(session, lambda m: m.type == "error", **options)

    return enter


def wrong_on(page: Page, path: str, axe: str) -> list[object]:
    """What axe finds on a page, and whether it scrolls sideways."""
    answer = page.goto(path)
    assert answer.status == 200, path
    # The whole page in view: what merely lies under a bar that sticks to the edge can be scrolled to.
    size = page.viewport_size or {"width": 1440, "height": 900}
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(900, height)})
    page.evaluate(axe)
    # Only what is wrong is brought over: all that is right is a hundred times as much.
    found = page.evaluate(
        """async rules => {
            const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
            return found.violations.map(one => [one.id, one.nodes[0].html.slice(0, 120)]);
        }""",
        RULES,
    )
    wrong: list[object] = [(path, *one) for one in found]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wrong.append((path, "scrolls sideways"))
    return wrong


LOOKS = [
    pytest.param("zh-CN", "light", 390, id="chinese-light-phone"),
    pytest.param("en", "dark", 390, id="english-dark-phone"),
    pytest.param("zh-CN", "dark", 1440, id="chinese-dark-desk"),
    pytest.param("en", "light", 1440, id="english-light-desk"),
]


@pytest.mark.long
@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_main_page_is_accessible_and_fits(enter, server, axe, language, theme, width):
    look = {"locale": language, "color_scheme": theme, "viewport": {"width": width, "height": 900}}
    wrong = []
    for person, paths in (("", OPEN), ("lin", (*LINS, *SALES)), ("zhou", FINANCES), ("admin", ADMINS)):
        page = enter(person, **look)
        for path in paths:
            wrong += wrong_on(page, path.format(**server["given"]), axe)
    assert not wrong, "\n".join(map(str, wrong))


def test_today_is_walked_logged_and_put_off_by_keyboard(enter):
    page = enter(viewport={"width": 1440, "height": 900})
    page.goto("/")
    rows = page.locator("#today [data-row]")
    count = rows.count()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-current]").get_attribute("id")
    page.keyboard.press("l")
    content = page.locator("[data-work] [name=content]")
    expect(content).to_be_visible()
    page.locator("[data-work] [name=kind][value=EMAIL]").check(force=True)
    content.fill("Sent the price list for DN80.")
    page.locator("[data-work] [name=next_when][value='3']").check(force=True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]").first).to_contain_text("Logged")
    expect(rows).to_have_count(count - 1)
    expect(page.locator(f"[id='{first}']")).to_have_count(0)
    expect(page.locator("[data-work] [name=content]")).to_be_visible()


@pytest.mark.parametrize(
    ("key", "field", "typed", "said"),
    [("s", "until", "tomorrow", "Postponed"), ("x", "reason", "They closed down.", "Dismissed")],
    ids=["postpone", "dismiss"],
)
def test_a_task_is_put_off_or_dropped_by_its_key_which_the_help_lists(enter, key, field, typed, said):
    page = enter(viewport={"width": 1440, "height": 900})
    page.goto("/")
    rows = page.locator("#today [data-row]")
    count = rows.count()
    fitting = rows.filter(has=page.locator(f"[data-key={key}]")).last
    for _step in range(count):
        page.keyboard.press("j")
        if page.locator("[data-current]").get_attribute("id") == fitting.get_attribute("id"):
            break
    gone = page.locator("[data-current]").get_attribute("id")
    page.keyboard.press("?")
    expect(page.locator("dialog[open] kbd", has_text=key.upper()).first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press(key)
    asked = page.locator(f"[data-work] [name={field}]")
    expect(asked).to_be_visible()
    asked.fill(typed)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]").first).to_contain_text(said)
    expect(rows).to_have_count(count - 1)
    expect(page.locator(f"[id='{gone}']")).to_have_count(0)


@pytest.mark.parametrize(
    ("words", "name"), [("明远", "宁波明远"), ("nbmy", "宁波明远")], ids=["chinese", "initials"]
)
def test_control_k_finds_a_customer(enter, words, name):
    page = enter()
    page.goto("/countries/")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    expect(page.locator("#palette")).to_contain_text(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*/")
    expect(page.locator("h1")).to_contain_text(name)


def test_without_scripts_one_signs_in_reads_and_logs(enter, server):
    page = enter("", java_script_enabled=False)
    page.goto("/sign-in/")
    page.locator("[name=login]").fill("lin@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit], form button").first.click()
    page.wait_for_url("**/")
    page.goto("/customers/{customers}/log/".format(**server["given"]))
    page.locator("[name=kind][value=NOTE]").check(force=True)
    page.locator("[name=content]").fill("Wants a certificate as well.")
    page.locator("[name=next_when][value='7']").check(force=True)
    page.get_by_role("button", name="Save the log").click()
    page.wait_for_url("**/customers/*/")
    expect(page.locator("body")).to_contain_text("Wants a certificate as well.")


def test_without_scripts_one_completes_a_task_from_today(enter):
    page = enter(java_script_enabled=False)
    page.goto("/")
    rows = page.locator("#today [data-row]")
    count = rows.count()
    rows.first.locator("a[data-key=l]").click()
    page.wait_for_url("**/log/**")
    page.locator("[name=kind][value=EMAIL]").check(force=True)
    page.locator("[name=content]").fill("Sent the certificate.")
    page.locator("[name=next_when][value='7']").check(force=True)
    page.locator("form.work-log button.btn-primary").first.click()
    page.wait_for_url(lambda address: "/log/" not in address)
    expect(page.locator("[data-toast]").first).to_contain_text("Logged")
    expect(rows).to_have_count(count - 1)


def test_a_draft_of_a_log_survives_a_reload_and_a_dialog_gives_the_focus_back(enter, server):
    page = enter()
    page.goto("/customers/{customers}/log/".format(**server["given"]))
    page.locator("[name=content]").fill("价格可接受")
    expect(page.locator("[data-draft-mark]")).to_have_text("Draft saved")
    page.reload()
    expect(page.locator("[name=content]")).to_have_value("价格可接受")
    page.goto("/customers/{customers}/".format(**server["given"]))
    opener = page.locator("[hx-get][data-dialog='dialog-host']:visible").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-host")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_node_moves_from_the_board_by_keyboard(enter):
    page = enter(viewport={"width": 1440, "height": 900})
    page.goto("/orders/")
    row = page.locator("[data-row]:has([data-key=m])").first
    number = row.locator("[data-open]").inner_text()
    for _step in range(page.locator("[data-row]").count()):
        page.keyboard.press("j")
        if page.locator("[data-current] [data-open]").inner_text() == number:
            break
    page.keyboard.press("m")
    field = page.locator("dialog[open] [name=day]")
    expect(field).to_be_visible()
    field.fill("2026-11-30")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]").first).to_be_visible()
    expect(page.locator("[data-row]", has_text=number)).to_contain_text("30 Nov")


def test_an_eta_moves_by_keyboard(enter, server):
    page = enter(viewport={"width": 1440, "height": 900})
    page.goto("/shipments/{shipments}/".format(**server["given"]))
    page.keyboard.press("m")
    field = page.locator("dialog[open] [name=eta]")
    expect(field).to_be_visible()
    field.fill("2027-01-20")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("20 Jan")


def test_an_order_is_placed_from_an_offer_by_keyboard(enter, server):
    page = enter(viewport={"width": 1440, "height": 900})
    page.goto("/offers/{offers}/".format(**server["given"]))
    page.keyboard.press("i")
    expect(page.locator("h1")).to_contain_text("Proforma invoice")
    page.keyboard.press("o")
    expect(page.locator("dialog[open] form")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/orders/*/")
    expect(page.locator("#lines")).to_contain_text("Valve DN80")


def test_finance_registers_a_receipt_by_keyboard(enter):
    page = enter("zhou", viewport={"width": 1440, "height": 900})
    page.goto("/receipts/")
    page.keyboard.press("n")
    amount = page.locator("dialog[open] [name=amount_paid]")
    expect(amount).to_be_visible()
    amount.fill("1234.50")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-row]", has_text="USD 1,234.50")).to_have_count(1)
