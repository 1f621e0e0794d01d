"""On paper: stage marks without background graphics, which rows of how many, and the curve above its months."""

from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from projects.models import Project
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

COVERED = """(each) => { const style = getComputedStyle(each, each.dataset.pseudo || null);
  const sides = parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth);
  const width = style.boxSizing === 'border-box' ? parseFloat(style.width) : parseFloat(style.width) + sides;
  return [sides >= width - 0.5, style.borderLeftColor]; }"""
BRAND = "rgb(18, 85, 122)"
MIDDLE = "each => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; }"


@pytest.fixture
def project(live_server) -> Project:
    project = build.project("热泵机组", total_investment=10**10)
    build.listing(project)
    build.milestone(project, "signed", "2023-03-01")
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "completed", planned="2024-09-30")
    return project


def test_a_reached_stage_is_filled_by_its_border(sign_in, project: Project) -> None:
    page: Page = sign_in(build.leader(), f"/projects/{project.pk}/")
    page.emulate_media(media="print")
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            "document.querySelectorAll('.stages li').forEach(each => { each.dataset.pseudo = '::before' })"
        )
        reached = page.locator(".stages .done").evaluate_all(f"all => all.map({COVERED})")
        ahead = page.locator(".stages .open, .stages .late").evaluate_all(f"all => all.map({COVERED})")
        assert reached == [[True, BRAND]] * len(reached)
        assert len(reached) >= 2
        assert [filled for filled, _ in ahead] == [False] * len(ahead)
        assert len(ahead) >= 2


def test_the_dots_of_a_row_and_its_light_are_filled_by_their_borders(sign_in, project: Project) -> None:
    page: Page = sign_in(build.leader(), "/projects/")
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('.light').forEach(each => { each.dataset.pseudo = '::before' })")
    assert page.locator(".steps .done").evaluate_all(f"all => all.map({COVERED})")[0] == [True, BRAND]
    assert page.locator(".light-late").first.evaluate(COVERED)[0] is True


def test_a_list_of_a_hundred_says_what_is_printed_and_lists_all(sign_in, project: Project) -> None:
    for number in range(99):
        build.project(f"其他项目{number:02}")
    page: Page = sign_in(build.leader(), "/projects/?page=2")
    expect(page.locator(".printed")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text("打印的是第 51–100 条，共 100 条")
    page.emulate_media(media="screen")
    page.get_by_role("link", name="列出全部 100 条（可打印）").click()
    expect(page.locator(".register tbody tr")).to_have_count(100)
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_have_count(0)


def test_the_points_of_the_curve_stand_over_their_months(sign_in, live_server, project: Project) -> None:
    for month in range(1, 10):
        build.report(project, f"2024-{month:02}", 10**8)
    page: Page = sign_in(build.leader(), "/completion/")
    page.goto(f"{live_server.url}/completion/invested/?year=2024&as_of=2024-09-30")
    for width in (1360, 800):
        page.set_viewport_size({"width": width, "height": 900})
        points = page.locator(".plot .dot").evaluate_all(f"all => all.map({MIDDLE})")
        months = page.locator(".plot .month").evaluate_all(f"all => all.map({MIDDLE})")
        assert (len(points), len(months)) == (9, 12)
        assert all(abs(point - month) <= 2 for point, month in zip(points, months, strict=False))
        chart, panel = (page.locator(at).bounding_box() for at in (".plot", ".plot-box"))
        assert chart is not None
        assert panel is not None
        assert chart["width"] > 0.85 * panel["width"]


def sheets_of(page: Page) -> list[str]:
    """The text of each printed sheet without spaces; some characters are read as the radicals that they look like."""
    printed = page.pdf(prefer_css_page_size=True)
    texts = [sheet.extract_text() for sheet in PdfReader(BytesIO(printed)).pages]
    return ["".join(normalize("NFKC", text).replace("\u2eda", "页").split()) for text in texts]


def test_every_sheet_has_a_running_head_and_its_number(sign_in, live_server, project: Project) -> None:
    for number in range(60):
        build.listing(build.project(f"其他项目{number:02}"))
    page: Page = sign_in(build.leader(), "/projects/")
    for address, head in (
        ("/projects/?page=all", "·项目"),
        (f"/projects/{project.pk}/", "·热泵机组"),
        ("/completion/?year=2024&as_of=2024-09-30", "·2024年完成情况"),
        ("/problems/", "·问题"),
    ):
        page.goto(f"{live_server.url}{address}")
        sheets = sheets_of(page)
        assert [build.DISTRICT + head in sheet for sheet in sheets] == [True] * len(sheets), address
        numbers = [f"第{place}页,共{len(sheets)}页" in sheet for place, sheet in enumerate(sheets, start=1)]
        assert numbers == [True] * len(sheets), address


def test_the_last_row_of_a_list_never_stands_alone(sign_in, live_server, project: Project) -> None:
    """Whatever the number of rows: each number puts the end of the table elsewhere on its sheet."""
    page: Page = sign_in(build.leader(), "/projects/")
    counted = set()
    for number in range(120):
        build.project(f"其他项目{number:03}")
        if number < 40 or number % 8:
            continue
        page.goto(f"{live_server.url}/projects/?page=all")
        last = [sheet.count("其他项目") + sheet.count("热泵机组") for sheet in sheets_of(page)]
        counted.add(len(last))
        assert last[-1] != 1, number
    assert len(counted) > 1


def test_a_long_list_and_a_long_month_are_printed_to_their_last_row(sign_in, live_server) -> None:
    """What scrolls in a frame on the screen has no frame on paper."""
    luoxi = build.town("罗溪镇")
    for number in range(60):
        build.listing(build.project(f"其他项目{number:02}", organisation=luoxi), year=2024)
    page: Page = sign_in(build.office(), "/projects/")
    for address in ("/projects/?page=all", "/months/2024-09/"):
        page.goto(f"{live_server.url}{address}")
        printed = "".join(sheets_of(page))
        assert [number for number in range(60) if f"其他项目{number:02}" not in printed] == [], address
