"""The screen of the meeting room: it fits, is led by keys and strokes, and outlives a lost line."""

import re

import pytest
from playwright.sync_api import Page, expect

from projects.models import Milestone
from projects.rules.plot import LEFT, RIGHT
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = "?level=city&as_of=2024-09-30"
SCREENS = ((1920, 1080), (1366, 768))
SPILLED = """() => {
  const page = document.scrollingElement;
  const beyond = [...document.querySelectorAll('#screen *')].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
  });
  return [page.scrollWidth - innerWidth, page.scrollHeight - innerHeight, beyond.map(each => each.className)];
}"""
REFRESH = "htmx.trigger(document.getElementById('screen'), 'refresh')"


@pytest.fixture
def register() -> None:
    """Eleven units with a project each, all behind their target, and one unit without any project."""
    build.light_rule()
    for number in range(11):
        unit = build.town(f"第{number}镇", position=number)
        project = build.project(f"第{number}镇的项目", organisation=unit, contact="王工")
        build.listing(project)
        build.milestone(project, Stage.STARTED, planned="2024-03-31")
        build.milestone(project, Stage.SIGNED, f"2023-0{1 + number % 9}-10")
        build.report(project, "2024-09", (number + 1) * build.YI)
        build.target("invested", 100 * build.YI, organisation=unit)
    build.target("invested", 1100 * build.YI)
    build.town("空镇", position=99)
    first = Milestone.objects.filter(stage=Stage.STARTED).order_by("pk").first()
    build.evidence(first)


@pytest.fixture
def leader(page: Page, live_server, register) -> Page:
    user = build.leader(username="leader")
    page.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": build.browser_of(user).cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{live_server.url}/completion/screen/{ASKED}")
    return page


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def test_every_page_fits_both_glasses(leader: Page) -> None:
    seen = set()
    for width, height in SCREENS:
        leader.set_viewport_size({"width": width, "height": height})
        for _ in range(40):
            leader.wait_for_load_state("networkidle")
            assert leader.evaluate(SPILLED) == [0, 0, []], leader.url
            place = leader.locator(".foot span").last.inner_text().split(" ·")[0]
            seen.add(place)
            leader.keyboard.press("ArrowRight")
            expect(leader.locator(".foot span").last).not_to_contain_text(f"{place} ·")
            if place.split(" / ")[0] == place.split(" / ")[1]:
                break

    assert len(seen) == 1 + 2 + 11 + 4  # the whole, the ranking, the units with projects, the late ones


def test_the_keys_lead_from_the_district_over_the_ranking_to_the_units(leader: Page) -> None:
    expect(heading(leader)).to_contain_text("全区 · 2024 年")
    for key, words in (
        ("ArrowRight", "各单位完成投资"),
        ("ArrowRight", "各单位完成投资"),
        ("ArrowRight", "第0镇 · 2024 年"),  # one project is too few for a rank
        ("ArrowLeft", "各单位完成投资"),
    ):
        before = leader.url
        leader.keyboard.press(key)
        leader.wait_for_url(lambda url, before=before: url != before)
        expect(heading(leader)).to_contain_text(words)

    leader.keyboard.press("Escape")

    expect(leader).to_have_url(re.compile(r"/completion/\?"))


def test_a_stroke_on_glass_turns_the_page(leader: Page) -> None:
    stroke = """([from, to]) => {
      const touch = (x) => new Touch({identifier: 1, target: document.body, clientX: x, clientY: 400});
      const fire = (name, x) => document.body.dispatchEvent(new TouchEvent(name, {
        bubbles: true, touches: name === 'touchstart' ? [touch(x)] : [], changedTouches: [touch(x)],
      }));
      fire('touchstart', from);
      fire('touchend', to);
    }"""
    leader.evaluate(stroke, [800, 300])
    expect(heading(leader)).to_contain_text("各单位完成投资")

    leader.evaluate(stroke, [300, 800])
    expect(heading(leader)).to_contain_text("全区 · 2024 年")

    leader.evaluate(stroke, [300, 320])
    expect(heading(leader)).to_contain_text("全区 · 2024 年")


def test_a_lost_line_leaves_the_page_and_says_since_when(leader: Page) -> None:
    taken = re.search(r"数据取于 (\d\d:\d\d)", leader.locator(".fresh").inner_text())
    assert taken is not None
    expect(leader.locator(".stale")).to_be_hidden()

    leader.context.set_offline(True)
    leader.evaluate(REFRESH)

    expect(leader.locator(".stale")).to_contain_text("连接中断")
    expect(leader.locator(".stale")).to_contain_text(taken[1])
    expect(leader.locator(".fresh")).to_be_hidden()
    leader.keyboard.press("ArrowRight")
    expect(heading(leader)).to_contain_text("全区 · 2024 年")
    assert leader.evaluate(SPILLED) == [0, 0, []]

    leader.context.set_offline(False)

    expect(leader.locator(".stale")).to_be_hidden()
    expect(leader.locator(".fresh")).to_be_visible()


def test_it_refreshes_by_itself_and_shows_the_door_to_whoever_is_signed_out(leader: Page) -> None:
    row = leader.get_by_role("row", name="完成投资")
    expect(row).to_contain_text("66.0亿元")
    extra = build.project()
    build.listing(extra)
    build.report(extra, "2024-08", 4 * build.YI)

    leader.evaluate(REFRESH)  # what the clock does every two minutes

    expect(row).to_contain_text("70.0亿元")
    expect(leader.locator("#screen")).to_have_attribute("hx-trigger", "every 120s, refresh")
    leader.context.clear_cookies()
    leader.evaluate(REFRESH)
    expect(leader.get_by_label("用户名")).to_be_visible()


def test_the_chart_is_that_of_the_opened_number(leader: Page) -> None:
    """The point of September stands over the middle of its month."""
    dots = leader.locator("svg.plot circle.dot")

    assert float(dots.last.get_attribute("cx") or 0) == pytest.approx(
        LEFT + (RIGHT - LEFT) * 8.5 / 12, abs=0.1
    )
    expect(leader.locator("svg.plot .line-plan, svg.plot .line-level").first).to_be_attached()
    drawn = dots.evaluate_all("all => all.map(each => [each.getAttribute('cx'), each.getAttribute('cy')])")
    leader.goto(leader.url.replace("/completion/screen/", "/completion/started/"))

    opened = leader.locator("svg.plot circle.dot")
    assert (
        opened.evaluate_all("all => all.map(each => [each.getAttribute('cx'), each.getAttribute('cy')])")
        == drawn
    )


def test_late_projects_have_their_photo_reason_and_person(leader: Page) -> None:
    leader.get_by_role("link", name="晚的项目").click()

    expect(heading(leader)).to_have_text("晚于计划最久的项目")
    cards = leader.locator(".late-card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("开工晚 183 天")
    expect(cards.first).to_contain_text("王工")
    expect(leader.get_by_text("未说明原因").first).to_be_visible()
    photo = leader.get_by_role("img", name="第0镇的项目的现场照片")
    expect(photo).to_be_visible()
    expect(photo).to_have_js_property("complete", True)
    assert photo.evaluate("each => each.naturalWidth") > 0


def test_a_phone_scrolls_down_and_not_sideways(leader: Page) -> None:
    leader.set_viewport_size({"width": 360, "height": 780})

    assert leader.evaluate("document.scrollingElement.scrollWidth") == 360
