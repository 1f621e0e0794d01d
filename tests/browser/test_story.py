"""The story of the product: staff records a milestone on the article's project, the leader reads it."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

HEAT_PUMP = "超导吸收式热泵机组生产项目"
PROVINCE = "/completion/?level=province&as_of="


@pytest.fixture
def article_served(live_server) -> None:
    call_command("loaddata", "article", verbosity=0)


def completed(page: Page) -> str:
    """The cell of 竣工 under 实际."""
    table = page.locator("section", has=page.get_by_role("heading", name="指标"))
    row = table.get_by_role("row", name="竣工")
    return row.get_by_role("cell").first.inner_text().replace("\n", "")


@pytest.mark.usefixtures("article_served")
def test_a_milestone_that_staff_records_reaches_the_leader(sign_in, live_server) -> None:
    leader, staff = build.leader(), build.staff()
    page = sign_in(leader, "/completion/")
    for day in ("2024-09-30", "2024-12-31"):
        page.goto(f"{live_server.url}{PROVINCE}{day}")
        assert completed(page) == "未登记"

    page = sign_in(staff, "/projects/")
    page.get_by_role("searchbox").fill("热泵")
    page.get_by_role("link", name=HEAT_PUMP, exact=True).click()
    page.get_by_label("实际日期").fill("2024-12-26")
    page.get_by_role("button", name="登记竣工").click()
    expect(page.get_by_role("status")).to_contain_text("竣工")

    page = sign_in(leader, "/completion/")
    page.goto(f"{live_server.url}{PROVINCE}2024-12-31")
    assert completed(page) == "1个已佐证 0 / 待佐证 1"
    page.goto(f"{live_server.url}{PROVINCE}2024-09-30")
    assert completed(page) == "未登记"


@pytest.mark.usefixtures("article_served")
@pytest.mark.parametrize("width", [1360, 390])
def test_the_leader_reads_the_articles_figures(sign_in, width: int) -> None:
    page = sign_in(build.leader(), "/completion/")
    page.set_viewport_size({"width": width, "height": 900})

    expect(page).to_have_title(re.compile("2024 年完成情况"))
    expect(page.get_by_role("heading", level=1, name="年度目标已提前完成")).to_be_visible()
    expect(page.get_by_text("110.3亿元").filter(visible=True).first).to_be_visible()
    expect(page.get_by_text("目标值未公布 · 已提前完成").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
