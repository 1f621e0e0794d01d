"""The manual: a page for each job, for everybody with an account; every link, name and picture in it exists."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from projects.views.manual import PAGES
from tests import build

pytestmark = pytest.mark.django_db
TEXTS = settings.BASE_DIR / "templates" / "manual"


def test_every_page_has_its_text_and_every_text_its_page() -> None:
    assert {page.slug for page in PAGES} == {path.stem for path in TEXTS.glob("*.html")}
    assert len({page.title for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("role", ["leader", "staff", "office", "admin", None])
def test_everybody_with_an_account_may_read(role: str | None) -> None:
    client = build.browser_of(build.person(role))
    page = client.get("/help/").content.decode()
    assert all(each.title in page for each in PAGES)
    assert '<a href="/help/"' in client.get("/account/").content.decode()


def test_an_outsider_is_led_to_the_sign_in_page() -> None:
    assert build.browser_of(None).get("/help/").status_code == 302


@pytest.mark.parametrize("slug", [each.slug for each in PAGES])
def test_a_page_shows_its_text_and_its_picture(slug: str) -> None:
    page = next(each for each in PAGES if each.slug == slug)
    shown = build.browser_of(build.staff()).get(f"/help/{page.slug}/").content.decode()
    assert f"<h1>{page.title}</h1>" in shown
    assert ('<img src="/static/projects/manual/' in shown) == page.picture
    assert (finders.find(page.picture_path) is not None) == page.picture
    assert 'aria-current="page"' in shown


def test_a_page_that_is_not_there() -> None:
    assert build.browser_of(build.staff()).get("/help/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("退回", {"answer", "ask", "decide", "month", "notices", "review"}),
        ("临时密码 粘贴", {"people"}),
        ("SHIFT", {"bulk", "targets"}),
        ("没有这样的词", set()),
        ("<script>", set()),
    ],
)
def test_words_are_found_in_title_and_text_but_not_in_tags(words: str, slugs: set[str]) -> None:
    answer = build.browser_of(build.staff()).get("/help/", {"words": words})
    assert {page.slug for page in answer.context["pages"]} == slugs
    assert "<script>手册" not in answer.content.decode()
    if not slugs:
        assert "手册里没有" in answer.content.decode()


QUOTED = re.compile("点“([^”]+)”")


def test_every_button_that_the_manual_names_stands_on_some_page() -> None:
    """A button that is renamed is renamed in the manual."""
    templates = [
        path.read_text()
        for path in settings.BASE_DIR.glob("templates/**/*.html")
        if TEXTS not in path.parents
    ]
    programs = [
        *settings.BASE_DIR.glob("projects/**/*.py"),
        *settings.BASE_DIR.glob("projects/static/**/*.js"),
    ]
    sources = [*templates, *(path.read_text() for path in programs)]
    named = {name for path in TEXTS.glob("*.html") for name in QUOTED.findall(path.read_text())}
    assert len(named) > 10
    missing = {name for name in named if not any(name in source for source in sources)}
    assert missing <= {"登记某某"}
