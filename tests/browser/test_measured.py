"""The three jobs that have to be quicker than in Excel, counted in the browser itself.

Shown with `pytest tests/browser/test_measured.py -o log_cli=true -o log_cli_level=INFO`. A group of keys is what
one types without a pause of the mind: a figure and the Enter behind it, or one command.
"""

import logging
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.models import Milestone, MonthlyReport
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

logger = logging.getLogger("measured")

WAN = 10**4
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
COUNTING = """
(() => {
  const count = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1);
  let typing = false;
  const end = () => { if (typing) count("groups"); typing = false; };
  addEventListener("mousedown", () => { end(); count("clicks"); }, true);
  addEventListener("focusin", end, true);
  addEventListener("keydown", (event) => {
    count("keys");
    if (event.key.length === 1 && !event.ctrlKey) typing = true;
    else { typing = true; end(); }
  }, true);
})();
"""


@dataclass(frozen=True)
class Cost:
    clicks: int
    keys: int
    groups: int

    @property
    def groups_with_clicks(self) -> int:
        return self.groups + self.clicks


def counted(page: Page) -> Page:
    """The page as it stands, counting from now on, whatever is opened from it."""
    page.add_init_script(COUNTING)
    page.reload()
    page.wait_for_load_state("networkidle")
    return page


def cost(page: Page, job: str) -> Cost:
    found = Cost(
        *(
            int(page.evaluate(f"Number(sessionStorage.getItem('{name}'))"))
            for name in ("clicks", "keys", "groups")
        )
    )
    logger.info("%s: %d clicks, %d keys in %d groups", job, found.clicks, found.keys, found.groups)
    return found


@pytest.mark.parametrize("width", [1360, 390])
def test_a_roof_with_its_photo_takes_three_clicks(sign_in, live_server, tmp_path: Path, width: int) -> None:
    luoxi = build.town("罗溪镇")
    project = build.project("热泵机组", organisation=luoxi)
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "topped_out", planned="2024-09-30")
    photo = tmp_path / "IMG_20240930.jpg"
    photo.write_bytes(build.photo(size=(4000, 3000), exif=build.taken("2024:09:30 10:30:00")))
    page = sign_in(build.staff(luoxi), "/projects/")
    page.set_viewport_size({"width": width, "height": 900})
    counted(page)
    today = timezone.localdate()

    page.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(page.get_by_label("实际日期")).to_have_value(today.isoformat())
    with page.expect_file_chooser() as chooser:
        page.get_by_label("照片或证照（可选）").click()
    assert chooser.value.is_multiple()
    chooser.value.set_files(photo)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("封顶已登记")

    spent = cost(page, f"record 封顶 with a photo, at {width} px")
    assert (spent.clicks, spent.keys) == (3, 0)
    milestone = project.milestones.with_proof().get(stage="topped_out")
    assert (milestone.reached_on, milestone.proof) == (today, "verified")
    kept = milestone.evidence.get()
    assert (kept.caption, kept.latitude) == ("IMG_20240930.jpg", Decimal("31.808333"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name="撤销：热泵机组封顶已登记").click()
    expect(page.get_by_role("status")).to_have_text("封顶：已撤销")
    assert project.milestones.get(stage="topped_out").reached_on is None


@pytest.mark.parametrize("width", [1360, 390])
def test_the_month_of_forty_projects_takes_41_groups_of_keys(sign_in, live_server, width: int) -> None:
    projects = [build.project(f"项目{number:02}", total_investment=90 * build.YI) for number in range(40)]
    for project in projects:
        build.listing(project)
        build.milestone(project, "started", "2024-02-01")
    page = sign_in(build.staff(amount_unit=WAN), "/months/2024-09/")
    page.set_viewport_size({"width": width, "height": 844})
    counted(page)

    page.locator(f"#id_p{projects[0].pk}-invested").click()
    for number in range(40):
        page.keyboard.type(f"{(number + 10) * 100}")
        page.keyboard.press("Enter")
    expect(page.locator("#kept")).to_have_text("已自动保存")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status").first).to_contain_text("已提交 40 个项目的月报")

    spent = cost(page, f"report the month for 40 projects in 万元 at {width} px")
    assert spent.groups <= 41
    assert spent.clicks == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    reports = MonthlyReport.objects.order_by("project")
    assert [report.invested for report in reports] == [
        (number + 10) * build.YI // 100 for number in range(40)
    ]
    assert {report.state for report in reports} == {"submitted"}


def test_25_projects_are_started_in_five_clicks_and_set_back_in_one(sign_in, live_server) -> None:
    luoxi = build.town("罗溪镇")
    for number in range(25):
        build.milestone(build.project(f"项目{number:02}", organisation=luoxi), "land", "2024-01-05")
    page = counted(sign_in(build.staff(luoxi), "/projects/"))

    page.get_by_label("选择本页").click()
    page.get_by_role("button", name="批量处理所选").click()
    expect(page.get_by_role("heading", name="批量处理 25 个项目")).to_be_visible()
    expect(page.get_by_role("combobox", name="移动到")).to_have_value("started")
    page.get_by_role("textbox", name="说明").click()
    page.keyboard.type("一季度集中开工")
    page.get_by_role("button", name="预览：移动到节点").click()
    expect(page.get_by_role("heading", name="将会改动 25 个")).to_be_visible()
    assert started() == 0
    page.get_by_role("button", name="全部写入（25 个）").click()
    expect(page.get_by_role("status")).to_contain_text("已修改 25 个项目。")

    spent = cost(page, "move 25 projects to 开工")
    assert spent.clicks <= 5
    assert started() == 25

    page.get_by_role("button", name="撤销整批").click()
    expect(page.get_by_role("status")).to_contain_text("已撤销，25 个项目恢复原状。")
    assert started() == 0


@pytest.mark.parametrize("width", [1360, 390])
def test_a_block_of_forty_rows_with_names_takes_two_clicks(sign_in, live_server, width: int) -> None:
    projects = [build.project(f"项目{number:02}", total_investment=90 * build.YI) for number in range(40)]
    for project in projects:
        build.listing(project)
        build.milestone(project, "started", "2024-02-01")
    page = sign_in(build.staff(amount_unit=WAN), "/months/2024-09/")
    page.set_viewport_size({"width": width, "height": 844})
    counted(page)
    lines = [f"{project.name}\t{(place + 10) * 100}" for place, project in enumerate(projects)]
    lines = [*lines[1::2], *reversed(lines[::2])]  # not in the order of the sheet

    page.locator(f"#id_p{projects[7].pk}-invested").click()
    page.evaluate(PASTE, "\n".join(lines))
    page.get_by_role("button", name="填入 40 行").click()
    expect(page.locator("#kept")).to_have_text("已自动保存")
    expect(page.locator("#filled")).to_have_text("40 / 40")

    spent = cost(page, f"paste 40 rows by their names at {width} px")
    assert (spent.clicks, spent.groups) == (2, 0)
    reports = MonthlyReport.objects.order_by("project")
    assert [report.invested for report in reports] == [(place + 10) * 100 * WAN for place in range(40)]


def started() -> int:
    return Milestone.objects.filter(stage="started").exclude(reached_on=None).count()
