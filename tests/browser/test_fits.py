"""Every page fits its window: a phone of 390, of 360 and of 320 pixels, and the screens of the meeting room."""

from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from projects.demo import demonstrate
from projects.models import Milestone
from projects.vocabulary import Role
from tests import build
from tests.browser.addresses import LONG, pages_of, work_in_progress

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = (390, 360, 320)
SCROLLED = "document.scrollingElement.scrollWidth"
TOO_WIDE = """width => [...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  const isClipped = (at) => at && at !== document.body
    && (getComputedStyle(at).overflowX !== 'visible' || isClipped(at.parentElement));
  return box.right > width + 1 && box.width && !isClipped(each.parentElement);
}).slice(0, 5).map(each => `${each.tagName}.${each.className}`)"""


CUT = """() => [...document.querySelectorAll('body *')].filter(each => {
  const style = getComputedStyle(each);
  return ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis'
    && each.scrollWidth > each.clientWidth && !each.matches('input, select, .unseen');
}).map(each => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 20)}`)"""


def too_wide(page: Page, address: str) -> list[tuple[str, int, int, list[str]]]:
    """At which widths the page scrolls sideways, or a panel cuts what it holds, as it opens and with all unfolded."""
    page.goto(address, wait_until="load")
    found = []
    for _ in ("as it opens", "unfolded"):
        for width in PHONES:
            page.set_viewport_size({"width": width, "height": 800})
            if (scrolled := page.evaluate(SCROLLED)) > width:
                found.append((address, width, scrolled, page.evaluate(TOO_WIDE, width)))
            if cut := page.evaluate(CUT):
                found.append((address, width, width, cut))
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    return found


@pytest.fixture(params=["article", "demonstration"])
def register(request: pytest.FixtureRequest, live_server, tmp_path: Path) -> None:
    if request.param == "article":
        call_command("loaddata", "article", verbosity=0)
    else:
        demonstrate(60, seed=1, today=date(2026, 11, 23), accounts=tmp_path / "accounts.txt")


def test_no_page_is_wider_than_a_phone(sign_in, live_server, register) -> None:
    assert Milestone.objects.count() > 20  # long names and many stages
    build.receiver(LONG[:50])
    wide = []
    for role in Role:
        page = sign_in(build.person(role), "/account/")
        found = [too_wide(page, f"{live_server.url}{address}") for address in pages_of(role)]
        wide += [(role, *each) for each in chain.from_iterable(found)]
    assert not wide, "\n".join(map(str, wide))


def test_no_page_of_work_in_progress_is_wider_than_a_phone(sign_in, live_server) -> None:
    office = build.office()
    addresses = work_in_progress(office)
    page = sign_in(office, "/projects/new/")
    wide = [found for address in addresses for found in too_wide(page, f"{live_server.url}{address}")]
    assert not wide, "\n".join(map(str, wide))


def test_a_form_in_the_row_is_no_wider_than_a_phone(sign_in, live_server) -> None:
    office = build.office()
    work_in_progress(office)
    page = sign_in(office, "/projects/")
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/projects/")
        page.get_by_role("link", name=f"登记竣工：{LONG}").click()
        expect(page.get_by_label("实际日期")).to_be_visible()
        assert page.evaluate(SCROLLED) <= width


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (1280, 720), (3840, 2160)])
def test_the_screen_of_the_meeting_room_needs_no_scrolling(
    sign_in, register, width: int, height: int
) -> None:
    page = sign_in(build.leader(), "/completion/screen/")
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate(SCROLLED) <= width
    assert page.evaluate("document.scrollingElement.scrollHeight") <= height
    expect(page.locator("tbody tr")).to_have_count(6)
