"""The keys: how many Tab stops lead to the first row of a list, the search from anywhere, the arrows, the help."""

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)

FEW = 5
"""Tab stops from the top of a page to its first row."""


@pytest.fixture
def register() -> None:
    luoxi = build.town("罗溪镇")
    for number in range(3):
        project = build.project(f"热泵{number}", enterprise="常州河海集团", organisation=luoxi)
        build.listing(project)
        build.milestone(project, "started", planned="2024-03-01")
        build.problem(project, f"土地未交付{number}", due_on=f"2024-1{number}-01")
        build.report(project, "2024-09", 1, state="submitted")
    build.industry("新能源")


def active(page: Page) -> str:
    """The name of what has the focus."""
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText.trim()"
    )


def stops_to(page: Page, selector: str) -> int:
    """Tab stops, with Enter on the link that skips to the rows, until the focus is in the first row."""
    for number in range(1, FEW + 2):
        page.keyboard.press("Tab")
        if active(page) == "跳到第一行":
            page.keyboard.press("Enter")
        row = f"{selector}:first-child"
        if page.evaluate("(row) => document.activeElement.closest(row) !== null", row):
            return number
    return FEW + 2


LISTS = [
    ("/projects/", "#rows tbody tr"),
    ("/problems/", "#rows > li"),
    ("/todo/", "#rows li"),
    ("/people/", "#rows tbody tr"),
    ("/organisations/", "#rows tbody tr"),
    ("/settings/industries/", "#rows tbody tr"),
    ("/months/2024-09/review/", "#rows tbody tr"),
    ("/search/?q=热泵", "#rows li"),
]


@pytest.mark.parametrize("width", [1360, 390])
def test_the_first_row_is_within_five_tab_stops(sign_in: SignIn, live_server, register, width: int) -> None:
    page = sign_in(build.admin(organisation=None, username="root"), "/projects/")
    page.set_viewport_size({"width": width, "height": 900})
    for address, row in LISTS:
        page.goto(f"{live_server.url}{address}")
        assert stops_to(page, row) <= FEW, address


def test_staff_reach_the_first_field_of_the_month(sign_in: SignIn, register) -> None:
    page = sign_in(build.staff(build.town("罗溪镇")), "/months/2024-10/")
    assert stops_to(page, "#rows tbody tr") <= FEW
    assert page.evaluate("document.activeElement.matches('input')")


def test_arrows_lead_through_a_list(sign_in: SignIn, register) -> None:
    page = sign_in(build.leader(), "/problems/")
    page.get_by_role("searchbox").first.focus()
    for key, number in (
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("End", 2),
        ("ArrowDown", 2),
        ("ArrowUp", 1),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        row = page.evaluate("document.activeElement.closest('#rows > li')?.innerText")
        assert f"土地未交付{number}" in row, key


def test_the_search_opens_from_anywhere(sign_in: SignIn, register) -> None:
    page = sign_in(build.leader(), "/bulletins/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("searchbox", name="搜索全部")
    expect(box).to_be_focused()
    page.keyboard.type("热泵1河海")
    expect(
        page.locator("#palette .hits mark", has_text="河海").first
    ).to_be_visible()  # and not of the words so far
    expect(page.locator("#palette h2").first).to_contain_text("项目 1")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette .hits a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()

    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("热泵1河海")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("热泵1")


def test_a_list_has_its_own_search_first(sign_in: SignIn, register) -> None:
    page = sign_in(build.leader(), "/problems/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.type("a/b?")
    assert page.evaluate("document.activeElement.value") == "a/b?"


def test_enter_in_the_search_shows_the_page_of_all(sign_in: SignIn, register, live_server) -> None:
    page = sign_in(build.leader(), "/bulletins/")
    page.get_by_role("link", name="搜索全部").click()
    page.keyboard.type("热泵")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/search/?q=*")
    expect(page.locator("main .hits").first.get_by_role("link")).to_have_count(3)


def test_the_help_lists_the_keys_and_turns_single_ones_off(sign_in: SignIn, register) -> None:
    page = sign_in(build.leader(), "/bulletins/")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="按键")
    expect(help_.get_by_text("搜索全部", exact=True)).to_be_visible()
    help_.get_by_label("使用单个字符的按键").uncheck()
    help_.get_by_role("button", name="关闭").click()
    expect(help_).to_be_hidden()

    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="搜索全部")).to_be_visible()


def test_the_menu_of_the_masthead_closes_by_escape(sign_in: SignIn, register) -> None:
    page = sign_in(build.office(), "/bulletins/")
    page.get_by_text("管理", exact=True).click()
    expect(page.get_by_role("link", name="人员", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="人员", exact=True)).to_be_hidden()
    page.get_by_text("管理", exact=True).click()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("link", name="人员", exact=True)).to_be_hidden()
