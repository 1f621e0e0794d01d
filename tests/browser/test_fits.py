"""Every page fits its window: a phone of 390, of 360 and of 320 pixels, and the screens of the meeting room."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects import access
from projects.actions.batches import running
from projects.actions.batches.acts import Move
from projects.demo import demonstrate
from projects.models import Bulletin, Milestone, Problem, Project, Target, User
from projects.vocabulary import Indicator, Precision, Role, Stage
from tests import build
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = (390, 360, 320)
ROLES = [Role.LEADER, Role.STAFF, Role.OFFICE, Role.ADMIN]
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


def addresses() -> list[str]:
    """Every page that the register has, with the records that say most."""
    project = max(Project.objects.all(), key=lambda each: (each.milestones.count(), len(each.name)))
    at = f"/projects/{project.pk}/"
    indicators = [f"/completion/{indicator}/" for indicator in Indicator]
    records = [
        *(f"/bulletins/{pk}/" for pk in Bulletin.objects.values_list("pk", flat=True)[:2]),
        *(f"/targets/{pk}/" for pk in Target.objects.values_list("pk", flat=True)[:1]),
        *(f"/problems/{pk}/" for pk in Problem.objects.values_list("pk", flat=True)[:1]),
        *(f"{at}milestones/{stage}/" for stage in ("started", "completed")),
    ]
    month = f"/months/{timezone.localdate():%Y-%m}/"
    return [
        "/", "/completion/", "/completion/?level=all&year=2024", "/completion/attention/", "/completion/screen/",
        *indicators, "/projects/", "/projects/?page=all", "/projects/?columns=contact&columns=place", "/projects/new/",
        "/projects/wall/", "/projects/wall/?page=all", "/projects/board/", "/projects/board/?lane=building",
        "/projects/calendar/", "/projects/import/", "/projects/views/", f"/projects/bulk/?pk={project.pk}", at,
        f"{at}edit/", f"{at}state/",
        f"{at}history/", f"{at}problems/new/", "/handover/", "/months/", "/months/2024-09/", month, f"{month}review/",
        "/months/2024-09/review/", "/problems/", "/todo/", "/bulletins/", "/bulletins/seal/", "/targets/",
        "/targets/?year=2024&level=all", *records, "/accounts/password_change/", "/no-such-page/",
    ]  # fmt: skip


@pytest.fixture(params=["article", "demonstration"])
def register(request: pytest.FixtureRequest, live_server, tmp_path: Path) -> None:
    if request.param == "article":
        call_command("loaddata", "article", verbosity=0)
    else:
        demonstrate(60, seed=1, today=date(2026, 11, 23), accounts=tmp_path / "accounts.txt")


def test_the_register_has_long_names_and_many_stages(register) -> None:
    assert len(addresses()) > 40
    assert Milestone.objects.count() > 20


@pytest.mark.parametrize("role", ROLES)
def test_no_page_is_wider_than_a_phone(page: Page, live_server, register, role: Role) -> None:
    user = build.person(role)
    page.set_viewport_size({"width": PHONES[0], "height": 800})
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()

    wide = [found for address in addresses() for found in too_wide(page, f"{live_server.url}{address}")]
    assert wide == []


LONG = "Sustainable-Superconducting-Absorption-Heat-Pump-Units-For-District-Heating-Phase-II-2024"


def work_in_progress(office: User) -> list[str]:
    """Pages that stand between two steps: an import, a batch, a correction, a handing over; long words in all."""
    project = build.project(
        LONG, enterprise=LONG, organisation=build.town(), contact="张三", contact_phone="0" * 50
    )
    build.listing(project)
    started = build.milestone(project, "started", "2024-03-01", note=LONG, source=build.source(LONG))
    build.milestone(project, "completed", planned="2024-06-30", note=LONG)
    photo = build.evidence(started, by=office, name=f"{LONG}.jpg")
    problem = build.problem(project, LONG)
    head = ["项目名称", "建设单位", "总投资（亿元）", "责任单位", "竣工实际", LONG]
    faulty = xlsx(head, [LONG, LONG, "不详", "没有的镇", "2024年13月", LONG], ["新项目", "", 3, "", "", ""])
    imported, strange = received(faulty, office), received(xlsx([LONG, "乙"], [LONG, LONG]), office)
    faulty_row = imported.rows.get(line=2)
    writable = access.writable_projects(office)
    move = Move(Stage.COMPLETED, [(date(2024, 6, 1), Precision.DAY)])
    batch = running.preview(move, [project], writable=writable, by=office, reason=LONG)
    entry = started.history.latest("history_id").history_id
    build.saved_view(office, LONG)
    at = f"/projects/{project.pk}/"
    return [
        f"/imports/{imported.pk}/", f"/imports/{imported.pk}/rows/{faulty_row.pk}/", f"/imports/{strange.pk}/",
        f"/imports/{imported.pk}/headings/", f"/imports/{strange.pk}/headings/", f"/projects/bulk/{batch.pk}/",
        f"/projects/bulk/?pk={project.pk}", at, f"{at}edit/", f"{at}state/", f"{at}history/",
        f"{at}history/milestone/{entry}/undo/", f"{at}milestones/started/", f"{at}milestones/completed/",
        f"/evidence/{photo.pk}/delete/", f"/problems/{problem.pk}/", "/problems/", "/todo/", "/projects/",
        "/projects/?q=Heat", "/projects/views/", "/handover/", "/handover/?contact=张三", "/months/2024-09/",
        "/completion/attention/?year=2024", "/completion/completed/?year=2024", "/bulletins/seal/?year=2024&month=9",
    ]  # fmt: skip


def test_no_page_of_work_in_progress_is_wider_than_a_phone(sign_in, live_server) -> None:
    office = build.office()
    addresses = work_in_progress(office)
    page = sign_in(office, "/projects/new/")
    wide = [found for address in addresses for found in too_wide(page, f"{live_server.url}{address}")]
    assert wide == []


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
    assert page.locator("tbody tr").count() == 6
