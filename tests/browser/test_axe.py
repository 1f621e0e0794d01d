"""axe on every page: no finding, however small, for any role, on a desk and on a phone, with everything unfolded."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from projects.demo import demonstrate
from projects.vocabulary import Role
from tests import build
from tests.browser.addresses import admin_pages, pages_of, work_in_progress

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (1360, 390)
RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


def findings(page: Page, address: str) -> list[str]:
    """What axe finds on a page at both widths, each finding with the places of its first elements."""
    page.goto(address, wait_until="load")
    page.evaluate(UNFOLD)
    page.evaluate(AXE_SCRIPT)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [
            f"{address} {width} {fault['id']} ({fault['impact']}): {[at['html'][:150] for at in fault['nodes'][:3]]}"
            for fault in page.evaluate(RUN)
        ]
    return found


@pytest.fixture
def district(live_server, tmp_path: Path) -> None:
    demonstrate(60, seed=1, today=date(2026, 11, 23), accounts=tmp_path / "accounts.txt")


def test_axe_finds_nothing_on_any_page(sign_in, live_server, district) -> None:
    build.receiver()
    found = []
    for role in Role:
        user = build.person(role)
        own = {
            Role.OFFICE: lambda user=user: work_in_progress(user),
            Role.ADMIN: admin_pages,
        }  # fmt: skip
        page = sign_in(user, "/account/")
        for address in [*pages_of(role), *own.get(role, list)()]:
            found += findings(page, f"{live_server.url}{address}")
    assert not found, "\n".join(found)
