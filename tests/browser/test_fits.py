"""Every page fits its window: a phone of 390 and of 360 pixels, and the screens of the meeting room."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page

from projects.actions.demonstration import demonstrate
from projects.models import Bulletin, Milestone, Problem, Project, Target
from projects.vocabulary import Indicator, Role
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = (390, 360)
ROLES = [Role.LEADER, Role.STAFF, Role.OFFICE, Role.ADMIN]
SCROLLED = "document.scrollingElement.scrollWidth"
TOO_WIDE = """width => [...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  const isClipped = (at) => at && at !== document.body
    && (getComputedStyle(at).overflowX !== 'visible' || isClipped(at.parentElement));
  return box.right > width + 1 && box.width && !isClipped(each.parentElement);
}).slice(0, 5).map(each => `${each.tagName}.${each.className}`)"""


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
        "/projects/import/", "/projects/views/", f"/projects/bulk/?pk={project.pk}", at, f"{at}edit/", f"{at}state/",
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

    wide = []
    for address in addresses():
        page.goto(f"{live_server.url}{address}", wait_until="load")
        for width in PHONES:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(SCROLLED) > width:
                wide.append((address, width, page.evaluate(SCROLLED), page.evaluate(TOO_WIDE, width)))
    assert wide == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (1280, 720), (3840, 2160)])
def test_the_screen_of_the_meeting_room_needs_no_scrolling(
    sign_in, register, width: int, height: int
) -> None:
    page = sign_in(build.leader(), "/completion/screen/")
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate(SCROLLED) <= width
    assert page.evaluate("document.scrollingElement.scrollHeight") <= height
    assert page.locator("tbody tr").count() == 6
